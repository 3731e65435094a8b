"""A death, a time-out or a lie costs its own scenario; the session, the worker and the next student go on."""

from __future__ import annotations

import contextlib
import os
import signal
import time
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from grader.domain.errors import Internal, StudentFault
from grader.domain.observation import Question, Verb
from grader.domain.report import Outcome
from grader.sandbox.host import BwrapSandbox
from tests.sandbox.inmate import SHORT, call, fault_of, inside, outcome_of, source_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from grader.domain.exercise import Limits

pytestmark = pytest.mark.jail

HASTY = replace(SHORT, scenario_seconds=0.4)


def _limits(outcome: Outcome) -> Limits:
    """Be quick only where time runs out: other rows must hold on a busy machine, too."""
    return HASTY if outcome is Outcome.TIMED_OUT else SHORT


TROUBLE = """
import ctypes, os, signal, sys, threading, time
import torch

def fine():
    return 7

def exits():
    sys.exit(3)

def leaves():
    os._exit(0)

def raises():
    raise ValueError("my mistake")

def interrupts():
    raise KeyboardInterrupt

def segfaults():
    ctypes.string_at(0)

def aborts():
    os.abort()

def hangs_in_python():
    while True:
        pass

def hangs_in_c():
    sum(range(10**15))

def sleeps():
    time.sleep(3600)

def swallows_everything():
    while True:
        try:
            while True:
                time.sleep(0.01)
        except BaseException:
            pass

def hangs_in_del():
    class Trap:
        def __del__(self):
            while True:
                pass
    Trap()

def stops_itself():
    os.kill(0, signal.SIGSTOP)
    os.kill(os.getpid(), signal.SIGSTOP)
    time.sleep(3600)

def recurses():
    return recurses()

def recurses_in_c():
    sys.setrecursionlimit(10**9)
    return list(map(lambda _: recurses_in_c(), [0]))

def takes_memory():
    kept = []
    while True:
        kept.append(bytearray(os.urandom(1) * (16 << 20)))

def takes_a_terabyte():
    return torch.empty(10**12)

def closes_the_channel():
    os.close(3)
    time.sleep(3600)

def raises_without_words():
    class Mute(Exception):
        def __str__(self):
            raise SystemExit
    raise Mute

def raises_at_length():
    raise ValueError("x" * 5_000_000)
"""

COSTS = [
    ("exits", Outcome.CRASHED, "SystemExit: 3"),
    ("leaves", Outcome.CRASHED, "exit status 0"),
    ("raises", Outcome.CRASHED, "ValueError: my mistake\n  line 15: raise"),
    ("interrupts", Outcome.CRASHED, "KeyboardInterrupt"),
    ("segfaults", Outcome.CRASHED, "segmentation fault"),
    ("aborts", Outcome.CRASHED, "segmentation fault"),  # pid 1 gets no SIGABRT, and ends on abort()'s last resort
    ("hangs_in_python", Outcome.TIMED_OUT, "0.4 seconds, the time for one scenario"),
    ("hangs_in_c", Outcome.TIMED_OUT, "0.4 seconds"),
    ("sleeps", Outcome.TIMED_OUT, "0.4 seconds"),
    ("swallows_everything", Outcome.TIMED_OUT, "0.4 seconds"),
    ("hangs_in_del", Outcome.TIMED_OUT, "0.4 seconds"),
    ("stops_itself", Outcome.TIMED_OUT, "0.4 seconds"),
    ("recurses", Outcome.CRASHED, "RecursionError"),
    ("recurses_in_c", Outcome.CRASHED, "segmentation fault"),
    ("takes_memory", Outcome.OUT_OF_MEMORY, ""),
    ("takes_a_terabyte", Outcome.OUT_OF_MEMORY, "memory"),
    ("closes_the_channel", Outcome.CRASHED, "ended the process"),
    ("raises_without_words", Outcome.CRASHED, "its message can't be shown"),
    ("raises_at_length", Outcome.CRASHED, "ValueError: xxx"),
]


@pytest.mark.parametrize(("name", "outcome", "words"), COSTS, ids=[name for name, *_ in COSTS])
def test_trouble_costs_its_own_scenario_only(sandbox: BwrapSandbox, name: str, outcome: Outcome, words: str) -> None:
    session = sandbox.open(TROUBLE, limits=_limits(outcome), forbidden=())
    try:
        assert call(session, "fine") == 7
        fault = fault_of(session, name)
        assert (fault.outcome, words in fault.message, len(fault.message) < 3000) == (outcome, True, True), fault
        assert call(session, "fine") == 7
    finally:
        session.close()


def test_time_for_the_whole_submission_ends_what_scenarios_leave(sandbox: BwrapSandbox) -> None:
    limits = replace(SHORT, scenario_seconds=0.4, total_seconds=0.6)
    session = sandbox.open(TROUBLE, limits=limits, forbidden=())
    try:
        assert "time for one scenario" in fault_of(session, "sleeps").message
        assert "time for the whole submission" in fault_of(session, "sleeps").message
        assert outcome_of(session, "fine") is Outcome.UNANSWERED
    finally:
        session.close()


