"""Records as the staff looks back at them: a class's solutions, how a submission was graded each time."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from collections.abc import Sequence

    from grader.domain.people import User
    from grader.domain.run_record import RunRecord
    from grader.domain.submission import Submission


class Review(Protocol):
    """What reviewing work needs beyond the work itself."""

    def solutions(self, course_id: int, exercise: str) -> Sequence[tuple[User, Submission]]:
        """Return a submission of each student who handed in, by its id: the one that the grade names, or the newest.

        Students who left the course are in it, too.
        """
        ...

    def runs(self, submission_id: int) -> Sequence[RunRecord]:
        """Return all runs of a submission, newest first, a regrade's proposals too."""
        ...

    def reopen(self, submission_id: int) -> bool:
        """Let a void submission wait again, for a run that is added next; False when it is not void."""
        ...
