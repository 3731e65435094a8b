"""`grader check-exercise [SLUG…]`: prove that exercises tell right from wrong."""

from __future__ import annotations

import json
import os
import time
from pathlib import Path
from typing import TYPE_CHECKING

import click
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn
from rich.table import Table

from grader.bootstrap.lessons import find_exercise, local_catalogue
from grader.bootstrap.proofs import prove_side_by_side
from grader.cli.screen import harmless, safe
from grader.services.prove import Flaw, Proof, conclude, unfinished

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from grader.domain.exercise import Exercise

SEEDS = 5


@click.command()
@click.argument("exercises", nargs=-1)
@click.option("--seeds", default=SEEDS, show_default=True, type=click.IntRange(1, 1000), help="Secret seeds to try.")
@click.option("--jobs", default=len(os.sched_getaffinity(0)), type=click.IntRange(1), help="At a time [one a core].")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object a line and exercise.")
@click.option("--folder", type=click.Path(path_type=Path), help="The folder of lessons [GRADER_EXERCISES].")
def command(exercises: tuple[str, ...], seeds: int, jobs: int, as_json: bool, folder: Path | None) -> None:  # noqa: FBT001 - click's
    """Prove EXERCISES (all, when none is named): reference full, starter none, each misconception loses what it says.

    Exits 0 when all are sound, 1 when one is not, 2 for a mistake in the call.
    """
    catalogue = local_catalogue(folder)
    chosen = [find_exercise(catalogue, name) for name in exercises] or [
        exercise for lesson in catalogue.lessons() for exercise in catalogue.exercises(lesson)
    ]
    started = time.monotonic()
    left = {index: list(unfinished(exercise)) for index, exercise in enumerate(chosen)}
    finished = {number: exercise for number, exercise in enumerate(chosen) if not left[number]}
    nothing: dict[int, list[Proof]] = {number: [] for number in left}
    proofs = nothing | _prove(finished, seeds, jobs)
    found = {number: left[number] or conclude(exercise, proofs[number]) for number, exercise in enumerate(chosen)}
    if as_json:
        for index, exercise in enumerate(chosen):
            click.echo(json.dumps(_as_object(exercise, proofs[index], found[index])))
    else:
        _show(chosen, proofs, found, time.monotonic() - started)
    raise SystemExit(1 if any(found.values()) else 0)


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


def _as_object(exercise: Exercise, proofs: Sequence[Proof], flaws: Sequence[Flaw]) -> dict[str, object]:
    """Return what `--json` prints; *seconds* is the time of one processor."""
    return {
        "exercise": f"{exercise.lesson}/{exercise.slug}",
        "sound": not flaws,
        "scenarios": len(exercise.scenarios),
        "misconceptions": len(exercise.misconceptions),
        "seeds": len(proofs),
        "graded": sum(proof.gradings for proof in proofs),
        "seconds": round(sum(proof.seconds for proof in proofs), 3),
        "flaws": [{"subject": flaw.subject, "problem": flaw.problem, "remedy": flaw.remedy} for flaw in flaws],
    }


def _show(
    chosen: Sequence[Exercise],
    proofs: Mapping[int, Sequence[Proof]],
    found: Mapping[int, Sequence[Flaw]],
    seconds: float,
) -> None:
    table = Table(show_edge=False, pad_edge=False, header_style="bold")
    table.add_column("exercise", overflow="fold")
    for name in ("scenarios", "misconceptions", "seeds"):
        table.add_column(name, justify="right")
    table.add_column("verdict", no_wrap=True)
    for index, exercise in enumerate(chosen):
        counts = (len(exercise.scenarios), len(exercise.misconceptions), len(proofs[index]))
        count = len(found[index])
        verdict = f"[red]{count} flaw{'s' * (count > 1)}[/red]" if count else "[green]sound[/green]"
        table.add_row(safe(f"{exercise.lesson}/{exercise.slug}"), *map(str, counts), verdict)
    console = Console(highlight=False)
    console.print(table)
    for index, exercise in enumerate(chosen):
        for flaw in found[index]:
            click.echo(harmless(f"\n{exercise.slug}/{flaw.subject}: {flaw.problem}\n    -> {flaw.remedy}"))
    console.print(f"{sum(not flaws for flaws in found.values())} of {len(chosen)} sound, in {seconds:.0f} s")
