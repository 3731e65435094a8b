"""How busy the service is; what each method promises stands in `grader.ports`.

Every few seconds somebody looks: each query goes by an index over what is little, not over all that ever was.
"""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from sqlalchemy import and_, func, or_, select

from grader.domain.board import Done, InHand, OpenAttempts, Queue, Seat
from grader.domain.submission import State
from grader.storage.rows import to_station
from grader.storage.tables import AttemptRow, EnrolmentRow, RunRow, SubmissionRow, WorkerRow

if TYPE_CHECKING:
    from datetime import datetime

    from sqlalchemy.orm import Session

_DAY = timedelta(days=1)
_IS_LIVE = RunRow.regrade_id.is_(None)


class SqlLoad:
    """Fills `ports.Load`."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def queue(self) -> Queue:
        regrades = RunRow.regrade_id.is_not(None)
        row = self._session.execute(
            select(
                func.count().filter(_IS_LIVE),
                func.min(RunRow.queued).filter(_IS_LIVE),
                func.count().filter(regrades),
                func.min(RunRow.queued).filter(regrades),
            ).where(RunRow.state == State.QUEUED)
        ).one()
        return Queue(*row)

    def done(self, since: datetime) -> Done:
        is_graded = RunRow.state == State.GRADED
        ended = func.coalesce(RunRow.finished, RunRow.started) >= since
        row = self._session.execute(
            select(
                func.count().filter(is_graded, _IS_LIVE),
                func.count().filter(is_graded, RunRow.regrade_id.is_not(None)),
                func.count().filter(RunRow.fault != ""),
            ).where(
                RunRow.state.in_(list(State)),  # so that the index over state and queued serves
                RunRow.queued >= since - _DAY,
                ended,
            )
        ).one()
        return Done(*row)

    def seats(self) -> list[Seat]:
        rows = self._session.execute(
            select(WorkerRow, SubmissionRow.id, SubmissionRow.exercise, EnrolmentRow.course_id, RunRow.lease_until)
            .outerjoin(RunRow, WorkerRow.run_id == RunRow.id)
            .outerjoin(SubmissionRow, RunRow.submission_id == SubmissionRow.id)
            .outerjoin(EnrolmentRow, SubmissionRow.enrolment_id == EnrolmentRow.id)
            .order_by(WorkerRow.node, WorkerRow.name)
        )
        return [
            Seat(to_station(worker), InHand(number, exercise, course_id, lease_until) if number else None)
            for worker, number, exercise, course_id, lease_until in rows
        ]

    def open_attempts(self, course_id: int, now: datetime) -> OpenAttempts:
        here = EnrolmentRow.course_id == course_id
        recent = and_(AttemptRow.deadline.is_(None), AttemptRow.started > now - _DAY)
        row = self._session.execute(
            select(
                func.count().filter(here),
                func.count().filter(here, AttemptRow.deadline.is_not(None)),
                func.count().filter(EnrolmentRow.course_id != course_id),
            )
            .select_from(AttemptRow)
            .join(EnrolmentRow, AttemptRow.enrolment_id == EnrolmentRow.id)
            .where(AttemptRow.finished.is_(None), or_(AttemptRow.deadline > now, recent))
        ).one()
        return OpenAttempts(*row)
