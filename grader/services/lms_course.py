"""A platform's course that is bound to one of ours, for who may change or see that. Inside an open unit of work."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from grader.domain.errors import NotFound
from grader.domain.permissions import Action
from grader.services.enrol import allowed

if TYPE_CHECKING:
    from grader.domain.lms.platform import Context, LineItem, Platform
    from grader.domain.people import Course, User
    from grader.ports import UnitOfWork


@dataclass(frozen=True)
class Bound:
    """A course of ours and the platform's that shows its grades, for the user who asks."""

    user: User
    course: Course
    context: Context
    platform: Platform


def bound(
    uow: UnitOfWork, *, user: User, course_slug: str, context_id: int, action: Action = Action.CHANGE_LMS
) -> Bound:
    """Return the platform's course; NotFound when it is not connected to this one (any more)."""
    course, _ = allowed(uow, user, course_slug, action)
    for context, platform in uow.platforms.contexts(course.id):
        if context.id == context_id:
            return Bound(user, course, context, platform)
    raise NotFound(f"no course {context_id} of an LMS is connected to this one")


def still(uow: UnitOfWork, at: Bound) -> None:
    """Require that all is as it was before the platform was asked; NotFound or Forbidden when it isn't."""
    bound(uow, user=at.user, course_slug=at.course.slug, context_id=at.context.id)


def column_of(
    uow: UnitOfWork, *, user: User, course_slug: str, line_item_id: int, action: Action = Action.CHANGE_LMS
) -> tuple[Course, LineItem]:
    """Return a column that shows grades of this course; NotFound when it has none of this number."""
    course, _ = allowed(uow, user, course_slug, action)
    for column in uow.line_items.of_course(course.id):
        if column.id == line_item_id:
            return course, column
    raise NotFound(f"this course has no column {line_item_id} in an LMS")
