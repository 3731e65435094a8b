"""The threads of a dispatcher: who is slow, dead or broken is in nobody else's way."""

from __future__ import annotations

import threading
import time
from contextlib import contextmanager
from dataclasses import replace
from datetime import timedelta
from functools import partial
from itertools import pairwise
from typing import TYPE_CHECKING, Any

import pytest

from grader.bootstrap.store import SystemClock
from grader.dispatcher import pool
from grader.dispatcher.pool import Dispatcher
from grader.domain.errors import DatabaseBusy
from grader.domain.lms.delivery import Answer, DeliveryState
from grader.services import dispatch
from tests.fakes import NOON

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence

    from grader.ports import UnitOfWork
    from tests.lms.dispatch.post import Post

PATIENCE = 20.0  # seconds, on a busy machine
THREADS = 4


class Town:
    """Receivers whose names say how they are: `silent` ones answer when the test ends, `dead` ones refuse."""

    def __init__(self) -> None:
        self.over = threading.Event()
        self._lock = threading.Lock()
        self.asked: list[tuple[str, float]] = []
        self.retry_after: timedelta | None = None

    def post(self, url: str, *, headers: Mapping[str, str], body: bytes, hidden: Sequence[str] = ()) -> Answer:
        del headers, body, hidden
        with self._lock:
            self.asked.append((url, time.monotonic()))
        if "silent" in url:
            self.over.wait(PATIENCE)
            return Answer("POST", problem="no answer came in time")
        if "dead" in url:
            return Answer("POST", 503, retry_after=self.retry_after)
        return Answer("POST", 204)

    def times(self, name: str) -> list[float]:
        with self._lock:
            return [when for url, when in self.asked if name in url]


@pytest.fixture
def town(post: Post) -> Town:
    town = Town()
    post.ways = replace(post.ways, courier=town)
    return town


@contextmanager
def running(post: Post, town: Town) -> Iterator[Dispatcher]:
    dispatcher = Dispatcher(post.make_uow, SystemClock(), post.ways, threads=THREADS)
    loop = threading.Thread(target=dispatcher.run)
    loop.start()
    try:
        yield dispatcher
    finally:
        dispatcher.stop()
        town.over.set()
        loop.join(PATIENCE)
        assert not loop.is_alive()


def until(what: Callable[[], bool]) -> None:
    deadline = time.monotonic() + PATIENCE
    while not what():
        assert time.monotonic() < deadline
        time.sleep(0.02)


def delivered(post: Post, endpoint_id: int) -> int:
    done = DeliveryState.DELIVERED
    return sum(each.endpoint_id == endpoint_id and each.state is done for each in post.deliveries())


def fails(endpoint_id: int, uow: UnitOfWork) -> None:
    uow.endpoints.failed(endpoint_id, NOON)


def test_receivers_that_are_silent_hold_up_nobody(post: Post, town: Town) -> None:
    for number in range(2 * THREADS):
        endpoint = post.endpoint(f"silent-{number}")
        post.write(partial(fails, endpoint.id))
    well = post.endpoint("well").id
    post.tell(10)
    with running(post, town):
        until(lambda: delivered(post, well) == 10)
        assert len(town.times("silent")) == THREADS // 2


def test_one_that_refuses_has_a_rest_after_each_failure(post: Post, town: Town) -> None:
    post.endpoint("dead")
    well = post.endpoint("well").id
    post.tell(50)
    with running(post, town):
        until(lambda: delivered(post, well) == 50 and len(town.times("dead")) >= 4)
    asked = town.times("dead")[1:]  # at the first failure it may be asked once more before that is known
    assert min(after - before for before, after in pairwise(asked)) >= pool.REST_SECONDS


def test_one_that_asks_to_be_left_alone_is_left_alone_by_all_that_waits_for_it(post: Post, town: Town) -> None:
    town.retry_after = timedelta(seconds=30)
    post.endpoint("dead")
    post.tell(5)
    with running(post, town):
        until(lambda: bool(town.times("dead")))
        time.sleep(2 * pool.REST_SECONDS)
        assert len(town.times("dead")) == 1


def test_a_database_that_is_busy_ends_no_thread(post: Post, town: Town, monkeypatch: pytest.MonkeyPatch) -> None:
    for number in range(3 * THREADS):
        post.endpoint(f"well-{number}")
    post.tell()
    errors = [DatabaseBusy(), ZeroDivisionError()] * THREADS
    real = dispatch.send

    def send(*args: Any) -> object:  # noqa: ANN401 - what `send` takes
        if errors:
            raise errors.pop()
        return real(*args)

    monkeypatch.setattr(pool, "send", send)
    with running(post, town):
        until(lambda: len(town.times("well")) == THREADS)
    assert errors == []


def test_all_that_is_due_is_sent_at_once_when_asked(post: Post, town: Town) -> None:
    post.endpoint("dead")
    post.endpoint("well")
    post.tell(5)
    assert town.asked == []
    counts = Dispatcher(post.make_uow, post.clock, post.ways, threads=THREADS).drain()
    assert dict(counts) == {"delivered": 5, "again": 5}
