"""What tests of several areas share: a real PostgreSQL, started on first need, once for the whole run."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from hypothesis import settings

from tests.postgres import running_postgres

if TYPE_CHECKING:
    from collections.abc import Iterator

# How long an example takes depends on what else the machine does: no test asserts it.
settings.register_profile("grader", deadline=None)
settings.load_profile("grader")


@pytest.fixture(scope="session")
def postgres_url() -> Iterator[str]:
    with running_postgres() as url:
        yield url