@pytest.mark.parametrize(
    ("source", "outcome", "words"),
    [
        ("import os\nos._exit(0)", Outcome.CRASHED, "exit status 0"),
        ("raise ValueError('at import')", Outcome.CRASHED, "ValueError: at import\n  line 1"),
        ("def f(:", Outcome.CRASHED, "SyntaxError"),
        ("while True: pass", Outcome.TIMED_OUT, "loop"),
        ("x = '\\x00'\n\x00", Outcome.CRASHED, "null bytes"),
    ],
)
def test_a_file_that_does_not_import_fails_every_scenario_and_is_tried_once(
    sandbox: BwrapSandbox, source: str, outcome: Outcome, words: str
) -> None:
    session = sandbox.open(source, limits=_limits(outcome), forbidden=())
    try:
        faults = [fault_of(session) for _ in range(3)]
    finally:
        session.close()
    assert faults[0].outcome is outcome
    assert words in faults[0].message
    assert faults[0] is faults[1] is faults[2]


FORGERIES = r"""
import json, os, struct, threading, time

def frame(call, value=None, **more):
    fields = {"call": call, "kind": "answer", "value": value, "tensors": [], "notes": {}} | more
    header = json.dumps(fields).encode()
    return struct.pack("!IQ", len(header), 0) + header

def fine():
    return 7

def before():
    os.write(3, frame(2, 100))
    return 7

def twice():
    threading.Timer(0.05, lambda: os.write(3, frame(2, 100))).start()
    return 7

def next_one():
    threading.Timer(0.05, lambda: os.write(3, frame(3, 100))).start()
    return 7

def wrong_call():
    os.write(3, frame(99, 100))
    time.sleep(3600)

def unknown_kind():
    os.write(3, frame(2, kind="passed"))
    time.sleep(3600)

def garbage():
    os.write(3, b"\xff" * 4096)
    time.sleep(3600)

def truncated():
    os.write(3, frame(2, 100)[:-5])
    os._exit(0)

def stalled():
    os.write(3, frame(2, 100)[:-5])
    time.sleep(3600)

def endless():
    while True:
        os.write(3, b"\0" * 65536)

def huge():
    os.write(3, struct.pack("!IQ", 10, 2**62))
    time.sleep(3600)

def enormous_shape():
    os.write(3, frame(2, {"t": 0}, tensors=[["float32", [10**12], None]]))
    time.sleep(3600)

def empty_and_enormous():
    os.write(3, frame(2, {"t": 0}, tensors=[["float32", [0, 2**62, 2**62], None]]))
    time.sleep(3600)

def dripping():
    for byte in frame(2, "x" * 3000):
        os.write(3, bytes([byte]))
    time.sleep(3600)
"""

LIES = [
    ("wrong_call", Outcome.REFUSED),
    ("unknown_kind", Outcome.REFUSED),
    ("garbage", Outcome.REFUSED),
    ("truncated", Outcome.CRASHED),
    ("stalled", Outcome.TIMED_OUT),
    ("endless", Outcome.REFUSED),
    ("huge", Outcome.REFUSED),
    ("enormous_shape", Outcome.REFUSED),
    ("empty_and_enormous", Outcome.REFUSED),
]


@pytest.mark.parametrize(("name", "outcome"), LIES, ids=[name for name, _ in LIES])
def test_a_forged_frame_costs_its_own_scenario_only(sandbox: BwrapSandbox, name: str, outcome: Outcome) -> None:
    session = sandbox.open(FORGERIES, limits=_limits(outcome), forbidden=())
    try:
        assert outcome_of(session, name) is outcome
        assert call(session, "fine") == 7
    finally:
        session.close()


@pytest.mark.parametrize("name", ["before", "twice", "next_one"])
def test_a_second_answer_is_never_taken_for_the_next_ones(sandbox: BwrapSandbox, name: str) -> None:
    session = sandbox.open(FORGERIES, limits=SHORT, forbidden=())
    try:
        call(session, name)  # whatever it says of this call is its own to say
        time.sleep(0.1)
        assert outcome_of(session, "fine") is Outcome.REFUSED
        assert call(session, "fine") == 7
    finally:
        session.close()


def test_an_answer_byte_by_byte_is_an_answer(sandbox: BwrapSandbox) -> None:
    session = sandbox.open(FORGERIES, limits=SHORT, forbidden=())
    try:
        assert call(session, "dripping") == "x" * 3000
    finally:
        session.close()


def test_what_is_printed_comes_with_the_answer_and_has_an_end(sandbox: BwrapSandbox) -> None:
    body = r"""
        print("\x1b[31mred\x1b[0m", "\ud800", "<b>")
        print("x" * 10_000_000, file=sys.stderr)
        os.write(1, b"\xff" * 1_000_000)
    """
    session = sandbox.open(source_of(body), limits=SHORT, forbidden=())
    try:
        session.begin()
        printed = session.ask(Question(Verb.CONSTRUCT, 0, "probe")).printed
    finally:
        session.close()
    assert printed.startswith("\\x1b[31mred\\x1b[0m ? <b>\nxxx")
    assert len(printed) < 9000


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


def test_an_answer_larger_than_allowed_is_refused(sandbox: BwrapSandbox) -> None:
    limits = replace(SHORT, answer_mib=1)
    with pytest.raises(StudentFault) as caught:
        inside(sandbox, "return torch.zeros(1 << 20)", limits=limits)
    assert caught.value.outcome is Outcome.REFUSED
    assert "too large" in caught.value.message


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
