"""What a student works with at an exercise: its task, what they wrote last, how earlier attempts went."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING

from grader.domain.errors import NotFound
from grader.domain.scoring import ItemKind
from grader.domain.submission import State
from grader.services.by_hand import by_hand
from grader.services.enrol import member, owner_and_viewer
from grader.services.follow import lines
from grader.services.terms import exercise_terms, require_seen

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from grader.domain.assignment import Terms
    from grader.domain.exercise import Exercise
    from grader.domain.people import Course, User
    from grader.domain.scoring import Grade, Override
    from grader.domain.submission import Draft, Submission
    from grader.ports import Catalogue, Clock, UnitOfWork
    from grader.services.follow import SubmissionLine

MOST = 100
"""Attempts that are listed, the newest."""


@dataclass(frozen=True)
class Workbench:
    """An exercise as its student finds it; *origin* is an earlier submission that they go on from."""

    course: Course
    exercise: Exercise
    is_open: bool
    terms: Terms  # the student's own
    draft: Draft | None
    lines: Sequence[SubmissionLine]  # own submissions, newest first, at most MOST
    grade: Grade | None
    by_hand: Override | None = None  # from which the grade comes
    last: Submission | None = None  # the newest
    origin: Submission | None = None

    @property
    def attempts(self) -> int:
        """How many attempts count so far; what became void does not."""
        return sum(line.submission.state is not State.VOID for line in self.lines)

    @property
    def left(self) -> int | None:
        """How many attempts are left, None for any number."""
        return None if self.terms.attempts is None else max(0, self.terms.attempts - self.attempts)

    def wait(self, now: datetime) -> int:
        """Return how many seconds of the cooldown are left at *now*."""
        made = [line.submission.submitted for line in self.lines if line.submission.state is not State.VOID]
        return -(-self.terms.wait(made, now) // timedelta(seconds=1))

    @property
    def source(self) -> str:
        """What is on the bench: the origin, else what was written last, else the starter."""
        if self.origin is not None:
            return self.origin.source
        if self.draft is not None and (self.last is None or self.last.submitted <= self.draft.saved):
            return self.draft.source
        return self.exercise.starter if self.last is None else self.last.source


def workbench(
    uow: UnitOfWork,
    clock: Clock,
    catalogue: Catalogue,
    *,
    user: User,
    course_slug: str,
    exercise_slug: str,
    origin_id: int | None = None,
) -> Workbench:
    """Return the user's bench for an exercise of the course.

    NotFound when there is no such course or exercise, and for an origin that is not of this exercise or that the
    user may not see.
    """
    with uow.reading():
        course, enrolment = member(uow, user, course_slug)
        exercise = catalogue.exercise(course.lesson, exercise_slug)
        terms, now = exercise_terms(uow, course, enrolment, exercise), clock.now()
        require_seen(terms, exercise.slug, now)
        grade = uow.grades.find(enrolment.id, ItemKind.EXERCISE, exercise.slug)
        return Workbench(
            course=course,
            exercise=exercise,
            is_open=course.is_open(now) and terms.is_taken(now, course.closes),
            terms=terms,
            draft=uow.drafts.find(enrolment.id, exercise.slug),
            lines=lines(uow, enrolment, exercise.slug, limit=MOST),
            grade=grade,
            by_hand=by_hand(uow, grade),
            last=uow.submissions.latest(enrolment.id, exercise.slug),
            origin=None if origin_id is None else _origin(uow, user, course, exercise, origin_id),
        )


def _origin(uow: UnitOfWork, user: User, course: Course, exercise: Exercise, submission_id: int) -> Submission:
    what = f"submission {submission_id}"
    found = uow.submissions.get(submission_id)
    owner, _ = owner_and_viewer(uow, user, found.enrolment_id, what=what)
    if (owner.course_id, found.exercise) != (course.id, exercise.slug):
        raise NotFound(f"there is no {what}")
    return found
