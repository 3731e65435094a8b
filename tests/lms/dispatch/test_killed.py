"""A dispatcher that is killed at any step loses nothing: all arrives, with the same id; grades are right in the end.

Real processes, a real SIGKILL; no broker runs, so they look for their work by themselves.
"""

from __future__ import annotations

import json
import os
import signal
import sqlite3
import sys
import tempfile
import time
from fractions import Fraction
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from grader.bootstrap.store import migrate
from grader.cli.embedded.children import FINISHING, Child
from grader.domain.lms.delivery import DeliveryState
from grader.settings import Settings
from grader.storage import make_engine, unit_of_work_factory
from tests.fakes import FixedClock
from tests.lms.dispatch.post import Post

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

START = 60.0  # seconds, on a busy machine
WEBHOOKS = 3
STEPS = ("claimed", "unsent", "sent", "ending", "ended")
ONCE = ("claimed", "unsent", "ended")
"""Steps at which what was in hand had not arrived yet, or had been written down."""


class Office:
    """A database, the folder that is the world, and dispatchers."""

    def __init__(self, folder: Path, sockets: Path) -> None:
        self.folder = folder
        self._sockets = sockets
        self._url = f"sqlite:///{folder / 'grader.sqlite3'}"
        settings = Settings(database_url=self._url, broker_url="redis+socket:///nobody/here", exercises=folder)
        migrate(settings)
        self._engine = make_engine(settings.database_url)
        self.post = Post(unit_of_work_factory(self._engine), clock=FixedClock())
        self._children: list[Child] = []

    def dispatcher(self) -> Child:
        """Start one more."""
        environment = {
            **os.environ,
            "GRADER_DATABASE_URL": self._url,
            "GRADER_BROKER_URL": "redis+socket:///nobody/here",
            "GRADER_EXERCISES": str(self.folder),
            "GRADER_LMS_SECRET": "v" * 32,
        }
        command = [sys.executable, "-m", "tests.lms.dispatch.fake_dispatcher", str(self.folder)]
        name = f"dispatcher-{len(self._children)}"
        child = Child(name, command, environment, self.folder, self._sockets, FINISHING)
        self._children.append(child)
        child.start()
        child.wait_ready(START)
        return child

    def kill_at(self, step: str) -> None:
        (self.folder / "kill").write_text(step)

    def arrived(self, name: str) -> list[dict[str, Any]]:
        path = self.folder / name
        return [json.loads(line) for line in path.read_text().splitlines()] if path.exists() else []

    def all_done(self) -> bool:
        return {each.state for each in self.post.deliveries()} == {DeliveryState.DELIVERED}

    def let_leases_run_out(self) -> None:
        """Set the clock of all leases forward: the true ones last longer than a test."""
        with sqlite3.connect(self.folder / "grader.sqlite3", timeout=20) as connection:
            for table in ("deliveries", "lms_scores"):
                connection.execute(f"UPDATE {table} SET lease = '2020-01-01 00:00:00' WHERE lease IS NOT NULL")  # noqa: S608
        connection.close()

    def until(self, what: Callable[[], bool]) -> None:
        deadline = time.monotonic() + 30
        while not what():
            assert time.monotonic() < deadline, [child.last_words() for child in self._children]
            time.sleep(0.05)

    def close(self) -> None:
        for child in self._children:
            child.stop()
        self._engine.dispose()


@pytest.fixture
def office(tmp_path: Path) -> Iterator[Office]:
    with tempfile.TemporaryDirectory(prefix="grader-") as sockets:  # pytest's own paths are too long for a socket
        office = Office(tmp_path, Path(sockets))
        yield office
        office.close()


def killed(office: Office, step: str) -> None:
    """Have a dispatcher be killed at *step*, and others do the rest."""
    office.kill_at(step)
    first = office.dispatcher()
    office.until(lambda: first.pid is None)
    assert not (office.folder / "kill").exists()
    office.let_leases_run_out()
    office.dispatcher()
    office.until(office.all_done)


@pytest.mark.parametrize("step", STEPS)
def test_webhooks_all_arrive_with_their_own_ids(office: Office, step: str) -> None:
    office.post.endpoint()
    wanted = {event.key for event in office.post.tell(WEBHOOKS)}
    killed(office, step)
    ids = [each["id"] for each in office.arrived("posted")]
    assert set(ids) == wanted
    assert len({each["body"] for each in office.arrived("posted")}) == WEBHOOKS
    assert len(ids) == WEBHOOKS + (step not in ONCE)


@pytest.mark.parametrize("step", STEPS)
def test_a_score_arrives_with_later_and_later_timestamps(office: Office, step: str) -> None:
    column = office.post.column()
    office.post.grade(3)
    killed(office, step)
    scores = office.arrived("scores")
    assert len(scores) == (1 if step in ONCE else 2)
    assert [score["scoreGiven"] for score in scores] == [3] * len(scores)
    stamps = [score["timestamp"] for score in scores]
    assert sorted(set(stamps)) == stamps
    state = office.post.state(column)
    assert (state.points, state.holder) == (Fraction(3), None)


def test_a_grade_that_changed_while_its_dispatcher_died_is_right_in_the_end(office: Office) -> None:
    office.post.column()
    office.post.grade(3)
    (office.folder / "hold").touch()
    first = office.dispatcher()
    office.until(lambda: len(office.arrived("scores")) == 1)
    office.post.grade(4)
    os.kill(first.pid or 0, signal.SIGKILL)
    office.until(lambda: first.pid is None)
    (office.folder / "hold").unlink()
    office.let_leases_run_out()
    office.dispatcher()
    states = {DeliveryState.SUPERSEDED, DeliveryState.DELIVERED}
    office.until(lambda: {each.state for each in office.post.deliveries()} == states)
    assert [score["scoreGiven"] for score in office.arrived("scores")] == [3, 4]


def test_one_that_is_stopped_ends_what_it_sends_and_takes_nothing_more(office: Office) -> None:
    office.post.endpoint()
    office.post.tell()
    (office.folder / "hold").touch()
    first = office.dispatcher()
    office.until(lambda: len(office.arrived("posted")) == 1)
    os.kill(first.pid or 0, signal.SIGTERM)
    time.sleep(1.2)  # by then it has heard
    office.post.tell()
    (office.folder / "hold").unlink()
    office.until(lambda: first.pid is None)
    assert [each.state for each in office.post.deliveries()] == [DeliveryState.DELIVERED, DeliveryState.WAITING]


def test_two_of_them_send_each_once(office: Office) -> None:
    for name in ("one", "two", "three"):
        office.post.endpoint(name)
    office.dispatcher()
    office.dispatcher()
    office.post.tell(20)
    office.until(office.all_done)
    sent = [(each["url"], each["id"]) for each in office.arrived("posted")]
    assert (len(sent), len(set(sent))) == (60, 60)
