"""The dispatchers' bell: heard by them, left alone by workers, missed by nobody for long."""

from __future__ import annotations

import threading
import time
from contextlib import closing
from typing import TYPE_CHECKING

import pytest
import redis

from grader.dispatcher.bell import Ear
from grader.queue import LMS, CeleryBell

if TYPE_CHECKING:
    from collections.abc import Iterator

    from grader.cli.embedded.children import Child
    from tests.queue.conftest import Broker, Course

PATIENCE = 20.0  # seconds, on a busy machine


class Listening:
    """An ear, and how often it heard something."""

    def __init__(self, broker_url: str) -> None:
        self._heard = threading.Semaphore(0)
        self.ear = Ear(broker_url, self._heard.release)
        self.ear.start()

    def hears(self, seconds: float = PATIENCE) -> bool:
        return self._heard.acquire(timeout=seconds)


@pytest.fixture
def listening(stopped_broker: Broker) -> Iterator[Listening]:
    listening = Listening(stopped_broker.url)
    yield listening
    listening.ear.stop()
    listening.ear.join(PATIENCE)
    assert not listening.ear.is_alive()


def ring(broker: Broker, times: int = 1) -> None:
    with closing(CeleryBell(broker.url)) as bell:
        for _ in range(times):
            bell.deliver()


def waiting(broker: Broker) -> int:
    """Return how many rings nobody has heard."""
    with redis.Redis(unix_socket_path=str(broker.socket)) as client:
        return int(client.llen(LMS))


def test_each_ring_is_heard_and_none_is_left(listening: Listening, stopped_broker: Broker) -> None:
    stopped_broker.start()
    assert listening.hears()  # it looks once when it begins to listen
    ring(stopped_broker, 3)
    assert all(listening.hears() for _ in range(3))
    assert waiting(stopped_broker) == 0


def test_a_broker_that_comes_back_is_heard_again(listening: Listening, stopped_broker: Broker) -> None:
    assert not listening.hears(1)
    stopped_broker.start()
    assert listening.hears()
    stopped_broker.stop()
    stopped_broker.start()
    assert listening.hears()
    ring(stopped_broker)
    assert listening.hears()


def test_workers_leave_the_dispatchers_rings_alone(worker: Child, course: Course, broker: Broker) -> None:
    worker.start()
    worker.wait_ready(60.0)
    ring(broker)
    course.until_graded(course.submit("x = 1\n"))
    time.sleep(0.5)
    assert waiting(broker) == 1
