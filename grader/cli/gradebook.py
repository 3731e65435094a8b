"""`grader gradebook COURSE`: a course's grades at the terminal, or as CSV or JSON; over the API, for its staff."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING

import click
from rich.console import Console
from rich.table import Table

from grader.cli.calling import calls_service, told
from grader.cli.client import ApiError, Client
from grader.cli.screen import safe
from grader.cli.teaching_client import TeachingClient

if TYPE_CHECKING:
    from rich.text import Text

    from grader.cli.client import Counted, Gradebook, Row


@click.command()
@click.argument("course")
@calls_service
@click.option("--csv", "csv_file", type=click.Path(dir_okay=False, allow_dash=True, path_type=Path), help="Write CSV.")
@click.option("--json", "as_json", is_flag=True, help="Print one line of JSON.")
@click.option("--section", default="", help="Only this section.")
@click.option("--find", default="", help="Only whose name or login holds this.")
@click.option("--sort", default="", help="name, login, section, sum or an item, like exercise:conv; -sum: best first.")
@click.option(
    "--missing", help="Only of whom nothing is graded yet: of an item, or of all of them.", metavar="ITEM|all"
)
@click.option("--ended", is_flag=True, help="Also who has left the course.")
def command(
    course: str,
    *,
    server: str,
    token: str,
    csv_file: Path | None,
    as_json: bool,
    section: str,
    find: str,
    sort: str,
    missing: str | None,
    ended: bool,
) -> None:
    """Show the grades of COURSE, of whose staff you are; the audit log notes it.

    Marks: L is late and cost points, * was set by hand.
    """
    if csv_file is not None and as_json:
        raise click.UsageError("--csv and --json exclude each other")
    wanted = {
        "sort": sort,
        "section": section,
        "q": find,
        "only": "" if missing is None else "missing",
        "item": "" if missing in {None, "all"} else str(missing),
        "ended": "1" if ended else "",
    }
    with told():
        client = TeachingClient(Client(server, token))
        if csv_file is not None:
            _write(csv_file, client.gradebook_csv(course, wanted))
        elif as_json:
            click.echo(_one_line(client.gradebook_json(course, wanted)))
        else:
            _show(client.gradebook(course, wanted))


def _write(path: Path, content: bytes) -> None:
    if str(path) == "-":
        click.echo(content, nl=False)
        return
    try:
        path.write_bytes(content)
    except OSError as error:
        raise click.ClickException(f"can't write {path}: {(error.strerror or 'it failed').lower()}") from None
    click.echo(f"written: {path}", err=True)


def _one_line(content: bytes) -> str:
    """Return JSON in ASCII, which no terminal obeys."""
    try:
        return json.dumps(json.loads(content), ensure_ascii=True)
    except ValueError:
        raise ApiError("the answer is not what grader's API says: no JSON") from None


def _show(book: Gradebook) -> None:
    table = Table(show_edge=False, pad_edge=False, header_style="bold")
    table.add_column("student")
    has_sections = any(row.section for row in book.rows)
    if has_sections:
        table.add_column("section")
    table.add_column(f"sum\n/{book.max_points:g}", justify="right")
    for item in book.items:
        table.add_column(safe(f"{item.slug}\n/{item.max_points}"), justify="right")
    for row in book.rows:
        section = [safe(row.section)] if has_sections else []
        table.add_row(_named(row), *section, f"{row.points:g}", *map(_cell, row.grades))
    Console(highlight=False).print(table)


def _named(row: Row) -> Text:
    return safe(f"{row.login}  {row.name}".rstrip())


def _cell(counted: Counted | None) -> str:
    if counted is None:
        return "-"
    return f"{round(counted.points, 2):g}{'L' if counted.late else ''}{'*' if counted.overridden else ''}"
