"""`grader lms status|connect|check|code|remove`: LMSes of a course, over the API, for its staff."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click
from rich.console import Console
from rich.table import Table

from grader.cli.calling import Refused, calls_service, told
from grader.cli.client import Client
from grader.cli.lms_client import LmsClient
from grader.cli.screen import harmless, safe

if TYPE_CHECKING:
    from collections.abc import Callable

    from grader.cli.client import Answer
    from grader.cli.lms_client import Connection, Lms, Ours, Platform

FAMILIES = ("canvas", "moodle", "openedx", "brightspace", "blackboard", "other")

as_json_option = click.option("--json", "as_json", is_flag=True, help="Print one line of JSON.")


def says_platform(command: Callable[..., None]) -> Callable[..., None]:
    """Give *command* the options that say what an LMS is and told."""
    for option in (
        click.option("--deployment", "deployments", multiple=True, help="A deployment id; repeat."),
        click.option("--audience", help="Of tokens, where it is not their address."),
        click.option("--jwks-url", help="Address of its key set."),
        click.option("--token-url", help="Address of its tokens."),
        click.option("--auth-url", help="Address where one signs in."),
        click.option("--client-id", help="What it calls us: without it, our addresses are only told."),
        click.option("--issuer", help="What it calls itself."),
        click.option("--name", help="Its name here."),
    ):
        command = option(command)
    return command


def wish_of(**given: object) -> dict[str, object]:
    """Return what was given on the command line, as the API takes it."""
    return {name: list(value) if isinstance(value, tuple) else value for name, value in given.items() if value}


def client_of(server: str, token: str, course: str) -> LmsClient:
    """Return what makes a person's calls about a course's LMSes."""
    return LmsClient(Client(server, token), course)


def print_json(answer: Answer) -> None:
    """Print an answer as one line."""
    click.echo(answer.model_dump_json(ensure_ascii=True))


@click.command("status")
@click.argument("course")
@calls_service
@as_json_option
def status(course: str, *, server: str, token: str, as_json: bool) -> None:
    """Show which LMSes COURSE is connected with, and how far scores are."""
    with told():
        found = client_of(server, token, course).show()
    if as_json:
        print_json(found)
    else:
        _show(Console(highlight=False), found)


@click.command("connect")
@click.argument("course")
@click.option("--family", type=click.Choice(FAMILIES), help="Which LMS it is.")
@click.option("--site", help="Where its pages begin, like https://moodle.example.edu.")
@click.option("--platform", type=click.IntRange(1), help="The number of one that was begun or connected.")
@says_platform
@calls_service
@as_json_option
def connect(course: str, *, server: str, token: str, as_json: bool, platform: int | None, **given: object) -> None:
    """Connect COURSE with an LMS: tells the addresses to fill in there; with --platform, takes what it shows then."""
    wish = wish_of(**given)
    if platform is None and "family" not in wish:
        raise Refused("say which LMS it is: --family, or --platform for one that was begun")
    if platform is not None and "site" in wish:
        raise Refused("--site is for a new one: say --issuer, --auth-url, --token-url or --jwks-url instead")
    with told():
        client = client_of(server, token, course)
        found = client.connect(wish) if platform is None else client.change(platform, wish)
    if as_json:
        print_json(found)
    else:
        say_addresses(found)


@click.command("check")
@click.argument("course")
@click.argument("platform", type=click.IntRange(1))
@calls_service
@as_json_option
def check(course: str, platform: int, *, server: str, token: str, as_json: bool) -> None:
    """Test the connection with LMS number PLATFORM; exits 1 when a step fails, and says which."""
    with told():
        found = client_of(server, token, course).check(platform)
    if as_json:
        print_json(found)
    else:
        for step in found.steps:
            click.echo(harmless(f"{step.name}: {step.wrong or 'works'}"))
    if not found.works:
        raise click.exceptions.Exit(1)


@click.command("code")
@click.argument("course")
@calls_service
@as_json_option
def code(course: str, *, server: str, token: str, as_json: bool) -> None:
    """Print a code that connects an LMS with COURSE, good once and for an hour."""
    with told():
        made = client_of(server, token, course).code()
    if as_json:
        print_json(made)
    else:
        click.echo(harmless(f"code\t{made.code}\nregistration\t{made.registration}"))
        click.echo(harmless(f"good once, until {made.until}"), err=True)


@click.command("remove")
@click.argument("course")
@click.argument("platform", type=click.IntRange(1))
@click.option("--yes", is_flag=True, help="Don't ask.")
@calls_service
@as_json_option
def remove(course: str, platform: int, *, yes: bool, server: str, token: str, as_json: bool) -> None:
    """Remove LMS number PLATFORM: nobody comes from it, it gets no more scores; those that are there stay."""
    if not yes:
        click.confirm(f"remove LMS {platform} of {course}?", abort=True, err=True)
    with told():
        gone = client_of(server, token, course).remove(platform)
    if as_json:
        print_json(gone)
    else:
        click.echo(harmless(f"removed {gone.name}"))


def say_addresses(found: Platform) -> None:
    """Print an LMS with our addresses for it, divided by tabs."""
    click.echo(harmless(f"platform\t{found.id}\n{addresses(found.ours)}"))
    state = "connected" if found.finished else f"begun: fill these in there, then connect --platform {found.id}"
    click.echo(harmless(f"{found.name} is {state}"), err=True)


def addresses(ours: Ours) -> str:
    """Return our addresses, one a line."""
    return f"login\t{ours.login}\nlaunch\t{ours.launch}\nkeys\t{ours.keys}\nhome\t{ours.home}"


def _show(console: Console, found: Lms) -> None:
    if not found.platforms and not found.connections:
        console.print("not connected with any LMS")
    if found.platforms:
        table = _table("number", "LMS", "family", "issuer", "state")
        for each in found.platforms:
            table.add_row(*map(safe, (str(each.id), each.name, each.family, each.issuer, _state(each))))
        console.print(table)
    if found.connections:
        table = _table("course", "of", "title", "column", "item", "there", "coming", "failed")
        for connection in found.connections:
            for row in _rows(connection):
                table.add_row(*map(safe, row))
        console.print(table)


def _rows(connection: Connection) -> list[tuple[str, ...]]:
    head = str(connection.id), connection.platform_name, connection.title
    if not connection.columns:
        return [(*head, "-", "-", "-", "-", "-")]
    return [
        (
            *head,
            f"{each.id} {each.label}",
            f"{each.kind}:{each.item}",
            str(each.there),
            str(each.coming),
            str(each.died),
        )
        for each in connection.columns
    ]


def _state(platform: Platform) -> str:
    if not platform.finished:
        return "begun"
    return f"takes no scores since {platform.failing[:16]}" if platform.failing else "connected"


def _table(*columns: str) -> Table:
    table = Table(show_edge=False, pad_edge=False, header_style="bold")
    for name in columns:
        table.add_column(name, overflow="fold")
    return table
