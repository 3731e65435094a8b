"""Quizzes and grades."""

from __future__ import annotations

from datetime import datetime
from fractions import Fraction
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Index, text
from sqlalchemy.orm import Mapped, mapped_column

from grader.domain.scoring import Cause, ItemKind
from grader.storage.columns import JsonText
from grader.storage.tables.base import Table


class AttemptRow(Table):
    """An attempt at a quiz; points are there once it is finished."""

    __tablename__ = "quiz_attempts"
    __table_args__ = (
        CheckConstraint(
            "(finished IS NULL) = (points IS NULL) AND (finished IS NULL) = (max_points IS NULL)",
            name="finished",
        ),
        Index(None, "enrolment_id", "quiz"),
        Index(None, "deadline", sqlite_where=text("finished IS NULL"), postgresql_where=text("finished IS NULL")),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    enrolment_id: Mapped[int] = mapped_column(ForeignKey("enrolments.id"))
    quiz: Mapped[str]
    seed: Mapped[str]
    started: Mapped[datetime]
    finished: Mapped[datetime | None]
    points: Mapped[Fraction | None]
    max_points: Mapped[int | None]
    deadline: Mapped[datetime | None]


class AnswerRow(Table):
    """The latest answer to one question of an attempt: a text, or a list of choices' keys."""

    __tablename__ = "quiz_answers"

    attempt_id: Mapped[int] = mapped_column(ForeignKey("quiz_attempts.id"), primary_key=True)
    question: Mapped[str] = mapped_column(primary_key=True)
    value: Mapped[Any] = mapped_column(JsonText)
    saved: Mapped[datetime]


class GradeRow(Table):
    """What counts; *attempt_id* is a submission's or a quiz attempt's, by kind."""

    __tablename__ = "grades"

    enrolment_id: Mapped[int] = mapped_column(ForeignKey("enrolments.id"), primary_key=True)
    kind: Mapped[ItemKind] = mapped_column(primary_key=True)
    item: Mapped[str] = mapped_column(primary_key=True)
    points: Mapped[Fraction]
    max_points: Mapped[int]
    attempt_id: Mapped[int | None]
    attempts: Mapped[int]
    raw: Mapped[Fraction | None]  # before lateness; None in rows of old: as points
    earned: Mapped[Fraction | None]  # before an override
    override_id: Mapped[int | None]


class GradeChangeRow(Table):
    """A grade as it became at one moment, and why; rows are only ever added."""

    __tablename__ = "grade_changes"
    __table_args__ = (Index(None, "enrolment_id", "kind", "item"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    enrolment_id: Mapped[int] = mapped_column(ForeignKey("enrolments.id"))
    kind: Mapped[ItemKind]
    item: Mapped[str]
    cause: Mapped[Cause]
    made: Mapped[datetime]
    by: Mapped[str]  # a login, empty for the service itself
    before: Mapped[Fraction | None]  # what counted until then
    points: Mapped[Fraction]
    max_points: Mapped[int]
    attempt_id: Mapped[int | None]
    attempts: Mapped[int]
    raw: Mapped[Fraction | None]
    earned: Mapped[Fraction | None]
    override_id: Mapped[int | None]
