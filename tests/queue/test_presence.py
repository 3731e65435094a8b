"""A worker is seen while it lives, idle or busy, and leaves nothing behind when it ends."""

from __future__ import annotations

import os
import signal
from typing import TYPE_CHECKING

import pytest

from tests.queue.test_worker import START, pool_process

if TYPE_CHECKING:
    from datetime import datetime

    from grader.cli.embedded.children import Child
    from grader.domain.station import Station
    from tests.queue.conftest import Course


@pytest.fixture
def running(worker: Child) -> Child:
    worker.start()
    worker.wait_ready(START)
    return worker


def station(course: Course) -> Station | None:
    """Return the only pool process, as it last said itself."""
    with course.uow().reading() as uow:
        found = uow.stations.all()
    assert len(found) <= 1
    return found[0] if found else None


def heard(course: Course) -> datetime:
    found = station(course)
    assert found
    return found.heard


@pytest.mark.usefixtures("running")
def test_an_idle_process_says_again_and_again_that_it_is_there(course: Course) -> None:
    first = heard(course)
    course.until(lambda: heard(course) > first)
    second = heard(course)
    course.until(lambda: heard(course) > second)
    found = station(course)
    assert found
    assert (found.node, found.device, found.run_id, found.since) == ("here", "cpu", None, None)


@pytest.mark.usefixtures("running")
def test_a_busy_one_says_with_what(course: Course) -> None:
    run = course.submit("x = 1\n")
    with course.held():
        course.ring(run)
        course.until(lambda: (found := station(course)) is not None and found.run_id == run)
        found = station(course)
        assert found
        assert found.since
        assert found.started <= found.since <= found.heard
    course.until_graded(run)
    course.until(lambda: (found := station(course)) is not None and found.run_id is None)
    after = heard(course)
    course.until(lambda: heard(course) > after)  # the alarm is set again


def test_one_that_ends_in_peace_is_gone(course: Course, running: Child) -> None:
    assert station(course)
    running.stop()
    assert station(course) is None


def test_one_that_is_killed_is_silent(course: Course, running: Child) -> None:
    os.kill(pool_process(running), signal.SIGSTOP)
    assert running.pid
    os.kill(running.pid, signal.SIGKILL)
    last = heard(course)
    assert station(course)
    assert heard(course) == last
