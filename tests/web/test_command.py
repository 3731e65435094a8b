"""`grader web`: the real thing, on SQLite, with a broker that is down."""

from __future__ import annotations

import os
import sys
import tempfile
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import requests

from grader.bootstrap.store import SystemClock
from grader.cli.embedded.children import Child
from grader.domain.people import Role
from grader.services import enrol, tokens
from grader.storage import make_engine, unit_of_work_factory
from grader.storage.tables import Table

if TYPE_CHECKING:
    from collections.abc import Iterator

EXERCISES = Path(__file__).parents[2] / "exercises"


def a_student(database_url: str) -> str:
    """Make a database with a student in a course; return the student's token."""
    engine = make_engine(database_url)
    Table.metadata.create_all(engine)
    make_uow = unit_of_work_factory(engine)
    ada = enrol.add_user(make_uow(), login="ada", name="Ada")
    course = enrol.add_course(make_uow(), slug="spring", title="Spring", lesson="1x1-convolutions")
    enrol.enrol(make_uow(), user=ada, course=course, role=Role.STUDENT)
    _, secret = tokens.issue(make_uow(), SystemClock(), user=ada, name="test")
    engine.dispose()
    return secret


@contextmanager
def running(folder: Path, database_url: str) -> Iterator[str]:
    """Run `grader web`; give its address."""
    settings = {
        "GRADER_DATABASE_URL": database_url,
        "GRADER_BROKER_URL": f"redis+socket:///{folder}/nobody-listens.sock",
        "GRADER_EXERCISES": str(EXERCISES),
        "GRADER_BIND": "127.0.0.1:0",
        "GRADER_SUBMIT_LIMIT": "1 per minute",
        "GRADER_SESSION_SECRET": "s" * 32,
        "GRADER_LMS_SECRET": "l" * 32,
    }
    child = Child("web", [sys.executable, "-m", "grader.cli", "web"], {**os.environ, **settings}, folder, folder)
    child.start()
    try:
        yield child.wait_ready(60)
    finally:
        child.stop()


def test_a_submission_is_kept_though_the_broker_is_down_and_the_limit_holds() -> None:
    with tempfile.TemporaryDirectory(prefix="web-") as folder:  # short: sockets stand in it
        database_url = f"sqlite:///{folder}/grader.db"
        headers = {"Authorization": f"Bearer {a_student(database_url)}"}
        with running(Path(folder), database_url) as server:
            url = f"{server}/api/v1/courses/spring/exercises/pointwise-conv/submissions"
            first, second = (
                requests.post(url, json={"source": "x = 1"}, headers=headers, timeout=10) for _ in range(2)
            )
            kept = requests.get(url, headers=headers, timeout=10).json()["submissions"]
    assert (first.status_code, second.status_code) == (202, 429)
    assert [(each["id"], each["state"]) for each in kept] == [(first.json()["id"], "queued")]
