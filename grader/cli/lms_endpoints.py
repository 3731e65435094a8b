"""`grader lms endpoints …`: where a course's webhooks go to and come from, over the API, for its staff."""

from __future__ import annotations

import time
from typing import IO, TYPE_CHECKING

import click
from rich.console import Console
from rich.table import Table

from grader.cli.calling import calls_service, told
from grader.cli.client import Client
from grader.cli.connections_client import ConnectionsClient
from grader.cli.screen import harmless, safe
from grader.domain.lms.header_lines import read_headers

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from grader.cli.client import Answer
    from grader.cli.connections_client import Delivery, Endpoint, EndpointInFull, WithSecret

_LOOK_SECONDS = 1.0
_LONGEST_TEST = 40  # looks: connecting and reading take 18 s at most

_as_json = click.option("--json", "as_json", is_flag=True, help="Print one line of JSON.")
_number = click.argument("number", type=click.IntRange(1))


def _drafts(command: Callable[..., None]) -> Callable[..., None]:
    """Give *command* the options that say what an endpoint is to be."""
    for option in (
        click.option(
            "--headers", type=click.File(), help="A file of headers to send along, one a line; - to type them."
        ),
        click.option("--receives/--no-receives", default=None, help="Whether it may send us webhooks."),
        click.option("--event", "events", multiple=True, help="Send only this event; repeat."),
        click.option("--url", help="Where to send events to, https://…"),
    ):
        command = option(command)
    return command


@click.group("endpoints")
def command() -> None:
    """See and change where a course's webhooks go to and come from."""


@command.command("list")
@click.argument("course")
@calls_service
@_as_json
def show_all(course: str, *, server: str, token: str, as_json: bool) -> None:
    """List the endpoints of COURSE."""
    with told():
        found = _client(server, token, course).endpoints()
    if as_json:
        _print(found)
        return
    table = Table(show_edge=False, pad_edge=False, header_style="bold")
    for name in ("number", "name", "sends to", "events", "sends us", "state"):
        table.add_column(name, overflow="fold")
    for each in found.endpoints:
        events = ", ".join(each.events) or "all"
        sends_us = "yes" if each.hook else "no"
        table.add_row(*map(safe, (str(each.id), each.name, each.url or "-", events, sends_us, _state(each))))
    Console(highlight=False).print(table)


@command.command("show")
@click.argument("course")
@_number
@calls_service
@_as_json
def show(course: str, number: int, *, server: str, token: str, as_json: bool) -> None:
    """Show endpoint NUMBER of COURSE, and what it sent us lately."""
    with told():
        found = _client(server, token, course).endpoint(number)
    _print(found) if as_json else _show(found)


@command.command("make")
@click.argument("course")
@click.argument("name")
@_drafts
@calls_service
@_as_json
def make(
    course: str,
    name: str,
    *,
    server: str,
    token: str,
    as_json: bool,
    **draft: object,
) -> None:
    """Make an endpoint called NAME in COURSE; its secret is printed, this once."""
    with told():
        made = _client(server, token, course).make({"name": name, **_wish(draft)})
    _print(made) if as_json else _show_secret(made)


@command.command("change")
@click.argument("course")
@_number
@click.option("--name", help="Another name.")
@click.option("--all-events", is_flag=True, help="Send all events from now on.")
@_drafts
@calls_service
@_as_json
def change(
    course: str,
    number: int,
    *,
    server: str,
    token: str,
    name: str | None,
    all_events: bool,
    as_json: bool,
    **draft: object,
) -> None:
    """Change endpoint NUMBER of COURSE; what no option names stays. A header without a value keeps its own."""
    if all_events and draft["events"]:
        raise click.UsageError("--all-events and --event exclude each other")
    wish = _wish(draft) | ({"name": name} if name is not None else {}) | ({"events": []} if all_events else {})
    with told():
        found = _client(server, token, course).change(number, wish)
    _print(found) if as_json else _show(found)


@command.command("remove")
@click.argument("course")
@_number
@calls_service
@click.confirmation_option(prompt="Nothing is sent there any more, what waits neither. Remove it?")
def remove(course: str, number: int, *, server: str, token: str) -> None:
    """Remove endpoint NUMBER of COURSE; what it was sent stays in the log."""
    with told():
        left = _client(server, token, course).remove(number)
    click.echo(f"removed; {len(left.endpoints)} left")


