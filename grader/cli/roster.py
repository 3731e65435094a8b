"""`grader roster show COURSE`, `grader roster import COURSE FILE`: who is in a course, over the API, for its staff."""

from __future__ import annotations

from collections import Counter
from typing import IO, TYPE_CHECKING

import click
from rich.console import Console
from rich.table import Table

from grader.cli.calling import Refused, calls_service, told
from grader.cli.client import Client
from grader.cli.roster_client import RosterClient
from grader.cli.screen import harmless, safe

if TYPE_CHECKING:
    from grader.cli.roster_client import Difference, Place, Roster


@click.group()
def command() -> None:
    """See who is in a course, or bring people in from a CSV file."""


@command.command("show")
@click.argument("course")
@calls_service
@click.option("--json", "as_json", is_flag=True, help="Print one line of JSON.")
def show(course: str, *, server: str, token: str, as_json: bool) -> None:
    """Show who is in COURSE, of whose staff you are."""
    with told():
        found = RosterClient(Client(server, token)).show(course)
    if as_json:
        click.echo(found.model_dump_json(ensure_ascii=True))
    else:
        _show_people(Console(highlight=False), found)


@command.command("import")
@click.argument("course")
@click.argument("file", type=click.File("rb"))
@calls_service
@click.option("--remove-missing", is_flag=True, help="Students who are not in FILE leave; their work stays.")
@click.option("--dry-run", is_flag=True, help="Only tell what would change.")
@click.option("--json", "as_json", is_flag=True, help="Print one line of JSON.")
def load(
    course: str, file: IO[bytes], *, server: str, token: str, remove_missing: bool, dry_run: bool, as_json: bool
) -> None:
    """Bring into COURSE who stands in FILE (- for standard input): all of it, or nothing while a line is wrong.

    Its first line names the columns: login, name, section, role. Exits 2 when a line is wrong, each of which is told.
    """
    data = file.read()
    console = Console(stderr=as_json, highlight=False)
    with told(), console.status("comparing"):
        client = RosterClient(Client(server, token))
        found = client.look(course, data, removes=remove_missing)
    if not as_json:
        _show_changes(console, found)
    if not (found.problems or dry_run) and found.changes:
        with told(), console.status(f"changing {len(found.changes)} people"):
            found = client.load(course, data, removes=remove_missing, seen=found)
    if as_json:
        click.echo(found.model_dump_json(ensure_ascii=True))
    else:
        console.print(safe(_sum(found)), soft_wrap=True)
    if found.problems:
        raise _wrong(found)


def _wrong(found: Difference) -> Refused:
    """Return all lines that are wrong as one complaint."""
    lines = [f"line {each.line}: {each.message}" for each in found.problems]
    return Refused(harmless("\n".join(["nothing was changed; mend the file:", *lines])))


def _show_people(console: Console, found: Roster) -> None:
    table = _table("login", "name", "role", "section", "last work", "state")
    for each in found.people:
        state = "left" if each.ended else "" if each.has_password else "no password yet"
        table.add_row(*map(safe, (each.login, each.name, each.role, each.section, (each.active or "")[:10], state)))
    console.print(table)


def _show_changes(console: Console, found: Difference) -> None:
    for column in found.ignored:
        console.print(safe(f"the column {column!r} means nothing here"), style="yellow")
    if not found.changes:
        return
    table = _table("login", "name", "what", "before", "after")
    for each in found.changes:
        table.add_row(*map(safe, (each.login, each.name, each.kind, _place(each.before), _place(each.after))))
    console.print(table)


def _table(*columns: str) -> Table:
    table = Table(show_edge=False, pad_edge=False, header_style="bold")
    for name in columns:
        table.add_column(name, overflow="fold")
    return table


def _place(place: Place | None) -> str:
    return ", ".join(filter(None, (place.role, place.section))) if place else "-"


def _sum(found: Difference) -> str:
    """Return how many people there are of each kind.

    >>> from grader.cli.roster_client import Difference
    >>> _sum(Difference(course="c", applied=True, fingerprint="", changes=[], unchanged=2, problems=[], ignored=[]))
    'done: 2 unchanged'
    """
    kinds = Counter(each.kind for each in found.changes) + Counter({"unchanged": found.unchanged})
    counts = ", ".join(f"{number} {kind}" for kind, number in kinds.items()) or "nobody"
    return f"{'done' if found.applied else 'changed nothing'}: {counts}"
