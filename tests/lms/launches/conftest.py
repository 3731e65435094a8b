from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.lms.launches import databases
from tests.lms.launches.campus import Campus

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path


@pytest.fixture
def campus(tmp_path: Path) -> Iterator[Campus]:
    with databases.sqlite(tmp_path) as engine:
        yield Campus(engine)


@pytest.fixture(params=["sqlite", "postgresql"])
def both(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Campus]:
    """The same, on either database."""
    server = request.getfixturevalue("postgres_url") if request.param == "postgresql" else ""
    with databases.postgres(server) if server else databases.sqlite(tmp_path) as engine:
        yield Campus(engine)
