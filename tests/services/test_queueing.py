"""How long one waits, by the runs before."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

import pytest

from grader.domain.queueing import expected_wait
from tests.fakes import NOON

if TYPE_CHECKING:
    from datetime import datetime


def run(start: float, end: float) -> tuple[datetime, datetime]:
    return NOON + timedelta(seconds=start), NOON + timedelta(seconds=end)


ONE_WORKER = [run(0, 4), run(4, 8), run(8, 12)]
THREE_WORKERS = [run(0, 6), run(2, 8), run(4, 10), run(6, 12)]
NOW_AND_THEN = [run(0, 4), run(3600, 3604), run(9000, 9004)]


@pytest.mark.parametrize(
    ("recent", "place", "seconds"),
    [
        (ONE_WORKER, 1, 4),
        (ONE_WORKER, 3, 12),
        (list(reversed(ONE_WORKER)), 3, 12),
        (THREE_WORKERS, 3, 6),
        (NOW_AND_THEN, 2, 8),
        ([run(0, 4)], 1, 4),
        ([run(0, 4), run(0, 4)], 5, 0),
        ([run(4, 0)], 1, 0),
    ],
    ids=["next", "third", "any order", "three workers", "quiet hours", "one run", "all at once", "a clock set back"],
)
def test_the_pace_is_that_of_busy_workers_but_no_slower_than_a_run(
    recent: list[tuple[datetime, datetime]], place: int, seconds: float
) -> None:
    assert expected_wait(place, recent) == timedelta(seconds=seconds)


def test_nobody_knows_before_the_first_run() -> None:
    assert expected_wait(1, []) is None
