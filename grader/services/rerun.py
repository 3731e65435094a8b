"""Have a submission that failed by our fault graded again, as if it were handed in now."""

from __future__ import annotations

from typing import TYPE_CHECKING

from grader.domain.audit import Deed
from grader.domain.errors import Conflict
from grader.domain.permissions import Action
from grader.services.enrol import owner_and_viewer, require

if TYPE_CHECKING:
    from grader.domain.people import User
    from grader.domain.submission import Run
    from grader.ports import Bell, Clock, UnitOfWork


def rerun(uow: UnitOfWork, clock: Clock, bell: Bell, *, user: User, submission_id: int) -> Run:
    """Queue a void submission again, then wake a worker; its result counts as of the time it was handed in.

    NotFound and Forbidden as the user may see it and run it, Conflict when it is not void: one that waits or runs needs
    no help, and one that is graded is for a regrade, which shows the difference before it counts.
    """
    now = clock.now()
    with uow.writing():
        submission = uow.submissions.get(submission_id)
        owner, viewer = owner_and_viewer(uow, user, submission.enrolment_id, what=f"submission {submission_id}")
        require(viewer, Action.RERUN)
        if not uow.review.reopen(submission_id):
            raise Conflict("only what failed by our fault is run again; what is graded already can be regraded")
        run = uow.runs.add(submission_id, queued=now)
        uow.audit.add(
            Deed.RERUN,
            when=now,
            what=f"submission {submission_id}",
            course_id=owner.course_id,
            user_id=owner.user_id,
            detail={"run": str(run.id), "exercise": submission.exercise},
        )
        uow.commit()
    bell.ring(run.id)
    return run
