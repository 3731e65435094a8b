"""The tables, and nothing but the tables. A change here comes with a migration; a test compares the two."""

from __future__ import annotations

from datetime import datetime
from fractions import Fraction
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Index, MetaData, UniqueConstraint, text
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column

from grader.domain.exercise import Visibility
from grader.domain.people import Role, Scope
from grader.domain.report import Outcome
from grader.domain.scoring import ItemKind
from grader.domain.submission import State
from grader.storage.columns import ExactPoints, JsonText, PlainText, UtcTime, one_of


class Table(DeclarativeBase):
    """Base of all tables; constraints have names, so that migrations can drop them."""

    metadata = MetaData(
        naming_convention={
            "ix": "ix_%(table_name)s_%(column_0_N_name)s",
            "uq": "uq_%(table_name)s_%(column_0_N_name)s",
            "ck": "ck_%(table_name)s_%(constraint_name)s",
            "fk": "fk_%(table_name)s_%(column_0_name)s_%(referred_table_name)s",
            "pk": "pk_%(table_name)s",
        }
    )
    type_annotation_map = {  # noqa: RUF012 - SQLAlchemy's own way to set it
        str: PlainText,
        datetime: UtcTime,
        Fraction: ExactPoints,
        Role: one_of(Role, "role"),
        Scope: one_of(Scope, "scope"),
        State: one_of(State, "state"),
        Outcome: one_of(Outcome, "outcome"),
        Visibility: one_of(Visibility, "visibility"),
        ItemKind: one_of(ItemKind, "kind"),
    }


class UserRow(Table):
    """A person."""

    __tablename__ = "users"

    id: Mapped[int] = mapped_column(primary_key=True)
    login: Mapped[str] = mapped_column(unique=True)
    name: Mapped[str]
    password: Mapped[str | None]  # its hash; none until an invitation was accepted


class CourseRow(Table):
    """One term of one lesson."""

    __tablename__ = "courses"

    id: Mapped[int] = mapped_column(primary_key=True)
    slug: Mapped[str] = mapped_column(unique=True)
    title: Mapped[str]
    lesson: Mapped[str]
    closes: Mapped[datetime | None]


class EnrolmentRow(Table):
    """A user's role in a course."""

    __tablename__ = "enrolments"
    __table_args__ = (UniqueConstraint("user_id", "course_id"), Index(None, "course_id"))

    id: Mapped[int] = mapped_column(primary_key=True)
    user_id: Mapped[int] = mapped_column(ForeignKey("users.id"))
    course_id: Mapped[int] = mapped_column(ForeignKey("courses.id"))
    role: Mapped[Role]


class TokenRow(Table):
    """An API token, a browser's session or an invitation; the secret itself is nowhere."""

    __tablename__ = "api_tokens"
    __table_args__ = (Index(None, "user_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    user_id: Mapped[int] = mapped_column(ForeignKey("users.id"))
    name: Mapped[str]
    hash: Mapped[str] = mapped_column(unique=True)
    created: Mapped[datetime]
    expires: Mapped[datetime | None]
    revoked: Mapped[datetime | None]
    scope: Mapped[Scope] = mapped_column(server_default=Scope.EVERYTHING.value)


class SubmissionRow(Table):
    """What a student handed in, kept as it came."""

    __tablename__ = "submissions"
    __table_args__ = (Index(None, "enrolment_id", "exercise"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    enrolment_id: Mapped[int] = mapped_column(ForeignKey("enrolments.id"))
    exercise: Mapped[str]
    source: Mapped[str]
    state: Mapped[State]
    submitted: Mapped[datetime]


class DraftRow(Table):
    """What a student has written so far, the latest over any earlier."""

    __tablename__ = "drafts"

    enrolment_id: Mapped[int] = mapped_column(ForeignKey("enrolments.id"), primary_key=True)
    exercise: Mapped[str] = mapped_column(primary_key=True)
    source: Mapped[str]
    saved: Mapped[datetime]


class RunRow(Table):
    """One grading of a submission: first its place in the queue, later its report's first page."""

    __tablename__ = "runs"
    __table_args__ = (
        CheckConstraint("claims >= 0", name="claims"),
        CheckConstraint("(state = 'running') = (claim_key IS NOT NULL AND lease_until IS NOT NULL)", name="held"),
        CheckConstraint(
            "state <> 'graded' OR (points IS NOT NULL AND max_points IS NOT NULL AND outcome IS NOT NULL)",
            name="reported",
        ),
        Index(None, "submission_id"),
        Index(None, "state", "queued"),
        Index(None, "state", "lease_until"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    submission_id: Mapped[int] = mapped_column(ForeignKey("submissions.id"))
    state: Mapped[State]
    queued: Mapped[datetime]
    claims: Mapped[int] = mapped_column(default=0)
    claim_key: Mapped[str | None]
    lease_until: Mapped[datetime | None]
    progress: Mapped[str] = mapped_column(default="")
    fault: Mapped[str] = mapped_column(default="")  # for the staff

    started: Mapped[datetime | None]
    finished: Mapped[datetime | None]
    node: Mapped[str | None]
    device: Mapped[str | None]
    content_hash: Mapped[str | None]
    torch_version: Mapped[str | None]
    seed_id: Mapped[str | None]
    seconds: Mapped[float | None]
    memory_mib: Mapped[float | None]
    points: Mapped[int | None]
    max_points: Mapped[int | None]
    outcome: Mapped[Outcome | None]
    misconception: Mapped[str | None]
    hint: Mapped[str | None]


class CheckResultRow(Table):
    """One scenario of a run's report."""

    __tablename__ = "check_results"

    run_id: Mapped[int] = mapped_column(ForeignKey("runs.id"), primary_key=True)
    position: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str]
    title: Mapped[str]
    points: Mapped[int]
    max_points: Mapped[int]
    outcome: Mapped[Outcome]
    message: Mapped[str]
    staff_message: Mapped[str]
    visibility: Mapped[Visibility]
    misconception: Mapped[str | None]
    hint: Mapped[str | None]
    printed: Mapped[str]
    detail: Mapped[dict[str, Any]] = mapped_column(JsonText)
    seconds: Mapped[float]


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
    attempt_id: Mapped[int]
    attempts: Mapped[int]
