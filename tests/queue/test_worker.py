"""The row is the queue: whatever happens to broker and workers, every submission is graded, once."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from grader.domain.errors import Unavailable
from grader.domain.submission import MAX_RUN_CLAIMS, State

if TYPE_CHECKING:
    from grader.cli.embedded.children import Child
    from tests.queue.conftest import Broker, Course

START = 60.0  # seconds, on a busy machine


@pytest.fixture
def running(worker: Child) -> Child:
    worker.start()
    worker.wait_ready(START)
    return worker


def pool_process(worker: Child) -> int:
    """Return the id of the worker's only pool process."""
    found = subprocess.run(["ps", "-o", "pid=", "--ppid", str(worker.pid)], capture_output=True, text=True, check=True)
    return int(found.stdout.split()[0])


@pytest.mark.usefixtures("running")
def test_a_ring_makes_the_worker_grade(course: Course) -> None:
    course.until_graded(course.submit("x = 1\n"))


@pytest.mark.usefixtures("running")
def test_two_rings_for_one_run_grade_it_once(course: Course) -> None:
    run = course.submit("x = 1\n")
    course.ring(run)
    course.until_graded(run)
    course.until_graded(course.submit("y = 2\n"))  # behind both rings
    assert course.examined() == ["x = 1", "y = 2"]


@pytest.mark.usefixtures("running")
def test_what_is_submitted_while_the_broker_is_down_is_graded_when_it_is_back(course: Course, broker: Broker) -> None:
    broker.stop()
    run = course.submit("x = 1\n")
    assert course.run(run).state is State.QUEUED
    broker.start()
    course.until_graded(run, swept=True)


def regraded(course: Course, number: int) -> list[int]:
    """Start a regrade of so many submissions that are graded; return its runs' numbers."""
    lives = [course.submit("old\n") for _ in range(number)]
    for run in lives:
        course.until_graded(run)
    return course.grade_again([course.run(run).submission_id for run in lives])


@pytest.mark.usefixtures("running")
def test_what_a_student_hands_in_overtakes_a_regrade_that_was_rung_for_before(course: Course) -> None:
    again = regraded(course, 20)
    with course.held():
        for run in again:
            course.ring(run, behind=True)
        course.until(lambda: len(course.examined()) > len(again))
        lives = [course.submit("live\n") for _ in range(3)]
    for run in lives + again:
        course.until_graded(run)
    assert course.examined()[len(again) :][: 1 + len(lives)] == ["old"] + ["live"] * len(
        lives
    )  # behind what is in hand


@pytest.mark.usefixtures("running")
def test_a_regrade_whose_rings_are_lost_goes_on(course: Course, broker: Broker) -> None:
    again = regraded(course, 3)
    broker.stop()
    for run in again:
        course.ring(run, behind=True)
    broker.start()
    for run in again:
        course.until_graded(run, swept=True)
    assert len(course.examined()) == 2 * len(again)


def test_what_a_killed_worker_held_is_graded_later_and_once(running: Child, course: Course) -> None:
    with course.held():
        run = course.submit("x = 1\n")
        course.until(lambda: bool(course.examined()))
        os.kill(running.pid or 0, signal.SIGKILL)
        course.until(lambda: running.pid is None)
    running.stop()
    course.sweep()
    assert course.run(run).state is State.RUNNING  # its lease protects it from a second worker
    course.let_leases_run_out()
    running.start()
    course.until_graded(run, swept=True)
    assert (course.run(run).claims, course.examined()) == (2, ["x = 1"] * 2)


def test_a_killed_pool_process_is_replaced_and_its_run_graded_later(running: Child, course: Course) -> None:
    with course.held():
        run = course.submit("x = 1\n")
        course.until(lambda: bool(course.examined()))
        os.kill(pool_process(running), signal.SIGKILL)
    course.let_leases_run_out()
    course.until_graded(run, swept=True)
    assert course.run(run).claims == 2


def test_nothing_of_a_killed_worker_lives_on(running: Child, course: Course) -> None:
    pool = pool_process(running)
    os.kill(running.pid or 0, signal.SIGKILL)
    course.until(lambda: not is_alive(pool))


