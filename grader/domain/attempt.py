"""A student's attempt at a quiz, and how long it stays open."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime  # noqa: TC003 - a field's type, kept at run time

from grader.domain.quiz_policy import GRACE


@dataclass(frozen=True)
class Attempt:
    """One attempt; *seed* draws its questions again, *finished* is None while answers are taken.

    *deadline* is when its time is up, None for never. It is set at the start: later changes of the quiz don't move it.
    """

    id: int
    enrolment_id: int
    quiz: str
    seed: str
    started: datetime
    finished: datetime | None = None
    deadline: datetime | None = None

    def is_overdue(self, now: datetime) -> bool:
        """Whether the attempt is open, but takes no more answers at *now*: its time and the grace are over."""
        return self.finished is None and self.deadline is not None and now > self.deadline + GRACE

    def ended(self, now: datetime) -> datetime:
        """Return when an attempt that is finished at *now* has ended: at its deadline, if that is over."""
        return now if self.deadline is None else min(now, self.deadline)
