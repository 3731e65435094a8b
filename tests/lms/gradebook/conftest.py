from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from grader.storage import make_engine, unit_of_work_factory
from grader.storage.tables import Table
from tests.lms.gradebook.desk import Desk
from tests.services.conftest import World, populated

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    engine = make_engine(f"sqlite:///{tmp_path / 'grader.db'}")
    Table.metadata.create_all(engine)
    yield Desk(populated(World(unit_of_work_factory(engine))))
    engine.dispose()
