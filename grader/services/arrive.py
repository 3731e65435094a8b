"""Who a platform's message is about comes into the course: known or new, in the platform's role, with their scores."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from grader.domain.audit import Deed
from grader.domain.errors import Forbidden, Invalid, NotFound
from grader.domain.lms.arrival import HEX, is_brought, item_of, login_for, name_of, natural_logins, role_after
from grader.domain.lms.launch import Message
from grader.domain.lms.platform import LineItem, Member, role_of
from grader.domain.naming import parse_login
from grader.domain.people import Role
from grader.domain.scoring import ItemKind
from grader.services import notify

if TYPE_CHECKING:
    from datetime import datetime

    from grader.domain.lms.launch import Launch
    from grader.domain.lms.platform import Context, Platform
    from grader.domain.people import Course, Enrolment, User
    from grader.ports import Catalogue, UnitOfWork


@dataclass(frozen=True)
class Arriving:
    """A message from a platform's course that is bound to ours, taken at *now*."""

    platform: Platform
    launch: Launch
    context: Context
    now: datetime


def arrive(
    uow: UnitOfWork, catalogue: Catalogue, arriving: Arriving
) -> tuple[User, Course, tuple[ItemKind, str] | None]:
    """Let the message's person in; return who that is here, the course and the item that the link leads to.

    Conflict when somebody else kept the same person meanwhile: once more finds them.
    """
    with uow.writing():
        course = uow.courses.get(arriving.context.course_id or 0)
        user = _user(uow, arriving, course)
        uow.origin = replace(uow.origin, actor=user.login)
        enrolment = _enrolled(uow, arriving, course, user)
        if arriving.launch.message is Message.DEEP_LINK and not enrolment.role.is_staff:
            raise Forbidden("only who teaches this course may pick content for it")
        is_new = _keep_member(uow, arriving, user)
        item = _item(uow, catalogue, arriving, course)
        line_item = _keep_line_item(uow, arriving, item) if item else None
        _send_earlier(uow, arriving, line_item, enrolment if is_new else None)
        uow.commit()
    return user, course, item and (item[0], item[1])


def _user(uow: UnitOfWork, arriving: Arriving, course: Course) -> User:
    """Return who the person is: who came before; who waits for them in the course; else somebody new."""
    person = arriving.launch.person
    known = uow.platforms.user_of(arriving.platform.id, person.subject)
    if known is not None:
        return uow.users.get(known)
    return _waiting(uow, arriving, course) or _new(uow, arriving)


def _waiting(uow: UnitOfWork, arriving: Arriving, course: Course) -> User | None:
    """Return the student of the course whose login the platform knows; staff's are never given away like that."""
    for login in natural_logins(arriving.launch.person):
        user = uow.users.by_login(login)
        enrolment = uow.enrolments.find(user.id, course.id) if user else None
        if user is None or enrolment is None or not enrolment.is_active or enrolment.role is not Role.STUDENT:
            continue
        if uow.platforms.member_of(arriving.context.id, user.id) is None:
            return user
    return None


def _new(uow: UnitOfWork, arriving: Arriving) -> User:
    person = arriving.launch.person
    wanted = (parse_login(login_for(arriving.platform, person, digits)) for digits in HEX)
    login = next((each for each in wanted if uow.users.by_login(each) is None), None)
    if login is None:
        raise Invalid("somebody has this person's login here already")
    return uow.users.add(login, name_of(person, login))


def _enrolled(uow: UnitOfWork, arriving: Arriving, course: Course, user: User) -> Enrolment:
    """Return the person's enrolment with the role that they have after this launch."""
    person = arriving.launch.person
    kept = uow.enrolments.find(user.id, course.id)
    role = role_after(
        kept.role if kept and kept.is_active else None,
        role_of(person.roles),
        brought=is_brought(user.login, arriving.platform, person),
    )
    if kept is None:
        enrolment, deed = uow.enrolments.add(user.id, course.id, role), Deed.ENROLLED
    elif kept.is_active and kept.role is role:
        return kept
    else:
        enrolment, deed = replace(kept, role=role, ended=None), Deed.ROLE_CHANGED if kept.is_active else Deed.RESTORED
        uow.enrolments.change(enrolment)
    told = {"role": role.value, "section": enrolment.section, "by": f"launch from {arriving.platform.name}"}
    if kept is not None and kept.is_active:
        told["role"] = f"{kept.role.value} → {role.value}"
    uow.audit.add(deed, when=arriving.now, what=user.login, course_id=course.id, user_id=user.id, detail=told)
    notify.enrolled(uow, course, [(user.login, enrolment)], arriving.now)
    return enrolment


def _keep_member(uow: UnitOfWork, arriving: Arriving, user: User) -> bool:
    """Keep who this is in the platform's course; return whether the platform did not know them before."""
    known = uow.platforms.member_of(arriving.context.id, user.id)
    if known is not None and known.subject == arriving.launch.person.subject and known.ended is None:
        return False
    uow.platforms.put_member(Member(arriving.context.id, arriving.launch.person.subject, user.id))
    return True


def _item(
    uow: UnitOfWork, catalogue: Catalogue, arriving: Arriving, course: Course
) -> tuple[ItemKind, str, str, int] | None:
    """Return kind, slug, title and most points of what the link leads to; None for the course's page."""
    named = item_of(arriving.launch.custom) or _linked(uow, arriving)
    if named is None:
        return None
    find = catalogue.exercise if named[0] is ItemKind.EXERCISE else catalogue.quiz
    try:
        found = find(course.lesson, named[1])
    except NotFound:  # the lesson has another shape than when the link was made
        return None
    return named[0], found.slug, found.title, found.max_points


def _linked(uow: UnitOfWork, arriving: Arriving) -> tuple[ItemKind, str] | None:
    """Return what the link's line item is for, as far as somebody said so here."""
    launch = arriving.launch
    for kept in uow.line_items.of_context(arriving.context.id):
        if kept.url == launch.line_item or (launch.resource_link and kept.resource_link == launch.resource_link):
            return kept.kind, kept.item
    return None


def _keep_line_item(uow: UnitOfWork, arriving: Arriving, item: tuple[ItemKind, str, str, int]) -> LineItem | None:
    """Keep the link's own column; return it when it is new, or was another item's."""
    launch, (kind, slug, title, most) = arriving.launch, item
    if not launch.line_item:
        return None
    known = [each for each in uow.line_items.of_context(arriving.context.id) if each.url == launch.line_item]
    if known and (known[0].kind, known[0].item) == (kind, slug):
        return None
    told = LineItem(
        id=0,
        context_id=arriving.context.id,
        kind=kind,
        item=slug,
        url=launch.line_item,
        label=launch.resource_title or title,
        max_points=most,
        resource_link=launch.resource_link,
        made=arriving.now,
    )
    return uow.line_items.put(told)


def _send_earlier(uow: UnitOfWork, arriving: Arriving, line_item: LineItem | None, member: Enrolment | None) -> None:
    """Send what was earned before the platform could take it: all scores of a new column, a new member's of all."""
    course_id = arriving.context.course_id or 0
    columns = uow.line_items.of_context(arriving.context.id) if member else [line_item] if line_item else []
    for column in columns:
        unsent = [each for each, _, _ in uow.line_items.without_delivery(column.id)]
        if member is not None and (line_item is None or column.id != line_item.id):
            unsent = [each for each in unsent if each == member.id]
        if unsent:
            uow.outbox.add_scores(course_id, unsent, column.kind, column.item, made=arriving.now)
