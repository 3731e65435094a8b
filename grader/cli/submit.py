"""`grader submit EXERCISE FILE`: hand a file in, watch it being graded, read the report."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click
from rich.console import Console

from grader.cli.calling import calls_service, told
from grader.cli.client import ApiError, Client, Submission
from grader.cli.screen import safe, show_report
from grader.domain.errors import Invalid

if TYPE_CHECKING:
    from rich.status import Status


@click.command()
@click.argument("exercise")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@calls_service
@click.option("--course", help="Which course; needed when you are in several.")
@click.option("--json", "as_json", is_flag=True, help="Print the submission with its report as one line of JSON.")
def command(exercise: str, file: Path, *, server: str, token: str, course: str | None, as_json: bool) -> None:
    """Hand FILE in for EXERCISE ("slug" or "lesson/slug") and watch it being graded.

    Exits 0 when it was graded, whatever its score; 1 when the service failed; 2 for a mistake in the call or the file.
    """
    console = Console(stderr=as_json, highlight=False)
    slug = exercise.rpartition("/")[2]
    with told():
        client = Client(server, token)
        number = client.submit(course or _only_course(client), slug, file.read_bytes())
        final = watch(client, number, console)
    if as_json:
        click.echo(final.model_dump_json(ensure_ascii=True))
    elif final.report is not None:
        show_report(console, final.report)
    if final.report is None:
        raise click.ClickException(
            f"submission {number} could not be graded by a fault of the service; it counts for nothing"
        )


def watch(client: Client, number: int, console: Console) -> Submission:
    """Show how a submission goes on until it is final; return how it ended."""
    seen = None
    with console.status(f"submission {number}") as status:
        for seen in client.follow(number):
            _show(status, seen)
    if seen is None:
        raise ApiError(f"the service said nothing about submission {number}")
    return seen


def _show(status: Status, seen: Submission) -> None:
    detail = f"place {seen.place} in the queue" if seen.place is not None else seen.progress
    status.update(safe(f"submission {seen.id}: {seen.state} {detail}".rstrip()))


def _only_course(client: Client) -> str:
    """Return the one open course that the caller is in; Invalid when there is a choice, or none."""
    mine = client.courses()
    courses = [course.slug for course in mine if course.is_open]
    if len(courses) == 1:
        return courses[0]
    if courses:
        raise Invalid(f"--course must name one of: {', '.join(courses)}", field="course")
    closed = ", ".join(course.slug for course in mine)
    raise Invalid(f"you are in no open course; closed: {closed}" if closed else "you are in no course", field="course")
