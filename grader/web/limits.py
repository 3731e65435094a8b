"""How often one person may submit; counted in this process, which is the only one that takes submissions."""

from __future__ import annotations

import math
import time
from typing import TYPE_CHECKING

from limits import parse
from limits.storage import MemoryStorage
from limits.strategies import MovingWindowRateLimiter

from grader.domain.errors import LimitReached

if TYPE_CHECKING:
    from grader.domain.people import User


class SubmitLimit:
    """A limit such as "30 per minute", for each user by themselves."""

    def __init__(self, limit: str) -> None:
        self._limit = parse(limit)
        self._window = MovingWindowRateLimiter(MemoryStorage())

    def count(self, user: User) -> None:
        """Count one submission of *user*; LimitReached when it is one too many."""
        if self._window.hit(self._limit, str(user.id)):
            return
        again = self._window.get_window_stats(self._limit, str(user.id)).reset_time
        seconds = max(1, math.ceil(again - time.time()))
        raise LimitReached(
            f"too many submissions: {self._limit} are taken; try again in {seconds} s", retry_after=seconds
        )
