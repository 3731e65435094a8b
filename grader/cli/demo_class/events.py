"""What happens in a class, each with its moment; ids given in this order look as if it had happened."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, TypeAlias

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime
    from fractions import Fraction

    from grader.domain.assignment import Extension
    from grader.domain.audit import Deed
    from grader.domain.questions import Answer
    from grader.domain.report import Report
    from grader.domain.scoring import ItemKind


@dataclass(frozen=True)
class HandedIn:
    """A submission with its report; without one it became void, and *fault* says why.

    *again* is what a later regrade finds, where a scenario was wrong at first.
    """

    when: datetime
    login: str
    exercise: str
    source: str = field(repr=False)
    report: Report | None = field(default=None, repr=False)
    fault: str = ""
    again: Report | None = field(default=None, repr=False)


@dataclass(frozen=True)
class Draft:
    """Something that is not handed in yet."""

    when: datetime
    login: str
    exercise: str
    source: str = field(repr=False)


@dataclass(frozen=True)
class Answered:
    """An attempt at a quiz; *ended* is None for one that goes on."""

    when: datetime
    login: str
    quiz: str
    seed: str
    answers: Mapping[str, Answer]
    ended: datetime | None


@dataclass(frozen=True)
class Extended:
    """A student gets more time."""

    when: datetime
    actor: str
    login: str
    kind: ItemKind
    item: str
    extension: Extension


@dataclass(frozen=True)
class Overridden:
    """A grade is set by hand."""

    when: datetime
    actor: str
    login: str
    kind: ItemKind
    item: str
    points: Fraction
    max_points: int
    reason: str


@dataclass(frozen=True)
class Withdrawn:
    """The newest override of a grade counts no more."""

    when: datetime
    actor: str
    login: str
    kind: ItemKind
    item: str


@dataclass(frozen=True)
class Commented:
    """A word on a student's latest submission to an exercise; None is about all of it."""

    when: datetime
    actor: str
    login: str
    exercise: str
    line: int | None
    text: str


@dataclass(frozen=True)
class Left:
    """A student is taken out of the course; the work stays."""

    when: datetime
    actor: str
    login: str


@dataclass(frozen=True)
class Noted:
    """A line of the audit log about something that left nothing else behind."""

    when: datetime
    actor: str
    deed: Deed
    what: str = ""
    login: str = ""  # whom it concerns
    detail: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Regraded:
    """All submissions to an exercise were run again after a scenario was repaired, and the result applied."""

    when: datetime
    actor: str
    exercise: str
    version: str  # of the old runs
    reason: str


Event: TypeAlias = HandedIn | Draft | Answered | Extended | Overridden | Withdrawn | Commented | Left | Noted | Regraded


def actor(event: Event) -> str:
    """Return who of the staff did it; students' work is the service's own doing."""
    return "" if isinstance(event, HandedIn | Draft | Answered) else event.actor
