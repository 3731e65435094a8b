"""Submissions, runs and their reports; what each method promises stands in `grader.ports`.

A change of a run is one UPDATE whose WHERE says what must still be true; the count of changed rows says whether
it was. No lock is held while a student's code runs.
"""

from __future__ import annotations

from fractions import Fraction
from typing import TYPE_CHECKING, Any

from sqlalchemy import ColumnElement, and_, func, insert, or_, select, update
from sqlalchemy.orm import aliased

from grader.domain.errors import NotFound
from grader.domain.report import Report
from grader.domain.scoring import Score
from grader.domain.submission import HandedIn, State
from grader.storage.rows import changed, fetch, to_check, to_course, to_draft, to_run, to_submission, to_user, upsert
from grader.storage.tables import CheckResultRow, CourseRow, DraftRow, EnrolmentRow, RunRow, SubmissionRow, UserRow

if TYPE_CHECKING:
    from datetime import datetime

    from sqlalchemy.orm import Session

    from grader.domain.people import Course, User
    from grader.domain.submission import Draft, Run, Submission

_RELEASED: dict[str, Any] = {"claim_key": None, "lease_until": None, "progress": ""}


class SqlSubmissions:
    """Fills `ports.Submissions`."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def add(self, enrolment_id: int, exercise: str, source: str, *, submitted: datetime) -> Submission:
        row = SubmissionRow(
            enrolment_id=enrolment_id,
            exercise=exercise,
            source=source,
            state=State.QUEUED,
            submitted=submitted,
        )
        self._session.add(row)
        self._session.flush()
        return to_submission(row)

    def get(self, submission_id: int) -> Submission:
        return to_submission(fetch(self._session, SubmissionRow, submission_id, "submission"))

    def of_enrolment(
        self, enrolment_id: int, exercise: str | None = None, *, limit: int | None = None
    ) -> list[HandedIn]:
        columns = (SubmissionRow.id, SubmissionRow.enrolment_id, SubmissionRow.exercise)
        moment = (SubmissionRow.state, SubmissionRow.submitted)
        wanted = select(*columns, *moment).where(SubmissionRow.enrolment_id == enrolment_id)
        if exercise is not None:
            wanted = wanted.where(SubmissionRow.exercise == exercise)
        rows = self._session.execute(wanted.order_by(SubmissionRow.id.desc()).limit(limit))
        return [HandedIn(*row) for row in rows]

    def latest(self, enrolment_id: int, exercise: str) -> Submission | None:
        of_both = (SubmissionRow.enrolment_id == enrolment_id, SubmissionRow.exercise == exercise)
        row = self._session.scalar(select(SubmissionRow).where(*of_both).order_by(SubmissionRow.id.desc()).limit(1))
        return to_submission(row) if row else None

    def count(self, enrolment_id: int, exercise: str) -> int:
        number = self._session.scalar(
            select(func.count()).where(
                SubmissionRow.enrolment_id == enrolment_id,
                SubmissionRow.exercise == exercise,
                SubmissionRow.state != State.VOID,
            )
        )
        return number or 0

    def counts(self, enrolment_id: int) -> dict[str, int]:
        rows = self._session.execute(
            select(SubmissionRow.exercise, func.count())
            .where(SubmissionRow.enrolment_id == enrolment_id, SubmissionRow.state != State.VOID)
            .group_by(SubmissionRow.exercise)
        )
        return {exercise: number for exercise, number in rows}  # noqa: C416 - rows are no pairs to mypy


class SqlDrafts:
    """Fills `ports.Drafts`."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def put(self, enrolment_id: int, exercise: str, source: str, *, when: datetime) -> None:
        key: dict[str, object] = {"enrolment_id": enrolment_id, "exercise": exercise}
        upsert(self._session, DraftRow, key=key, values={"source": source, "saved": when})

    def find(self, enrolment_id: int, exercise: str) -> Draft | None:
        row = self._session.get(DraftRow, (enrolment_id, exercise), populate_existing=True)
        return to_draft(row) if row else None


