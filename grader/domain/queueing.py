"""How long somebody who waits for a run's result will wait, judged by the runs before."""

from __future__ import annotations

from datetime import datetime, timedelta
from itertools import pairwise
from statistics import median_low
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

RECENT = 20
"""How many runs are looked back on: enough for a median, few enough to be of today's weather."""

_NOTHING = timedelta()


def expected_wait(place: int, recent: Sequence[tuple[datetime, datetime]]) -> timedelta | None:
    """Return about how long it takes until the run at *place* (1 is next) is graded, None when nothing is known.

    *recent* says when the newest graded runs were claimed and finished, in any order. Workers that had always work
    to do show their pace, all of them together, by the mean time between two ends. When there was not, that says
    how rarely students hand in; so the median duration of a run is the most.

    >>> noon = datetime(2026, 5, 1, 12)
    >>> def run(start: int, end: int) -> tuple[datetime, datetime]:
    ...     return noon + timedelta(seconds=start), noon + timedelta(seconds=end)
    >>> two_workers, rare = [run(0, 4), run(0, 4), run(4, 8), run(4, 8)], [run(0, 4), run(900, 904)]
    >>> [round(wait.total_seconds()) for recent in (two_workers, rare) if (wait := expected_wait(6, recent))]
    [8, 24]
    """
    if not recent:
        return None
    pace = median_low([finished - claimed for claimed, finished in recent])
    ends = sorted(finished for _, finished in recent)
    gaps = [later - earlier for earlier, later in pairwise(ends)]
    if gaps:
        pace = min(pace, sum(gaps, _NOTHING) / len(gaps))
    return place * max(pace, _NOTHING)
