"""Records of all people of a course at once: a few statements, however many there are."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Mapping, Sequence
    from datetime import datetime

    from grader.domain.people import Enrolment, Role, User
    from grader.domain.roster import Member


class Rosters(Protocol):
    """Who is in a course, read and written as a whole."""

    def members(self, course_id: int) -> Sequence[Member]:
        """Return everyone who is or was in a course, by login, as it is now, whatever was read before."""
        ...

    def known(self, logins: Iterable[str]) -> Mapping[str, User]:
        """Return which of *logins* are somebody's, in whatever course or none."""
        ...

    def add_users(self, people: Sequence[tuple[str, str]]) -> Sequence[User]:
        """Keep new users by login and name, and return them in this order; Conflict when a login is taken."""
        ...

    def add(self, course_id: int, places: Sequence[tuple[int, Role, str]]) -> None:
        """Keep new enrolments by user, role and section; Conflict when somebody is in the course already."""
        ...

    def change(self, enrolments: Sequence[Enrolment]) -> None:
        """Keep roles, sections and ends over the earlier ones."""
        ...

    def invite(self, hashes: Mapping[int, str], *, created: datetime, expires: datetime) -> None:
        """Keep an invitation for each user, by the hash of its secret; earlier ones are closed."""
        ...

    def with_password(self, course_id: int) -> Collection[int]:
        """Return the ids of the course's users who have chosen a password."""
        ...

    def elsewhere(self, course_id: int) -> Sequence[Enrolment]:
        """Return what those who are in the course now are, or were, in other courses."""
        ...

    def last_active(self, course_id: int) -> Mapping[int, datetime]:
        """Return by enrolment when somebody last handed in or began a quiz; without those who never did."""
        ...
