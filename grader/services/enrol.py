"""Let people in: courses, users, roles, and who may see what.

What changes a course stands in the audit log when its caller says *when* it does so.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from grader.domain.audit import Deed
from grader.domain.errors import Forbidden, NotFound
from grader.domain.naming import parse_login, parse_slug, short
from grader.domain.permissions import Action, may
from grader.services import notify
from grader.services.catch_up import catch_up

if TYPE_CHECKING:
    from datetime import datetime

    from grader.domain.people import Course, Enrolment, Role, User
    from grader.ports import UnitOfWork


def add_course(
    uow: UnitOfWork,
    *,
    slug: str,
    title: str,
    lesson: str,
    closes: datetime | None = None,
    when: datetime | None = None,
) -> Course:
    """Add a course; Invalid for a slug that is no slug, Conflict for one that is taken."""
    slug = parse_slug(slug)
    with uow.writing():
        course = uow.courses.add(slug, short(title, "title"), lesson, closes=closes)
        if when:
            uow.audit.add(Deed.COURSE_MADE, when=when, what=slug, course_id=course.id, detail={"lesson": lesson})
        uow.commit()
    return course


def close_course(uow: UnitOfWork, *, course: Course, closes: datetime | None, when: datetime | None = None) -> Course:
    """Set when *course* stops to take work, None for never; return it as it is then."""
    with uow.writing():
        before = uow.courses.get(course.id).closes
        course = uow.courses.close(course.id, closes)
        if when:
            told = {"closes": f"{_moment(before)} → {_moment(closes)}"}
            uow.audit.add(Deed.COURSE_CHANGED, when=when, what=course.slug, course_id=course.id, detail=told)
        uow.commit()
    return course


def _moment(when: datetime | None) -> str:
    return str(when or "–")


def add_user(uow: UnitOfWork, *, login: str, name: str) -> User:
    """Add a user, the login in lower case; Conflict when it is taken."""
    login = parse_login(login)
    with uow.writing():
        user = uow.users.add(login, short(name, "name"))
        uow.commit()
    return user


def enrol(uow: UnitOfWork, *, user: User, course: Course, role: Role, when: datetime | None = None) -> Enrolment:
    """Put *user* into *course*, again when they had left it; Conflict when they are in it already.

    Log and endpoints are told when the caller says *when*.
    """
    with uow.writing():
        left = uow.enrolments.find(user.id, course.id)
        if left is None or left.is_active:
            enrolment = uow.enrolments.add(user.id, course.id, role)
        else:
            enrolment = replace(left, role=role, ended=None)
            uow.enrolments.change(enrolment)
        if when:
            told = {"role": role.value, "section": enrolment.section}
            deed = Deed.RESTORED if left else Deed.ENROLLED
            uow.audit.add(deed, when=when, what=user.login, course_id=course.id, user_id=user.id, detail=told)
            notify.enrolled(uow, course, [(user.login, enrolment)], when)
            catch_up(uow, course.id, [enrolment.id] if left else [], when)
        uow.commit()
    return enrolment


def member(uow: UnitOfWork, user: User, course_slug: str) -> tuple[Course, Enrolment]:
    """Return the course and the user's enrolment; NotFound for strangers, so that nobody probes for courses.

    For use inside an open unit of work, like `allowed`.
    """
    course = uow.courses.by_slug(course_slug)
    enrolment = uow.enrolments.find(user.id, course.id) if course and user.reaches(course.id) else None
    if course is None or enrolment is None or not enrolment.is_active:
        raise NotFound(f"there is no course {course_slug!r} that you are in")
    return course, enrolment


def allowed(uow: UnitOfWork, user: User, course_slug: str, action: Action) -> tuple[Course, Enrolment]:
    """Return what `member` does; Forbidden when the user's role in the course does not allow *action*."""
    course, enrolment = member(uow, user, course_slug)
    require(enrolment, action)
    return course, enrolment


def require(enrolment: Enrolment, action: Action) -> None:
    """Forbidden when *enrolment*'s role does not allow *action*."""
    if not may(enrolment.role, action):
        raise Forbidden(f"as {enrolment.role.value} of this course you may not {action.value}")


def owner_and_viewer(uow: UnitOfWork, user: User, enrolment_id: int, *, what: str) -> tuple[Enrolment, Enrolment]:
    """Return whose a thing is, and the user's own enrolment there; NotFound unless they may see it.

    One may see one's own, and staff their course's. *what* names the thing as a missing one would be named.
    """
    owner = uow.enrolments.get(enrolment_id)
    viewer = uow.enrolments.find(user.id, owner.course_id) if user.reaches(owner.course_id) else None
    if viewer is None or not viewer.is_active or not (viewer.id == owner.id or may(viewer.role, Action.SEE_WORK)):
        raise NotFound(f"there is no {what}")
    return owner, viewer
