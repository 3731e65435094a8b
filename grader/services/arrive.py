"""Who a platform's message is about comes into the course: known or new, in the platform's role, with their scores."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from grader.domain.errors import Forbidden, NotFound
from grader.domain.inert import inert
from grader.domain.lms.arrival import item_of
from grader.domain.lms.launch import Message
from grader.domain.lms.platform import LineItem, role_of
from grader.domain.scoring import ItemKind
from grader.services.catch_up import send_missing
from grader.services.joining import Joining, Standing, keep_member, place, user_of

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
        joining = _joining(arriving, course)
        user = user_of(uow, joining)
        uow.origin = replace(uow.origin, actor=user.login)
        enrolment, is_placed = place(uow, joining, user)
        _refuse(arriving, enrolment)
        standing = keep_member(uow, joining, user)
        item = _item(uow, catalogue, arriving, course)
        column, is_moved = _keep_line_item(uow, arriving, item) if item else (None, False)
        send_missing(
            uow,
            arriving.context,
            arriving.now,
            columns=[column.id] if column else [],
            students=[enrolment.id] if is_placed or standing is not Standing.SAME else [],
            anew=is_moved or is_placed or standing is Standing.BACK,
        )
        uow.commit()
    return user, course, item and (item[0], item[1])


def _refuse(arriving: Arriving, enrolment: Enrolment) -> None:
    """Forbidden for who would be more here than their platform says: it may have been told somebody else's login."""
    if enrolment.role is not role_of(arriving.launch.person.roles):
        raise Forbidden(
            f"you are {enrolment.role.value} of this course here, but not in your LMS: sign in here, or have your role "
            "changed there"
        )
    if arriving.launch.message is Message.DEEP_LINK and not enrolment.role.is_staff:
        raise Forbidden("only who teaches this course may pick content for it")


def _joining(arriving: Arriving, course: Course) -> Joining:
    by = f"launch from {arriving.platform.name}"
    return Joining(arriving.platform, arriving.context, course, arriving.launch.person, arriving.now, by)


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


def _keep_line_item(
    uow: UnitOfWork, arriving: Arriving, item: tuple[ItemKind, str, str, int]
) -> tuple[LineItem | None, bool]:
    """Keep the link's own column; return it when it is new or was another item's, and whether it was."""
    launch, (kind, slug, title, most) = arriving.launch, item
    if not launch.line_item:
        return None, False
    known = [each for each in uow.line_items.of_context(arriving.context.id) if each.url == launch.line_item]
    if known and (known[0].kind, known[0].item) == (kind, slug):
        return None, False
    told = LineItem(
        id=0,
        context_id=arriving.context.id,
        kind=kind,
        item=slug,
        url=launch.line_item,
        label=inert(launch.resource_title) or title,
        max_points=most,
        resource_link=launch.resource_link,
        made=arriving.now,
    )
    return uow.line_items.put(told), bool(known)
