"""Database, catalogue and bell, joined: what the web process, the sweeper and the operator's commands use.

open_database  the database alone: `grader revoke`
open_records   and the catalogue: `grader enrol`
open_store     and the bell: every lasting process
operator       who sits at the terminal, for the audit log
"""

from __future__ import annotations

import os
import pwd
from contextlib import closing, contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from grader.catalogue import FolderCatalogue
from grader.domain.audit import Origin
from grader.passwords import Argon2Passwords
from grader.queue import CeleryBell
from grader.storage import make_engine, unit_of_work_factory
from grader.storage import migrate as migrations

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from grader.ports import Bell, Catalogue, Clock, Passwords, UnitOfWork
    from grader.settings import DatabaseSettings, RecordsSettings, Settings


class SystemClock:
    """The machine's clock."""

    def now(self) -> datetime:
        """Return the current time, with zone UTC."""
        return datetime.now(UTC)


@dataclass(frozen=True)
class Records:
    """What use cases are given that wake no worker; *make_uow* makes a unit of work for one thread or request."""

    make_uow: Callable[[], UnitOfWork]
    clock: Clock
    catalogue: Catalogue


@dataclass(frozen=True)
class Store(Records):
    """What all use cases are given."""

    bell: Bell
    passwords: Passwords


_SERVICE = Origin()


def _nobody() -> None:
    """Hear nothing."""


def operator() -> Origin:
    """Return who runs this command: the account, since what an environment says anybody can say."""
    number = os.getuid()
    try:
        name = pwd.getpwuid(number).pw_name
    except KeyError:  # containers may run as a number
        name = str(number)
    return Origin(name, "terminal")


@contextmanager
def open_database(
    settings: DatabaseSettings, *, origin: Origin = _SERVICE, on_outbox: Callable[[], None] = _nobody
) -> Iterator[Callable[[], UnitOfWork]]:
    """Give what makes units of work of this *origin*, and close the connections in the end.

    They don't survive a fork. *on_outbox* is called after a commit that left something to be sent.
    """
    engine = make_engine(settings.database_url)
    make = unit_of_work_factory(engine, on_outbox=on_outbox)

    def make_uow() -> UnitOfWork:
        uow = make()
        uow.origin = origin
        return uow

    try:
        yield make_uow
    finally:
        engine.dispose()


@contextmanager
def open_records(
    settings: RecordsSettings, *, origin: Origin = _SERVICE, on_outbox: Callable[[], None] = _nobody
) -> Iterator[Records]:
    """Give database and catalogue, without a broker: what is to be sent waits for the dispatcher's own look."""
    with open_database(settings, origin=origin, on_outbox=on_outbox) as make_uow:
        yield Records(make_uow, SystemClock(), FolderCatalogue(settings.exercises))


@contextmanager
def open_store(settings: Settings, *, origin: Origin = _SERVICE) -> Iterator[Store]:
    """Give a store for this process and close its connections in the end; it does not survive a fork."""
    with (
        closing(CeleryBell(settings.broker_url)) as bell,
        open_records(settings, origin=origin, on_outbox=bell.deliver) as records,
    ):
        yield Store(records.make_uow, records.clock, records.catalogue, bell, Argon2Passwords())


def migrate(settings: DatabaseSettings) -> str:
    """Bring the tables up to date; return the revision that they are at."""
    migrations.upgrade(settings.database_url)
    return migrations.current(settings.database_url) or "none"
