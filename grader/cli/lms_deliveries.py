"""`grader lms deliveries …`: what other systems were told of a course, over the API, for its staff."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click
from rich.console import Console
from rich.table import Table

from grader.cli.calling import calls_service, told
from grader.cli.client import Client
from grader.cli.connections_client import ConnectionsClient
from grader.cli.screen import harmless, safe

if TYPE_CHECKING:
    from grader.cli.client import Answer
    from grader.cli.connections_client import Attempt, Delivery

_as_json = click.option("--json", "as_json", is_flag=True, help="Print one line of JSON.")
_number = click.argument("number", type=click.IntRange(1))
_endpoint = click.option("--endpoint", type=click.IntRange(1), help="Only to the endpoint of this number.")
_column = click.option("--column", type=click.IntRange(1), help="Only to the LMS column of this number.")


@click.group("deliveries")
def command() -> None:
    """See what other systems were told, and have it sent again."""


@command.command("list")
@click.argument("course")
@calls_service
@click.option("--state", type=click.Choice(["waiting", "sending", "delivered", "dead", "superseded"]))
@click.option("--kind", type=click.Choice(["webhook", "lti_ags"]), help="lti_ags: grades for an LMS.")
@_endpoint
@_column
@click.option("--student", help="Only about this login.")
@click.option("--before", type=click.IntRange(1), help="Only those below this number: the page that follows.")
@_as_json
def show_all(course: str, *, server: str, token: str, as_json: bool, **asked: object) -> None:
    """List what other systems were told of COURSE, newest first, 100 at a time."""
    wanted = {name: str(value) for name, value in asked.items() if value}
    with told():
        found = _client(server, token, course).deliveries(wanted)
    if as_json:
        _print(found)
        return
    table = Table(show_edge=False, pad_edge=False, header_style="bold")
    for name in ("number", "made", "what", "to", "student", "state", "tries", "note"):
        table.add_column(name, overflow="fold")
    for each in found.deliveries:
        cells = (str(each.id), each.made[:16], _what(each), each.to, each.student or "-", each.state)
        table.add_row(*map(safe, (*cells, str(each.attempts), each.note)))
    console = Console(highlight=False)
    console.print(table)
    if found.before is not None:
        console.print(f"there are more: --before {found.before}")


@command.command("show")
@click.argument("course")
@_number
@calls_service
@_as_json
def show(course: str, number: int, *, server: str, token: str, as_json: bool) -> None:
    """Show delivery NUMBER of COURSE: what was sent each time, and what came back."""
    with told():
        found = _client(server, token, course).delivery(number)
    if as_json:
        _print(found)
        return
    click.echo(harmless(_line(found)))
    for each in found.tries:
        click.echo(harmless(_attempt(each)))


@command.command("replay")
@click.argument("course")
@_number
@calls_service
@_as_json
def replay(course: str, number: int, *, server: str, token: str, as_json: bool) -> None:
    """Send delivery NUMBER of COURSE once more, with all its attempts before it."""
    with told():
        again = _client(server, token, course).replay(number)
    if as_json:
        _print(again)
    else:
        click.echo(harmless(_line(again)))


@command.command("replay-dead")
@click.argument("course")
@calls_service
@click.option("--since", default="", help="Only what failed since this moment, like 2026-05-01T00:00Z.")
@_endpoint
@_column
@_as_json
def replay_dead(
    course: str, *, server: str, token: str, since: str, endpoint: int | None, column: int | None, as_json: bool
) -> None:
    """Send once more all that failed for good."""
    wish = {"since": since, "endpoint": endpoint, "column": column}
    with told():
        done = _client(server, token, course).replay_dead(wish)
    if as_json:
        _print(done)
    else:
        click.echo(f"sent again: {done.deliveries}")


def _client(server: str, token: str, course: str) -> ConnectionsClient:
    return ConnectionsClient(Client(server, token), course)


def _print(answer: Answer) -> None:
    click.echo(answer.model_dump_json(ensure_ascii=True))


def _what(delivery: Delivery) -> str:
    return delivery.type or "grade"


def _line(delivery: Delivery) -> str:
    about = f" about {delivery.student}" if delivery.student else ""
    tries = f"{delivery.attempts} {'attempt' if delivery.attempts == 1 else 'attempts'}"
    following = f", next one at {delivery.next_attempt[:16]}" if delivery.next_attempt else ""
    note = f": {delivery.note}" if delivery.note else ""
    head = f"delivery {delivery.id}, {_what(delivery)}{about} to {delivery.to}"
    return f"{head}\n{delivery.state}, {tries}{following}{note}"


def _attempt(tried: Attempt) -> str:
    came = tried.problem or f"answered {tried.status}"
    head = f"\nattempt {tried.number} at {tried.started[:19]}, {tried.seconds:.2f} s: {tried.verdict}, {came}"
    return "\n".join([head, "--- sent", tried.request, "--- came back", tried.response or "(nothing)"])
