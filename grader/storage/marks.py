"""Quiz attempts, their answers, and grades; what each method promises stands in `grader.ports`."""

from __future__ import annotations

from fractions import Fraction
from typing import TYPE_CHECKING

from sqlalchemy import Text, bindparam, delete, select, type_coerce, update

from grader.domain.scoring import Grade, ItemKind, Score
from grader.storage.rows import changed, fetch, to_attempt, to_grade, upsert
from grader.storage.tables import AnswerRow, AttemptRow, EnrolmentRow, GradeRow

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from sqlalchemy.orm import Session

    from grader.domain.attempt import Attempt


class SqlAttempts:
    """Fills `ports.Attempts`."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def add(
        self, enrolment_id: int, quiz: str, *, seed: str, started: datetime, deadline: datetime | None = None
    ) -> Attempt:
        row = AttemptRow(enrolment_id=enrolment_id, quiz=quiz, seed=seed, started=started, deadline=deadline)
        self._session.add(row)
        self._session.flush()
        return to_attempt(row)

    def get(self, attempt_id: int) -> Attempt:
        return to_attempt(fetch(self._session, AttemptRow, attempt_id, "attempt", populate_existing=True))

    def of_enrolment(self, enrolment_id: int, quiz: str | None = None) -> list[Attempt]:
        wanted = select(AttemptRow).where(AttemptRow.enrolment_id == enrolment_id)
        if quiz is not None:
            wanted = wanted.where(AttemptRow.quiz == quiz)
        return [to_attempt(row) for row in self._session.scalars(wanted.order_by(AttemptRow.id))]

    def hold(self, attempt_id: int) -> Attempt:
        row = fetch(
            self._session,
            AttemptRow,
            attempt_id,
            "attempt",
            populate_existing=True,
            with_for_update={"key_share": True},
        )
        return to_attempt(row)

    def answer(self, attempt_id: int, question: str, value: str | Sequence[str], *, when: datetime) -> None:
        kept = value if isinstance(value, str) else list(value)
        upsert(
            self._session,
            AnswerRow,
            key={"attempt_id": attempt_id, "question": question},
            values={"value": kept, "saved": when},
        )

    def answers(self, attempt_id: int) -> dict[str, str | list[str]]:
        rows = self._session.scalars(select(AnswerRow).where(AnswerRow.attempt_id == attempt_id))
        return {row.question: row.value for row in rows}

    def finish(self, attempt_id: int, score: Score) -> bool:
        closing = (
            update(AttemptRow)
            .where(AttemptRow.id == attempt_id, AttemptRow.finished.is_(None))
            .values(finished=score.submitted, points=score.points, max_points=score.max_points)
        )
        return changed(self._session, closing) == 1

    def scores(self, enrolment_id: int, quiz: str | None = None) -> list[Score]:
        wanted = select(AttemptRow.id, AttemptRow.finished, AttemptRow.points, AttemptRow.max_points).where(
            AttemptRow.enrolment_id == enrolment_id, AttemptRow.finished.is_not(None)
        )
        if quiz is not None:
            wanted = wanted.where(AttemptRow.quiz == quiz)
        rows = self._session.execute(wanted.order_by(AttemptRow.finished, AttemptRow.id))
        return [
            Score(attempt_id, finished, points, max_points)
            for attempt_id, finished, points, max_points in rows
            if finished is not None and points is not None and max_points is not None  # a CHECK's promise
        ]

    def overdue(self, before: datetime, limit: int, *, after: int = 0) -> list[Attempt]:
        rows = self._session.scalars(
            select(AttemptRow)
            .where(AttemptRow.finished.is_(None), AttemptRow.deadline < before, AttemptRow.id > after)
            .order_by(AttemptRow.id)
            .limit(limit)
        )
        return [to_attempt(row) for row in rows]


class SqlGrades:
    """Fills `ports.Grades`."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def put(self, grade: Grade) -> None:
        upsert(
            self._session,
            GradeRow,
            key={"enrolment_id": grade.enrolment_id, "kind": grade.kind, "item": grade.item},
            values={
                "points": grade.points,
                "max_points": grade.max_points,
                "attempt_id": grade.attempt_id,
                "attempts": grade.attempts,
                "raw": grade.raw,
                "earned": grade.earned,
                "override_id": grade.override_id,
            },
        )

    def drop(self, enrolment_id: int, kind: ItemKind, item: str) -> None:
        self._session.execute(delete(GradeRow).filter_by(enrolment_id=enrolment_id, kind=kind, item=item))

    def find(self, enrolment_id: int, kind: ItemKind, item: str) -> Grade | None:
        row = self._session.get(GradeRow, (enrolment_id, kind, item), populate_existing=True)
        return to_grade(row) if row else None

    def of_enrolment(self, enrolment_id: int) -> list[Grade]:
        rows = self._session.scalars(select(GradeRow).where(GradeRow.enrolment_id == enrolment_id))
        return [to_grade(row) for row in rows]

    def of_course(self, course_id: int) -> list[Grade]:
        rows = self._session.connection().execute(_OF_COURSE, {"course_id": course_id}).all()
        exact = _Exact()
        return [
            Grade(
                who,
                _KINDS[kind],
                item,
                exact[points],
                most,
                attempt,
                many,
                exact[raw] if raw else None,
                exact[earned] if earned else None,
                by,
            )
            for who, kind, item, points, most, attempt, many, raw, earned, by in rows
        ]


class _Exact(dict[str, Fraction]):
    """Points by their text. A course has few different ones, and to read one takes longer than the rest of its row."""

    def __missing__(self, text: str) -> Fraction:
        found = self[text] = Fraction(text)
        return found


_KINDS = {kind.value: kind for kind in ItemKind}
_OF_COURSE = select(
    GradeRow.enrolment_id,
    type_coerce(GradeRow.kind, Text),
    GradeRow.item,
    type_coerce(GradeRow.points, Text),
    GradeRow.max_points,
    GradeRow.attempt_id,
    GradeRow.attempts,
    type_coerce(GradeRow.raw, Text),
    type_coerce(GradeRow.earned, Text),
    GradeRow.override_id,
).where(GradeRow.enrolment_id.in_(select(EnrolmentRow.id).where(EnrolmentRow.course_id == bindparam("course_id"))))
"""Columns as the database keeps them: 30,000 objects of the mapper, with their types, take a second."""
