"""A process that grades, as it last said itself."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

BEAT = timedelta(seconds=10)
"""How often a worker says that it is alive."""

SILENCE = 3 * BEAT
"""After so long without a word it is taken for dead."""


@dataclass(frozen=True)
class Station:
    """*name* is unique, *run_id* is the run in hand."""

    name: str
    node: str
    device: str
    started: datetime
    heard: datetime
    run_id: int | None = None
    since: datetime | None = None

    def is_alive(self, now: datetime) -> bool:
        """Whether it was heard lately."""
        return now - self.heard < SILENCE
