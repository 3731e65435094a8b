"""A course on a database, made anew for each test."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from grader.storage import make_engine, unit_of_work_factory
from grader.storage.tables import Table
from tests.fakes import FixedClock
from tests.lms.posting import Post, now
from tests.services.conftest import World, populated

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path


@pytest.fixture
def post(tmp_path: Path) -> Iterator[Post]:
    """Return what sends, at the time that it really is: receivers look at their clocks."""
    engine = make_engine(f"sqlite:///{tmp_path / 'grader.db'}")
    Table.metadata.create_all(engine)
    yield Post(populated(World(unit_of_work_factory(engine), FixedClock(now()))))
    engine.dispose()
