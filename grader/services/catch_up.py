"""Send platforms the grades that they lack: a column or a student came, or came back, later than these were made.

For use inside an open unit of work.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Collection
    from datetime import datetime

    from grader.domain.lms.platform import Context
    from grader.ports import UnitOfWork


def catch_up(uow: UnitOfWork, course_id: int, students: Collection[int], now: datetime) -> int:
    """Send what these students, by enrolment, lack at any platform of a course; return how many scores that is."""
    if not students:
        return 0
    contexts = [context for context, _ in uow.platforms.contexts(course_id)]
    return sum(send_missing(uow, context, now, students=students, anew=True) for context in contexts)


def send_missing(
    uow: UnitOfWork,
    context: Context,
    now: datetime,
    *,
    columns: Collection[int] = (),
    students: Collection[int] = (),
    anew: bool = False,
) -> int:
    """Send what a platform's course lacks: all that *columns* lack, by line item, and what *students* lack in any.

    *anew* when they, or their columns, were there before in another way: then what waits for them is not enough.
    Return how many scores are on their way by this.
    """
    sent = 0
    for column in uow.line_items.of_context(context.id) if columns or students else ():
        unsent = [each for each, _, _ in uow.line_items.without_delivery(column.id, anew=anew)]
        if column.id not in columns:
            unsent = [each for each in unsent if each in students]
        if unsent:
            sent += uow.outbox.add_scores(context.course_id or 0, unsent, column.kind, column.item, made=now)
    return sent
