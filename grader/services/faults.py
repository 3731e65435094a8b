"""What failed by our fault in a course, for its staff: who waits for what, and why."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from grader.domain.permissions import Action
from grader.services.enrol import allowed

if TYPE_CHECKING:
    from grader.domain.people import User
    from grader.domain.submission import Run, Submission
    from grader.ports import UnitOfWork

MOST = 100
"""Submissions in one list; who has more has one reason for them all."""


@dataclass(frozen=True)
class Fault:
    """A submission that could not be graded so far; void, or to be tried again. *why* is for the staff."""

    submission: Submission
    student: User
    run: Run
    why: str


def faults(uow: UnitOfWork, *, user: User, course_slug: str) -> list[Fault]:
    """Return the course's submissions that failed by our fault and are not graded, newest first; not for students."""
    with uow.reading():
        course, _ = allowed(uow, user, course_slug, Action.SEE_BOARD)
        return [Fault(*found) for found in uow.runs.failed(course.id, MOST)]
