"""Let people in: courses, users, roles, and who may see what."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from grader.domain.errors import Forbidden, Invalid, NotFound
from grader.domain.inert import inert

if TYPE_CHECKING:
    from datetime import datetime

    from grader.domain.people import Course, Enrolment, Role, User
    from grader.ports import UnitOfWork

_SLUG = re.compile(r"[a-z0-9]+(?:[-_][a-z0-9]+)*")
_LOGIN = re.compile(r"[^\s\x00-\x1f\x7f]+")
_LONGEST_NAME = 200  # characters, the width of the columns


def add_course(uow: UnitOfWork, *, slug: str, title: str, lesson: str, closes: datetime | None = None) -> Course:
    """Add a course; Invalid for a slug that is no slug, Conflict for one that is taken."""
    if not _SLUG.fullmatch(slug):
        raise Invalid(f"{slug!r} is no slug: use a-z, 0-9 and single dashes, like spring-2026", field="slug")
    with uow.writing():
        course = uow.courses.add(short(slug, "slug"), short(title, "title"), lesson, closes=closes)
        uow.commit()
    return course


def close_course(uow: UnitOfWork, *, course: Course, closes: datetime | None) -> Course:
    """Set when *course* stops to take work, None for never; return it as it is then."""
    with uow.writing():
        course = uow.courses.close(course.id, closes)
        uow.commit()
    return course


def add_user(uow: UnitOfWork, *, login: str, name: str) -> User:
    """Add a user, the login in lower case; Conflict when it is taken."""
    login = parse_login(login)
    with uow.writing():
        user = uow.users.add(login, short(name, "name"))
        uow.commit()
    return user


def parse_login(login: str) -> str:
    """Return *login* as it is kept; Invalid for one that is none."""
    login = short(login, "login").lower()
    if not _LOGIN.fullmatch(login) or inert(login) != login:
        raise Invalid(f"{login!r} is no login: it must not contain blanks or what can't be seen", field="login")
    return login


def enrol(uow: UnitOfWork, *, user: User, course: Course, role: Role) -> Enrolment:
    """Put *user* into *course*; Conflict when they are in it already."""
    with uow.writing():
        enrolment = uow.enrolments.add(user.id, course.id, role)
        uow.commit()
    return enrolment


def member(uow: UnitOfWork, user: User, course_slug: str) -> tuple[Course, Enrolment]:
    """Return the course and the user's enrolment; NotFound for strangers, so that nobody probes for courses.

    For use inside an open unit of work, like `require_staff`.
    """
    course = uow.courses.by_slug(course_slug)
    enrolment = uow.enrolments.find(user.id, course.id) if course else None
    if course is None or enrolment is None:
        raise NotFound(f"there is no course {course_slug!r} that you are in")
    return course, enrolment


def require_staff(uow: UnitOfWork, user: User, course_slug: str) -> tuple[Course, Enrolment]:
    """Return what `member` does; Forbidden for students."""
    course, enrolment = member(uow, user, course_slug)
    if not enrolment.role.is_staff:
        raise Forbidden(f"only the staff of {course_slug!r} may see this")
    return course, enrolment


def owner_and_viewer(uow: UnitOfWork, user: User, enrolment_id: int, *, what: str) -> tuple[Enrolment, Enrolment]:
    """Return whose a thing is, and the user's own enrolment there; NotFound unless they may see it.

    One may see one's own, and staff their course's. *what* names the thing as a missing one would be named.
    """
    owner = uow.enrolments.get(enrolment_id)
    viewer = uow.enrolments.find(user.id, owner.course_id)
    if viewer is None or not (viewer.id == owner.id or viewer.role.is_staff):
        raise NotFound(f"there is no {what}")
    return owner, viewer


def short(text: str, field: str) -> str:
    """Return *text* without blanks around it; Invalid when nothing is left, or too much."""
    text = text.strip()
    if not 0 < len(text) <= _LONGEST_NAME:
        raise Invalid(f"the {field} must have 1 to {_LONGEST_NAME} characters", field=field)
    return text
