"""LTI 1.3: platforms, their courses and members, line items, logins under way, our keys."""

from __future__ import annotations

from datetime import datetime
from fractions import Fraction

from sqlalchemy import ForeignKey, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from grader.domain.lms.platform import Family
from grader.domain.scoring import ItemKind
from grader.storage.columns import JsonText
from grader.storage.tables.base import Table


class PlatformRow(Table):
    """An LMS that may launch us; without a course, for all that are bound to it."""

    __tablename__ = "platforms"
    __table_args__ = (Index(None, "course_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    key: Mapped[str] = mapped_column(unique=True)
    course_id: Mapped[int | None] = mapped_column(ForeignKey("courses.id"))
    name: Mapped[str]
    family: Mapped[Family]
    issuer: Mapped[str]
    client_id: Mapped[str]
    auth_url: Mapped[str]
    token_url: Mapped[str]
    jwks_url: Mapped[str]
    audience: Mapped[str]
    deployments: Mapped[list[str]] = mapped_column(JsonText)
    made: Mapped[datetime]
    failing: Mapped[datetime | None]
    removed: Mapped[datetime | None]


class ContextRow(Table):
    """A platform's course, and ours that it is bound to."""

    __tablename__ = "lms_contexts"
    __table_args__ = (UniqueConstraint("platform_id", "key"), Index(None, "course_id"))

    id: Mapped[int] = mapped_column(primary_key=True)
    platform_id: Mapped[int] = mapped_column(ForeignKey("platforms.id"))
    deployment: Mapped[str]
    key: Mapped[str]
    title: Mapped[str]
    course_id: Mapped[int | None] = mapped_column(ForeignKey("courses.id"))
    line_items_url: Mapped[str]
    members_url: Mapped[str]
    scopes: Mapped[list[str]] = mapped_column(JsonText)
    synced: Mapped[datetime | None]
    sync_note: Mapped[str]


class MemberRow(Table):
    """Who somebody of a platform's course is here."""

    __tablename__ = "lms_members"
    __table_args__ = (UniqueConstraint("context_id", "user_id"), Index(None, "user_id"))

    context_id: Mapped[int] = mapped_column(ForeignKey("lms_contexts.id"), primary_key=True)
    subject: Mapped[str] = mapped_column(primary_key=True)
    user_id: Mapped[int] = mapped_column(ForeignKey("users.id"))
    ended: Mapped[datetime | None]


class LineItemRow(Table):
    """A column of a platform's gradebook."""

    __tablename__ = "line_items"
    __table_args__ = (UniqueConstraint("context_id", "url"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    context_id: Mapped[int] = mapped_column(ForeignKey("lms_contexts.id"))
    kind: Mapped[ItemKind]
    item: Mapped[str]
    url: Mapped[str]
    label: Mapped[str]
    max_points: Mapped[int]
    resource_link: Mapped[str]
    made: Mapped[datetime | None]
    removed: Mapped[datetime | None]


class ScoreStateRow(Table):
    """What a line item knows of one student; *points* counts only once *confirmed* is there."""

    __tablename__ = "lms_scores"
    __table_args__ = (Index(None, "enrolment_id"),)

    line_item_id: Mapped[int] = mapped_column(ForeignKey("line_items.id"), primary_key=True)
    enrolment_id: Mapped[int] = mapped_column(ForeignKey("enrolments.id"), primary_key=True)
    stamped: Mapped[datetime | None]
    points: Mapped[Fraction | None]
    max_points: Mapped[int]
    confirmed: Mapped[datetime | None]
    holder: Mapped[int | None]  # a delivery
    lease: Mapped[datetime | None]


class LoginRow(Table):
    """A login under way; taken out when it comes back."""

    __tablename__ = "lti_logins"
    __table_args__ = (Index(None, "expires"),)

    state: Mapped[str] = mapped_column(primary_key=True)
    nonce: Mapped[str]
    platform_id: Mapped[int] = mapped_column(ForeignKey("platforms.id"))
    expires: Mapped[datetime]


class CodeRow(Table):
    """Lets who carries it connect something of an LMS to a course, once."""

    __tablename__ = "lti_codes"

    hash: Mapped[str] = mapped_column(primary_key=True)
    course_id: Mapped[int] = mapped_column(ForeignKey("courses.id"))
    by: Mapped[str]
    expires: Mapped[datetime]


class ToolKeyRow(Table):
    """A key of ours, its private half sealed."""

    __tablename__ = "lti_keys"

    kid: Mapped[str] = mapped_column(primary_key=True)
    private: Mapped[str]
    public: Mapped[str]
    made: Mapped[datetime]
    retires: Mapped[datetime | None]
