"""How often a quiz may be tried, for how long, which attempt counts, and when its student is told what was right."""

from __future__ import annotations

import enum
from dataclasses import dataclass
from datetime import datetime, timedelta

from grader.domain.errors import Invalid
from grader.domain.scoring import Keep

GRACE = timedelta(seconds=15)
"""An answer that is under way when the time is up is still taken for so long."""

LONGEST = 7 * 24 * 60  # minutes


class Reveal(enum.Enum):
    """When a student is told which answers were right, and why others were not."""

    AFTER_EACH = "after_each"  # answer, which can't be changed any more
    AFTER_ATTEMPT = "after_attempt"
    AFTER_LAST_ATTEMPT = "after_last_attempt"
    AFTER_DUE = "after_due"  # when the course is closed
    NEVER = "never"


@dataclass(frozen=True)
class QuizPolicy:
    """The rules of one quiz; *attempts* None is as often as one likes, *minutes* None without a limit of time."""

    attempts: int | None = None
    counts: Keep = Keep.BEST
    answers: Reveal = Reveal.AFTER_ATTEMPT
    minutes: int | None = None
    partial_credit: bool = True
    shuffle_questions: bool = False
    shuffle_choices: bool = True
    one_at_a_time: bool = False  # how pages show the questions; a program is given all of them

    def __post_init__(self) -> None:
        """Refuse rules that contradict each other: Invalid."""
        if self.attempts is not None and self.attempts < 1:
            raise Invalid(f"{self.attempts} attempts are too few: give 1 or more, or leave it out", field="attempts")
        if self.minutes is not None and not 0 < self.minutes <= LONGEST:
            raise Invalid(f"{self.minutes} minutes: give 1 to {LONGEST:,}, or leave it out", field="minutes")
        if self.answers is Reveal.AFTER_LAST_ATTEMPT and self.attempts is None:
            raise Invalid("there is no last attempt: say how many there are, as attempts = 3", field="answers")

    def deadline(self, started: datetime) -> datetime | None:
        """Return when the time of an attempt is up."""
        return None if self.minutes is None else started + timedelta(minutes=self.minutes)

    def used_up(self, attempts: int) -> bool:
        """Whether none may follow after so many *attempts*."""
        return self.attempts is not None and attempts >= self.attempts

    def tells(self, *, answered: bool, finished: bool, is_over: bool, closed: bool) -> bool:
        """Whether a question's student is told what its answer earned, and why.

        *answered* the question, *finished* its attempt; *is_over* when no attempt is open or can follow, *closed*
        when the course is.
        """
        match self.answers:
            case Reveal.AFTER_EACH:
                return answered or finished
            case Reveal.AFTER_ATTEMPT:
                return finished
            case Reveal.AFTER_LAST_ATTEMPT:
                return finished and is_over
            case Reveal.AFTER_DUE:
                return finished and closed
            case Reveal.NEVER:
                return False
