"""Database, catalogue and bell, joined: what the web process, the sweeper and the operator's commands use."""

from __future__ import annotations

from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from grader.catalogue import FolderCatalogue
from grader.queue import CeleryBell
from grader.storage import make_engine, unit_of_work_factory
from grader.storage import migrate as migrations

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from grader.ports import Bell, Catalogue, Clock, UnitOfWork
    from grader.settings import DatabaseSettings, Settings


class SystemClock:
    """The machine's clock."""

    def now(self) -> datetime:
        """Return the current time, with zone UTC."""
        return datetime.now(UTC)


@dataclass(frozen=True)
class Store:
    """What the use cases are given; *make_uow* makes a unit of work for one thread or request."""

    make_uow: Callable[[], UnitOfWork]
    clock: Clock
    catalogue: Catalogue
    bell: Bell


@contextmanager
def open_store(settings: Settings) -> Iterator[Store]:
    """Give a store for this process and close its connections in the end; it does not survive a fork."""
    engine = make_engine(settings.database_url)
    bell = CeleryBell(settings.broker_url)
    try:
        yield Store(
            make_uow=unit_of_work_factory(engine),
            clock=SystemClock(),
            catalogue=FolderCatalogue(settings.exercises),
            bell=bell,
        )
    finally:
        bell.close()
        engine.dispose()


def migrate(settings: DatabaseSettings) -> str:
    """Bring the tables up to date; return the revision that they are at."""
    migrations.upgrade(settings.database_url)
    return migrations.current(settings.database_url) or "none"
