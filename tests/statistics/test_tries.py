"""Who has succeeded, and who is stuck."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from grader.domain.statistics import STUCK_AFTER, Success, Try, stuck, succeeded

NOON = datetime(2026, 5, 1, 12, tzinfo=UTC)


def tries(*eighths: int) -> list[Try]:
    """Return a try an hour, of 8 points."""
    return [Try(n, NOON + timedelta(hours=n), Fraction(points, 8)) for n, points in enumerate(eighths)]


@pytest.mark.parametrize(
    ("eighths", "found"),
    [
        ((), None),
        ((7,), None),
        ((8,), Success(1, timedelta(0))),
        ((3, 8, 2), Success(2, timedelta(hours=1))),
        ((3, 3, 8, 8), Success(3, timedelta(hours=2))),
    ],
)
def test_the_first_full_score_is_the_success(eighths: tuple[int, ...], found: Success | None) -> None:
    assert succeeded(tries(*eighths)) == found


@pytest.mark.parametrize(
    ("eighths", "since"),
    [
        ((), None),
        ((3, 3), None),  # too few
        ((3, 3, 3), 0),
        ((3, 4, 5), None),  # on the way
        ((3, 5, 4), None),
        ((3, 5, 4, 5), 1),
        ((0, 0, 0, 0, 6), None),
        ((8, 3, 3, 3), None),  # done
        ((3, 3, 3, 8), None),
    ],
)
def test_stuck_is_who_has_not_risen_for_two_tries(eighths: tuple[int, ...], since: int | None) -> None:
    found = stuck(tries(*eighths))
    assert (found.since if found else None) == (None if since is None else NOON + timedelta(hours=since))


@given(st.lists(st.integers(0, 8), max_size=12))
def test_nobody_is_both_and_who_is_stuck_has_tried_often(eighths: list[int]) -> None:
    found = stuck(tries(*eighths))
    if found:
        assert not succeeded(tries(*eighths))
        assert found.attempts == len(eighths) >= STUCK_AFTER
        assert (found.best, found.latest) == (Fraction(max(eighths), 8), tries(*eighths)[-1])
