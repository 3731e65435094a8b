"""Put into the outbox what others are told: an event for each thing that happened, a score for each that changed.

For use inside the open unit of work that makes the change: one lasts with the other, or neither does. None of it names
a student: workers write it too, and may not read who people are. `Outbox.event` adds the name.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from grader.domain.lms.event import Draft, EventType, moment
from grader.domain.scoring import ItemKind

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from datetime import datetime
    from fractions import Fraction

    from grader.domain.attempt import Attempt
    from grader.domain.people import Course, Enrolment
    from grader.domain.regrade import Proposal, Regrade
    from grader.domain.report import Report
    from grader.domain.scoring import Grade, Override, Score
    from grader.domain.submission import Submission
    from grader.ports import UnitOfWork

_DIGITS = 4


def graded(
    uow: UnitOfWork, course: Course, submission: Submission, report: Report, grade: Grade | None, *, now: datetime
) -> None:
    """Tell that a submission was graded, and what counts for its student since."""
    place = (ItemKind.EXERCISE, submission.exercise)
    data = _about(course, place) | {
        "submission": submission.id,
        "submitted": moment(submission.submitted),
        "points": report.points,
        "max_points": report.max_points,
        "misconception": report.misconception,
        "reference": uow.received.reference(submission.id),
        "grade": _told(grade),
    }
    draft = Draft(EventType.SUBMISSION_GRADED, data, submission.enrolment_id, place)
    uow.outbox.add([draft], course_id=course.id, made=now)


def regraded(
    uow: UnitOfWork, regrade: Regrade, changed: Iterable[Proposal], grades: Mapping[int, Grade], now: datetime
) -> None:
    """Tell each student's once that their submissions count for something else since, or again as before."""
    course, place = uow.courses.get(regrade.course_id), (ItemKind.EXERCISE, regrade.exercise)
    submissions: dict[int, list[int]] = {}
    for proposal in changed:
        submissions.setdefault(proposal.enrolment_id, []).append(proposal.submission_id)
    common = _about(course, place) | {"regrade": regrade.id, "undone": regrade.undone is not None}
    drafts = [
        Draft(
            EventType.SUBMISSION_REGRADED,
            common | {"submissions": numbers, "grade": _told(grades.get(enrolment_id))},
            enrolment_id,
            place,
        )
        for enrolment_id, numbers in sorted(submissions.items())
    ]
    uow.outbox.add(drafts, course_id=course.id, made=now)


def quiz_finished(
    uow: UnitOfWork, course: Course, attempt: Attempt, score: Score, grade: Grade | None, *, now: datetime
) -> None:
    """Tell that an attempt at a quiz was finished."""
    place = (ItemKind.QUIZ, attempt.quiz)
    data = _about(course, place) | {
        "attempt": attempt.id,
        "finished": moment(score.submitted),
        "points": _number(score.points),
        "max_points": score.max_points,
        "grade": _told(grade),
    }
    draft = Draft(EventType.QUIZ_FINISHED, data, attempt.enrolment_id, place)
    uow.outbox.add([draft], course_id=course.id, made=now)


def overridden(uow: UnitOfWork, course: Course, override: Override, grade: Grade | None, now: datetime) -> None:
    """Tell that a grade was set by hand, or that this was taken back. The reason is between staff and student."""
    place = (override.kind, override.item)
    data = _about(course, place) | {"withdrawn": override.withdrawn is not None, "grade": _told(grade)}
    draft = Draft(EventType.GRADE_OVERRIDDEN, data, override.enrolment_id, place)
    uow.outbox.add([draft], course_id=course.id, made=now)


def terms_changed(
    uow: UnitOfWork, course: Course, place: tuple[ItemKind, str], enrolment_id: int, now: datetime
) -> None:
    """Tell that new terms or an extension changed a grade."""
    data = _about(course, place) | {"grade": _told(uow.grades.find(enrolment_id, *place))}
    uow.outbox.add([Draft(EventType.GRADE_CHANGED, data, enrolment_id, place)], course_id=course.id, made=now)


def enrolled(uow: UnitOfWork, course: Course, enrolments: Iterable[tuple[str, Enrolment]], now: datetime) -> None:
    """Tell, with logins, that these people came, went, or have another role or section now."""
    drafts = [
        Draft(
            EventType.ENROLMENT_CHANGED,
            {
                "course": course.slug,
                "login": login,
                "role": enrolment.role.value,
                "section": enrolment.section,
                "active": enrolment.is_active,
            },
            enrolment.id,
        )
        for login, enrolment in enrolments
    ]
    uow.outbox.add(drafts, course_id=course.id, made=now)


def scores(
    uow: UnitOfWork, course_id: int, enrolments: Iterable[int], place: tuple[ItemKind, str], now: datetime
) -> None:
    """Have the platforms told what counts now for an item."""
    wanted = sorted(set(enrolments))
    if wanted:
        uow.outbox.add_scores(course_id, wanted, *place, made=now)


def _about(course: Course, place: tuple[ItemKind, str]) -> dict[str, object]:
    return {"course": course.slug, "kind": place[0].value, "item": place[1]}


def _told(grade: Grade | None) -> dict[str, object] | None:
    """Return what counts, None when nothing does (any more)."""
    if grade is None:
        return None
    return {
        "points": _number(grade.points),
        "max_points": grade.max_points,
        "attempts": grade.attempts,
        "by_hand": grade.override_id is not None,
    }


def _number(points: Fraction) -> int | float:
    return int(points) if points.denominator == 1 else round(float(points), _DIGITS)
