"""A school on SQLite, on both databases where a test asks for `anywhere`, and one who sends webhooks to it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import psycopg
import pytest

from grader.storage import make_engine, unit_of_work_factory
from grader.storage.tables import Table
from tests.lms.hooks.sender import VAULT
from tests.lms.hooks.sender import sender as make_sender
from tests.web.school import School

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from tests.lms.hooks.sender import Sender


@pytest.fixture(scope="session")
def hooks_database(postgres_url: str) -> Iterator[str]:
    """A database of its own: the contract tests of storage empty theirs."""
    plain = postgres_url.replace("+psycopg", "")
    with psycopg.connect(plain, autocommit=True) as connection:
        connection.execute("CREATE DATABASE hooks")
        yield postgres_url.replace("/postgres?", "/hooks?")
        connection.execute("DROP DATABASE hooks")


def school_at(url: str) -> Iterator[School]:
    engine = make_engine(url)
    Table.metadata.create_all(engine)
    yield School(unit_of_work_factory(engine))
    Table.metadata.drop_all(engine)
    engine.dispose()


@pytest.fixture
def school(tmp_path: Path) -> Iterator[School]:
    yield from school_at(f"sqlite:///{tmp_path / 'hooks.db'}")


@pytest.fixture
def sender(school: School) -> Sender:
    return make_sender(school)


@pytest.fixture(scope="module")
def firm(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Sender]:
    """A sender for all tests of a file that send what leaves nothing; no limit is met."""
    never = dict.fromkeys(("hook_limit", "forged_limit", "submit_limit"), "100000 per minute")
    for school in school_at(f"sqlite:///{tmp_path_factory.mktemp('firm') / 'hooks.db'}"):
        yield make_sender(school, school.app(vault=VAULT, **never))


@pytest.fixture(params=["sqlite", "postgresql"])
def anywhere(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Sender]:
    """A sender to a school on each database."""
    url = f"sqlite:///{tmp_path / 'any.db'}"
    if request.param == "postgresql":
        url = request.getfixturevalue("hooks_database")
    for school in school_at(url):
        yield make_sender(school)
