"""`python -m tests.lms.hooks.served BIND FILE`: a school on SQLite behind gunicorn; prints a key and its secret."""

from __future__ import annotations

import sys
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from grader.storage import make_engine, unit_of_work_factory
from grader.storage.tables import Table
from grader.web.serve import serve
from tests.fakes import FixedClock
from tests.lms.hooks.sender import sender
from tests.web.school import School

if TYPE_CHECKING:
    from collections.abc import Iterator

    from flask import Flask


def say(*words: object) -> None:
    print(*words, flush=True)  # noqa: T201 - the test reads it


@contextmanager
def open_app() -> Iterator[Flask]:
    engine = make_engine(f"sqlite:///{sys.argv[2]}")
    Table.metadata.create_all(engine)
    found = sender(School(unit_of_work_factory(engine), clock=FixedClock(datetime.now(UTC))))
    say(found.key, found.secret)
    yield found.app
    engine.dispose()


if __name__ == "__main__":
    serve(open_app, bind=sys.argv[1], threads=8, ready=say)
