"""Who uses the service: users, courses, roles, tokens and what they open."""

from __future__ import annotations

import enum
from dataclasses import dataclass, field
from datetime import datetime  # noqa: TC003 - a field's type, kept at run time


class Role(enum.Enum):
    """What a user is in a course."""

    STUDENT = "student"
    ASSISTANT = "assistant"
    INSTRUCTOR = "instructor"

    @property
    def is_staff(self) -> bool:
        """True for those who may see the whole course's work."""
        return self is not Role.STUDENT


@dataclass(frozen=True)
class User:
    """A person; *login* is unique, lower case. *within* is the course that the session is confined to, if it is."""

    id: int
    login: str
    name: str
    within: int | None = field(default=None, compare=False)

    def reaches(self, course_id: int) -> bool:
        """Whether the session may open this course at all."""
        return self.within is None or self.within == course_id


@dataclass(frozen=True)
class Course:
    """One term of one lesson; *closes* is when it stops to take submissions, None for never."""

    id: int
    slug: str
    title: str
    lesson: str
    closes: datetime | None = None

    def is_open(self, now: datetime) -> bool:
        """Whether submissions and quiz answers are taken at *now*."""
        return self.closes is None or now < self.closes


@dataclass(frozen=True)
class Enrolment:
    """A user's role in a course; one that *ended* opens nothing, its work stays."""

    id: int
    user_id: int
    course_id: int
    role: Role
    section: str = ""
    ended: datetime | None = None

    @property
    def is_active(self) -> bool:
        """Whether the user is in the course now."""
        return self.ended is None


class Scope(enum.Enum):
    """What a secret opens."""

    EVERYTHING = "everything"  # the API
    READ = "read"  # the API, for looking only
    SESSION = "session"  # the pages: a browser that is signed in
    INVITATION = "invitation"  # the page where one chooses a password, once

    @property
    def is_for_api(self) -> bool:
        """Whether a program may send it."""
        return self in (Scope.EVERYTHING, Scope.READ)


@dataclass(frozen=True)
class Token:
    """A secret's row; the secret itself is kept nowhere, only its hash."""

    id: int
    user_id: int
    name: str
    hash: str
    created: datetime
    expires: datetime | None = None
    revoked: datetime | None = None
    scope: Scope = Scope.EVERYTHING
    course_id: int | None = None  # opens nothing outside this course

    def is_valid(self, now: datetime) -> bool:
        """Whether the token opens anything at *now*."""
        return self.revoked is None and (self.expires is None or now < self.expires)
