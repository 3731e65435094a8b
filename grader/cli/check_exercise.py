"""`grader check-exercise [SLUG…]`: prove that exercises tell right from wrong."""

from __future__ import annotations

import json
import os
import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from pathlib import Path
from queue import SimpleQueue
from typing import TYPE_CHECKING

import click
from rich.console import Console
from rich.progress import Progress

from grader.bootstrap.local import find_exercise, local_catalogue, local_examiner
from grader.cli.screen import harmless
from grader.services.prove import Flaw, prove, solutions

if TYPE_CHECKING:
    from grader.domain.exercise import Exercise
    from grader.ports import Examiner

SEEDS = 20


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
    seed_ids = [f"proof-{number}" for number in range(seeds)]
    failed = False
    with ExitStack() as stack:
        progress = stack.enter_context(Progress(console=Console(stderr=True), transient=True))
        examiners: SimpleQueue[Examiner] = SimpleQueue()
        for _ in range(min(jobs, len(chosen))):  # started here: a nursery dies with the thread that started it
            examiners.put(stack.enter_context(local_examiner()))
        pool = stack.enter_context(ThreadPoolExecutor(jobs))
        proofs = [pool.submit(_prove, examiners, exercise, seed_ids, progress) for exercise in chosen]
        for exercise, proof in zip(chosen, proofs, strict=True):
            flaws, seconds = proof.result()
            _tell(exercise, flaws, seeds, seconds, as_json=as_json)
            failed = failed or bool(flaws)
    raise SystemExit(1 if failed else 0)


def _prove(
    examiners: SimpleQueue[Examiner], exercise: Exercise, seed_ids: list[str], progress: Progress
) -> tuple[list[Flaw], float]:
    """Prove one exercise with an examiner that is free; return its flaws and the seconds that it took."""
    examiner = examiners.get()
    started = time.monotonic()
    task = progress.add_task(exercise.slug, total=None)
    try:
        flaws = prove(
            examiner,
            exercise,
            seed_ids=seed_ids,
            on_step=lambda done, steps: progress.update(task, completed=done, total=steps),
        )
        return flaws, time.monotonic() - started
    finally:
        progress.remove_task(task)
        examiners.put(examiner)


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
