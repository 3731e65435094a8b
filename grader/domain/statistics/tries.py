"""A class's tries at an exercise: who succeeded, after how many tries and how long; who is stuck."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta  # noqa: TC003 - fields' types, kept at run time
from fractions import Fraction  # noqa: TC003 - the same
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

STUCK_AFTER = 3
"""Tries, below which nobody is called stuck."""

_WITHOUT_RISE = 2


@dataclass(frozen=True)
class Try:
    """One graded submission; *share* is of its points."""

    submission_id: int
    when: datetime
    share: Fraction


@dataclass(frozen=True)
class Success:
    """The first full score: at which try, and how long after the first."""

    attempts: int
    after: timedelta


@dataclass(frozen=True)
class Stuck:
    """A student who doesn't get on; *since* is when the *best* score was first reached."""

    attempts: int
    best: Fraction
    since: datetime
    latest: Try


def is_full(each: Try) -> bool:
    """Whether nothing is left to gain."""
    return each.share >= 1


def succeeded(tries: Sequence[Try]) -> Success | None:
    """Return the first full score among one student's *tries*, oldest first; None while there is none."""
    for number, each in enumerate(tries, start=1):
        if is_full(each):
            return Success(number, each.when - tries[0].when)
    return None


def stuck(tries: Sequence[Try]) -> Stuck | None:
    """Return how one student is stuck, by their *tries*, oldest first; None for who isn't.

    Stuck is who has tried STUCK_AFTER times or more, never in full, and whose two latest tries were no better than an
    earlier one: who rises slowly is on the way.

    >>> noon = datetime(2026, 5, 1, 12)
    >>> scores = [Try(n, noon + timedelta(hours=n), Fraction(eighths, 8)) for n, eighths in enumerate([3, 5, 5, 4])]
    >>> stuck(scores).since.hour, stuck(scores[:3]), stuck([*scores, Try(4, noon, Fraction(1))])
    (13, None, None)
    """
    if len(tries) < STUCK_AFTER or any(map(is_full, tries)):
        return None
    best = max(tries, key=lambda each: each.share)  # the earliest of those alike
    if best in tries[-_WITHOUT_RISE:]:
        return None
    return Stuck(len(tries), best.share, best.when, tries[-1])
