"""A real Valkey on a private socket, a database with a student, a real worker with a fake examiner."""

from __future__ import annotations

import os
import sqlite3
import sys
import tempfile
import time
from contextlib import ExitStack, contextmanager
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from grader.bootstrap.store import migrate, open_store
from grader.cli.embedded import broker as embedded
from grader.cli.embedded.children import UNHURRIED, Child
from grader.domain.people import Role
from grader.domain.regrade import Choice
from grader.domain.submission import State
from grader.services import enrol
from grader.services.submit import submit
from grader.services.sweep import sweep
from grader.settings import Settings
from tests.fakes import FakeCatalogue, an_exercise

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from datetime import datetime

    from grader.domain.submission import Run
    from grader.ports import UnitOfWork


class Broker:
    """Valkey in a folder of its own; what it accepted is there again after a restart."""

    def __init__(self, folder: Path) -> None:
        self.socket = folder / "broker"
        self.url = embedded.url(self.socket)
        self._child = Child("broker", embedded.command(folder, self.socket), dict(os.environ), folder, folder)

    def start(self) -> None:
        self._child.start()
        self._child.wait_ready(20, answers=lambda: embedded.answers(self.socket))

    def stop(self) -> None:
        self._child.stop()


@pytest.fixture
def stopped_broker() -> Iterator[Broker]:
    with tempfile.TemporaryDirectory(prefix="grader-") as name:  # pytest's own paths are too long for a socket
        broker = Broker(Path(name))
        yield broker
        broker.stop()


@pytest.fixture
def broker(stopped_broker: Broker) -> Broker:
    stopped_broker.start()
    return stopped_broker


class Course:
    """A database with one student, who hands in what a test says."""

    def __init__(self, folder: Path, broker_url: str) -> None:
        self.folder = folder
        self._rung: dict[int, datetime] = {}
        self.settings = Settings(
            database_url=f"sqlite:///{folder / 'grader.sqlite3'}", broker_url=broker_url, exercises=folder
        )
        migrate(self.settings)
        self._resources = ExitStack()
        store = self._resources.enter_context(open_store(self.settings))
        self._store = replace(store, catalogue=FakeCatalogue([an_exercise()]))
        self._course = course = enrol.add_course(self.uow(), slug="spring", title="Spring", lesson="channels")
        self._user = enrol.add_user(self.uow(), login="ada", name="Ada")
        enrol.enrol(self.uow(), user=self._user, course=course, role=Role.STUDENT)

    def uow(self) -> UnitOfWork:
        return self._store.make_uow()

    def submit(self, source: str) -> int:
        """Hand *source* in and return its run's number."""
        uow = self.uow()
        submission = submit(
            uow,
            self._store.clock,
            self._store.catalogue,
            self._store.bell,
            user=self._user,
            course_slug="spring",
            exercise_slug="pointwise-conv",
            data=source.encode(),
        )
        with uow.reading():
            return uow.runs.latest(submission.id).id

    def ring(self, run_id: int, *, behind: bool = False) -> None:
        self._store.bell.ring(run_id, behind=behind)

    def grade_again(self, submission_ids: list[int]) -> list[int]:
        """Start a regrade of these and return its runs' numbers; nobody rings."""
        uow = self.uow()
        with uow.writing():
            regrade = uow.regrades.add(
                self._course.id,
                "pointwise-conv",
                Choice.SELECTION,
                version="",
                never_lower=False,
                reason="a test was wrong",
                by="ines",
                made=self._store.clock.now(),
            )
            uow.regrades.propose(regrade.id, submission_ids, queued=self._store.clock.now())
            uow.commit()
        with uow.reading():
            return [run.id for run in uow.regrades.waiting(regrade.id, len(submission_ids))]

    def run(self, run_id: int) -> Run:
        uow = self.uow()
        with uow.reading():
            return uow.runs.get(run_id)

    def sweep(self) -> None:
        sweep(self._store.make_uow, self._store.clock, self._store.bell, rung=self._rung)

    def let_leases_run_out(self) -> None:
        """Set the clock of all leases forward: the true ones last minutes."""
        with sqlite3.connect(self.folder / "grader.sqlite3") as connection:
            connection.execute("UPDATE runs SET lease_until = '2020-01-01 00:00:00' WHERE lease_until IS NOT NULL")
        connection.close()

    def examined(self) -> list[str]:
        """Return what examinations were begun on, in order."""
        path = self.folder / "examined"
        return path.read_text().splitlines() if path.exists() else []

    def until(self, what: Callable[[], bool], *, swept: bool = False) -> None:
        """Wait until *what* holds; with *swept*, beside a sweeper."""
        deadline = time.monotonic() + 25
        while not what():
            assert time.monotonic() < deadline, "it did not happen within 25 s"
            if swept:
                self.sweep()
            time.sleep(0.1)

    def until_graded(self, run_id: int, *, swept: bool = False) -> None:
        self.until(lambda: self.run(run_id).state is State.GRADED, swept=swept)

    @contextmanager
    def held(self) -> Iterator[None]:
        """Keep examinations from ending."""
        hold = self.folder / "hold"
        hold.touch()
        try:
            yield
        finally:
            hold.unlink()

    def close(self) -> None:
        self._resources.close()


@pytest.fixture
def course(broker: Broker, tmp_path: Path) -> Iterator[Course]:
    course = Course(tmp_path, broker.url)
    yield course
    course.close()


@pytest.fixture
def worker(course: Course, broker: Broker) -> Iterator[Child]:
    """Return a worker that is not started yet."""
    environment = {
        **os.environ,
        "GRADER_DATABASE_URL": course.settings.database_url,
        "GRADER_BROKER_URL": broker.url,
        "GRADER_EXERCISES": str(course.folder),
        "GRADER_SEED_SECRET": "s" * 32,
    }
    command = [sys.executable, "-m", "tests.queue.fake_worker", str(course.folder)]
    child = Child("worker", command, environment, course.folder, broker.socket.parent, UNHURRIED)
    yield child
    child.stop()
