from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.web.pages.browser import signed_in

if TYPE_CHECKING:
    from tests.web.pages.browser import Browser
    from tests.web.school import School


@pytest.fixture
def ada(school: School) -> Browser:
    """A student's browser, signed in."""
    return signed_in(school, "ada")
