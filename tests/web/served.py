"""`python -m tests.web.served BIND`: a school behind gunicorn; prints its address, then a token and a submission."""

from __future__ import annotations

import sys
from contextlib import contextmanager
from dataclasses import replace
from typing import TYPE_CHECKING

from grader.web.serve import serve
from tests.fakes import FakeUnitOfWork
from tests.web.school import QUICK, School

if TYPE_CHECKING:
    from collections.abc import Iterator

    from flask import Flask

LONG = replace(QUICK, lifetime=600.0)


def say(*words: object) -> None:
    print(*words, flush=True)  # noqa: T201 - the test reads it


@contextmanager
def open_app() -> Iterator[Flask]:
    school = School(FakeUnitOfWork.factory())
    say(school.tokens["ada"], school.submit())
    yield school.app(pace=LONG)
    say("closed")


if __name__ == "__main__":
    serve(open_app, bind=sys.argv[1], threads=8, ready=say)
