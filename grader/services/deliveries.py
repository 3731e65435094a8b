"""What became of what a course told others: look through it, send again what died."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from grader.domain.audit import Deed
from grader.domain.errors import Conflict
from grader.domain.permissions import Action
from grader.services.enrol import allowed

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import datetime

    from grader.domain.lms.delivery import Delivery, Try
    from grader.domain.lms.event import Event
    from grader.domain.lms.log import Logged, Wanted
    from grader.domain.people import Course, Role, User
    from grader.ports import Clock, UnitOfWork


@dataclass(frozen=True)
class Targets:
    """To whom a course's deliveries go: endpoints and columns of platforms' gradebooks, by number; none removed."""

    endpoints: Mapping[int, str]
    columns: Mapping[int, str]


@dataclass(frozen=True)
class Page:
    """A course's deliveries, newest first; *has_more* when older ones fit, too."""

    course: Course
    role: Role
    found: Sequence[Logged]
    has_more: bool
    targets: Targets


@dataclass(frozen=True)
class Dead:
    """How many deliveries died, which could be sent once more."""

    course: Course
    role: Role
    count: int
    targets: Targets


@dataclass(frozen=True)
class Look:
    """One delivery: what it tells, None for a score, and what each attempt came to."""

    course: Course
    role: Role
    logged: Logged
    event: Event | None
    tries: Sequence[Try]


def page(uow: UnitOfWork, *, user: User, course_slug: str, wanted: Wanted, limit: int) -> Page:
    """Return what is *wanted* of a course's deliveries, *limit* at most; Forbidden for students."""
    with uow.reading():
        course, enrolment = allowed(uow, user, course_slug, Action.SEE_DELIVERIES)
        found = uow.outbox.of_course(course.id, wanted, limit + 1)
        targets = _targets(uow, course)
    return Page(course, enrolment.role, found[:limit], len(found) > limit, targets)


def look(uow: UnitOfWork, *, user: User, course_slug: str, delivery_id: int) -> Look:
    """Return one delivery with all its attempts; NotFound when the course has none of this number."""
    with uow.reading():
        course, enrolment = allowed(uow, user, course_slug, Action.SEE_DELIVERIES)
        logged = uow.outbox.logged(course.id, delivery_id)
        event_id = logged.delivery.event_id
        event = None if event_id is None else uow.outbox.event(event_id)
        return Look(course, enrolment.role, logged, event, uow.outbox.tries(delivery_id))


def replay(uow: UnitOfWork, clock: Clock, *, user: User, course_slug: str, delivery_id: int) -> Logged:
    """Send a delivery once more, with all its attempts before it; Conflict while it is on its way.

    Conflict, too, when its receiver was removed: it would wait for ever.
    """
    now = clock.now()
    with uow.writing():
        course, _ = allowed(uow, user, course_slug, Action.CHANGE_LMS)
        logged = uow.outbox.logged(course.id, delivery_id)  # one of this course, or NotFound
        if _is_gone(uow, logged.delivery):
            raise Conflict(f"{logged.target} was removed: nothing can be sent there any more")
        if not uow.outbox.replay(delivery_id, now):
            raise Conflict("this delivery is on its way already: look again in a moment")
        uow.audit.add(Deed.DELIVERIES_REPLAYED, when=now, what=f"delivery {delivery_id}", course_id=course.id)
        again = uow.outbox.logged(course.id, delivery_id)
        uow.commit()
    return again


def dead(
    uow: UnitOfWork,
    *,
    user: User,
    course_slug: str,
    since: datetime | None = None,
    endpoint_id: int | None = None,
    line_item_id: int | None = None,
) -> Dead:
    """Return how many deliveries `replay_dead` would let wait again, for who may have that done."""
    with uow.reading():
        course, enrolment = allowed(uow, user, course_slug, Action.CHANGE_LMS)
        count = uow.outbox.count_dead(course.id, since=since, endpoint_id=endpoint_id, line_item_id=line_item_id)
        return Dead(course, enrolment.role, count, _targets(uow, course))


def replay_dead(
    uow: UnitOfWork,
    clock: Clock,
    *,
    user: User,
    course_slug: str,
    since: datetime | None = None,
    endpoint_id: int | None = None,
    line_item_id: int | None = None,
) -> int:
    """Send once more all that died *since* then, to everybody or to one endpoint or line item; return how many."""
    now = clock.now()
    with uow.writing():
        course, _ = allowed(uow, user, course_slug, Action.CHANGE_LMS)
        count = uow.outbox.replay_dead(course.id, now, since=since, endpoint_id=endpoint_id, line_item_id=line_item_id)
        told = {"deliveries": str(count)} | ({"since": str(since)} if since else {})
        uow.audit.add(Deed.DELIVERIES_REPLAYED, when=now, what="all that died", course_id=course.id, detail=told)
        uow.commit()
    return count


def _is_gone(uow: UnitOfWork, delivery: Delivery) -> bool:
    if delivery.endpoint_id is not None:
        return uow.endpoints.get(delivery.endpoint_id).removed is not None
    if delivery.line_item_id is None:
        return True
    column = uow.line_items.get(delivery.line_item_id)
    platform_id = uow.platforms.context(column.context_id).platform_id
    return column.removed is not None or uow.platforms.get(platform_id).removed is not None


def _targets(uow: UnitOfWork, course: Course) -> Targets:
    platforms = {context.id: platform.name for context, platform in uow.platforms.contexts(course.id)}
    columns = uow.line_items.of_course(course.id)
    return Targets(
        {endpoint.id: endpoint.name for endpoint in uow.endpoints.of_course(course.id)},
        {column.id: f"{platforms.get(column.context_id, '')}: {column.label}" for column in columns},
    )
