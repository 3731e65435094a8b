"""Records of a whole course, as its staff looks at them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from collections.abc import Sequence

    from grader.domain.insight import Answered, Belief, Ending, Finished, Graded


class Insight(Protocol):
    """What a course's students did: one query each, whatever their number.

    Students are who is in the course as one now. Of an exercise's submissions only graded ones are read, by the newest
    run that counts; of a quiz's attempts each student's first that is finished.
    """

    def graded(self, course_id: int, exercise: str | None = None) -> Sequence[Graded]:
        """Return the graded submissions to one exercise or to all, oldest first."""
        ...

    def endings(self, course_id: int, exercise: str) -> Sequence[Ending]:
        """Return how the scenarios ended in each student's latest graded submission, in the report's order."""
        ...

    def beliefs(self, course_id: int, exercise: str | None = None) -> Sequence[Belief]:
        """Return the misconceptions that graded submissions to one exercise or to all show, oldest submission first.

        Each once for a submission, whether its whole or some scenario shows it.
        """
        ...

    def finished(self, course_id: int) -> Sequence[Finished]:
        """Return each student's first finished attempt at each quiz, in no particular order."""
        ...

    def answered(self, course_id: int, quiz: str) -> Sequence[Answered]:
        """Return each student's first finished attempt at a quiz, by attempt."""
        ...
