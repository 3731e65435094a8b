"""A lie on the guest's channel costs its own scenario; it is never taken for the answer to another question."""

from __future__ import annotations

import time
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from grader.domain.errors import StudentFault
from grader.domain.report import Outcome
from tests.sandbox.inmate import SHORT, call, inside, limits_for, outcome_of

if TYPE_CHECKING:
    from grader.sandbox.host import BwrapSandbox

pytestmark = pytest.mark.jail

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
    session = sandbox.open(FORGERIES, limits=limits_for(outcome), forbidden=())
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


def test_an_answer_larger_than_allowed_is_refused(sandbox: BwrapSandbox) -> None:
    limits = replace(SHORT, answer_mib=1)
    with pytest.raises(StudentFault) as caught:
        inside(sandbox, "return torch.zeros(1 << 20)", limits=limits)
    assert caught.value.outcome is Outcome.REFUSED
    assert "too large" in caught.value.message
