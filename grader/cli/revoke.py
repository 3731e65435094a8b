"""`grader revoke LOGIN`: close a person's tokens, when one of them is lost or the person has left."""

from __future__ import annotations

import click

from grader.bootstrap.store import SystemClock, open_database, operator
from grader.domain.inert import inert
from grader.services.tokens import revoke_all
from grader.settings import DatabaseSettings, read_settings


@click.command()
@click.argument("login")
def command(login: str) -> None:
    """Close all tokens of LOGIN for good; `grader enrol` gives them a new one."""
    with open_database(read_settings(DatabaseSettings), origin=operator()) as make_uow:
        count = revoke_all(make_uow(), SystemClock(), login=login)
    click.echo(f"{inert(login)}: {count} token{'' if count == 1 else 's'} revoked")
