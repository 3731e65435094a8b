"""A post office on SQLite; for races, on a real PostgreSQL as well."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from grader.storage import unit_of_work_factory
from tests.lms.dispatch.post import Post
from tests.lms.launches import databases

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path


@pytest.fixture
def post(tmp_path: Path) -> Iterator[Post]:
    with databases.sqlite(tmp_path) as engine:
        yield Post(unit_of_work_factory(engine))


@pytest.fixture(params=["sqlite", "postgresql"])
def both(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Post]:
    """The same, on either database."""
    server = request.getfixturevalue("postgres_url") if request.param == "postgresql" else ""
    with databases.postgres(server) if server else databases.sqlite(tmp_path) as engine:
        yield Post(unit_of_work_factory(engine))
