"""Points to a grade: what lateness costs, which of several attempts counts, what is set by hand. Exact fractions."""

from __future__ import annotations

import enum
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from decimal import ROUND_HALF_UP, Decimal
from fractions import Fraction
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Sequence

_TENTH = Fraction(1, 10)


class ItemKind(enum.Enum):
    """What a grade is for."""

    EXERCISE = "exercise"
    QUIZ = "quiz"


class Keep(enum.Enum):
    """Which of several attempts counts."""

    BEST = "best"
    LAST = "last"
    AVERAGE = "average"


class Late(enum.Enum):
    """What lateness costs."""

    NONE = "none"
    PER_DAY = "per_day"  # a share for each day begun
    CLIFF = "cliff"  # a share, at once


class Cause(enum.Enum):
    """Why a grade became what it is."""

    GRADED = "graded"
    REGRADED = "regraded"
    UNDONE = "undone"  # a regrade was taken back
    OVERRIDDEN = "overridden"
    WITHDRAWN = "withdrawn"  # an override was
    TERMS = "terms"  # due date, late policy, extension


@dataclass(frozen=True)
class Score:
    """What one attempt earned; *attempt_id* is a submission's or a quiz attempt's."""

    attempt_id: int
    submitted: datetime
    points: Fraction
    max_points: int


class Grade(NamedTuple):
    """What counts for one item of one enrolment, with the attempt that it comes from.

    A tuple, quick to make: a course may have 30,000. An average comes from all attempts; it names the last.
    *attempt_id* is None when nothing was marked and the grade was set by hand. *raw* is before lateness, *earned*
    before an override; None means: as *points*.
    """

    enrolment_id: int
    kind: ItemKind
    item: str  # an exercise's or a quiz's slug
    points: Fraction
    max_points: int
    attempt_id: int | None
    attempts: int  # how many were marked so far
    raw: Fraction | None = None
    earned: Fraction | None = None
    override_id: int | None = None

    @property
    def is_late(self) -> bool:
        """Whether lateness cost something."""
        if self.raw is self.earned or self.raw is None or self.earned is None:  # the usual case, told quickly
            return False
        return self.earned < self.raw


@dataclass(frozen=True)
class Override:
    """A grade set by hand, with the reason; it counts until it is withdrawn."""

    id: int
    enrolment_id: int
    kind: ItemKind
    item: str
    points: Fraction
    reason: str
    by: str  # a login
    made: datetime
    withdrawn: datetime | None = None

    def over(self, grade: Grade) -> Grade:
        """Return *grade* with these points instead."""
        return grade._replace(points=self.points, override_id=self.id)


@dataclass(frozen=True)
class GradeChange:
    """A grade as it became, *before* what counted until then, None when nothing did."""

    grade: Grade
    before: Fraction | None
    cause: Cause
    by: str  # a login, empty for the service itself
    made: datetime


def late_factor(
    submitted: datetime, due: datetime, grace: timedelta, late: Late = Late.PER_DAY, loss: Fraction = _TENTH
) -> Fraction:
    """Lose *loss*, a tenth, for each day begun after *due*, or once at a cliff; inside *grace*, lose nothing.

    >>> due = datetime(2026, 5, 1, 18)
    >>> late_factor(due + timedelta(hours=1), due, grace=timedelta(minutes=5))
    Fraction(9, 10)
    >>> late_factor(due + timedelta(minutes=5), due, grace=timedelta(minutes=5))
    Fraction(1, 1)
    >>> late_factor(due + timedelta(days=30), due, grace=timedelta(0))
    Fraction(0, 1)
    >>> late_factor(due + timedelta(days=30), due, timedelta(0), Late.CLIFF, Fraction(1, 2))
    Fraction(1, 2)
    """
    after = submitted - due
    if late is Late.NONE or after <= max(grace, timedelta(0)):
        return Fraction(1)
    days_begun = -(-after // timedelta(days=1))  # ceiling: exactly one day late is one day begun
    return max(Fraction(0), 1 - loss * (days_begun if late is Late.PER_DAY else 1))


@dataclass(frozen=True)
class Policy:
    """How an item's attempts become its grade; without *due*, nothing is late."""

    keep: Keep = Keep.BEST
    due: datetime | None = None
    grace: timedelta = timedelta(0)
    late: Late = Late.PER_DAY
    loss: Fraction = _TENTH

    def counted(self, score: Score) -> Fraction:
        """Return the points of *score* after lateness."""
        if self.due is None:
            return score.points
        return score.points * late_factor(score.submitted, self.due, self.grace, self.late, self.loss)

    def choose(self, scores: Sequence[Score]) -> Score:
        """Return the score that counts, for an average the last one; of equals, the earlier one.

        ValueError when there are none.

        >>> first = Score(1, datetime(2026, 5, 1), Fraction(7), 8)
        >>> second = Score(2, datetime(2026, 5, 2), Fraction(5), 8)
        >>> Policy().choose([first, second]).attempt_id, Policy(Keep.LAST).choose([first, second]).attempt_id
        (1, 2)
        >>> Policy(Keep.AVERAGE).grade(7, ItemKind.QUIZ, "weights", [first, second]).points
        Fraction(6, 1)
        """
        in_order = sorted(scores, key=lambda score: (score.submitted, score.attempt_id))
        if self.keep is not Keep.BEST and in_order:
            return in_order[-1]
        return max(in_order, key=self._share)

    def grade(self, enrolment_id: int, kind: ItemKind, item: str, scores: Sequence[Score]) -> Grade:
        """Return the grade that *scores* make, one score for each attempt that was marked."""
        chosen = self.choose(scores)
        points = self.points(chosen, scores)
        return Grade(
            enrolment_id=enrolment_id,
            kind=kind,
            item=item,
            points=points,
            max_points=chosen.max_points,
            attempt_id=chosen.attempt_id,
            attempts=len(scores),
            raw=replace(self, due=None).points(chosen, scores),
            earned=points,
        )

    def points(self, chosen: Score, scores: Sequence[Score]) -> Fraction:
        """Return what *scores* make, of which one was *chosen*.

        An average is one of shares, for attempts whose quiz changed in between.
        """
        if self.keep is not Keep.AVERAGE:
            return self.counted(chosen)
        return sum((self._share(score) for score in scores), Fraction(0)) / len(scores) * chosen.max_points

    def _share(self, score: Score) -> Fraction:
        return self.counted(score) / max(score.max_points, 1)


def percentage(points: Fraction, max_points: int) -> str:
    """Return the share as text, halves rounded up, for people to read.

    >>> percentage(Fraction(7), 8), percentage(Fraction(1), 3), percentage(Fraction(0), 0)
    ('87.5 %', '33.3 %', '0.0 %')
    """
    share = 100 * points / max_points if max_points else Fraction(0)
    exact = Decimal(share.numerator) / Decimal(share.denominator)
    return f"{exact.quantize(Decimal('0.1'), rounding=ROUND_HALF_UP)} %"
