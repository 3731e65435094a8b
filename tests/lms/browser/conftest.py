from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.e2e.chromium import running_chromium
from tests.lms.launches import databases
from tests.lms.launches.campus import Campus

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from playwright.sync_api import Browser


@pytest.fixture(scope="module")
def chromium() -> Iterator[Browser]:
    with running_chromium() as browser:
        yield browser


@pytest.fixture
def campus(tmp_path: Path) -> Iterator[Campus]:
    with databases.sqlite(tmp_path) as engine:
        yield Campus(engine)
