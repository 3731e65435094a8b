"""`grader check-exercise [SLUG…]`: prove that exercises tell right from wrong."""

from __future__ import annotations

import json
import time
from pathlib import Path
from typing import TYPE_CHECKING

import click
from rich.console import Console
from rich.progress import Progress

from grader.bootstrap.local import find_exercise, local_catalogue, local_examiner
from grader.cli.screen import harmless
from grader.services.prove import Flaw, prove, solutions

if TYPE_CHECKING:
    from grader.domain.exercise import Exercise

SEEDS = 20


@click.command()
@click.argument("exercises", nargs=-1)
@click.option("--seeds", default=SEEDS, show_default=True, type=click.IntRange(1, 1000), help="Secret seeds to try.")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object a line and exercise.")
@click.option("--folder", type=click.Path(path_type=Path), help="The folder of lessons [GRADER_EXERCISES].")
def command(exercises: tuple[str, ...], seeds: int, as_json: bool, folder: Path | None) -> None:  # noqa: FBT001 - click's
    """Prove EXERCISES (all, when none is named): reference full, starter none, each misconception loses what it says.

    Exits 0 when all are sound, 1 when one is not, 2 for a mistake in the call.
    """
    catalogue = local_catalogue(folder)
    chosen = [find_exercise(catalogue, name) for name in exercises] or [
        exercise for lesson in catalogue.lessons() for exercise in catalogue.exercises(lesson)
    ]
    seed_ids = [f"proof-{number}" for number in range(seeds)]
    failed = False
    with local_examiner() as examiner, Progress(console=Console(stderr=True), transient=True) as progress:
        for exercise in chosen:
            task = progress.add_task(exercise.slug, total=None)
            started = time.monotonic()
            flaws = prove(
                examiner,
                exercise,
                seed_ids=seed_ids,
                on_step=lambda done, steps, task=task: progress.update(task, completed=done, total=steps),  # type: ignore[misc]
            )
            progress.remove_task(task)
            _tell(exercise, flaws, seeds, time.monotonic() - started, as_json=as_json)
            failed = failed or bool(flaws)
    raise SystemExit(1 if failed else 0)


def _tell(exercise: Exercise, flaws: list[Flaw], seeds: int, seconds: float, *, as_json: bool) -> None:
    name = f"{exercise.lesson}/{exercise.slug}"
    graded = len(solutions(exercise)) * seeds
    if as_json:
        listed = [{"subject": f.subject, "problem": f.problem, "remedy": f.remedy} for f in flaws]
        click.echo(
            json.dumps({"exercise": name, "sound": not flaws, "seeds": seeds, "graded": graded, "flaws": listed})
        )
        return
    verdict = f"{len(flaws)} flaws" if flaws else "sound"
    click.echo(
        f"{name}: {verdict} ({len(exercise.scenarios)} scenarios, {len(exercise.misconceptions)} misconceptions, "
        f"{seeds} seeds, {graded} gradings in {seconds:.0f} s)"
    )
    for flaw in flaws:
        click.echo(harmless(f"  {flaw.subject}: {flaw.problem}\n    -> {flaw.remedy}"))
