"""One jail for the tests of this folder: starting it takes as long as importing torch."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from grader.sandbox.host import BwrapSandbox

if TYPE_CHECKING:
    from collections.abc import Iterator


@pytest.fixture(scope="session")
def sandbox() -> Iterator[BwrapSandbox]:
    made = BwrapSandbox()
    yield made
    made.close()
