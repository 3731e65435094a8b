"""`grader grade EXERCISE FILE…`: grade files here, in the same jail as the service's, without a server."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING

import click
from rich.console import Console

from grader.bootstrap.local import find_exercise, local_catalogue, local_examiner
from grader.cli.client import Report as ShownReport
from grader.cli.screen import harmless, show_report
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
@click.option("--device", type=click.Choice(["cpu", "cuda"]), default="cpu", show_default=True)
@click.option("--exercises", type=click.Path(path_type=Path), help="The folder of lessons [GRADER_EXERCISES].")
def command(exercise: str, files: tuple[Path, ...], as_json: bool, device: str, exercises: Path | None) -> None:  # noqa: FBT001 - click's
    """Grade FILES for EXERCISE ("slug" or "lesson/slug"), in the order given.

    Exits 0 when all were graded, whatever their scores; 1 when something of ours failed; 2 for a mistake in the call.
    """
    found = find_exercise(local_catalogue(exercises), exercise)
    console = Console(highlight=False)
    with local_examiner(device) as examiner:
        for file in files:
            report = grade_file(examiner, found, file)
            if as_json:
                click.echo(json.dumps(as_object(file, report)))
            else:
                console.print(harmless(str(file)), style="bold", markup=False)
                show_report(console, as_shown(report))


def grade_file(examiner: Examiner, exercise: Exercise, file: Path) -> Report:
    """Grade one file; a file that is no Python source gets no points, like one that crashes. Internal if ours."""
    try:
        source = parse_source(file.read_bytes(), limit_kib=exercise.limits.source_kib)
    except Mistake as mistake:
        return unreadable(exercise, str(mistake))
    report = examiner.examine(exercise, source)
    ours = next((check for check in report.checks if check.outcome is Outcome.INTERNAL), None)
    if ours is not None:
        raise Internal(f"{file} was not graded: {ours.name}: {ours.staff_message or ours.message}")
    return report


def unreadable(exercise: Exercise, why: str) -> Report:
    """Return the report on a file that could not be read as Python: every scenario crashed, for the reason given."""
    message = why[:1].upper() + why[1:] + "."
    checks = tuple(
        CheckResult(s.name, s.title, 0, s.points, Outcome.CRASHED, message, visibility=s.visibility)
        for s in exercise.scenarios
    )
    return Report(exercise.lesson, exercise.slug, exercise.content_hash, checks, "", "", "", "", seconds=0.0)


def as_object(file: Path, report: Report) -> dict[str, object]:
    """Return the report as what `--json` prints; *score* counts points, *seconds* is grading's wall clock."""
    return {
        "file": str(file),
        "exercise": report.exercise,
        "score": report.points,
        "max_score": report.max_points,
        "outcome": report.outcome.value,
        "misconception": report.misconception,
        "hint": report.hint,
        "seconds": round(report.seconds, 6),
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
            }
            for check in report.checks
        ],
    }


def as_shown(report: Report) -> ShownReport:
    """Return the report as the terminal's table takes it."""
    checks = [
        {
            "name": check.name,
            "title": check.title,
            "points": check.points,
            "max_points": check.max_points,
            "outcome": check.outcome.value,
            "message": check.message,
            "misconception": check.misconception,
            "hint": None,  # said once, below the table
        }
        for check in report.checks
    ]
    return ShownReport.model_validate(
        {
            "points": report.points,
            "max_points": report.max_points,
            "outcome": report.outcome.value,
            "misconception": report.misconception,
            "hint": report.hint,
            "checks": checks,
        }
    )
