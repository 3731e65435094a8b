"""A submission in full, for the staff of its course: every run, what the student did before, what was said about it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from grader.domain.permissions import Action, may
from grader.services.enrol import owner_and_viewer
from grader.services.follow import lines

if TYPE_CHECKING:
    from collections.abc import Sequence

    from grader.domain.comment import Comment
    from grader.domain.people import Enrolment, User
    from grader.domain.run_record import RunRecord
    from grader.ports import UnitOfWork
    from grader.services.follow import SubmissionLine

MOST_ATTEMPTS = 100
"""Of one student, the newest."""


@dataclass(frozen=True)
class StaffView:
    """What only the staff sees; *may_regrade* and *may_rerun* say what the viewer may do beyond looking."""

    enrolment: Enrolment  # the student's
    runs: Sequence[RunRecord]  # newest first, a regrade's proposals too
    attempts: Sequence[SubmissionLine]  # at this exercise, newest first, this one too
    may_comment: bool
    may_rerun: bool
    may_regrade: bool


@dataclass(frozen=True)
class Inspection:
    """What a submission's page holds beyond how it stands; *staff* is None for its student."""

    comments: Sequence[Comment]
    staff: StaffView | None


def inspect(uow: UnitOfWork, *, user: User, submission_id: int) -> Inspection:
    """Return what there is about a submission beyond how it stands; NotFound unless the user may see it."""
    with uow.reading():
        submission = uow.submissions.get(submission_id)
        owner, viewer = owner_and_viewer(uow, user, submission.enrolment_id, what=f"submission {submission_id}")
        comments = uow.comments.of_submission(submission_id)
        if not may(viewer.role, Action.SEE_WORK):
            return Inspection([each for each in comments if each.withdrawn is None], None)
        staff = StaffView(
            enrolment=owner,
            runs=uow.review.runs(submission_id),
            attempts=lines(uow, owner, submission.exercise, limit=MOST_ATTEMPTS),
            may_comment=may(viewer.role, Action.COMMENT),
            may_rerun=may(viewer.role, Action.RERUN),
            may_regrade=may(viewer.role, Action.REGRADE),
        )
        return Inspection(comments, staff)
