"""A death or a time-out costs its own scenario; the session and what comes after it go on."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from grader.domain.observation import Question, Verb
from grader.domain.report import Outcome
from tests.sandbox.inmate import SHORT, call, fault_of, limits_for, outcome_of, source_of

if TYPE_CHECKING:
    from grader.sandbox.host import BwrapSandbox

pytestmark = pytest.mark.jail


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
    session = sandbox.open(TROUBLE, limits=limits_for(outcome), forbidden=())
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
    session = sandbox.open(source, limits=limits_for(outcome), forbidden=())
    try:
        faults = [fault_of(session) for _ in range(3)]
    finally:
        session.close()
    assert faults[0].outcome is outcome
    assert words in faults[0].message
    assert faults[0] is faults[1] is faults[2]


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
    assert printed.startswith("\\x1b[31mred\\x1b[0m \\ud800 <b>\nxxx")
    assert len(printed) < 9000
