"""Records of people: who they are, what they are where, and what opens for them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from grader.domain.people import Course, Enrolment, Role, Scope, Token, User


class Users(Protocol):
    """People who may sign in."""

    def add(self, login: str, name: str) -> User:
        """Keep a new user; Conflict when the login is taken."""
        ...

    def get(self, user_id: int) -> User:
        """Return a user; NotFound when there is none."""
        ...

    def by_login(self, login: str) -> User | None:
        """Return the user who signs in as *login*."""
        ...

    def password(self, user_id: int) -> str | None:
        """Return the hash of a user's password, None while there is none; NotFound when there is no such user."""
        ...

    def set_password(self, user_id: int, hashed: str) -> None:
        """Keep the hash of a user's password over any earlier one; NotFound when there is no such user."""
        ...


class Courses(Protocol):
    """Terms of lessons."""

    def add(self, slug: str, title: str, lesson: str, *, closes: datetime | None) -> Course:
        """Keep a new course; Conflict when the slug is taken."""
        ...

    def get(self, course_id: int) -> Course:
        """Return a course; NotFound when there is none."""
        ...

    def by_slug(self, slug: str) -> Course | None:
        """Return the course called *slug*."""
        ...

    def change(self, course: Course) -> None:
        """Keep a course's title and end over the earlier ones; NotFound when there is none."""
        ...

    def close(self, course_id: int, when: datetime | None) -> Course:
        """Set when a course closes, None for never; return it. NotFound when there is none."""
        ...

    def of_user(self, user_id: int) -> Sequence[tuple[Course, Enrolment]]:
        """Return the courses that a user is in now, by slug."""
        ...


class Enrolments(Protocol):
    """Who is what in which course."""

    def add(self, user_id: int, course_id: int, role: Role) -> Enrolment:
        """Keep a new enrolment; Conflict when the user is in the course already."""
        ...

    def get(self, enrolment_id: int) -> Enrolment:
        """Return an enrolment; NotFound when there is none."""
        ...

    def find(self, user_id: int, course_id: int) -> Enrolment | None:
        """Return what a user is or was in a course, None for one who never was in it."""
        ...

    def change(self, enrolment: Enrolment) -> None:
        """Keep an enrolment's role, section and end over the earlier ones; NotFound when there is none."""
        ...

    def of_course(self, course_id: int) -> Sequence[tuple[Enrolment, User]]:
        """Return everyone who is or was in a course, by login."""
        ...

    def hold(self, enrolment_id: int) -> None:
        """Make other writers of this enrolment's grades wait until this unit of work ends."""
        ...

    def hold_all(self, course_id: int) -> None:
        """Do so with all enrolments of a course."""
        ...


class Tokens(Protocol):
    """API tokens, browsers' sessions and invitations; only a hash of each secret is kept."""

    def add(
        self,
        user_id: int,
        name: str,
        hashed: str,
        *,
        created: datetime,
        expires: datetime | None,
        scope: Scope = ...,
        course_id: int | None = None,
    ) -> Token:
        """Keep a new token, which opens all of the API unless *scope* or *course_id* says otherwise."""
        ...

    def by_hash(self, hashed: str) -> Token | None:
        """Return the token whose secret has this hash, valid or not."""
        ...

    def of_user(self, user_id: int) -> Sequence[Token]:
        """Return a user's tokens, oldest first."""
        ...

    def revoke(self, token_id: int, when: datetime) -> bool:
        """Close a token for good; False when there is none that is open."""
        ...
