"""Records of regrades: what was asked for, the runs that it proposes, and what counts without them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import datetime

    from grader.domain.regrade import Choice, Graded, Progress, Proposal, Regrade, Stage
    from grader.domain.regrade_difference import Verdict
    from grader.domain.submission import Run


class Regrades(Protocol):
    """Earlier submissions run again. Each call is one query, or as good as one, whatever the number of submissions."""

    def hold(self, course_id: int) -> None:
        """Make others who hold this course's regrades wait until this unit of work ends."""
        ...

    def add(
        self,
        course_id: int,
        exercise: str,
        choice: Choice,
        *,
        version: str,
        never_lower: bool,
        reason: str,
        by: str,
        made: datetime,
    ) -> Regrade:
        """Keep a new one, as running, without runs."""
        ...

    def get(self, regrade_id: int) -> Regrade:
        """Return a regrade; NotFound when there is none."""
        ...

    def of_course(self, course_id: int) -> Sequence[Regrade]:
        """Return a course's regrades, newest first."""
        ...

    def running(self, course_id: int, exercise: str) -> Regrade | None:
        """Return the regrade of an exercise in a course that is neither applied nor thrown away."""
        ...

    def move(self, regrade_id: int, old: Stage, new: Stage, *, when: datetime) -> bool:
        """Bring a regrade from one stage to another; False when it is not at *old* (any more)."""
        ...

    def graded(self, course_id: int, exercise: str) -> Sequence[Graded]:
        """Return all graded runs that count of the submissions to an exercise in a course, oldest first."""
        ...

    def propose(self, regrade_id: int, submission_ids: Sequence[int], *, queued: datetime) -> None:
        """Queue a run of each of these submissions that does not count."""
        ...

    def proposals(self, regrade_id: int) -> Sequence[Proposal]:
        """Return a regrade's runs, by submission."""
        ...

    def verdicts(self, regrade_id: int) -> Mapping[int, Sequence[Verdict]]:
        """Return by run how the scenarios ended: of a regrade's runs, and of all that count of its submissions."""
        ...

    def progress(self, course_id: int) -> Mapping[int, Progress]:
        """Return how far a course's regrades are; one without runs may be missing."""
        ...

    def waiting(self, regrade_id: int, limit: int) -> Sequence[Run]:
        """Return the regrade's runs that are queued, in the order in which they will be taken."""
        ...

    def let_count(self, run_ids: Sequence[int], *, counts: bool) -> None:
        """Let runs count, or not any more."""
        ...

    def end_waiting(self, regrade_id: int, *, finished: datetime) -> int:
        """End a regrade's queued runs as void, so that no worker takes them; return how many."""
        ...
