"""How often somebody may do something; counted in this process, which is the only one that takes requests."""

from __future__ import annotations

import math
import time

from limits import parse
from limits.storage import MemoryStorage
from limits.strategies import MovingWindowRateLimiter

from grader.domain.errors import LimitReached


class Limit:
    """A limit such as "30 per minute", for each key by itself; *what* is counted, for the message."""

    def __init__(self, limit: str, what: str) -> None:
        self._limit = parse(limit)
        self._what = what
        self._window = MovingWindowRateLimiter(MemoryStorage())

    def count(self, key: object) -> None:
        """Count once for *key*; LimitReached when it is one too many."""
        if self._window.hit(self._limit, str(key)):
            return
        seconds = self.wait(key)
        raise LimitReached(
            f"too many {self._what}: {self._limit} are taken; try again in {seconds} s", retry_after=seconds
        )

    def forget(self, key: object) -> None:
        """Count anew for *key*."""
        self._window.clear(self._limit, str(key))

    def wait(self, key: object) -> int:
        """Return in how many seconds *key* is taken again, 0 for now."""
        stats = self._window.get_window_stats(self._limit, str(key))
        return 0 if stats.remaining else max(1, math.ceil(stats.reset_time - time.time()))

    def __str__(self) -> str:
        return str(self._limit)
