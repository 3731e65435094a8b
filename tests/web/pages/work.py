"""Addresses and steps that tests of the exercise's and the submission's pages share."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING

from sqlalchemy import event

from grader.storage import make_engine, unit_of_work_factory
from grader.storage.tables import Table
from tests.web.pages.browser import forms
from tests.web.school import School

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from werkzeug.test import TestResponse

    from tests.web.pages.browser import Browser

HERE = "/courses/spring/exercises/pointwise-conv"
DRAFT = f"{HERE}/draft"
HISTORY = f"{HERE}/submissions"
HOSTILE = "<script>alert(1)</script><img src=x onerror=alert(1)>\u202e\x1b]0;owned\x07"


def source_in(page: TestResponse) -> str:
    """Return what is in the editor."""
    return forms(page)[HERE].fields["source"][0]


def hand_in(browser: Browser, source: str) -> TestResponse:
    return browser.send(browser.get(HERE), HERE, source=source)


def number_in(page: TestResponse) -> int:
    """Return the number of the submission whose page it is."""
    assert page.request.path.startswith("/submissions/"), page.text
    return int(page.request.path.split("/")[2])


@contextmanager
def counted(tmp_path: Path) -> Iterator[tuple[School, Callable[[Callable[[], object]], int]]]:
    """Give a school on SQLite, and what counts the statements that something needs."""
    engine = make_engine(f"sqlite:///{tmp_path / 'pages.db'}")
    Table.metadata.create_all(engine)
    seen: list[str] = []
    event.listen(engine, "before_cursor_execute", lambda *args: seen.append(args[2]))

    def count(act: Callable[[], object]) -> int:
        seen.clear()
        act()
        return len(seen)

    yield School(unit_of_work_factory(engine)), count
    engine.dispose()
