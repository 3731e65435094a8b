"""How often somebody may do something; counted in this process, which is the only one that takes requests."""

from __future__ import annotations

import math
import time
from collections import OrderedDict, deque
from threading import Lock
from typing import TYPE_CHECKING

from limits import parse

from grader.domain.errors import LimitReached

if TYPE_CHECKING:
    from collections.abc import Callable


class Limit:
    """A limit such as "30 per minute", for each key by itself; *what* is counted, for the message.

    A key is forgotten when its last time is long enough ago: whoever makes up new ones fills no memory.
    """

    def __init__(self, limit: str, what: str, *, monotonic: Callable[[], float] = time.monotonic) -> None:
        self._limit = parse(limit)
        self._what = what
        self._now = monotonic
        self._times = OrderedDict[str, deque[float]]()  # of each key; last those that were counted last
        self._lock = Lock()

    def count(self, key: object) -> None:
        """Count once for *key*; LimitReached when it is one too many."""
        with self._lock:
            times = self._recent(str(key))
            if len(times) < self._limit.amount:
                times.append(self._now())
                self._times[str(key)] = times
                self._times.move_to_end(str(key))
                return
        raise self._reached(self.wait(key))

    def require(self, key: object) -> None:
        """LimitReached when one more for *key* would be too many; counts nothing."""
        if seconds := self.wait(key):
            raise self._reached(seconds)

    def forget(self, key: object) -> None:
        """Count anew for *key*."""
        with self._lock:
            self._times.pop(str(key), None)

    def wait(self, key: object) -> int:
        """Return in how many seconds *key* is taken again, 0 for now."""
        with self._lock:
            times = self._recent(str(key))
            left = times[0] + self._limit.get_expiry() - self._now() if len(times) >= self._limit.amount else 0
        return math.ceil(left)

    def __len__(self) -> int:
        """Return how many keys are remembered."""
        return len(self._times)

    def __str__(self) -> str:
        return str(self._limit)

    def _reached(self, seconds: int) -> LimitReached:
        return LimitReached(
            f"too many {self._what}: {self._limit} are taken; try again in {seconds} s", retry_after=seconds
        )

    def _recent(self, key: str) -> deque[float]:
        """Return when *key* was counted lately; forget every key that was not."""
        since = self._now() - self._limit.get_expiry()
        while self._times and next(iter(self._times.values()))[-1] <= since:
            self._times.popitem(last=False)
        times = self._times.get(key, deque[float]())
        while times and times[0] <= since:
            times.popleft()
        return times
