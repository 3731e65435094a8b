"""Threads that send deliveries, as many at once as there are threads, and one loop that gives them work.

Whoever is slow or dead must not hold up the others: a receiver gets a few threads at most, one when it fails, and all
that fail together half of them; after a failure it has a rest.
"""

from __future__ import annotations

import logging
import random
import threading
import time
from collections import Counter
from queue import SimpleQueue
from typing import TYPE_CHECKING

from grader.domain.errors import DatabaseBusy
from grader.domain.lms.delivery import Verdict
from grader.services.dispatch import put_back, send, take

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from grader.domain.lms.delivery import Lane
    from grader.ports import Clock, UnitOfWork
    from grader.services.sending import Claimed, Sent, Ways

_log = logging.getLogger(__name__)

POLL_SECONDS = 1.0
"""How long nobody looks for what is due when nobody rings."""

SWEEP_SECONDS = 5.0
"""Between two looks for what dead dispatchers held."""

STOP_SECONDS = 20.0
"""For what is being sent when we are told to stop; what takes longer is sent again by another dispatcher."""

REST_SECONDS = 1.0
"""After a failure nothing is sent there for so long: a receiver that refuses at once would keep us busy."""

LONGEST_REST_SECONDS = 60.0
"""Of a receiver that asks to be left alone."""

_GATHER_SECONDS = 0.01
"""For which threads that get free are gathered: one look for work serves them all."""


class Dispatcher:
    """Sends what is due. `wake` may be called by any thread, `stop` by a signal's handler."""

    def __init__(self, make_uow: Callable[[], UnitOfWork], clock: Clock, ways: Ways, *, threads: int) -> None:
        self._make_uow = make_uow
        self._clock = clock
        self._ways = ways
        self._threads = threads
        self._at_once = max(1, threads // 8)
        self._most_failing = max(1, threads // 2)
        self._jobs: SimpleQueue[Claimed] = SimpleQueue()
        self._lock = threading.Lock()  # for the four below
        self._in_hand: Counter[Lane] = Counter()
        self._failed: set[Lane] = set()  # the last time
        self._resting: dict[Lane, float] = {}
        self._counts: Counter[str] = Counter()
        self._awake = threading.Event()
        self._stopped = False
        for number in range(threads):
            threading.Thread(target=self._work, name=f"sender-{number}", daemon=True).start()

    def wake(self) -> None:
        """Look for what is due now."""
        self._awake.set()

    def stop(self) -> None:
        """Take nothing more: a mere flag, since a signal may come while the loop holds a lock."""
        self._stopped = True

    def run(self) -> None:
        """Send until told to stop, and then what is in hand."""
        swept = float("-inf")
        while not self._stopped:
            if time.monotonic() - swept >= SWEEP_SECONDS:
                self.sweep()
                swept = time.monotonic()
            self._awake.clear()
            if not self._take():
                self._awake.wait(POLL_SECONDS)
                time.sleep(_GATHER_SECONDS)
        if left := self._finish():
            _log.warning("%d deliveries took longer than %g s, they are sent again later", left, STOP_SECONDS)

    def drain(self) -> Mapping[str, int]:
        """Send what is due now, all of it; return how many attempts came to what."""
        while True:
            was_busy = self._busy()
            if not self._take(rests=False) and not was_busy:
                return self._counts
            self._awake.wait(POLL_SECONDS)
            self._awake.clear()

    def sweep(self) -> None:
        """Put back what dead dispatchers held."""
        try:
            count = put_back(self._make_uow, self._clock)
        except DatabaseBusy as error:  # it will be put back the next time
            _log.warning("not looked for what dead dispatchers held: %s", error)
            return
        if count:
            _log.info("%d deliveries are sent again, their dispatcher died", count)

    def _take(self, *, rests: bool = True) -> bool:
        """Claim what is due, for the threads that are free; return whether there was anything."""
        with self._lock:
            free, now = self._threads - self._in_hand.total(), time.monotonic()
            self._resting = {lane: until for lane, until in self._resting.items() if until > now}
            # of one that is being tried the failure may be written down, and not told to us yet
            resting = (set(self._resting) | (self._failed & set(+self._in_hand))) if rests else set()
        if not free:
            return False
        try:
            claimed = take(
                self._make_uow,
                self._clock,
                free,
                self._at_once,
                most_failing=self._most_failing,
                resting=resting,
            )
        except DatabaseBusy as error:
            _log.warning("not looked for what is due: %s", error)
            return False
        with self._lock:
            self._in_hand.update(each.delivery.lane for each in claimed)
        for each in claimed:
            self._jobs.put(each)
        return bool(claimed)

    def _busy(self) -> int:
        with self._lock:
            return self._in_hand.total()

    def _finish(self) -> int:
        """Wait for what is in hand; return how many are not done in time."""
        deadline = time.monotonic() + STOP_SECONDS
        while (left := self._busy()) and time.monotonic() < deadline:
            self._awake.clear()
            self._awake.wait(_GATHER_SECONDS)
        return left

    def _work(self) -> None:
        while True:
            claimed = self._jobs.get()
            sent = None
            try:
                sent = send(self._make_uow, self._clock, self._ways, claimed, random.random())  # noqa: S311 - a spread
            except DatabaseBusy as error:
                _log.warning("delivery %d is sent again later, its end is not kept: %s", claimed.delivery.id, error)
            except Exception:  # noqa: BLE001 - a thread that ends would send nothing more; the claim runs out
                _log.exception("delivery %d is sent again later, its end is not kept", claimed.delivery.id)
            self._done(claimed.delivery.lane, sent)

    def _done(self, lane: Lane, sent: Sent | None) -> None:
        with self._lock:
            self._in_hand[lane] -= 1
            if sent is not None and sent.verdict is not None:
                self._counts[sent.verdict.value] += 1
                self._failed.discard(lane)
                if sent.verdict is Verdict.AGAIN:
                    self._failed.add(lane)
                    self._resting[lane] = time.monotonic() + _rest(sent)
        self._awake.set()


def _rest(sent: Sent) -> float:
    wanted = sent.answer.retry_after if sent.answer else None
    return min(max(REST_SECONDS, wanted.total_seconds() if wanted else 0.0), LONGEST_REST_SECONDS)
