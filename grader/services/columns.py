"""Columns of a platform's gradebook: make them for items of ours, and let go of them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from grader.domain.audit import Deed
from grader.domain.errors import Invalid, NotFound
from grader.domain.lms.platform import LineItem
from grader.domain.scoring import ItemKind
from grader.services.catch_up import send_missing
from grader.services.lms_course import bound, column_of, still

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from datetime import datetime

    from grader.domain.people import User
    from grader.ports import Catalogue, Clock, UnitOfWork
    from grader.ports.outside import Gradebooks
    from grader.services.lms_course import Bound

TAG = "grade"
"""What all columns that we make are marked with."""


def make_columns(
    make_uow: Callable[[], UnitOfWork],
    clock: Clock,
    catalogue: Catalogue,
    gradebooks: Gradebooks,
    *,
    user: User,
    course_slug: str,
    context_id: int,
    items: Sequence[tuple[ItemKind, str]],
) -> Sequence[LineItem]:
    """Make a column for each item that has none there, send it the grades that exist, and return the items' columns.

    Invalid for an item that the lesson does not have. Unavailable when the platform makes none: those before it are
    made by then, and once more makes the rest; a column that is there already is found again.
    """
    uow = make_uow()
    with uow.reading():
        at = bound(uow, user=user, course_slug=course_slug, context_id=context_id)
        there = uow.line_items.of_context(context_id)
    wanted = [_wanted(catalogue, at, item) for item in dict.fromkeys(items)]
    made = []
    for blank in wanted:
        column = next((each for each in there if (each.kind, each.item) == (blank.kind, blank.item)), None)
        made.append(column or _made(uow, gradebooks, at, blank, clock.now()))
    return made


def remove_column(
    make_uow: Callable[[], UnitOfWork], clock: Clock, *, user: User, course_slug: str, line_item_id: int
) -> LineItem:
    """Send nothing more to a column; there it stays with what it has. NotFound when the course has no such column.

    One that belongs to a link of the LMS comes back when somebody opens that.
    """
    uow, now = make_uow(), clock.now()
    with uow.writing():
        course, column = column_of(uow, user=user, course_slug=course_slug, line_item_id=line_item_id)
        uow.line_items.remove(column.id, now)
        uow.audit.add(Deed.LMS_COLUMN_REMOVED, when=now, what=column.label, course_id=course.id, detail=_told(column))
        uow.commit()
    return column


def _wanted(catalogue: Catalogue, at: Bound, item: tuple[ItemKind, str]) -> LineItem:
    find = catalogue.exercise if item[0] is ItemKind.EXERCISE else catalogue.quiz
    try:
        found = find(at.course.lesson, item[1])
    except NotFound as error:
        raise Invalid(str(error), field="item") from error
    return LineItem(0, at.context.id, item[0], found.slug, "", found.title, found.max_points)


def _made(uow: UnitOfWork, gradebooks: Gradebooks, at: Bound, blank: LineItem, now: datetime) -> LineItem:
    url = gradebooks.make_line_item(
        at.platform,
        at.context,
        label=blank.label,
        max_points=blank.max_points,
        resource=f"{blank.kind.value}:{blank.item}",
        tag=TAG,
    )
    with uow.writing():
        still(uow, at)
        uow.enrolments.hold_all(at.course.id)  # whoever is graded meanwhile is sent after this
        column = uow.line_items.put(
            LineItem(0, at.context.id, blank.kind, blank.item, url, blank.label, blank.max_points, made=now)
        )
        send_missing(uow, at.context, now, columns=[column.id])
        uow.audit.add(Deed.LMS_COLUMN_MADE, when=now, what=column.label, course_id=at.course.id, detail=_told(column))
        uow.commit()
    return column


def _told(column: LineItem) -> dict[str, str]:
    return {"item": f"{column.kind.value}:{column.item}", "address": column.url}
