"""Make a grade from what it rests on: scores, terms, an override. The one place where a grade changes.

Each change leaves a line in the grade's history, and platforms are told of the points. For use inside an open unit of
work that holds the enrolment: two changes of one student's grades must see each other.
"""

from __future__ import annotations

from fractions import Fraction
from typing import TYPE_CHECKING, NamedTuple

from grader.domain.scoring import Grade, GradeChange, ItemKind, Keep
from grader.services import notify
from grader.services.terms import terms_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from datetime import datetime

    from grader.domain.regrade_difference import Marks
    from grader.domain.scoring import Cause, Policy
    from grader.ports import UnitOfWork


def settle(
    uow: UnitOfWork,
    *,
    course_id: int,
    enrolment_id: int,
    kind: ItemKind,
    item: str,
    cause: Cause,
    now: datetime,
    usual: Keep = Keep.BEST,
    max_points: int = 0,
) -> Grade | None:
    """Return the grade as it is now, None when there is nothing that it could be made from.

    *usual* is which attempt counts where the terms don't say, *max_points* is for a grade without any attempt.
    """
    before = uow.grades.find(enrolment_id, kind, item)
    policy = terms_of(uow, course_id, enrolment_id, kind, item).policy(usual)
    grade = _made(uow, _Place(enrolment_id, kind, item), policy, max_points or (before.max_points if before else 0))
    if grade is None:
        if before is not None:
            uow.grades.drop(enrolment_id, kind, item)
            _note(uow, before._replace(points=Fraction(0), attempt_id=None, override_id=None), before, cause, now)
            notify.scores(uow, course_id, [enrolment_id], (kind, item), now)
        return None
    if _keep(uow, grade, before, cause, now):
        notify.scores(uow, course_id, [enrolment_id], (kind, item), now)
    return grade


def settle_class(
    uow: UnitOfWork, *, course_id: int, marks: Marks, enrolments: Iterable[int], cause: Cause, now: datetime
) -> Mapping[int, Grade]:
    """Do the same for many students of a course who all have graded work for one exercise, which *marks* knows.

    Return their grades by enrolment.
    """
    grades = {enrolment_id: marks.counted(enrolment_id) for enrolment_id in sorted(enrolments)}
    befores = {(grade.enrolment_id, grade.kind, grade.item): grade for grade in uow.grades.of_course(course_id)}
    changed: dict[tuple[ItemKind, str], list[int]] = {}
    for enrolment_id, grade in grades.items():
        place = grade.kind, grade.item
        if _keep(uow, grade, befores.get((enrolment_id, *place)), cause, now):
            changed.setdefault(place, []).append(enrolment_id)
    for place, students in changed.items():
        notify.scores(uow, course_id, students, place, now)
    return grades


class _Place(NamedTuple):
    """Whose grade, for what."""

    enrolment_id: int
    kind: ItemKind
    item: str


def _made(uow: UnitOfWork, place: _Place, policy: Policy, max_points: int) -> Grade | None:
    is_exercise = place.kind is ItemKind.EXERCISE
    scores = (uow.runs if is_exercise else uow.attempts).scores(place.enrolment_id, place.item)
    override = uow.overrides.counting(*place)
    if scores:
        grade = policy.grade(*place, scores)
    elif override is not None:
        none = Fraction(0)
        grade = Grade(*place, points=none, max_points=max_points, attempt_id=None, attempts=0, raw=none, earned=none)
    else:
        return None
    return grade if override is None else override.over(grade)


def _keep(uow: UnitOfWork, grade: Grade, before: Grade | None, cause: Cause, now: datetime) -> bool:
    """Keep a grade; return whether other points count since."""
    if grade != before:
        uow.grades.put(grade)
    if before is None or _counts(grade) != _counts(before):
        _note(uow, grade, before, cause, now)
    return before is None or (grade.points, grade.max_points) != (before.points, before.max_points)


def _counts(grade: Grade) -> tuple[Fraction, int, int | None, int | None]:
    return grade.points, grade.max_points, grade.attempt_id, grade.override_id


def _note(uow: UnitOfWork, grade: Grade, before: Grade | None, cause: Cause, now: datetime) -> None:
    uow.history.add(GradeChange(grade, before.points if before else None, cause, uow.origin.actor, now))
