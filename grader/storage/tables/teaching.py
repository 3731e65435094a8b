"""What instructors set, say and do."""

from __future__ import annotations

from datetime import datetime
from fractions import Fraction
from typing import Any

from sqlalchemy import ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column

from grader.domain.regrade import Choice, Stage
from grader.domain.scoring import ItemKind, Keep, Late
from grader.storage.columns import JsonText
from grader.storage.tables.base import Table


class AssignmentRow(Table):
    """On which terms an item of a course is to be done; lengths of time are in seconds."""

    __tablename__ = "assignments"

    course_id: Mapped[int] = mapped_column(ForeignKey("courses.id"), primary_key=True)
    kind: Mapped[ItemKind] = mapped_column(primary_key=True)
    item: Mapped[str] = mapped_column(primary_key=True)
    opens: Mapped[datetime | None]
    due: Mapped[datetime | None]
    closes: Mapped[datetime | None]
    late: Mapped[Late]
    loss: Mapped[Fraction]
    grace: Mapped[int]
    attempts: Mapped[int | None]
    cooldown: Mapped[int]
    keep: Mapped[Keep | None]
    weight: Mapped[Fraction]
    offered: Mapped[bool]


class ExtensionRow(Table):
    """What one student has instead of everybody's terms."""

    __tablename__ = "extensions"

    enrolment_id: Mapped[int] = mapped_column(ForeignKey("enrolments.id"), primary_key=True)
    kind: Mapped[ItemKind] = mapped_column(primary_key=True)
    item: Mapped[str] = mapped_column(primary_key=True)
    due: Mapped[datetime | None]
    closes: Mapped[datetime | None]
    attempts: Mapped[int]
    reason: Mapped[str]


class OverrideRow(Table):
    """A grade set by hand; withdrawn at most, never deleted."""

    __tablename__ = "overrides"
    __table_args__ = (Index(None, "enrolment_id", "kind", "item"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    enrolment_id: Mapped[int] = mapped_column(ForeignKey("enrolments.id"))
    kind: Mapped[ItemKind]
    item: Mapped[str]
    points: Mapped[Fraction]
    reason: Mapped[str]
    by: Mapped[str]
    made: Mapped[datetime]
    withdrawn: Mapped[datetime | None]


class CommentRow(Table):
    """What the staff says to a student about a submission, about one line or all of it."""

    __tablename__ = "comments"
    __table_args__ = (Index(None, "submission_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    submission_id: Mapped[int] = mapped_column(ForeignKey("submissions.id"))
    line: Mapped[int | None]
    text: Mapped[str]
    author_id: Mapped[int] = mapped_column(ForeignKey("users.id"))
    made: Mapped[datetime]
    withdrawn: Mapped[datetime | None]


class RegradeRow(Table):
    """New runs of earlier submissions, looked at before they count; the runs name it."""

    __tablename__ = "regrades"
    __table_args__ = (Index(None, "course_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    course_id: Mapped[int] = mapped_column(ForeignKey("courses.id"))
    exercise: Mapped[str]
    choice: Mapped[Choice]
    version: Mapped[str]  # only what was graded with this content hash; empty for all
    never_lower: Mapped[bool]
    reason: Mapped[str]
    stage: Mapped[Stage]
    by: Mapped[str]
    made: Mapped[datetime]
    ended: Mapped[datetime | None]  # applied or thrown away
    undone: Mapped[datetime | None]


class AuditRow(Table):
    """Who did what, when, from where; a trigger refuses every change."""

    __tablename__ = "audit"
    __table_args__ = (Index(None, "course_id", "id"), Index(None, "user_id"))

    id: Mapped[int] = mapped_column(primary_key=True)
    made: Mapped[datetime]
    actor: Mapped[str]  # a login, empty for the service itself
    via: Mapped[str]
    address: Mapped[str]
    deed: Mapped[str]
    course_id: Mapped[int | None] = mapped_column(ForeignKey("courses.id"))
    user_id: Mapped[int | None] = mapped_column(ForeignKey("users.id"))  # whom it concerns
    what: Mapped[str]
    detail: Mapped[dict[str, Any]] = mapped_column(JsonText)


class WorkerRow(Table):
    """A process that grades, and when it was last heard."""

    __tablename__ = "workers"

    name: Mapped[str] = mapped_column(primary_key=True)
    node: Mapped[str]
    device: Mapped[str]
    started: Mapped[datetime]
    heard: Mapped[datetime]
    run_id: Mapped[int | None]  # the one in hand
    since: Mapped[datetime | None]  # in hand since
