"""A quiz with its rules, and what a student has made of it so far."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from grader.domain.scoring import ItemKind, Keep
from grader.services.by_hand import by_hand
from grader.services.enrol import member
from grader.services.quiz import close_late
from grader.services.terms import quiz_on_terms, require_seen

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from grader.domain.assignment import Terms
    from grader.domain.attempt import Attempt
    from grader.domain.people import Course, Enrolment, User
    from grader.domain.quiz import Quiz
    from grader.domain.scoring import Grade, Override, Score
    from grader.ports import Catalogue, Clock, UnitOfWork


@dataclass(frozen=True)
class Try:
    """An attempt; *score* is None while it is open, *counts* when the grade comes from it."""

    attempt: Attempt
    score: Score | None
    counts: bool


@dataclass(frozen=True)
class QuizRecord:
    """A quiz as a student finds it; *tries* are oldest first, *grade* is None until one is finished."""

    course: Course
    quiz: Quiz
    grade: Grade | None
    tries: Sequence[Try]
    terms: Terms
    is_open: bool
    by_hand: Override | None = None  # from which the grade comes

    @property
    def going(self) -> Attempt | None:
        """The attempt that is open."""
        return next((each.attempt for each in self.tries if each.attempt.finished is None), None)

    @property
    def left(self) -> int | None:
        """How many attempts may still be started; None for any number."""
        most = self.quiz.policy.attempts
        return None if most is None else max(0, most - len(self.tries))


def quiz_record(
    uow: UnitOfWork, clock: Clock, quizzes: Catalogue, *, user: User, course_slug: str, quiz_slug: str
) -> QuizRecord:
    """Return the quiz with the user's attempts; NotFound for who is not in the course, or without such a quiz.

    An attempt whose time is up is finished first.
    """
    now = clock.now()
    with uow.reading():
        course, enrolment = member(uow, user, course_slug)
        found = _record(uow, quizzes, course, enrolment, quiz_slug, now=now)
    if found.going is None or not found.going.is_overdue(now):
        return found
    close_late(uow, quizzes, found.going.id, now)
    with uow.reading():
        return _record(uow, quizzes, course, enrolment, quiz_slug, now=now)


def _record(
    uow: UnitOfWork, quizzes: Catalogue, course: Course, enrolment: Enrolment, quiz_slug: str, *, now: datetime
) -> QuizRecord:
    quiz, terms = quiz_on_terms(uow, course, enrolment, quizzes.quiz(course.lesson, quiz_slug))
    require_seen(terms, quiz.slug, now)
    grade = uow.grades.find(enrolment.id, ItemKind.QUIZ, quiz.slug)
    scores = {score.attempt_id: score for score in uow.attempts.scores(enrolment.id, quiz.slug)}

    def tried(attempt: Attempt) -> Try:
        score = scores.get(attempt.id)
        is_chosen = grade is not None and grade.attempt_id == attempt.id
        is_earned = grade is None or grade.override_id is None
        counts = score is not None and is_earned and (is_chosen or quiz.policy.counts is Keep.AVERAGE)
        return Try(attempt, score, counts)

    tries = [tried(attempt) for attempt in uow.attempts.of_enrolment(enrolment.id, quiz.slug)]
    is_open = course.is_open(now) and terms.is_taken(now, course.closes)
    return QuizRecord(course, quiz, grade, tries, terms, is_open=is_open, by_hand=by_hand(uow, grade))
