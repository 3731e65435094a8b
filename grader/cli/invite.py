"""`grader invite LOGIN…`: print a link for each, by which one chooses a password for the pages."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

import click

from grader.bootstrap.store import SystemClock, open_database, operator
from grader.cli.screen import harmless
from grader.services import sign_in
from grader.settings import DatabaseSettings, read_settings

if TYPE_CHECKING:
    from collections.abc import Callable

    from grader.ports import UnitOfWork

URL = "GRADER_URL"


@click.command()
@click.argument("logins", nargs=-1, required=True, metavar="LOGIN…")
def command(logins: tuple[str, ...]) -> None:
    """Print a link for each LOGIN by which they choose a password; it is good once, for 14 days."""
    with open_database(read_settings(DatabaseSettings), origin=operator()) as make_uow:
        for login in logins:
            click.echo(f"{harmless(login)}\t{link(make_uow, login)}")


def link(make_uow: Callable[[], UnitOfWork], login: str, *, url: str | None = None) -> str:
    """Return a new invitation's address, below *url* or GRADER_URL; NotFound when there is no such user."""
    base = (url or os.environ.get(URL) or "").rstrip("/")
    return f"{base}/invitation/{sign_in.invite(make_uow(), SystemClock(), login=login)}"
