"""`grader migrate`: bring the database's tables up to date. Safe to repeat."""

from __future__ import annotations

import logging

import click

from grader.bootstrap import logs
from grader.bootstrap.store import migrate
from grader.settings import DatabaseSettings, read_settings


@click.command()
def command() -> None:
    """Bring the database's tables up to date; safe to repeat, and while the old code still runs."""
    settings = read_settings(DatabaseSettings)
    logs.set_up(settings.log_level)
    if settings.log_level != "debug":
        logging.getLogger("alembic").setLevel(logging.WARNING)  # the line below says it all
    revision = migrate(settings)
    click.echo(f"the database is at revision {revision}")