@command.command("rotate")
@click.argument("course")
@_number
@calls_service
@_as_json
def rotate(course: str, number: int, *, server: str, token: str, as_json: bool) -> None:
    """Make the secret of endpoint NUMBER anew and print it, this once; the old one is good for 24 hours more."""
    with told():
        rotated = _client(server, token, course).rotate(number)
    _print(rotated) if as_json else _show_secret(rotated)


@command.command("switch")
@click.argument("course")
@_number
@click.argument("to", type=click.Choice(["on", "off"]))
@calls_service
@_as_json
def switch(course: str, number: int, to: str, *, server: str, token: str, as_json: bool) -> None:
    """Send nothing more to endpoint NUMBER (off), or send again, what waited meanwhile, too (on)."""
    with told():
        switched = _client(server, token, course).switch(number, on=to == "on")
    if as_json:
        _print(switched)
    else:
        click.echo(harmless(f"{switched.name}: {_state(switched)}"))


@command.command("test")
@click.argument("course")
@_number
@calls_service
@click.option("--no-wait", is_flag=True, help="Don't wait for what comes of it.")
@_as_json
def test(course: str, number: int, *, server: str, token: str, no_wait: bool, as_json: bool) -> None:
    """Send a test to endpoint NUMBER and tell what came of it; exits 1 when it did not arrive."""
    with told():
        client = _client(server, token, course)
        sent = client.send_test(number)
        if not no_wait:
            sent = _watched(client, sent)
    if as_json:
        _print(sent)
    else:
        click.echo(harmless(f"delivery {sent.id}: {sent.state}{f', {sent.note}' if sent.note else ''}"))
    if not no_wait and sent.state != "delivered":
        raise SystemExit(1)


def _watched(client: ConnectionsClient, sent: Delivery) -> Delivery:
    """Return a delivery once it was tried, or as it is when nobody sends it."""
    for _ in range(_LONGEST_TEST):
        if sent.was_tried:
            break
        time.sleep(_LOOK_SECONDS)
        sent = client.delivery(sent.id)
    return sent


def _wish(draft: Mapping[str, object]) -> dict[str, object]:
    """Return what the options ask for, nothing for those that were left out."""
    wish = {name: draft[name] for name in ("url", "receives") if draft[name] is not None}
    if draft["events"]:
        wish["events"] = list(draft["events"])  # type: ignore[call-overload]
    file: IO[str] | None = draft["headers"]  # type: ignore[assignment]
    if file is not None:
        wish["headers"] = read_headers(file.read())
    return wish


def _client(server: str, token: str, course: str) -> ConnectionsClient:
    return ConnectionsClient(Client(server, token), course)


def _print(answer: Answer) -> None:
    click.echo(answer.model_dump_json(ensure_ascii=True))


def _state(endpoint: Endpoint) -> str:
    """Return whether something is sent, and why not."""
    if endpoint.off:
        return f"off since {endpoint.off[:16]}: {endpoint.off_because}".rstrip(": ")
    if not endpoint.url:
        return "nothing is sent"
    return f"failing since {endpoint.failing[:16]}" if endpoint.failing else "on"


def _show(found: EndpointInFull) -> None:
    _show_facts(found)
    if found.headers:
        click.echo(harmless(f"headers: {', '.join(found.headers)}"))
    for each in found.received:
        click.echo(harmless(f"sent us {each.type} at {each.when[:16]}, as {each.id}: {each.answer}"))


def _show_secret(found: WithSecret) -> None:
    _show_facts(found)
    click.echo(f"secret, shown this once: {harmless(found.secret)}")
    if found.old_secret_until:
        click.echo(harmless(f"the old one is good until {found.old_secret_until[:16]}"))


def _show_facts(found: Endpoint) -> None:
    click.echo(harmless(f"endpoint {found.id}, {found.name}: {_state(found)}"))
    if found.url:
        click.echo(harmless(f"sends {', '.join(found.events) or 'all events'} to {found.url}"))
    if found.hook:
        click.echo(harmless(f"takes webhooks at {found.hook}"))
