"""Who is who, and what in which course."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ForeignKey, Index, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from grader.domain.people import Role, Scope
from grader.storage.tables.base import Table


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
    section: Mapped[str] = mapped_column(server_default=text("''"))
    ended: Mapped[datetime | None]  # not in the course any more; the work stays


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
    course_id: Mapped[int | None] = mapped_column(ForeignKey("courses.id"))  # opens nothing outside it
