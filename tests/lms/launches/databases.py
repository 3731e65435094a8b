"""Databases of their own for tests of launches."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING

import psycopg

from grader.storage import make_engine
from grader.storage.tables import Table

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from sqlalchemy import Engine

_NAME = "launches"


@contextmanager
def sqlite(folder: Path) -> Iterator[Engine]:
    """Give a new database on SQLite."""
    with _engine(f"sqlite:///{folder / 'launches.db'}") as engine:
        yield engine


@contextmanager
def postgres(server: str) -> Iterator[Engine]:
    """Give a new database on PostgreSQL: the contract tests of storage empty theirs."""
    with psycopg.connect(server.replace("+psycopg", ""), autocommit=True) as connection:
        connection.execute(f"CREATE DATABASE {_NAME}")
        try:
            with _engine(server.replace("/postgres?", f"/{_NAME}?")) as engine:
                yield engine
        finally:
            connection.execute(f"DROP DATABASE {_NAME}")


@contextmanager
def _engine(url: str) -> Iterator[Engine]:
    engine = make_engine(url)
    Table.metadata.create_all(engine)
    yield engine
    engine.dispose()
