"""What platforms show of a student and of a course, as far as they told us: "Canvas has 83/100 since 09:14"."""

from __future__ import annotations

import enum
from dataclasses import dataclass
from typing import TYPE_CHECKING

from grader.domain.errors import NotFound
from grader.domain.lms.delivery import DeliveryState
from grader.domain.permissions import Action, may
from grader.services.enrol import allowed, member

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime
    from fractions import Fraction

    from grader.domain.lms.delivery import Delivery
    from grader.domain.lms.platform import Context, LineItem, Platform
    from grader.domain.lms.score import ScoreState
    from grader.domain.people import Course, User
    from grader.ports import UnitOfWork


class Way(enum.Enum):
    """Where a student's score for a column is."""

    NOTHING = "nothing"  # there was none to send yet
    THERE = "there"
    COMING = "coming"
    DIED = "died"  # an instructor may send it again
    OVERTAKEN = "overtaken"  # the platform says that it has a newer one than ours


_WAYS = {
    DeliveryState.WAITING: Way.COMING,
    DeliveryState.SENDING: Way.COMING,
    DeliveryState.DEAD: Way.DIED,
    DeliveryState.SUPERSEDED: Way.OVERTAKEN,
    DeliveryState.DELIVERED: Way.THERE,
}


@dataclass(frozen=True)
class ColumnState:
    """What one column shows of a student: *points* of *max_points* since *since*; all None before the first score.

    *points* alone is None when the score was taken back. *last* is the newest score on its way or arrived, *why* what
    its last attempt came to.
    """

    platform: Platform
    column: LineItem
    way: Way
    points: Fraction | None = None
    max_points: int | None = None
    since: datetime | None = None
    last: Delivery | None = None

    @property
    def why(self) -> str:
        """Why the newest score is not there, in words; empty when it is, or waits for its first attempt."""
        return "" if self.last is None or self.way is Way.THERE else self.last.note


@dataclass(frozen=True)
class ColumnSummary:
    """Of how many students a column's scores are there, on their way, or died; *oldest* is since when one waits."""

    platform: Platform
    context: Context
    column: LineItem
    there: int
    coming: int
    died: int
    oldest: datetime | None = None


def of_student(uow: UnitOfWork, *, user: User, course_slug: str, login: str) -> Sequence[ColumnState]:
    """Return what each column of a platform that knows the student shows; one's own for students."""
    with uow.reading():
        course, mine = member(uow, user, course_slug)
        if login.strip().lower() != user.login and not may(mine.role, Action.SEE_GRADES):
            raise NotFound(f"there is no {login!r} in this course")
        found = uow.users.by_login(login.strip().lower())
        enrolment = uow.enrolments.find(found.id, course.id) if found else None
        if found is None or enrolment is None:
            raise NotFound(f"there is no {login!r} in this course")
        states = {each.line_item_id: each for each in uow.line_items.states_of(enrolment.id)}
        return [
            _state(uow, platform, column, enrolment.id, states.get(column.id))
            for context, platform in uow.platforms.contexts(course.id)
            if _is_member(uow, context, found)
            for column in uow.line_items.of_context(context.id)
        ]


def of_course(uow: UnitOfWork, *, user: User, course_slug: str) -> tuple[Course, Sequence[ColumnSummary]]:
    """Return how far the scores of each column are; Forbidden for students."""
    with uow.reading():
        course, _ = allowed(uow, user, course_slug, Action.SEE_DELIVERIES)
        found = [
            _summary(uow, context, platform, column)
            for context, platform in uow.platforms.contexts(course.id)
            for column in uow.line_items.of_context(context.id)
        ]
    return course, found


def _is_member(uow: UnitOfWork, context: Context, user: User) -> bool:
    known = uow.platforms.member_of(context.id, user.id)
    return known is not None and known.ended is None


def _state(
    uow: UnitOfWork, platform: Platform, column: LineItem, enrolment_id: int, state: ScoreState | None
) -> ColumnState:
    last = uow.line_items.newest_of(column.id, enrolment_id)
    way = _WAYS[last.state] if last else Way.NOTHING
    if state is None or state.confirmed is None:
        return ColumnState(platform, column, way, last=last)
    shown = Way.THERE if last is None else way  # the log of what arrived may be forgotten, what arrived is not
    return ColumnState(platform, column, shown, state.points, state.max_points, state.confirmed, last)


def _summary(uow: UnitOfWork, context: Context, platform: Platform, column: LineItem) -> ColumnSummary:
    newest = uow.line_items.newest(column.id)
    ways = [_WAYS[each.state] for each in newest]
    return ColumnSummary(
        platform,
        context,
        column,
        there=ways.count(Way.THERE),
        coming=ways.count(Way.COMING),
        died=ways.count(Way.DIED) + ways.count(Way.OVERTAKEN),
        oldest=min((each.made for each in newest if _WAYS[each.state] is Way.COMING), default=None),
    )
