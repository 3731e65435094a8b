"""One desk for the tests of a module: starting it takes as long as importing torch."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.outside.desk import Desk

if TYPE_CHECKING:
    from collections.abc import Iterator


@pytest.fixture(scope="module")
def desk(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Desk]:
    desk = Desk(tmp_path_factory.mktemp("desk"))
    yield desk
    desk.close()
