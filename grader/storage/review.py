"""What reviewing work reads; what each method promises stands in `grader.ports`."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import and_, func, select, update

from grader.domain.people import Role
from grader.domain.run_record import RunRecord
from grader.domain.scoring import ItemKind
from grader.domain.submission import State
from grader.storage.rows import changed, to_run, to_submission, to_user
from grader.storage.tables import EnrolmentRow, GradeRow, RunRow, SubmissionRow, UserRow

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from grader.domain.people import User
    from grader.domain.submission import Submission


class SqlReview:
    """Fills `ports.Review`."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def solutions(self, course_id: int, exercise: str) -> list[tuple[User, Submission]]:
        newest = (
            select(SubmissionRow.enrolment_id, func.max(SubmissionRow.id).label("id"))
            .where(SubmissionRow.exercise == exercise)
            .group_by(SubmissionRow.enrolment_id)
            .subquery()
        )
        of_grade = and_(
            GradeRow.enrolment_id == EnrolmentRow.id,
            GradeRow.kind == ItemKind.EXERCISE,
            GradeRow.item == exercise,
        )
        rows = self._session.execute(
            select(UserRow, SubmissionRow)
            .select_from(EnrolmentRow)
            .join(UserRow, EnrolmentRow.user_id == UserRow.id)
            .join(newest, newest.c.enrolment_id == EnrolmentRow.id)
            .outerjoin(GradeRow, of_grade)
            .join(SubmissionRow, SubmissionRow.id == func.coalesce(GradeRow.attempt_id, newest.c.id))
            .where(EnrolmentRow.course_id == course_id, EnrolmentRow.role == Role.STUDENT)
            .order_by(SubmissionRow.id)
        )
        return [(to_user(user), to_submission(submission)) for user, submission in rows]

    def runs(self, submission_id: int) -> list[RunRecord]:
        rows = self._session.scalars(
            select(RunRow)
            .where(RunRow.submission_id == submission_id)
            .order_by(RunRow.id.desc())
            .execution_options(populate_existing=True)
        )
        return [_to_record(row) for row in rows]

    def reopen(self, submission_id: int) -> bool:
        still = (SubmissionRow.id == submission_id, SubmissionRow.state == State.VOID)
        return changed(self._session, update(SubmissionRow).where(*still).values(state=State.QUEUED)) == 1


def _to_record(row: RunRow) -> RunRecord:
    return RunRecord(
        run=to_run(row),
        fault=row.fault,
        started=row.started,
        finished=row.finished,
        node=row.node,
        device=row.device,
        torch_version=row.torch_version,
        content_hash=row.content_hash,
        seed_id=row.seed_id,
        seconds=row.seconds,
        memory_mib=row.memory_mib,
        points=row.points,
        max_points=row.max_points,
        outcome=row.outcome,
    )
