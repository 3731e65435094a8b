"""A student pays for the student's time only: not for a database that we wait for, nor for one who talks for ever."""

from __future__ import annotations

import os
import time
from contextlib import suppress
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, cast

import pytest

from grader.domain.errors import Internal
from grader.domain.exercise import Limits
from grader.domain.observation import Question, Verb
from grader.sandbox.host import BwrapSandbox
from grader.sandbox.session import GuestSession, Process

if TYPE_CHECKING:
    from collections.abc import Iterator

    from grader.sandbox.wire import Message

pytestmark = pytest.mark.jail

LIMITS = Limits(scenario_seconds=5.0, total_seconds=5.0, memory_mib=256, tmp_mib=8)
SEVEN = "def probe():\n    return 7\n"


@pytest.fixture(scope="module")
def sandbox() -> Iterator[BwrapSandbox]:
    made = BwrapSandbox()
    yield made
    made.close()


def probe(session: GuestSession) -> object:
    session.begin()
    return session.ask(Question(Verb.CONSTRUCT, 0, "probe")).value


def test_what_we_take_between_two_scenarios_is_not_the_students_time(sandbox: BwrapSandbox) -> None:
    session = sandbox.open(SEVEN, limits=replace(LIMITS, total_seconds=2.0), forbidden=())
    try:
        for _ in range(3):
            assert probe(session) == 7
            time.sleep(1.1)  # a locked database, say: more than the student has in all
    finally:
        session.close()


def test_who_always_has_a_little_more_to_say_is_cut_off_in_time() -> None:
    class Talker:
        """A channel on which there is always one byte more."""

        def recv_into(self, _: memoryview) -> int:
            time.sleep(0.001)
            return 1

        channel = property(lambda self: self)

    session = GuestSession(lambda: cast("Process", Talker()), SEVEN, LIMITS)
    session._guest = cast("Process", Talker())
    session._deadline = time.monotonic() + 0.2
    with pytest.raises(TimeoutError):
        session._fill(memoryview(bytearray(64 << 20)))
    assert time.monotonic() < session._deadline + 1


def test_an_answer_that_came_in_time_counts_when_we_were_late_to_read_it(
    sandbox: BwrapSandbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    session, send = sandbox.open(SEVEN, limits=replace(LIMITS, scenario_seconds=1.0), forbidden=()), GuestSession._send

    def send_and_be_busy(self: GuestSession, message: Message) -> None:
        send(self, message)
        time.sleep(1.1)  # on a machine that does not let us run

    monkeypatch.setattr(GuestSession, "_send", send_and_be_busy)
    try:
        session.begin()
        session._deadline += 1.1  # the import took one of its own
        assert session.ask(Question(Verb.CONSTRUCT, 0, "probe")).value == 7
    finally:
        session.close()


EATER = """
import os
KEPT = []
def probe():
    for _ in range(20):
        KEPT.append(bytearray(os.urandom(1) * (16 << 20)))
    return 7
"""


def test_a_lower_limit_waits_for_what_a_killed_guest_still_frees(sandbox: BwrapSandbox) -> None:
    if "memory" not in sandbox.controllers:
        pytest.skip("this machine lends no cgroup of memory")
    for number in range(3):
        greedy = sandbox.open(EATER, limits=replace(LIMITS, memory_mib=2000), forbidden=())
        assert probe(greedy) == 7
        greedy.close()
        modest = sandbox.open(SEVEN, limits=replace(LIMITS, memory_mib=16 + number, tmp_mib=1), forbidden=())
        assert probe(modest) == 7
        modest.close()


@pytest.mark.skipif(len(os.sched_getaffinity(0)) < 2, reason="one core is all there is")
def test_whatever_happens_the_worker_runs_on_all_of_its_cores_afterwards() -> None:
    cores = os.sched_getaffinity(0)
    sandbox = BwrapSandbox()
    try:
        session = sandbox.open(SEVEN, limits=LIMITS, forbidden=())
        session.begin()
        assert len(os.sched_getaffinity(0)) == 1  # with its guest
        other = sandbox.open(SEVEN, limits=LIMITS, forbidden=["convolution"])  # a new kennel, made meanwhile
        session.close()
        assert probe(other) == 7
        other.close()
        assert os.sched_getaffinity(0) == cores
        session = sandbox.open(SEVEN, limits=LIMITS, forbidden=())
        session.begin()
        sandbox._nursery.kill()
        sandbox._nursery.wait()
        sandbox.open(SEVEN, limits=LIMITS, forbidden=())
        nursery = os.sched_getaffinity(sandbox._nursery.pid)
        with suppress(OSError):
            session.close()
        assert (nursery, os.sched_getaffinity(0)) == (cores, cores)
    finally:
        sandbox.close()


def probe_again_and_again(session: GuestSession) -> None:
    """Until it fails: the first time a guest may have been there already."""
    while True:
        probe(session)


def test_accidents_leak_no_descriptor_and_leave_no_group() -> None:
    def held() -> int:
        return len(list(Path("/proc/self/fd").iterdir()))

    before = held()
    sandbox = BwrapSandbox()
    folders = set()
    for begin in (True, False):
        folders |= set(sandbox._group._folders.values())
        session = sandbox.open(SEVEN, limits=LIMITS, forbidden=["convolution"] if begin else [])
        if begin:
            session.begin()
        sandbox._nursery.kill()
        sandbox._nursery.wait()
        with pytest.raises(Internal, match="nursery"):
            probe_again_and_again(session)
        session.close()
    sandbox.close()
    assert held() == before
    assert [folder for folder in folders if folder.exists()] == []
