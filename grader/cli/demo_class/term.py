"""A month of teaching: what opens, is due and closes when, seen from today."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from fractions import Fraction
from typing import TYPE_CHECKING

from grader.domain.assignment import Terms
from grader.domain.scoring import ItemKind, Keep, Late

if TYPE_CHECKING:
    from collections.abc import Sequence

    from grader.domain.exercise import Exercise
    from grader.domain.quiz import Quiz

_HALF = Fraction(1, 2)


@dataclass(frozen=True)
class Slot:
    """A place in the term, in days from today's midnight."""

    opens: int
    due: int
    closes: int | None
    late: Late = Late.PER_DAY
    loss: Fraction = Fraction(1, 10)
    grace: timedelta = timedelta(minutes=15)
    attempts: int | None = None
    cooldown: timedelta = timedelta(0)
    weight: Fraction = Fraction(1)
    keep: Keep | None = None

    def terms(self, midnight: datetime) -> Terms:
        """Return the slot with dates: things are due at the end of a day, as students expect."""
        evening = timedelta(hours=21, minutes=59)
        return Terms(
            opens=midnight + timedelta(days=self.opens, hours=8),
            due=midnight + timedelta(days=self.due) + evening,
            closes=None if self.closes is None else midnight + timedelta(days=self.closes) + evening,
            late=self.late,
            loss=self.loss,
            grace=self.grace,
            attempts=self.attempts,
            cooldown=self.cooldown,
            weight=self.weight,
            keep=self.keep,
        )


_EXERCISES = (
    Slot(-28, -22, -15),
    Slot(-26, -17, -10, weight=Fraction(2)),
    Slot(-21, -12, -5, late=Late.CLIFF, loss=_HALF, grace=timedelta(hours=1)),
    Slot(-18, -6, 8, attempts=12, cooldown=timedelta(minutes=5), weight=Fraction(3)),
    Slot(-9, 1, 8, late=Late.PER_DAY, loss=Fraction(1, 5), weight=Fraction(2)),
    Slot(-2, 10, None, weight=Fraction(3)),
)
"""From what is over to what has just opened. A lesson with more exercises repeats the last line."""

_QUIZZES = (
    Slot(-28, -25, -18, late=Late.NONE, weight=_HALF),
    Slot(-24, -10, -3, late=Late.CLIFF, loss=_HALF),
    Slot(-3, 4, 4, late=Late.NONE, weight=Fraction(2)),
)


@dataclass(frozen=True)
class Item:
    """Something to do, with its terms."""

    kind: ItemKind
    slug: str
    terms: Terms


def items(exercises: Sequence[Exercise], quizzes: Sequence[Quiz], now: datetime) -> list[Item]:
    """Return all that the course asks for."""
    midnight = now.replace(hour=0, minute=0, second=0, microsecond=0)
    work: list[tuple[ItemKind, list[str], Sequence[Slot]]] = [
        (ItemKind.EXERCISE, [each.slug for each in exercises], _EXERCISES),
        (ItemKind.QUIZ, [each.slug for each in quizzes], _QUIZZES),
    ]
    return [
        Item(kind, slug, slots[min(place, len(slots) - 1)].terms(midnight))
        for kind, slugs, slots in work
        for place, slug in enumerate(slugs)
    ]