class SqlRuns:
    """Fills `ports.Runs`."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def add(self, submission_id: int, *, queued: datetime, regrade_id: int | None = None) -> Run:
        row = RunRow(
            submission_id=submission_id,
            state=State.QUEUED,
            queued=queued,
            regrade_id=regrade_id,
            counts=regrade_id is None,
        )
        self._session.add(row)
        self._session.flush()
        return to_run(row)

    def get(self, run_id: int) -> Run:
        return to_run(fetch(self._session, RunRow, run_id, "run", populate_existing=True))

    def with_submission(self, run_id: int) -> tuple[Run, Submission, Course]:
        found = self._session.execute(
            select(RunRow, SubmissionRow, CourseRow)
            .join(SubmissionRow, RunRow.submission_id == SubmissionRow.id)
            .join(EnrolmentRow, SubmissionRow.enrolment_id == EnrolmentRow.id)
            .join(CourseRow, EnrolmentRow.course_id == CourseRow.id)
            .where(RunRow.id == run_id)
        ).one_or_none()
        if found is None:
            raise NotFound(f"there is no run {run_id}")
        run, submission, course = found
        return to_run(run), to_submission(submission), to_course(course)

    def latest(self, submission_id: int) -> Run:
        row = self._session.scalar(
            select(RunRow)
            .where(RunRow.submission_id == submission_id, RunRow.counts)
            .order_by(RunRow.id.desc())
            .limit(1)
            .execution_options(populate_existing=True)
        )
        if row is None:
            raise NotFound(f"there is no run of submission {submission_id}")
        return to_run(row)

    def ahead(self, run: Run) -> int:
        earlier = or_(
            RunRow.queued < run.queued,
            and_(RunRow.queued == run.queued, RunRow.id < run.id),
        )
        is_live = RunRow.regrade_id.is_(None)
        earlier = and_(is_live, earlier) if run.regrade_id is None else or_(is_live, earlier)
        number = self._session.scalar(select(func.count()).where(RunRow.state == State.QUEUED, earlier))
        return number or 0

    def claim(self, run_id: int, key: str, *, node: str, now: datetime, lease_until: datetime) -> bool:
        return self._move(
            run_id,
            State.RUNNING,
            RunRow.state == State.QUEUED,
            claims=RunRow.claims + 1,
            claim_key=key,
            lease_until=lease_until,
            node=node,
            started=now,
        )

    def save_progress(self, run_id: int, key: str, progress: str, *, lease_until: datetime) -> bool:
        return self._change(run_id, *_held(key), progress=progress, lease_until=lease_until)

    def finish(self, run_id: int, key: str, report: Report, *, finished: datetime) -> bool:
        stored = self._move(
            run_id,
            State.GRADED,
            *_held(key),
            **_RELEASED,
            fault="",
            finished=finished,
            node=report.node,
            device=report.device,
            content_hash=report.content_hash,
            torch_version=report.torch_version,
            seed_id=report.seed_id,
            seconds=report.seconds,
            memory_mib=report.memory_mib,
            points=report.points,
            max_points=report.max_points,
            outcome=report.outcome,
            misconception=report.misconception,
            hint=report.hint,
        )
        if stored and report.checks:
            self._session.execute(insert(CheckResultRow), _check_rows(run_id, report))
        return stored

    def put_back(self, run_id: int, key: str, *, fault: str = "", refund: bool = False) -> bool:
        values = dict(_RELEASED, claims=RunRow.claims - 1) if refund else dict(_RELEASED, fault=fault)
        return self._move(run_id, State.QUEUED, *_held(key), **values)

    def give_up(self, run_id: int, key: str, *, fault: str, finished: datetime) -> bool:
        return self._move(run_id, State.VOID, *_held(key), **_RELEASED, fault=fault, finished=finished)

    def expired(self, now: datetime, limit: int) -> list[Run]:
        rows = self._session.scalars(
            select(RunRow)
            .where(RunRow.state == State.RUNNING, RunRow.lease_until < now)
            .order_by(RunRow.lease_until, RunRow.id)
            .limit(limit)
        )
        return [to_run(row) for row in rows]

    def waiting(self, before: datetime, limit: int) -> list[Run]:
        rows = self._session.scalars(
            select(RunRow)
            .where(RunRow.state == State.QUEUED, RunRow.queued < before)
            .order_by(RunRow.regrade_id.is_not(None), RunRow.queued, RunRow.id)
            .limit(limit)
        )
        return [to_run(row) for row in rows]

    def report(self, run_id: int) -> Report | None:
        found = self._session.execute(
            select(RunRow, SubmissionRow.exercise, CourseRow.lesson)
            .join(SubmissionRow, RunRow.submission_id == SubmissionRow.id)
            .join(EnrolmentRow, SubmissionRow.enrolment_id == EnrolmentRow.id)
            .join(CourseRow, EnrolmentRow.course_id == CourseRow.id)
            .where(RunRow.id == run_id, RunRow.state == State.GRADED)
            .execution_options(populate_existing=True)
        ).one_or_none()
        if found is None:
            return None
        row, exercise, lesson = found
        checks = self._session.scalars(
            select(CheckResultRow).where(CheckResultRow.run_id == run_id).order_by(CheckResultRow.position)
        )
        return Report(
            lesson=lesson,
            exercise=exercise,
            content_hash=row.content_hash or "",
            checks=tuple(to_check(check) for check in checks),
            seed_id=row.seed_id or "",
            device=row.device or "",
            torch_version=row.torch_version or "",
            node=row.node or "",
            seconds=row.seconds or 0.0,
            misconception=row.misconception,
            hint=row.hint,
            memory_mib=row.memory_mib,
        )

    def fault(self, run_id: int) -> str:
        return self._session.scalar(select(RunRow.fault).where(RunRow.id == run_id)) or ""

    def failed(self, course_id: int, limit: int) -> list[tuple[Submission, User, Run, str]]:
        newer = aliased(RunRow)
        is_newest = (
            ~select(newer.id)
            .where(newer.submission_id == RunRow.submission_id, newer.id > RunRow.id, newer.counts)
            .exists()
        )
        rows = self._session.execute(
            select(SubmissionRow, UserRow, RunRow)
            .join(RunRow, RunRow.submission_id == SubmissionRow.id)
            .join(EnrolmentRow, SubmissionRow.enrolment_id == EnrolmentRow.id)
            .join(UserRow, EnrolmentRow.user_id == UserRow.id)
            .where(EnrolmentRow.course_id == course_id, RunRow.fault != "", RunRow.counts, is_newest)
            .order_by(SubmissionRow.id.desc())
            .limit(limit)
            .execution_options(populate_existing=True)
        )
        return [(to_submission(submission), to_user(user), to_run(run), run.fault) for submission, user, run in rows]

    def recent(self, limit: int) -> list[tuple[datetime, datetime]]:
        rows = self._session.execute(
            select(RunRow.started, RunRow.finished)
            .where(RunRow.state == State.GRADED)
            .order_by(RunRow.id.desc())
            .limit(limit)
        )
        return [(started, finished) for started, finished in rows if started is not None and finished is not None]

    def scores(self, enrolment_id: int, exercise: str | None = None) -> list[Score]:
        newest = (
            select(func.max(RunRow.id))
            .join(SubmissionRow, RunRow.submission_id == SubmissionRow.id)
            .where(SubmissionRow.enrolment_id == enrolment_id, RunRow.state == State.GRADED, RunRow.counts)
            .group_by(RunRow.submission_id)
        )
        if exercise is not None:
            newest = newest.where(SubmissionRow.exercise == exercise)
        rows = self._session.execute(
            select(SubmissionRow.id, SubmissionRow.submitted, RunRow.points, RunRow.max_points)
            .join(RunRow, RunRow.submission_id == SubmissionRow.id)
            .where(RunRow.id.in_(newest))
            .order_by(SubmissionRow.submitted, SubmissionRow.id)
        )
        return [
            Score(submission_id, submitted, Fraction(points or 0), max_points or 0)
            for submission_id, submitted, points, max_points in rows
        ]

    def _change(self, run_id: int, *still: ColumnElement[bool], **values: Any) -> bool:  # noqa: ANN401
        return changed(self._session, update(RunRow).where(RunRow.id == run_id, *still).values(**values)) == 1

    def _move(self, run_id: int, state: State, *still: ColumnElement[bool], **values: Any) -> bool:  # noqa: ANN401
        """Change the run and take its submission along, except out of a final state: that is for good."""
        if not self._change(run_id, *still, state=state, **values):
            return False
        of_run = select(RunRow.submission_id).where(RunRow.id == run_id, RunRow.counts).scalar_subquery()
        not_final = [SubmissionRow.state != final for final in State if final.is_final]
        changed(
            self._session,
            update(SubmissionRow).where(SubmissionRow.id == of_run, *not_final).values(state=state),
        )
        return True


def _held(key: str) -> tuple[ColumnElement[bool], ...]:
    """Return what is true of a run while the claim with *key* is its own."""
    return RunRow.state == State.RUNNING, RunRow.claim_key == key


def _check_rows(run_id: int, report: Report) -> list[dict[str, object]]:
    return [
        {
            "run_id": run_id,
            "position": position,
            "name": check.name,
            "title": check.title,
            "points": check.points,
            "max_points": check.max_points,
            "outcome": check.outcome,
            "message": check.message,
            "staff_message": check.staff_message,
            "visibility": check.visibility,
            "misconception": check.misconception,
            "hint": check.hint,
            "printed": check.printed,
            "detail": dict(check.detail),
            "seconds": check.seconds,
        }
        for position, check in enumerate(report.checks)
    ]
