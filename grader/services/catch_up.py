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
    return sum(send_missing(uow, context, now, columns=[], students=students) for context in contexts)


def send_missing(
    uow: UnitOfWork,
    context: Context,
    now: datetime,
    *,
    columns: Collection[int] | None = None,
    students: Collection[int] = (),
) -> int:
    """Send what a platform's course lacks: all of its *columns*, None for each, and what *students* lack in any.

    Columns are line items, students enrolments. Return how many scores are on their way now.
    """
    sent = 0
    is_idle = columns is not None and not columns and not students
    for column in () if is_idle else uow.line_items.of_context(context.id):
        unsent = [each for each, _, _ in uow.line_items.without_delivery(column.id)]
        if columns is not None and column.id not in columns:
            unsent = [each for each in unsent if each in students]
        if unsent:
            sent += uow.outbox.add_scores(context.course_id or 0, unsent, column.kind, column.item, made=now)
    return sent
