"""A course's grades as a table: students by items, sums by weight, and what is in the middle of a column."""

from __future__ import annotations

import statistics
from collections import defaultdict
from dataclasses import dataclass
from fractions import Fraction
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence
    from datetime import datetime

    from grader.domain.people import User
    from grader.domain.scoring import Grade, ItemKind


@dataclass(frozen=True)
class Item:
    """A column: an exercise or a quiz. What is not *offered* any more counts nothing, and is shown where graded."""

    kind: ItemKind
    slug: str
    title: str
    max_points: int
    weight: Fraction = Fraction(1)
    offered: bool = True

    @property
    def key(self) -> str:
        """How addresses and commands name it: exercise:conv."""
        return f"{self.kind.value}:{self.slug}"

    @property
    def factor(self) -> Fraction:
        """By what its points are multiplied in sums."""
        return self.weight if self.offered else Fraction(0)


@dataclass(frozen=True)
class Row:
    """A student's line: *grades* go with the items, None where nothing is graded yet; *points* are summed by weight."""

    student: User
    grades: tuple[Grade | None, ...]
    points: Fraction
    section: str = ""
    ended: datetime | None = None  # has left the course since


class Middle(NamedTuple):
    """Of a column: mean and median of *number* values, 0.0 of none."""

    number: int
    mean: float
    median: float


def weighted(grades: Iterable[Grade | None], factors: Iterable[tuple[int, int]]) -> Fraction:
    """Return the exact sum of points, each times its factor, which is given by numerator and denominator.

    In whole numbers, by denominator: adding a course's fractions one by one takes ten times as long.
    """
    sums: defaultdict[int, int] = defaultdict(int)
    for grade, (over, under) in zip(grades, factors, strict=True):
        if grade is not None:
            points = grade.points
            sums[points.denominator * under] += points.numerator * over
    return sum((Fraction(over, under) for under, over in sums.items()), Fraction(0))


def most(items: Iterable[Item]) -> Fraction:
    """Return the highest sum by weight."""
    return sum((item.factor * item.max_points for item in items), Fraction(0))


def middle(values: Sequence[float]) -> Middle:
    """Return what is in the middle of *values*.

    >>> middle([1.0, 2.0, 6.0])
    Middle(number=3, mean=3.0, median=2.0)
    """
    if not values:
        return Middle(0, 0.0, 0.0)
    return Middle(len(values), statistics.fmean(values), statistics.median(values))


def middles(rows: Sequence[Row], value: Callable[[Grade], float | Fraction]) -> list[Middle]:
    """Return each item's, by the *value* of those who have a grade there; none without rows."""
    columns = zip(*(row.grades for row in rows), strict=True)
    return [middle([float(value(grade)) for grade in column if grade is not None]) for column in columns]
