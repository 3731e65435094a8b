"""After every hang the queue goes on within the time limit and two seconds, on the same worker."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

import pytest

from grader.domain.report import Outcome
from grader.domain.submission import State
from grader.services import grade
from tests.outside.lesson import FULL, RIGHT, SETTINGS, write_lesson

if TYPE_CHECKING:
    from tests.outside.desk import Desk

pytestmark = pytest.mark.jail

LIMIT = 1.0
WITHIN = 2.0
"""Seconds beyond the limit after which the next student's first verdict must be there: the issue's own number."""

LAYER = RIGHT.replace("return x * self.factor", "return hang(x) or x * self.factor")
PRELUDE = "import ctypes, os, signal, struct, sys, threading, time\n"


def when_called(body: str) -> str:
    lines = "".join(f"    {line}\n" for line in body.splitlines())
    return f"{PRELUDE}\n\ndef hang(x):\n{lines}\n{LAYER}"


def at_import(body: str) -> str:
    return f"{PRELUDE}\n{body}\n{RIGHT}"


HANGS = {
    "a loop": when_called("while True: pass"),
    "a loop in C": when_called("sum(range(10**18))"),
    "a product in C": when_called("10 ** (10 ** 9)"),
    "sleep": when_called("time.sleep(3600)"),
    "a lock": when_called("lock = threading.Lock()\nlock.acquire()\nlock.acquire()"),
    "del": when_called("class Trap:\n    def __del__(self):\n        while True: pass\nTrap()"),
    "an exception's text": when_called(
        "class Loud(Exception):\n    def __str__(self):\n        while True: pass\nraise Loud"
    ),
    "an answer's type": when_called(
        "class Odd(dict):\n    def items(self):\n        while True: pass\n    def __len__(self):\n        return 1\n"
        "return Odd(a=1)"
    ),
    "everything swallowed": when_called(
        "while True:\n    try:\n        while True: time.sleep(0.01)\n    except BaseException:\n        pass"
    ),
    "a handler of every signal": at_import(
        "for number in range(1, 65):\n    try:\n        signal.signal(number, lambda *_: time.sleep(3600))\n"
        "    except (OSError, ValueError):\n        pass\nsignal.setitimer(signal.ITIMER_REAL, 0.01)\n"
    )
    + "\n\ntime.sleep(3600)\n",
    "stopped": when_called("os.kill(os.getpid(), signal.SIGSTOP)\nos.kill(0, signal.SIGSTOP)\ntime.sleep(3600)"),
    "a thread that never ends": when_called(
        "def work():\n    while True: pass\nfor _ in range(4):\n    threading.Thread(target=work).start()\n"
        "threading.Event().wait()"
    ),
    "atexit": when_called(
        "import atexit\natexit.register(lambda: time.sleep(3600))\n"
        "threading.Thread(target=lambda: time.sleep(3600)).start()\nthreading._shutdown()"
    ),
    "import": at_import("while True: pass"),
    "import in C": at_import("sum(range(10**18))"),
    "import asleep": at_import("time.sleep(3600)"),
    "half a header": when_called("os.write(3, struct.pack('!I', 100))\ntime.sleep(3600)"),
    "half a frame": when_called("os.write(3, struct.pack('!IQ', 100, 0) + b'{')\ntime.sleep(3600)"),
    "a frame byte by byte": when_called(
        "for byte in struct.pack('!IQ', 10**5, 0) + b'x' * 10**5:\n    os.write(3, bytes([byte]))\n    time.sleep(0.01)"
    ),
    "an endless payload": when_called(
        'head = b\'{"call": 2, "kind": "answer", "value": {"t": 0}, "notes": {}, "tensors": '
        '[["uint8", [60000000], null]]}\'\n'
        "os.write(3, struct.pack('!IQ', len(head), 60000000) + head)\n"
        "while True:\n    os.write(3, b'x')\n    time.sleep(0)"
    ),
}


@pytest.fixture(scope="module", autouse=True)
def _one_limit(desk: Desk) -> None:
    hasty = SETTINGS.replace("scenario_seconds = 1.0", f"scenario_seconds = {LIMIT}")
    write_lesson(desk.exercises, exercise=hasty.replace("total_seconds = 3.0", f"total_seconds = {LIMIT}"))
    for _ in range(4):
        assert desk.is_well()  # until as many seeds as are kept were recorded


@pytest.mark.parametrize("source", HANGS.values(), ids=HANGS)
def test_the_queue_goes_on(desk: Desk, monkeypatch: pytest.MonkeyPatch, source: str) -> None:
    verdicts: list[float] = []
    monkeypatch.setattr(grade._Progress, "__call__", lambda *_: verdicts.append(time.monotonic()))
    hanging, waiting = desk.hand_in(source), desk.hand_in(RIGHT, "ben")
    began = time.monotonic()
    desk.station.grade(hanging.id)
    of_the_hanging = len(verdicts)
    desk.station.grade(waiting.id)
    assert verdicts[of_the_hanging] - began < LIMIT + WITHIN
    assert (desk.run(waiting).state, desk.run(waiting).claims, desk.points(waiting)) == (State.GRADED, 1, FULL)
    report = desk.seen_by("ines", hanging).report
    assert report
    assert report.outcome is Outcome.TIMED_OUT
    assert report.points == 0
