"""Look around: the courses one is in, their exercises and quizzes, and how far one is."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from grader.domain.scoring import ItemKind
from grader.services.enrol import member
from grader.services.quiz import close_late

if TYPE_CHECKING:
    from collections.abc import Sequence

    from grader.domain.attempt import Attempt
    from grader.domain.exercise import Exercise
    from grader.domain.people import Course, Enrolment, User
    from grader.domain.quiz import Quiz
    from grader.domain.scoring import Grade
    from grader.ports import Catalogue, Clock, UnitOfWork


@dataclass(frozen=True)
class ExerciseView:
    """An exercise with the viewer's own state; *grade* is None until a submission is graded."""

    exercise: Exercise
    grade: Grade | None
    attempts: int


@dataclass(frozen=True)
class QuizView:
    """A quiz with the viewer's own attempts, oldest first; *grade* is None until one is finished."""

    quiz: Quiz
    grade: Grade | None
    attempts: Sequence[Attempt]


def courses(uow: UnitOfWork, *, user: User) -> Sequence[tuple[Course, Enrolment]]:
    """Return the courses that *user* is in, by slug."""
    with uow.reading():
        return uow.courses.of_user(user.id)


def exercises(uow: UnitOfWork, catalogue: Catalogue, *, user: User, course_slug: str) -> Sequence[ExerciseView]:
    """Return the course's exercises in order; NotFound for who is not in the course."""
    with uow.reading():
        course, enrolment = member(uow, user, course_slug)
        return [_exercise(uow, enrolment, each) for each in catalogue.exercises(course.lesson)]


def exercise(
    uow: UnitOfWork, catalogue: Catalogue, *, user: User, course_slug: str, exercise_slug: str
) -> ExerciseView:
    """Return one exercise of the course; NotFound when it has none of that name."""
    with uow.reading():
        course, enrolment = member(uow, user, course_slug)
        return _exercise(uow, enrolment, catalogue.exercise(course.lesson, exercise_slug))


def quizzes(uow: UnitOfWork, clock: Clock, catalogue: Catalogue, *, user: User, course_slug: str) -> Sequence[QuizView]:
    """Return the course's quizzes in order; NotFound for who is not in the course.

    Attempts whose time is up are finished first.
    """
    now = clock.now()
    found = _quizzes(uow, catalogue, user, course_slug)
    late = [attempt.id for view in found for attempt in view.attempts if attempt.is_overdue(now)]
    for attempt_id in late:
        close_late(uow, catalogue, attempt_id, now)
    return _quizzes(uow, catalogue, user, course_slug) if late else found


def _quizzes(uow: UnitOfWork, catalogue: Catalogue, user: User, course_slug: str) -> Sequence[QuizView]:
    with uow.reading():
        course, enrolment = member(uow, user, course_slug)
        return [
            QuizView(
                quiz=quiz,
                grade=uow.grades.find(enrolment.id, ItemKind.QUIZ, quiz.slug),
                attempts=uow.attempts.of_enrolment(enrolment.id, quiz.slug),
            )
            for quiz in catalogue.quizzes(course.lesson)
        ]


def _exercise(uow: UnitOfWork, enrolment: Enrolment, exercise: Exercise) -> ExerciseView:
    return ExerciseView(
        exercise=exercise,
        grade=uow.grades.find(enrolment.id, ItemKind.EXERCISE, exercise.slug),
        attempts=uow.submissions.count(enrolment.id, exercise.slug),
    )
