"""Reads whole courses; what each method promises stands in `grader.ports`."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING, Any

from sqlalchemy import Select, func, select, union

from grader.domain.insight import Answered, Belief, Ending, Finished, Graded
from grader.domain.people import Role
from grader.domain.submission import State
from grader.storage.tables import AnswerRow, AttemptRow, CheckResultRow, EnrolmentRow, RunRow, SubmissionRow

if TYPE_CHECKING:
    from sqlalchemy import ColumnElement
    from sqlalchemy.orm import Session

    from grader.domain.questions import Answer


class SqlInsight:
    """Fills `ports.Insight`."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def graded(self, course_id: int, exercise: str | None = None) -> list[Graded]:
        rows = self._session.execute(
            select(
                SubmissionRow.enrolment_id,
                SubmissionRow.exercise,
                SubmissionRow.id,
                SubmissionRow.submitted,
                func.coalesce(RunRow.points, 0),
                func.coalesce(RunRow.max_points, 0),
                RunRow.misconception,
                RunRow.hint,
            )
            .join(RunRow, RunRow.submission_id == SubmissionRow.id)
            .where(RunRow.id.in_(_newest(course_id, exercise)))
            .order_by(SubmissionRow.id)
        )
        return [Graded(*row) for row in rows]

    def endings(self, course_id: int, exercise: str) -> list[Ending]:
        whose = (RunRow.submission_id, SubmissionRow.enrolment_id)
        counting = _newest(course_id, exercise).add_columns(*whose).group_by(SubmissionRow.enrolment_id).cte()
        latest = select(func.max(counting.c.submission_id)).group_by(counting.c.enrolment_id)
        rows = self._session.execute(
            select(CheckResultRow.name, func.max(CheckResultRow.title), CheckResultRow.outcome, func.count())
            .join(counting, counting.c.id == CheckResultRow.run_id)
            .where(counting.c.submission_id.in_(latest))
            .group_by(CheckResultRow.name, CheckResultRow.outcome)
            .order_by(func.min(CheckResultRow.position), CheckResultRow.name, CheckResultRow.outcome)
        )
        return [Ending(*row) for row in rows]

    def beliefs(self, course_id: int, exercise: str | None = None) -> list[Belief]:
        newest = _newest(course_id, exercise)
        of_run = select(RunRow.submission_id, RunRow.misconception, RunRow.hint).where(
            RunRow.id.in_(newest), RunRow.misconception.is_not(None)
        )
        of_checks = (
            select(RunRow.submission_id, CheckResultRow.misconception, CheckResultRow.hint)
            .join(CheckResultRow, CheckResultRow.run_id == RunRow.id)
            .where(RunRow.id.in_(newest), CheckResultRow.misconception.is_not(None))
        )
        both = union(of_run, of_checks).subquery()
        rows = self._session.execute(
            select(both.c.submission_id, both.c.misconception, func.coalesce(func.max(both.c.hint), ""))
            .group_by(both.c.submission_id, both.c.misconception)
            .order_by(both.c.submission_id, both.c.misconception)
        )
        return [Belief(*row) for row in rows]

    def finished(self, course_id: int) -> list[Finished]:
        rows = self._session.execute(
            select(AttemptRow.enrolment_id, AttemptRow.quiz, AttemptRow.points, AttemptRow.max_points).where(
                AttemptRow.id.in_(_first(course_id))
            )
        )
        return [
            Finished(enrolment_id, quiz, points, max_points)
            for enrolment_id, quiz, points, max_points in rows
            if points is not None and max_points is not None  # a CHECK's promise
        ]

    def answered(self, course_id: int, quiz: str) -> list[Answered]:
        rows = self._session.execute(
            select(AttemptRow.id, AttemptRow.enrolment_id, AttemptRow.seed, AnswerRow.question, AnswerRow.value)
            .outerjoin(AnswerRow, AnswerRow.attempt_id == AttemptRow.id)
            .where(AttemptRow.id.in_(_first(course_id).where(AttemptRow.quiz == quiz)))
            .order_by(AttemptRow.id)
        )
        attempts: dict[int, tuple[int, str]] = {}
        answers: defaultdict[int, dict[str, Answer]] = defaultdict(dict)
        for attempt_id, enrolment_id, seed, question, value in rows:
            attempts[attempt_id] = enrolment_id, seed
            if question is not None:
                answers[attempt_id][question] = value
        return [
            Answered(enrolment_id, attempt_id, seed, answers[attempt_id])
            for attempt_id, (enrolment_id, seed) in attempts.items()
        ]


def _is_student(course_id: int) -> tuple[ColumnElement[bool], ...]:
    return (
        EnrolmentRow.course_id == course_id,
        EnrolmentRow.role == Role.STUDENT,
        EnrolmentRow.ended.is_(None),
    )


def _newest(course_id: int, exercise: str | None) -> Select[Any]:
    """Return the ids of each submission's newest run that is graded and counts."""
    newest = (
        select(func.max(RunRow.id).label("id"))
        .join(SubmissionRow, RunRow.submission_id == SubmissionRow.id)
        .join(EnrolmentRow, SubmissionRow.enrolment_id == EnrolmentRow.id)
        .where(*_is_student(course_id), RunRow.state == State.GRADED, RunRow.counts)
        .group_by(RunRow.submission_id)
    )
    return newest if exercise is None else newest.where(SubmissionRow.exercise == exercise)


def _first(course_id: int) -> Select[Any]:
    """Return the ids of each student's first finished attempt at each quiz."""
    return (
        select(func.min(AttemptRow.id))
        .join(EnrolmentRow, AttemptRow.enrolment_id == EnrolmentRow.id)
        .where(*_is_student(course_id), AttemptRow.finished.is_not(None))
        .group_by(AttemptRow.enrolment_id, AttemptRow.quiz)
    )
