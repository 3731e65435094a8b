"""`grader regrade COURSE EXERCISE`: run earlier submissions again, and see what that changes before it counts."""

from __future__ import annotations

import json
import time
from typing import TYPE_CHECKING

import click
from rich.console import Console
from rich.table import Table

from grader.cli.calling import calls_service, told
from grader.cli.client import ApiError, Client
from grader.cli.screen import safe
from grader.cli.teaching_client import TeachingClient

if TYPE_CHECKING:
    from grader.cli.teaching_client import Regrade, RegradeDifference

_LOOK_SECONDS = 1.0
_MOST_FAILURES = 30  # looks in a row


@click.command()
@click.argument("course")
@click.argument("exercise")
@calls_service
@click.option("--reason", required=True, help="Why; kept in the log.")
@click.option(
    "--scope",
    type=click.Choice(["all", "latest", "best", "selection"]),
    default="all",
    show_default=True,
    help="Which submissions; latest and best are each student's.",
)
@click.option("--submission", "submissions", type=click.IntRange(1), multiple=True, help="One of a selection; repeat.")
@click.option("--version", default="", help="Only what was graded with this content of the exercise.")
@click.option("--never-lower", is_flag=True, help="Who would fall keeps what they have.")
@click.option("--dry-run", is_flag=True, help="Throw it away once the difference is shown.")
@click.option("--apply", "is_applied", is_flag=True, help="Apply it without asking.")
@click.option("--json", "as_json", is_flag=True, help="Print the regrade in full as one line of JSON.")
def command(
    course: str,
    exercise: str,
    *,
    server: str,
    token: str,
    reason: str,
    scope: str,
    submissions: tuple[int, ...],
    version: str,
    never_lower: bool,
    dry_run: bool,
    is_applied: bool,
    as_json: bool,
) -> None:
    """Run submissions to EXERCISE again that are graded, behind all live work, and show what would change.

    No grade changes before the regrade is applied: with --apply, or on its page.
    """
    if dry_run and is_applied:
        raise click.UsageError("--dry-run and --apply exclude each other")
    wish = {
        "exercise": exercise.rpartition("/")[2],
        "reason": reason,
        "scope": "selection" if submissions else scope,
        "version": version,
        "never_lower": never_lower,
        "submissions": list(submissions),
    }
    console = Console(stderr=as_json, highlight=False)
    with told():
        client = TeachingClient(Client(server, token))
        seen = _watched(client, course, client.start_regrade(course, wish), console)
        if seen.difference is not None:
            _show(console, seen.difference)
        if seen.stage == "running" and (dry_run or is_applied):
            seen = client.decide_regrade(course, seen.id, "discard" if dry_run else "apply")
        console.print(safe(_stands(server, course, seen)))
        if as_json:
            click.echo(json.dumps(json.loads(client.regrade_json(course, seen.id))))


def _watched(client: TeachingClient, course: str, seen: Regrade, console: Console) -> Regrade:
    """Show how a regrade goes on until it is over; return how it stands then."""
    failures = 0
    with console.status(f"regrade {seen.id}") as status:
        while seen.difference is None:
            status.update(safe(_progress(seen)))
            time.sleep(_LOOK_SECONDS)
            try:
                seen, failures = client.regrade(course, seen.id), 0
            except ApiError as error:
                failures += 1
                if error.is_final or failures > _MOST_FAILURES:
                    raise
    return seen


def _progress(seen: Regrade) -> str:
    progress = seen.progress
    place = f", place {seen.place} in the queue" if seen.place is not None else ""
    return f"regrade {seen.id}: {progress.done} of {progress.total} runs have ended{place}"


def _show(console: Console, difference: RegradeDifference) -> None:
    if difference.scenarios:
        table = Table("test", "passed now", "not any more", "otherwise", show_edge=False, header_style="bold")
        for each in difference.scenarios:
            table.add_row(safe(each.title), str(each.better), str(each.worse), str(each.other))
        console.print(table)
    if difference.changed_grades:
        table = Table("student", "before", "after", "", show_edge=False, header_style="bold")
        for grade in difference.changed_grades:
            before, after = f"{grade.before:g}/{grade.before_max}", f"{grade.after:g}/{grade.after_max}"
            table.add_row(safe(grade.login), before, after, safe(grade.way, "green" if grade.way == "rises" else "red"))
        console.print(table)
    for what, ways in (("grades", difference.grades), ("submissions", difference.submissions)):
        ours = f", {ways.ours} failed by a fault of the service" if ways.ours else ""
        console.print(f"{what}: {ways.rises} rise, {ways.falls} fall, {ways.stays} stay{ours}")


def _stands(server: str, course: str, seen: Regrade) -> str:
    page = f"{server.rstrip('/')}/courses/{course}/staff/regrades/{seen.id}"
    ends = {
        "running": f"nothing is changed yet; apply regrade {seen.id} or throw it away at {page}",
        "applied": f"regrade {seen.id} is applied; it can be undone at {page}",
        "discarded": f"regrade {seen.id} is thrown away; no grade has changed",
    }
    return ends.get(seen.stage, f"regrade {seen.id} is {seen.stage}")
