"""`grader check-exercise [NAME…]`: prove that exercises tell right from wrong, and rehearse their lessons."""

from __future__ import annotations

import itertools
import json
import os
import time
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import click
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn
from rich.table import Table

from grader.bootstrap.lessons import find_exercises, local_catalogue
from grader.bootstrap.proofs import prove_side_by_side
from grader.bootstrap.rehearsals import Rehearsal, rehearse
from grader.cli.screen import harmless, safe
from grader.services.prove import Flaw, Proof, conclude, unfinished

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from grader.domain.exercise import Exercise

SEEDS = 5


@click.command()
@click.argument("names", nargs=-1)
@click.option("--seeds", default=SEEDS, show_default=True, type=click.IntRange(1, 1000), help="Secret seeds to try.")
@click.option("--jobs", default=len(os.sched_getaffinity(0)), type=click.IntRange(1), help="At a time [one a core].")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object a line, for each lesson and exercise.")
@click.option(
    "--exercises",
    "--folder",
    "folder",
    type=click.Path(path_type=Path),
    help="The folder of lessons [GRADER_EXERCISES].",
)
def command(names: tuple[str, ...], seeds: int, jobs: int, as_json: bool, folder: Path | None) -> None:  # noqa: FBT001 - click's
    """Prove the exercises NAMES (all, when none is named; a lesson's are named by its slug), and read their lessons.

    Reference full, starter none, each misconception loses what it says; page and quizzes can be read, the Python in
    them and in the statements runs and prints what is said. Exits 0 when all are sound, 1 when one is not, 2 for a
    mistake in the call.
    """
    catalogue = local_catalogue(folder)
    found = find_exercises(catalogue, names)
    started = time.monotonic()
    rehearsals = {lesson: rehearse(catalogue, lesson, slugs) for lesson, slugs in found.items()}
    chosen = dict(enumerate(itertools.chain(*(rehearsal.exercises for rehearsal in rehearsals.values()))))
    left = {number: list(unfinished(exercise)) for number, exercise in chosen.items()}
    finished = {number: exercise for number, exercise in chosen.items() if not left[number]}
    proofs = _prove(finished, seeds, jobs)
    findings = [_of_lesson(lesson, rehearsal) for lesson, rehearsal in rehearsals.items()]
    for number, exercise in chosen.items():
        texts = rehearsals[exercise.lesson].of_exercises.get(exercise.slug, [])
        flaws = left[number] or [*texts, *conclude(exercise, proofs[number])]
        findings.append(_of_exercise(exercise, proofs.get(number, []), flaws))
    if as_json:
        for finding in findings:
            click.echo(json.dumps(finding.as_object()))
    else:
        _show(findings, time.monotonic() - started)
    raise SystemExit(1 if any(finding.flaws for finding in findings) else 0)


@dataclass(frozen=True)
class Finding:
    """What was found of a "lesson", or of an "exercise" of *name* "lesson/slug"; *facts* are for `--json`."""

    kind: str
    name: str
    flaws: Sequence[Flaw]
    facts: Mapping[str, object]

    def as_object(self) -> dict[str, object]:
        """Return what `--json` prints."""
        flaws = [{"subject": flaw.subject, "problem": flaw.problem, "remedy": flaw.remedy} for flaw in self.flaws]
        return {self.kind: self.name, "sound": not flaws, **self.facts, "flaws": flaws}


def _of_lesson(lesson: str, rehearsal: Rehearsal) -> Finding:
    return Finding("lesson", lesson, rehearsal.flaws, {"quizzes": rehearsal.quizzes, "snippets": rehearsal.snippets})


def _of_exercise(exercise: Exercise, proofs: Sequence[Proof], flaws: Sequence[Flaw]) -> Finding:
    """Return an exercise's finding; *seconds* is the time of one processor."""
    facts = {
        "scenarios": len(exercise.scenarios),
        "misconceptions": len(exercise.misconceptions),
        "seeds": len(proofs),
        "graded": sum(proof.gradings for proof in proofs),
        "seconds": round(sum(proof.seconds for proof in proofs), 3),
    }
    return Finding("exercise", f"{exercise.lesson}/{exercise.slug}", flaws, facts)


def _prove(chosen: Mapping[int, Exercise], seeds: int, jobs: int) -> dict[int, list[Proof]]:
    """Prove all, with a bar for each exercise where somebody watches; return the proofs by the exercises' numbers."""
    proofs: dict[int, list[Proof]] = {number: [] for number in chosen}
    columns = (
        TextColumn("{task.description}", markup=False),
        BarColumn(),
        MofNCompleteColumn(),
        TextColumn("seeds"),
        TimeElapsedColumn(),
    )
    with Progress(*columns, console=Console(stderr=True), transient=True) as progress:
        tasks = {number: progress.add_task(exercise.slug, total=seeds) for number, exercise in chosen.items()}
        for number, proof in prove_side_by_side(chosen, [f"proof-{each}" for each in range(seeds)], jobs=jobs):
            proofs[number].append(proof)
            progress.advance(tasks[number])
    return proofs


def _show(findings: Sequence[Finding], seconds: float) -> None:
    table = Table(show_edge=False, pad_edge=False, header_style="bold")
    table.add_column("lesson or exercise", overflow="fold")
    columns = ("scenarios", "misconceptions", "seeds")
    for name in columns:
        table.add_column(name, justify="right")
    table.add_column("verdict", no_wrap=True)
    for finding in findings:
        count = len(finding.flaws)
        verdict = f"[red]{count} flaw{'s' * (count > 1)}[/red]" if count else "[green]sound[/green]"
        table.add_row(safe(finding.name), *(str(finding.facts.get(name, "")) for name in columns), verdict)
    console = Console(highlight=False)
    console.print(table)
    for finding in findings:
        for flaw in finding.flaws:
            where = f"{finding.name.rpartition('/')[2]}/{flaw.subject}"
            click.echo(harmless(f"\n{where}: {flaw.problem}\n    -> {flaw.remedy}"))
    console.print(f"{sum(not finding.flaws for finding in findings)} of {len(findings)} sound, in {seconds:.0f} s")
