"""`grader grade EXERCISE FILE…`: grade files here, in the same jail as the service's, without a server."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING

import click
from rich.console import Console

from grader.bootstrap.lessons import find_exercise, local_catalogue
from grader.bootstrap.local import local_examiner
from grader.cli.client import Report as ShownReport
from grader.cli.screen import harmless, safe, show_report
from grader.domain.errors import Internal, Mistake
from grader.domain.report import CheckResult, Outcome, Report
from grader.services.submit import parse_source

if TYPE_CHECKING:
    from grader.domain.exercise import Exercise
    from grader.ports import Examiner


@click.command()
@click.argument("exercise")
@click.argument("files", nargs=-1, required=True, type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object a line and file.")
@click.option(
    "--device",
    type=click.Choice(["cpu", "cuda"]),
    default="cpu",
    show_default=True,
    help="This version grades on the CPU only.",
)
@click.option("--exercises", type=click.Path(path_type=Path), help="The folder of lessons [GRADER_EXERCISES].")
def command(exercise: str, files: tuple[Path, ...], as_json: bool, device: str, exercises: Path | None) -> None:  # noqa: FBT001 - click's
    """Grade FILES for EXERCISE ("slug" or "lesson/slug"), in the order given.

    Exits 0 when all were graded, whatever their scores; 1 when something of ours failed, the other files are graded
    all the same; 2 for a mistake in the call.
    """
    failed = False
    found = find_exercise(local_catalogue(exercises), exercise)
    console = Console(highlight=False)
    with local_examiner(device) as examiner:
        for file in files:
            try:
                report = grade_file(examiner, found, file)
            except Internal as error:
                failed = True
                report = ungraded(found, Outcome.INTERNAL, "this was not graded, by a fault of ours")
                click.echo(harmless(f"grader: {error}"), err=True)
            if as_json:
                click.echo(json.dumps(as_object(file, report)))
            else:
                _show(console, file, report)
    raise SystemExit(1 if failed else 0)


def grade_file(examiner: Examiner, exercise: Exercise, file: Path) -> Report:
    """Grade one file; a file that is no Python source gets no points, like one that crashes. Internal if ours."""
    try:
        source = parse_source(file.read_bytes(), limit_kib=exercise.limits.source_kib)
    except Mistake as mistake:
        return ungraded(exercise, Outcome.CRASHED, str(mistake))
    report = examiner.examine(exercise, source)
    ours = next((check for check in report.checks if check.outcome is Outcome.INTERNAL), None)
    if ours is not None:
        raise Internal(f"{file} was not graded: {ours.name}: {ours.staff_message or ours.message}")
    return report


def ungraded(exercise: Exercise, outcome: Outcome, why: str) -> Report:
    """Return the report on a file that no scenario saw: each ended with *outcome*, for the reason given."""
    message = why[:1].upper() + why[1:] + ("" if why.endswith((".", "?", "!")) else ".")
    checks = tuple(
        CheckResult(s.name, s.title, 0, s.points, outcome, message, visibility=s.visibility) for s in exercise.scenarios
    )
    return Report(exercise.lesson, exercise.slug, exercise.content_hash, checks, "", "", "", "", seconds=0.0)


def as_object(file: Path, report: Report) -> dict[str, object]:
    """Return the report as what `--json` prints.

    *score* counts points, None when something of ours failed; *seconds* is grading's wall clock; *memory_mib* the most
    that the code held beyond torch, None when nobody saw.
    """
    return {
        "file": str(file),
        "exercise": report.exercise,
        "score": report.points if report.outcome is not Outcome.INTERNAL else None,
        "max_score": report.max_points,
        "outcome": report.outcome.value,
        "misconception": report.misconception,
        "hint": report.hint,
        "seconds": round(report.seconds, 6),
        "memory_mib": report.memory_mib,
        "device": report.device,
        "checks": [
            {
                "name": check.name,
                "title": check.title,
                "points": check.points,
                "max_points": check.max_points,
                "outcome": check.outcome.value,
                "message": check.message,
                "misconception": check.misconception,
                "hint": check.hint,
                "printed": check.printed,
                "detail": dict(check.detail),
            }
            for check in report.checks
        ],
    }


def _show(console: Console, file: Path, report: Report) -> None:
    console.print(safe(str(file), "bold"))
    points = {"points": report.points, "max_points": report.max_points}
    show_report(console, ShownReport.model_validate(as_object(file, report) | points))
