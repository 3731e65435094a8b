from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.fakes import FakeUnitOfWork
from tests.web.school import School

if TYPE_CHECKING:
    from flask.testing import FlaskClient


@pytest.fixture
def school() -> School:
    return School(FakeUnitOfWork.factory())


@pytest.fixture
def ada(school: School) -> FlaskClient:
    """A student, signed in."""
    return school.client("ada")


@pytest.fixture
def ines(school: School) -> FlaskClient:
    """The instructor of Ada's course, signed in."""
    return school.client("ines")
