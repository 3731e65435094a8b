"""Set a student's grade by hand, with a reason, and take it back. Nothing is deleted, and the student reads it too."""

from __future__ import annotations

from typing import TYPE_CHECKING

from grader.domain.audit import Deed
from grader.domain.errors import Conflict, Invalid, NotFound
from grader.domain.inert import inert
from grader.domain.permissions import Action
from grader.domain.scoring import Cause, Keep
from grader.services import notify
from grader.services.assignments import item_of, student_of
from grader.services.enrol import allowed
from grader.services.settle import settle

if TYPE_CHECKING:
    from datetime import datetime
    from fractions import Fraction

    from grader.domain.people import Course, User
    from grader.domain.scoring import Grade, ItemKind, Override
    from grader.ports import Catalogue, Clock, UnitOfWork

MOST = 2
"""Times an item's points: room for a bonus, none for a slip of the keyboard."""

LONGEST_REASON = 500
"""Characters."""


def override(
    uow: UnitOfWork,
    clock: Clock,
    catalogue: Catalogue,
    *,
    user: User,
    course_slug: str,
    login: str,
    kind: ItemKind,
    slug: str,
    points: Fraction,
    reason: str,
) -> Override:
    """Let *points* count for a student's item from now on, whatever they earn.

    Forbidden for all but instructors, NotFound without such a student or item, Invalid for points from outside 0 to
    MOST times the item's, and without a reason.
    """
    now, reason = clock.now(), _parsed(reason)
    with uow.writing():
        course, _ = allowed(uow, user, course_slug, Action.OVERRIDE)
        student, enrolment = student_of(uow, course, login)
        uow.enrolments.hold(enrolment.id)
        rules = _rules(uow, catalogue, course, (enrolment.id, kind, slug))
        highest = rules[0]
        if not 0 <= points <= MOST * highest:
            raise Invalid(
                f"the points must be from 0 to {MOST * highest}, twice what the item is worth", field="points"
            )
        made = uow.overrides.add(enrolment.id, kind, slug, points=points, reason=reason, by=user.login, made=now)
        _make(uow, rules, made, course=course, student_id=student.id, now=now)
        uow.commit()
    return made


def withdraw(
    uow: UnitOfWork, clock: Clock, catalogue: Catalogue, *, user: User, course_slug: str, override_id: int
) -> Override:
    """Let what was earned count again, or the override before; Conflict when it was withdrawn already.

    Forbidden for all but instructors, NotFound when the course has no such override.
    """
    now = clock.now()
    with uow.writing():
        course, _ = allowed(uow, user, course_slug, Action.OVERRIDE)
        found = uow.overrides.get(override_id)
        enrolment = uow.enrolments.get(found.enrolment_id)
        if enrolment.course_id != course.id:
            raise NotFound(f"there is no override {override_id}")
        uow.enrolments.hold(enrolment.id)
        rules = _rules(uow, catalogue, course, (enrolment.id, found.kind, found.item))
        if not uow.overrides.withdraw(override_id, now):
            raise Conflict("this grade by hand was withdrawn already")
        withdrawn = uow.overrides.get(override_id)
        _make(uow, rules, withdrawn, course=course, student_id=enrolment.user_id, now=now)
        uow.commit()
    return withdrawn


def _parsed(reason: str) -> str:
    reason = inert(reason.replace("\r\n", "\n").strip(), kept="\n")
    if not 0 < len(reason) <= LONGEST_REASON:
        raise Invalid(f"give a reason of 1 to {LONGEST_REASON} characters: the student reads it", field="reason")
    return reason


def _rules(uow: UnitOfWork, catalogue: Catalogue, course: Course, place: tuple[int, ItemKind, str]) -> tuple[int, Keep]:
    """Return what an item is worth and which attempt counts; one that left the lesson is known by its grade."""
    try:
        item = item_of(catalogue, course.lesson, *place[1:])
    except NotFound:
        grade = uow.grades.find(*place)
        if grade is None:
            raise
        return grade.max_points, Keep.BEST
    return item.max_points, item.keep


def _make(
    uow: UnitOfWork, rules: tuple[int, Keep], override: Override, *, course: Course, student_id: int, now: datetime
) -> None:
    """Make the grade anew, and say so in the log."""
    place = override.enrolment_id, override.kind, override.item
    before = uow.grades.find(*place)
    after = settle(
        uow,
        course_id=course.id,
        enrolment_id=override.enrolment_id,
        kind=override.kind,
        item=override.item,
        cause=Cause.WITHDRAWN if override.withdrawn else Cause.OVERRIDDEN,
        now=now,
        usual=rules[1],
        max_points=rules[0],
    )
    notify.overridden(uow, course, override, after, now)
    uow.audit.add(
        Deed.OVERRIDE_WITHDRAWN if override.withdrawn else Deed.OVERRIDDEN,
        when=now,
        what=f"{override.kind.value} {override.item}",
        course_id=course.id,
        user_id=student_id,
        detail={
            "override": str(override.id),
            "before": _said(before),
            "after": _said(after),
            "reason": override.reason,
        },
    )


def _said(grade: Grade | None) -> str:
    return "–" if grade is None else f"{float(grade.points):g} / {grade.max_points}"
