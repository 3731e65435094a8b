"""How busy the service is: the queue, the workers, the last hour. Numbers, and names of one's own course only."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime  # noqa: TC003 - a field's type, kept at run time
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from grader.domain.station import Station


@dataclass(frozen=True)
class Queue:
    """Runs that wait, those that somebody waits for and those of regrades apart; *oldest* waits since then."""

    live: int = 0
    oldest: datetime | None = None
    regrades: int = 0
    oldest_regrade: datetime | None = None


@dataclass(frozen=True)
class Done:
    """Runs that ended within some time: graded for somebody, graded for a regrade, failed by our fault."""

    live: int = 0
    regrades: int = 0
    failed: int = 0


@dataclass(frozen=True)
class InHand:
    """The run that a worker has in hand; its lease says until when the worker need not be heard."""

    submission_id: int
    exercise: str
    course_id: int
    lease_until: datetime | None


@dataclass(frozen=True)
class Seat:
    """A worker and what it has in hand."""

    station: Station
    work: InHand | None

    def is_alive(self, now: datetime) -> bool:
        """Whether it was heard lately, or grades a scenario that may take its time."""
        held = self.work.lease_until if self.work else None
        return self.station.is_alive(now) or (held is not None and now < held)


@dataclass(frozen=True)
class OpenAttempts:
    """Quiz attempts that are worked on now: in this course, those of them against the clock, in all others."""

    here: int = 0
    timed: int = 0
    elsewhere: int = 0
