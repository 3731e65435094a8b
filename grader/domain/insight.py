"""What is read of a whole course at once, for its staff: only what counts, only of students who are in it now."""

from __future__ import annotations

from collections.abc import Mapping  # noqa: TC003 - a field's type, kept at run time
from dataclasses import dataclass
from datetime import datetime  # noqa: TC003 - the same
from fractions import Fraction

from grader.domain.questions import Answer  # noqa: TC001 - the same
from grader.domain.report import Outcome  # noqa: TC001 - the same
from grader.domain.statistics import Try


@dataclass(frozen=True)
class Graded:
    """A submission by the newest run that counts; *misconception* is its likeliest, None where none was found."""

    enrolment_id: int
    exercise: str
    submission_id: int
    submitted: datetime
    points: int
    max_points: int
    misconception: str | None = None
    hint: str | None = None

    @property
    def share(self) -> Fraction:
        """Of the points that the run could give."""
        return Fraction(self.points, self.max_points) if self.max_points else Fraction(0)

    @property
    def as_try(self) -> Try:
        """What counts of it among its student's tries."""
        return Try(self.submission_id, self.submitted, self.share)


@dataclass(frozen=True)
class Ending:
    """In how many students' latest graded submissions a scenario ended so."""

    scenario: str
    title: str
    outcome: Outcome
    count: int


@dataclass(frozen=True)
class Belief:
    """That a graded submission shows a misconception, in the whole or in some scenario, with the hint it got."""

    submission_id: int
    misconception: str
    hint: str


@dataclass(frozen=True)
class Finished:
    """A student's first finished attempt at a quiz, as it was marked then."""

    enrolment_id: int
    quiz: str
    points: Fraction
    max_points: int

    @property
    def share(self) -> Fraction:
        """Of the quiz's points."""
        return self.points / self.max_points if self.max_points else Fraction(0)


@dataclass(frozen=True)
class Answered:
    """A student's first finished attempt at a quiz with its answers by question; *seed* draws the questions."""

    enrolment_id: int
    attempt_id: int
    seed: str
    answers: Mapping[str, Answer]
