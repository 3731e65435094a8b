"""On which terms somebody does an item: the assignment's, with their own extension; the staff tries out at any time."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from grader.domain.assignment import Terms
from grader.domain.errors import Conflict, NotFound
from grader.domain.scoring import ItemKind

if TYPE_CHECKING:
    from datetime import datetime

    from grader.domain.exercise import Exercise
    from grader.domain.people import Course, Enrolment
    from grader.domain.quiz import Quiz
    from grader.ports import UnitOfWork


def terms_of(
    uow: UnitOfWork, course_id: int, enrolment_id: int, kind: ItemKind, item: str, *, attempts: int | None = None
) -> Terms:
    """Return a student's terms for an item; *attempts* is how many the item itself allows.

    For use inside an open unit of work.
    """
    terms = uow.assignments.find(course_id, kind, item).terms
    if terms.attempts is None:
        terms = replace(terms, attempts=attempts)
    extension = uow.assignments.extension(enrolment_id, kind, item)
    return terms if extension is None else extension.of(terms)


def exercise_terms(uow: UnitOfWork, course: Course, enrolment: Enrolment, exercise: Exercise) -> Terms:
    """Return what binds the holder of *enrolment* at an exercise."""
    if enrolment.role.is_staff:
        return Terms()
    return terms_of(uow, course.id, enrolment.id, ItemKind.EXERCISE, exercise.slug)


def quiz_on_terms(uow: UnitOfWork, course: Course, enrolment: Enrolment, quiz: Quiz) -> tuple[Quiz, Terms]:
    """Return a quiz as it is for the holder of *enrolment*, with as many attempts as the terms allow."""
    if enrolment.role.is_staff:
        return quiz, Terms(attempts=quiz.policy.attempts)
    terms = terms_of(uow, course.id, enrolment.id, ItemKind.QUIZ, quiz.slug, attempts=quiz.policy.attempts)
    return replace(quiz, policy=replace(quiz.policy, attempts=terms.attempts)), terms


def require_seen(terms: Terms, what: str, now: datetime) -> None:
    """NotFound for an item that is not offered, Conflict before it opens: nobody reads ahead."""
    if not terms.offered:
        raise NotFound(f"there is no {what} in this course")
    if terms.opens is not None and now < terms.opens:
        raise Conflict(f"{what} opens at {terms.opens:%Y-%m-%d %H:%M} UTC")


def is_over(terms: Terms, course: Course, now: datetime) -> bool:
    """Whether this student can hand in nothing any more."""
    end = terms.ends(course.closes)
    return end is not None and end <= now
