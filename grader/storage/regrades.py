"""Regrades and what they propose; what each method promises stands in `grader.ports`."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import func, insert, or_, select, update

from grader.domain.people import Role
from grader.domain.regrade import STATES, Graded, Progress, Proposal, Regrade, Stage
from grader.domain.regrade_difference import Verdict
from grader.domain.submission import State
from grader.storage.rows import changed, fetch, to_run
from grader.storage.tables import CheckResultRow, CourseRow, EnrolmentRow, RegradeRow, RunRow, SubmissionRow

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from sqlalchemy.orm import Session

    from grader.domain.regrade import Choice
    from grader.domain.submission import Run

_AT_ONCE = 10_000
"""Run ids in one statement: SQLite takes 32,766 values, PostgreSQL 65,535."""


class SqlRegrades:
    """Fills `ports.Regrades`."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def hold(self, course_id: int) -> None:
        # NO KEY: what only refers to the course need not wait. SQLite's writers are alone anyway.
        self._session.execute(select(CourseRow.id).where(CourseRow.id == course_id).with_for_update(key_share=True))

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
        row = RegradeRow(
            course_id=course_id,
            exercise=exercise,
            choice=choice,
            version=version,
            never_lower=never_lower,
            reason=reason,
            stage=Stage.RUNNING,
            by=by,
            made=made,
        )
        self._session.add(row)
        self._session.flush()
        return _to_regrade(row)

    def get(self, regrade_id: int) -> Regrade:
        return _to_regrade(fetch(self._session, RegradeRow, regrade_id, "regrade", populate_existing=True))

    def of_course(self, course_id: int) -> list[Regrade]:
        rows = self._session.scalars(
            select(RegradeRow)
            .where(RegradeRow.course_id == course_id)
            .order_by(RegradeRow.id.desc())
            .execution_options(populate_existing=True)
        )
        return [_to_regrade(row) for row in rows]

    def running(self, course_id: int, exercise: str) -> Regrade | None:
        row = self._session.scalar(
            select(RegradeRow)
            .where(RegradeRow.course_id == course_id, RegradeRow.exercise == exercise)
            .where(RegradeRow.stage == Stage.RUNNING)
            .limit(1)
        )
        return _to_regrade(row) if row else None

    def move(self, regrade_id: int, old: Stage, new: Stage, *, when: datetime) -> bool:
        moment = {"undone": when} if new is Stage.UNDONE else {"ended": when}
        still = (RegradeRow.id == regrade_id, RegradeRow.stage == old)
        return changed(self._session, update(RegradeRow).where(*still).values(stage=new, **moment)) == 1

    def graded(self, course_id: int, exercise: str) -> list[Graded]:
        rows = self._session.execute(
            select(RunRow, SubmissionRow.enrolment_id, SubmissionRow.submitted, EnrolmentRow.role)
            .join(SubmissionRow, RunRow.submission_id == SubmissionRow.id)
            .join(EnrolmentRow, SubmissionRow.enrolment_id == EnrolmentRow.id)
            .where(EnrolmentRow.course_id == course_id, SubmissionRow.exercise == exercise)
            .where(RunRow.state == State.GRADED, RunRow.counts)
            .order_by(RunRow.id)
            .execution_options(populate_existing=True)
        )
        found = (_to_graded(run, enrolment_id, submitted, role) for run, enrolment_id, submitted, role in rows)
        return [graded for graded in found if graded]

    def propose(self, regrade_id: int, submission_ids: Sequence[int], *, queued: datetime) -> None:
        if not submission_ids:
            return
        same = {"state": State.QUEUED, "queued": queued, "regrade_id": regrade_id, "counts": False}
        blank = {"claims": 0, "progress": "", "fault": ""}
        rows = [{"submission_id": submission_id, **same, **blank} for submission_id in submission_ids]
        self._session.execute(insert(RunRow), rows)

    def proposals(self, regrade_id: int) -> list[Proposal]:
        rows = self._session.execute(
            select(RunRow, SubmissionRow.enrolment_id, SubmissionRow.submitted, EnrolmentRow.role)
            .join(SubmissionRow, RunRow.submission_id == SubmissionRow.id)
            .join(EnrolmentRow, SubmissionRow.enrolment_id == EnrolmentRow.id)
            .where(RunRow.regrade_id == regrade_id)
            .order_by(RunRow.submission_id)
            .execution_options(populate_existing=True)
        )
        return [
            Proposal(
                run_id=run.id,
                submission_id=run.submission_id,
                enrolment_id=enrolment_id,
                state=run.state,
                counts=run.counts,
                fault=run.fault,
                graded=_to_graded(run, enrolment_id, submitted, role),
            )
            for run, enrolment_id, submitted, role in rows
        ]

    def verdicts(self, regrade_id: int) -> dict[int, list[Verdict]]:
        of_it = select(RunRow.submission_id).where(RunRow.regrade_id == regrade_id)
        check = CheckResultRow
        rows = self._session.execute(
            select(check.run_id, check.name, check.title, check.points, check.max_points, check.outcome)
            .join(RunRow, check.run_id == RunRow.id)
            .where(RunRow.submission_id.in_(of_it), or_(RunRow.counts, RunRow.regrade_id == regrade_id))
            .order_by(check.run_id, check.position)
        )
        found: dict[int, list[Verdict]] = {}
        for run_id, name, title, points, max_points, outcome in rows:
            found.setdefault(run_id, []).append(Verdict(name, title, points, max_points, outcome))
        return found

    def progress(self, course_id: int) -> dict[int, Progress]:
        rows = self._session.execute(
            select(RunRow.regrade_id, RunRow.state, func.count())
            .join(RegradeRow, RunRow.regrade_id == RegradeRow.id)
            .where(RegradeRow.course_id == course_id)
            .group_by(RunRow.regrade_id, RunRow.state)
        )
        found: dict[int, dict[str, int]] = {}
        for regrade_id, state, number in rows:
            found.setdefault(regrade_id or 0, {})[STATES[state]] = number
        return {regrade_id: Progress(**numbers) for regrade_id, numbers in found.items()}

    def waiting(self, regrade_id: int, limit: int) -> list[Run]:
        rows = self._session.scalars(
            select(RunRow)
            .where(RunRow.regrade_id == regrade_id, RunRow.state == State.QUEUED)
            .order_by(RunRow.queued, RunRow.id)
            .limit(limit)
        )
        return [to_run(row) for row in rows]

    def let_count(self, run_ids: Sequence[int], *, counts: bool) -> None:
        for start in range(0, len(run_ids), _AT_ONCE):
            some = run_ids[start : start + _AT_ONCE]
            changed(self._session, update(RunRow).where(RunRow.id.in_(some)).values(counts=counts))

    def end_waiting(self, regrade_id: int, *, finished: datetime) -> int:
        still = (RunRow.regrade_id == regrade_id, RunRow.state == State.QUEUED)
        ended = update(RunRow).where(*still).values(state=State.VOID, finished=finished, fault="")
        return changed(self._session, ended)


def _to_regrade(row: RegradeRow) -> Regrade:
    return Regrade(
        id=row.id,
        course_id=row.course_id,
        exercise=row.exercise,
        choice=row.choice,
        version=row.version,
        never_lower=row.never_lower,
        reason=row.reason,
        stage=row.stage,
        by=row.by,
        made=row.made,
        ended=row.ended,
        undone=row.undone,
    )


def _to_graded(run: RunRow, enrolment_id: int, submitted: datetime, role: Role) -> Graded | None:
    if run.state is not State.GRADED or run.points is None or run.max_points is None or run.outcome is None:
        return None
    return Graded(
        run_id=run.id,
        submission_id=run.submission_id,
        enrolment_id=enrolment_id,
        is_students=role is Role.STUDENT,
        submitted=submitted,
        finished=run.finished,
        points=run.points,
        max_points=run.max_points,
        outcome=run.outcome,
        version=run.content_hash or "",
        regrade_id=run.regrade_id,
    )
