"""Read back what a platform shows (AGS results), and say whose score differs from the grade here."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from typing import TYPE_CHECKING

from grader.domain.audit import Deed
from grader.domain.lms.delivery import DeliveryState
from grader.domain.people import Role
from grader.services.lms_course import bound

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence

    from grader.domain.lms.platform import LineItem
    from grader.domain.people import User
    from grader.domain.scoring import Grade, ItemKind
    from grader.ports import Clock, UnitOfWork
    from grader.ports.outside import Gradebooks
    from grader.services.lms_course import Bound

ROUNDING = Fraction(1, 100)
"""Points that platforms lose when they keep a score: two decimals are kept by all."""

_UNDER_WAY = (DeliveryState.WAITING, DeliveryState.SENDING)


@dataclass(frozen=True)
class Difference:
    """Whose score differs, both in points of the column; None is no score. *is_coming*: ours is on its way there."""

    column: LineItem
    login: str
    name: str
    enrolment_id: int
    here: Fraction | None
    there: float | None
    is_coming: bool


@dataclass(frozen=True)
class _Student:
    """A student whom the platform knows."""

    subject: str
    enrolment_id: int
    user: User


def compare(
    make_uow: Callable[[], UnitOfWork], gradebooks: Gradebooks, *, user: User, course_slug: str, context_id: int
) -> Sequence[Difference]:
    """Return what differs in all columns, by column and login; Unavailable when one can't be read."""
    uow = make_uow()
    with uow.reading():
        at = bound(uow, user=user, course_slug=course_slug, context_id=context_id)
        columns = uow.line_items.of_context(context_id)
    shown = {column.id: gradebooks.results(at.platform, column) for column in columns}
    with uow.reading():  # what counts after they were read: what was sent meanwhile shows as coming, not as wrong
        students = list(_students(uow, at))
        grades = {(each.enrolment_id, each.kind, each.item): each for each in uow.grades.of_course(at.course.id)}
        return [
            found for column in columns for found in _differing(uow, column, students, grades, shown=shown[column.id])
        ]


def resend(
    make_uow: Callable[[], UnitOfWork],
    clock: Clock,
    gradebooks: Gradebooks,
    *,
    user: User,
    course_slug: str,
    context_id: int,
    everything: bool = False,
) -> int:
    """Send what counts here for all scores that differ, or for all there are; return how many are on their way now.

    Scores that differ are found by `compare`, which may be Unavailable; all can be sent without it.
    """
    differing = (
        () if everything else compare(make_uow, gradebooks, user=user, course_slug=course_slug, context_id=context_id)
    )
    uow, now = make_uow(), clock.now()
    with uow.writing():
        at = bound(uow, user=user, course_slug=course_slug, context_id=context_id)
        uow.enrolments.hold_all(at.course.id)
        columns = uow.line_items.of_context(context_id)
        sent = 0
        for column in columns:
            students = _all(uow, at, column) if everything else _of(differing, column)
            sent += uow.outbox.add_scores(at.course.id, students, column.kind, column.item, made=now) if students else 0
        if sent:
            what = at.context.title or at.context.key
            told = {"scores": str(sent), "which": "all" if everything else "those that differ"}
            uow.audit.add(Deed.LMS_SCORES_RESENT, when=now, what=what, course_id=at.course.id, detail=told)
        uow.commit()
    return sent


def _students(uow: UnitOfWork, at: Bound) -> Iterator[_Student]:
    people = {each.user.id: each for each in uow.rosters.members(at.course.id)}
    for member in uow.platforms.members(at.context.id):
        found = people.get(member.user_id)
        if found and found.enrolment.is_active and member.ended is None and found.enrolment.role is Role.STUDENT:
            yield _Student(member.subject, found.enrolment.id, found.user)


def _differing(
    uow: UnitOfWork,
    column: LineItem,
    students: Iterable[_Student],
    grades: Mapping[tuple[int, ItemKind, str], Grade],
    *,
    shown: Mapping[str, float | None],
) -> Iterator[Difference]:
    coming = {each.enrolment_id for each in uow.line_items.newest(column.id) if each.state in _UNDER_WAY}
    for who in sorted(students, key=lambda student: student.user.login):
        grade = grades.get((who.enrolment_id, column.kind, column.item))
        here, there = None if grade is None else points_in(column, grade), shown.get(who.subject)
        if not is_same(here, there):
            yield Difference(
                column, who.user.login, who.user.name, who.enrolment_id, here, there, who.enrolment_id in coming
            )


def points_in(column: LineItem, grade: Grade) -> Fraction:
    """Return what a grade is in points of a column, whose most may be another than the item's is by now."""
    return grade.points * column.max_points / grade.max_points if grade.max_points else grade.points


def is_same(here: Fraction | None, there: float | None) -> bool:
    """Whether two scores are the same, as far as platforms keep them; no score is not the same as none of the points.

    >>> is_same(Fraction(10, 3), 3.33), is_same(Fraction(10, 3), 3.3), is_same(None, None), is_same(Fraction(0), None)
    (True, False, True, False)
    """
    if here is None or there is None:
        return here is None and there is None
    return abs(here - Fraction(there)) <= ROUNDING


def _of(differing: Iterable[Difference], column: LineItem) -> Sequence[int]:
    return [each.enrolment_id for each in differing if each.column.id == column.id]


def _all(uow: UnitOfWork, at: Bound, column: LineItem) -> Sequence[int]:
    """Return the students of whom there is a grade here, or something was ever sent there."""
    known = {each.enrolment_id for each in _students(uow, at)}
    graded = {
        each.enrolment_id
        for each in uow.grades.of_course(at.course.id)
        if (each.kind, each.item) == (column.kind, column.item)
    }
    told = {each.enrolment_id for each in uow.line_items.states(column.id)}
    return sorted(known & (graded | told))
