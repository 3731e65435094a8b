"""`grader lms sync|columns|reconcile|state`: a course of an LMS that is connected, over the API, for its staff."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from grader.cli.calling import Refused, calls_service, told
from grader.cli.lms_platforms import as_json_option, client_of, print_json
from grader.cli.screen import harmless

if TYPE_CHECKING:
    from grader.cli.lms_client import Difference, LmsClient, State

_of = click.option(
    "--of", "number", type=click.IntRange(1), help="The number of the course of an LMS, where several are connected."
)


@click.command("sync")
@click.argument("course")
@_of
@click.option("--remove-many", is_flag=True, help="Even if more than half of them leave.")
@calls_service
@as_json_option
def sync(course: str, *, number: int | None, remove_many: bool, server: str, token: str, as_json: bool) -> None:
    """Read who is in the LMS's course, and have the same people in COURSE."""
    with told():
        client = client_of(server, token, course)
        done = client.sync(_only(client, number), removes_many=remove_many)
    if as_json:
        print_json(done)
    else:
        click.echo(harmless(done.note))


@click.command("columns")
@click.argument("course")
@click.argument("items", nargs=-1, required=True, metavar="ITEM…")
@_of
@calls_service
@as_json_option
def columns(course: str, items: tuple[str, ...], *, number: int | None, server: str, token: str, as_json: bool) -> None:
    """Make a column in the LMS's gradebook for each ITEM, like exercise:pointwise-conv or quiz:quiz."""
    with told():
        client = client_of(server, token, course)
        made = client.make_columns(_only(client, number), items)
    if as_json:
        print_json(made)
        return
    for each in made.columns:
        click.echo(harmless(f"{each.id}\t{each.kind}:{each.item}\t{each.label}\t{each.max_points}"))


@click.command("reconcile")
@click.argument("course")
@_of
@click.option("--send", is_flag=True, help="Send what differs once more.")
@click.option("--send-all", is_flag=True, help="Send all scores once more, without asking the LMS.")
@calls_service
@as_json_option
def reconcile(
    course: str, *, number: int | None, send: bool, send_all: bool, server: str, token: str, as_json: bool
) -> None:
    """Read back what the LMS shows and print what differs from COURSE; exits 1 when something does and is not sent."""
    with told():
        client = client_of(server, token, course)
        which = _only(client, number)
        if send or send_all:
            done = client.resend(which, everything=send_all)
    if send or send_all:
        if as_json:
            print_json(done)
        else:
            click.echo(f"{done.sent} on their way")
        return
    with told():
        found = client.differences(which)
    if as_json:
        print_json(found)
    else:
        for each in found.differences:
            click.echo(harmless(_line(each)))
        click.echo(f"{len(found.differences)} differ", err=True)
    if found.differences:
        raise click.exceptions.Exit(1)


@click.command("state")
@click.argument("course")
@click.argument("login")
@calls_service
@as_json_option
def state(course: str, login: str, *, server: str, token: str, as_json: bool) -> None:
    """Show what LMSes have of the student LOGIN of COURSE."""
    with told():
        found = client_of(server, token, course).state(login)
    if as_json:
        print_json(found)
        return
    for each in found.columns:
        click.echo(harmless(_state(each)))
    if not found.columns:
        click.echo("no LMS knows them, or none has a column")


def _only(client: LmsClient, number: int | None) -> int:
    """Return the number of the course of an LMS that is meant."""
    if number is not None:
        return number
    found = client.show().connections
    if not found:
        raise Refused("no course of an LMS is connected: open a link there, as who teaches it")
    if len(found) > 1:
        numbers = ", ".join(f"{each.id} ({each.title})" for each in found)
        raise Refused(harmless(f"several are connected, say which with --of: {numbers}"))
    return found[0].id


def _line(each: Difference) -> str:
    coming = "\ton its way" if each.coming else ""
    return f"{each.login}\t{each.label}\there {_points(each.here)}\tthere {_points(each.there)}{coming}"


def _points(points: float | None) -> str:
    """Return points, or that there are none.

    >>> _points(3.0), _points(2.5), _points(None)
    ('3', '2.5', '-')
    """
    return "-" if points is None else f"{points:g}"


def _state(each: State) -> str:
    has = f"has {_points(each.points)}/{each.max_points} since {each.since[:16]}" if each.since else "has no score yet"
    why = f" ({each.why})" if each.why else ""
    rest = {"coming": ", what counts is on its way", "died": ", what counts did not get there"}.get(each.state, "")
    return f"{each.platform}, {each.label}: {has}{rest}{why}"
