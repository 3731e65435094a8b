"""Each contract test runs on the fake, on SQLite and on a real PostgreSQL."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from sqlalchemy import text

from grader.storage import make_engine, migrate, unit_of_work_factory
from grader.storage.tables import Table
from tests.fakes import FakeUnitOfWork

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from sqlalchemy import Engine

    from tests.storage.databases import MakeUow


@pytest.fixture
def sqlite_engine(tmp_path: Path) -> Iterator[Engine]:
    engine = make_engine(f"sqlite:///{tmp_path / 'grader.db'}")
    Table.metadata.create_all(engine)
    yield engine
    engine.dispose()


@pytest.fixture(scope="session")
def migrated_postgres(postgres_url: str) -> Iterator[Engine]:
    migrate.upgrade(postgres_url)
    engine = make_engine(postgres_url)
    yield engine
    engine.dispose()
    migrate.downgrade(postgres_url)


@pytest.fixture
def postgres_engine(migrated_postgres: Engine) -> Engine:
    """The server's tables, emptied: faster than a database for each test."""
    names = ", ".join(table.name for table in Table.metadata.sorted_tables)
    with migrated_postgres.begin() as connection:
        connection.execute(text(f"TRUNCATE {names} RESTART IDENTITY"))
    return migrated_postgres


@pytest.fixture(params=["sqlite", "postgresql"])
def engine(request: pytest.FixtureRequest) -> Engine:
    name = {"sqlite": "sqlite_engine", "postgresql": "postgres_engine"}[request.param]
    found: Engine = request.getfixturevalue(name)
    return found


@pytest.fixture(params=["fake", "sqlite", "postgresql"])
def make_uow(request: pytest.FixtureRequest) -> MakeUow:
    if request.param == "fake":
        return FakeUnitOfWork.factory()
    name = {"sqlite": "sqlite_engine", "postgresql": "postgres_engine"}[request.param]
    return unit_of_work_factory(request.getfixturevalue(name))
