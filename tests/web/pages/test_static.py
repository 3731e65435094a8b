"""What a page loads: compressed, kept for long, named for its content; the page itself is nobody else's to keep."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from tests.web.pages.browser import Browser
    from tests.web.school import School

ACCEPTS = {"Accept-Encoding": "gzip, deflate, br"}


@pytest.mark.parametrize("name", ["base.css", "vendor/htmx.js", "vendor/codemirror.js", "vendor/katex.css"])
def test_a_file_is_compressed_and_kept(school: School, name: str) -> None:
    answer = school.app().test_client().get(f"/static/{name}", headers=ACCEPTS)
    assert answer.headers["Content-Encoding"] == "br"
    assert answer.headers["Cache-Control"] == "public, max-age=31536000"
    assert "Set-Cookie" not in answer.headers


def test_its_address_changes_with_its_content(ada: Browser) -> None:
    page = ada.get("/courses/spring").text
    assert re.search(r'href="/static/base\.css\?v=[0-9a-f]{12}"', page)
    assert not re.search(r'(?:href|src)="/static/[^"?]*"', page)


@pytest.mark.parametrize("path", ["/courses/spring", "/profile", "/sign-in", "/nothing-here"])
def test_a_page_is_kept_by_nobody(ada: Browser, path: str) -> None:
    assert ada.client.get(path).headers["Cache-Control"] == "no-store"


@pytest.mark.parametrize(
    "name", ["../look.py", "..%2flook.py", "%2e%2e/look.py", "vendor/../../look.py", "nothing.css"]
)
def test_nothing_but_static_files_is_given(school: School, name: str) -> None:
    answer = school.app().test_client().get(f"/static/{name}")
    assert answer.status_code == 404
    assert "def asset" not in answer.text
