"""Somebody of a platform becomes somebody here: known, waited for or new, in the platform's role, with their scores.

For use inside the open unit of work of a launch or of a roster that is read.
"""

from __future__ import annotations

import enum
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from grader.domain.audit import Deed
from grader.domain.errors import Invalid
from grader.domain.lms.arrival import HEX, is_brought, login_for, name_of, natural_logins, role_after
from grader.domain.lms.platform import Member, role_of
from grader.domain.naming import parse_login
from grader.domain.people import Role
from grader.services import notify

if TYPE_CHECKING:
    from datetime import datetime

    from grader.domain.lms.launch import Person
    from grader.domain.lms.platform import Context, Platform
    from grader.domain.people import Course, Enrolment, User
    from grader.ports import UnitOfWork


class Standing(enum.Enum):
    """Whether somebody was known in a platform's course before now."""

    NEW = "new"
    BACK = "back"  # was there once, or by another name
    SAME = "same"


@dataclass(frozen=True)
class Joining:
    """Somebody of a platform's course who comes into ours at *now*; *by* says how, for the audit log."""

    platform: Platform
    context: Context
    course: Course
    person: Person
    now: datetime
    by: str


def user_of(uow: UnitOfWork, joining: Joining) -> User:
    """Return who the person is: who came before; who waits for them in the course; else somebody new."""
    known = uow.platforms.user_of(joining.platform.id, joining.person.subject)
    if known is not None:
        return uow.users.get(known)
    return _waiting(uow, joining) or _new(uow, joining)


def place(uow: UnitOfWork, joining: Joining, user: User) -> tuple[Enrolment, bool]:
    """Put the person into the course in the role that they have now; return the enrolment and whether it changed."""
    kept = uow.enrolments.find(user.id, joining.course.id)
    role = new_role(joining, user, kept)
    if kept is None:
        enrolment, deed = uow.enrolments.add(user.id, joining.course.id, role), Deed.ENROLLED
    elif kept.is_active and kept.role is role:
        return kept, False
    else:
        enrolment, deed = replace(kept, role=role, ended=None), Deed.ROLE_CHANGED if kept.is_active else Deed.RESTORED
        uow.enrolments.change(enrolment)
    told = {"role": role.value, "section": enrolment.section, "by": joining.by}
    if kept is not None and kept.is_active:
        told["role"] = f"{kept.role.value} → {role.value}"
    uow.audit.add(deed, when=joining.now, what=user.login, course_id=joining.course.id, user_id=user.id, detail=told)
    notify.enrolled(uow, joining.course, [(user.login, enrolment)], joining.now)
    return enrolment, True


def new_role(joining: Joining, user: User, kept: Enrolment | None) -> Role:
    """Return the role that the person has from now on."""
    before = kept.role if kept and kept.is_active else None
    brought = is_brought(user.login, joining.platform, joining.person)
    return role_after(before, role_of(joining.person.roles), brought=brought)


def keep_member(uow: UnitOfWork, joining: Joining, user: User) -> Standing:
    """Keep who this is in the platform's course; return whether they were known there until now."""
    known = uow.platforms.member_of(joining.context.id, user.id)
    if known is not None and known.subject == joining.person.subject and known.ended is None:
        return Standing.SAME
    uow.platforms.put_member(Member(joining.context.id, joining.person.subject, user.id))
    return Standing.NEW if known is None else Standing.BACK


def _waiting(uow: UnitOfWork, joining: Joining) -> User | None:
    """Return the student of the course whose login the platform knows; the staff's of any course are no such."""
    for login in natural_logins(joining.person):
        user = uow.users.by_login(login)
        roles = {course.id: enrolment.role for course, enrolment in uow.courses.of_user(user.id)} if user else {}
        if user is None or joining.course.id not in roles or set(roles.values()) != {Role.STUDENT}:
            continue
        if uow.platforms.member_of(joining.context.id, user.id) is None:
            return user
    return None


def _new(uow: UnitOfWork, joining: Joining) -> User:
    """Return somebody new, or who came by another tab meanwhile: they are looked for after each look at others."""
    for digits in HEX:
        login = parse_login(login_for(joining.platform, joining.person, digits))
        is_free = uow.users.by_login(login) is None
        known = uow.platforms.user_of(joining.platform.id, joining.person.subject)
        if known is not None:
            return uow.users.get(known)
        if is_free:
            return uow.users.add(login, name_of(joining.person, login))
    raise Invalid("somebody has this person's login here already")