def is_alive(pid: int) -> bool:
    """Whether the process runs; one that ended and waits for its parent does not."""
    found = subprocess.run(["ps", "-o", "stat=", "-p", str(pid)], capture_output=True, text=True, check=False)
    return bool(found.stdout) and not found.stdout.startswith("Z")


def test_a_worker_that_is_stopped_finishes_the_run_in_hand(running: Child, course: Course) -> None:
    with course.held():
        run = course.submit("x = 1\n")
        course.until(lambda: bool(course.examined()))
        os.kill(running.pid or 0, signal.SIGTERM)
    course.until(lambda: running.pid is None)
    assert (course.run(run).state, course.run(run).claims) == (State.GRADED, 1)


def test_a_worker_in_a_hurry_returns_the_run_in_hand(running: Child, course: Course) -> None:
    hurried = replace(running, stops=((signal.SIGTERM, 0.5), (signal.SIGQUIT, 10.0)))
    with course.held():
        run = course.submit("x = 1\n")
        course.until(lambda: bool(course.examined()))
        hurried.stop()
    assert (course.run(run).state, course.run(run).claims) == (State.QUEUED, 0)


def test_a_worker_that_loses_its_jail_leaves_the_ring_to_others(running: Child, course: Course) -> None:
    lost = course.folder / "lost"
    lost.touch()
    run = course.submit("x = 1\n")
    course.until(lambda: running.pid is None)
    assert "user namespaces were switched off" in running.log.read_text()
    assert (course.run(run).state, course.run(run).claims) == (State.QUEUED, 1)
    running.stop()
    lost.unlink()
    running.start()
    course.until_graded(run, swept=True)


def test_a_lecturers_file_that_exits_ends_no_worker_and_void_is_the_run(running: Child, course: Course) -> None:
    exits, pool = course.folder / "exits", pool_process(running)
    exits.touch()
    run = course.submit("x = 1\n")
    for claims in range(1, MAX_RUN_CLAIMS + 1):
        course.until(lambda claims=claims: course.run(run).claims == claims)  # type: ignore[misc]
        course.until(lambda: course.run(run).state is not State.RUNNING)
        course.ring(run)
    assert course.run(run).state is State.VOID
    exits.unlink()
    course.until_graded(course.submit("y = 2\n"))
    assert pool_process(running) == pool


def test_a_worker_that_can_build_no_jail_ends_and_says_why(worker: Child, course: Course) -> None:
    (course.folder / "broken").touch()
    worker.start()
    with pytest.raises(Unavailable, match="user namespaces are switched off"):
        worker.wait_ready(START)


def test_a_worker_refuses_to_start_on_a_machine_without_a_jail(course: Course, broker: Broker) -> None:
    code = (
        "from grader.sandbox import host\n"
        "from grader.domain.errors import NoJail\n"
        "def check(device): raise NoJail('user namespaces are switched off; sysctl user.max_user_namespaces=1000')\n"
        "host.check = check\n"
        "import sys; sys.argv = ['grader', 'worker']\n"
        "from grader.cli import main\n"
        "main()\n"
    )
    environment = {
        **os.environ,
        "GRADER_DATABASE_URL": course.settings.database_url,
        "GRADER_BROKER_URL": broker.url,
        "GRADER_EXERCISES": str(course.folder),
        "GRADER_SEED_SECRET": "s" * 32,
    }
    result = subprocess.run(
        [sys.executable, "-c", code], env=environment, capture_output=True, text=True, timeout=60, check=False
    )
    assert result.returncode == 1
    assert result.stderr == "grader: user namespaces are switched off; sysctl user.max_user_namespaces=1000\n"


def test_a_worker_refuses_a_device_that_the_jail_does_not_serve(course: Course, broker: Broker) -> None:
    environment = {
        **os.environ,
        "GRADER_DATABASE_URL": course.settings.database_url,
        "GRADER_BROKER_URL": broker.url,
        "GRADER_EXERCISES": str(course.folder),
        "GRADER_SEED_SECRET": "s" * 32,
        "GRADER_DEVICE": "cuda",
    }
    command = [sys.executable, "-m", "grader.cli", "worker"]
    result = subprocess.run(command, env=environment, capture_output=True, text=True, timeout=60, check=False)
    assert (result.returncode, result.stderr.count("\n")) == (1, 1)
    assert "device 'cuda' is not served" in result.stderr
