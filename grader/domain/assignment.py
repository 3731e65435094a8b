"""What a course asks for and on which terms: when an item opens, is due and closes, and what lateness costs.

An item is a quiz or an exercise of the course's lesson. Without an assignment of its own it has the usual terms:
open while the course is, any number of attempts, the best one counts, all of it.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from fractions import Fraction
from typing import TYPE_CHECKING

from grader.domain.errors import Conflict, Invalid, LimitReached
from grader.domain.scoring import ItemKind, Keep, Late, Policy

if TYPE_CHECKING:
    from collections.abc import Sequence

LONGEST_COOLDOWN = timedelta(days=7)
MOST_ATTEMPTS = 1000


@dataclass(frozen=True)
class Terms:
    """On which terms an item is to be done.

    *keep* None is the item's own way, for exercises the best attempt. *attempts* None is any number. *weight* is the
    share in the course's sum, relative to the other items'; nothing of an item that is not *offered* is shown or taken.
    """

    opens: datetime | None = None
    due: datetime | None = None
    closes: datetime | None = None
    late: Late = Late.NONE
    loss: Fraction = Fraction(1, 10)  # share of the points: for each day begun, or at once
    grace: timedelta = timedelta(0)
    attempts: int | None = None
    cooldown: timedelta = timedelta(0)  # from one attempt to the next
    keep: Keep | None = None
    weight: Fraction = Fraction(1)
    offered: bool = True

    def __post_init__(self) -> None:
        for field_, problem in _problems(self):
            raise Invalid(problem, field=field_)

    @property
    def limits_attempts(self) -> bool:
        """Whether earlier attempts matter for the next one."""
        return self.attempts is not None or bool(self.cooldown)

    def policy(self, usual: Keep = Keep.BEST) -> Policy:
        """Return how attempts become a grade; *usual* is what the item itself says about which one counts."""
        return Policy(self.keep or usual, self.due, self.grace, self.late, self.loss)

    def ends(self, course_closes: datetime | None) -> datetime | None:
        """Return when nothing is taken any more, None for never: the earlier of the item's end and the course's."""
        return min((end for end in (self.closes, course_closes) if end is not None), default=None)

    def is_taken(self, now: datetime, course_closes: datetime | None) -> bool:
        """Whether work is taken at *now*."""
        end = self.ends(course_closes)
        return self.offered and (self.opens is None or self.opens <= now) and (end is None or now < end)

    def require_taken(self, what: str, now: datetime, course_closes: datetime | None) -> None:
        """Conflict when *what* is not open at *now*."""
        if self.opens is not None and now < self.opens:
            raise Conflict(f"{what} opens at {self.opens:%Y-%m-%d %H:%M} UTC")
        end = self.ends(course_closes)
        if end is not None and end <= now:
            raise Conflict(f"{what} is closed since {end:%Y-%m-%d %H:%M} UTC: it takes no more work")

    def require_attempt(self, what: str, made: Sequence[datetime], now: datetime) -> None:
        """Conflict when as many attempts as allowed were *made*, LimitReached when the last one is too fresh."""
        if self.attempts is not None and len(made) >= self.attempts:
            raise Conflict(f"all attempts are used up: {what} takes {self.attempts}")
        wait = self.wait(made, now)
        if wait:
            seconds = -(-wait // timedelta(seconds=1))  # a started second counts
            raise LimitReached(f"wait {seconds} s before the next attempt at {what}", retry_after=seconds)

    def wait(self, made: Sequence[datetime], now: datetime) -> timedelta:
        """Return how long the cooldown still lasts.

        >>> noon = datetime(2026, 5, 1, 12)
        >>> Terms(cooldown=timedelta(minutes=5)).wait([noon], noon + timedelta(minutes=3))
        datetime.timedelta(seconds=120)
        """
        return max(timedelta(0), max(made) + self.cooldown - now) if made else timedelta(0)


@dataclass(frozen=True)
class Extension:
    """More time or attempts for one student; None changes nothing, *attempts* come on top.

    It only ever gives: of two dates the later one counts, and what never ends for anybody does not end for them.
    """

    due: datetime | None = None
    closes: datetime | None = None
    attempts: int = 0
    reason: str = ""

    def of(self, terms: Terms) -> Terms:
        """Return *terms* as they are for this student; who has longer to the due date is not shut out before it.

        >>> may = [datetime(2026, 5, day) for day in range(1, 32)]
        >>> found = Extension(due=may[9]).of(Terms(due=may[4], closes=may[6]))
        >>> found.due.day, found.closes.day
        (10, 10)
        """
        due = _later(terms.due, self.due)
        closes = _later(terms.closes, self.closes)
        attempts = None if terms.attempts is None else min(terms.attempts + self.attempts, MOST_ATTEMPTS)
        return replace(terms, due=due, closes=_later(closes, due), attempts=attempts)


@dataclass(frozen=True)
class Assignment:
    """An item of a course with its terms."""

    course_id: int
    kind: ItemKind
    item: str  # an exercise's or a quiz's slug
    terms: Terms = field(default_factory=Terms)


def _later(everybodys: datetime | None, own: datetime | None) -> datetime | None:
    return everybodys if everybodys is None or own is None else max(everybodys, own)


def shifted(terms: Terms, by: timedelta) -> Terms:
    """Return *terms* with all dates moved, for the next term's course."""

    def moved(when: datetime | None) -> datetime | None:
        return None if when is None else when + by

    return replace(terms, opens=moved(terms.opens), due=moved(terms.due), closes=moved(terms.closes))


def _problems(terms: Terms) -> list[tuple[str, str]]:
    found = []
    if terms.opens and terms.due and terms.due < terms.opens:
        found.append(("due", "the due date must not be before the opening"))
    if terms.due and terms.closes and terms.closes < terms.due:
        found.append(("closes", "the end must not be before the due date"))
    if terms.opens and terms.closes and terms.closes <= terms.opens:
        found.append(("closes", "the end must be after the opening"))
    if not 0 <= terms.loss <= 1:
        found.append(("loss", "what lateness costs is a share from 0 to 100 %"))
    if terms.late is not Late.NONE and terms.due is None:
        found.append(("late", "a late policy needs a due date"))
    if terms.attempts is not None and not 1 <= terms.attempts <= MOST_ATTEMPTS:
        found.append(("attempts", f"attempts must be from 1 to {MOST_ATTEMPTS}, or empty for any number"))
    if not timedelta(0) <= terms.cooldown <= LONGEST_COOLDOWN:
        found.append(("cooldown", "the cooldown must be from 0 to 7 days"))
    if terms.grace < timedelta(0):
        found.append(("grace", "the grace must not be negative"))
    if terms.weight < 0:
        found.append(("weight", "the weight must not be negative"))
    return found
