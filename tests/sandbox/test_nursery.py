"""Nurseries that die are replaced, and nothing is left of sessions that have ended."""

from __future__ import annotations

import contextlib
import os
import signal
import time
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from grader.domain.errors import Internal
from grader.sandbox.host import BwrapSandbox
from tests.sandbox.inmate import SHORT, call, inside, source_of

if TYPE_CHECKING:
    from collections.abc import Iterator

pytestmark = pytest.mark.jail

THREADS_WITHOUT_END = """
import threading, time

def start():
    while True:
        try:
            threading.Thread(target=time.sleep, args=(60,), daemon=True).start()
        except BaseException:
            time.sleep(0.001)

threading.Thread(target=start, daemon=True).start()

def probe():
    return 5
"""


def test_a_student_who_starts_threads_without_end_leaves_room_for_the_next(sandbox: BwrapSandbox) -> None:
    for _ in range(4):
        session = sandbox.open(THREADS_WITHOUT_END, limits=SHORT, forbidden=())
        try:
            assert call(session) == 5
        finally:
            session.close()
    assert inside(sandbox, "return 1") == 1


def _templates(pids: list[int]) -> list[int]:
    """Return those forked from a nursery into no namespace of their own."""
    fields = {}
    for pid in pids:
        with contextlib.suppress(OSError):
            lines = Path(f"/proc/{pid}/status").read_text().splitlines()
            fields[pid] = {key: value.split() for key, value in (line.split(":", 1) for line in lines)}
    return [
        pid
        for pid, own in fields.items()
        if (parent := fields.get(int(own["PPid"][0])))
        and own["Name"][0].startswith("python")
        and parent["Name"][0].startswith("python")
        and len(own["NSpid"]) == len(parent["NSpid"])
    ]


class TestNursery:
    """A jail of its own, because it is broken here."""

    @pytest.fixture
    def fragile(self) -> Iterator[BwrapSandbox]:
        made = BwrapSandbox()
        yield made
        made.close()

    def test_when_it_is_killed_it_is_our_fault_and_the_next_session_has_a_new_one(self, fragile: BwrapSandbox) -> None:
        session = fragile.open(source_of("return 1"), limits=SHORT, forbidden=())
        for pid in _descendants(fragile._nursery.pid):
            os.kill(pid, signal.SIGKILL)
        with pytest.raises(Internal, match="nursery"):
            session.begin()
        session.close()
        assert inside(fragile, "return 2") == 2

    def test_when_a_nursery_with_refusals_is_killed_the_next_session_has_a_new_one(self, fragile: BwrapSandbox) -> None:
        assert inside(fragile, "return 1", forbidden=["convolution"]) == 1
        before = _descendants(fragile._nursery.pid)
        session = fragile.open(source_of("return 1"), limits=SHORT, forbidden=["convolution"])
        for pid in _templates(before):  # the guests behind it die with it
            os.kill(pid, signal.SIGKILL)

        def begin_twice() -> None:  # a guest that was ready may have survived
            session.begin()
            session.close()
            session.begin()

        with pytest.raises(Internal):
            begin_twice()
        assert inside(fragile, "return 2", forbidden=["convolution"]) == 2

    def test_killed_while_a_student_works_it_is_our_fault(self, fragile: BwrapSandbox) -> None:
        session = fragile.open(source_of("return 1"), limits=SHORT, forbidden=())
        session.begin()
        inmates = _descendants(fragile._nursery.pid)
        fragile._nursery.kill()
        fragile._nursery.wait()
        _wait_until_gone(inmates)
        with pytest.raises(Internal, match="nursery"):
            call(session)
        session.close()
        assert inside(fragile, "return 2") == 2


def test_nothing_is_left_of_two_hundred_sessions(sandbox: BwrapSandbox) -> None:
    source = source_of("return 1")

    def grade(times: int) -> None:
        for number in range(times):
            session = sandbox.open(source, limits=SHORT, forbidden=())
            if number % 4:
                call(session)
            session.close()

    grade(4)
    time.sleep(0.1)
    descriptors, processes = _count_descriptors(), len(_descendants(sandbox._nursery.pid))
    grade(200)
    time.sleep(0.3)
    assert _count_descriptors() == descriptors
    assert len(_descendants(sandbox._nursery.pid)) <= processes + 1


def test_a_closed_jail_leaves_no_process_and_no_cgroup() -> None:
    made = BwrapSandbox()
    assert inside(made, "return 1") == 1
    assert inside(made, "return 1", forbidden=["convolution"]) == 1
    processes, folders = _descendants(made._nursery.pid), set(made._group._folders.values())
    assert processes
    made.close()
    assert _wait_until_gone(processes) == []
    assert [folder for folder in folders if folder.exists()] == []


def _count_descriptors() -> int:
    return len(list(Path("/proc/self/fd").iterdir()))


def _wait_until_gone(processes: list[int]) -> list[int]:
    """Return those that are still there after five seconds."""
    deadline = time.monotonic() + 5
    while (left := [pid for pid in processes if Path(f"/proc/{pid}").exists()]) and time.monotonic() < deadline:
        time.sleep(0.02)
    return left


def _descendants(pid: int) -> list[int]:
    """Processes below *pid*, parents first."""
    children = [
        int(child) for task in Path(f"/proc/{pid}/task").iterdir() for child in (task / "children").read_text().split()
    ]
    return [found for child in children for found in (child, *_descendants(child))]
