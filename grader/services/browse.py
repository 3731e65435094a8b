"""Look around: the courses one is in, their exercises and quizzes, and how far one is."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeAlias

from grader.domain.scoring import ItemKind
from grader.services.enrol import member
from grader.services.quiz import close_late

if TYPE_CHECKING:
    from collections.abc import Sequence

    from grader.domain.attempt import Attempt
    from grader.domain.exercise import Exercise
    from grader.domain.lesson import Lesson
    from grader.domain.people import Course, Enrolment, Role, User
    from grader.domain.quiz import Quiz
    from grader.domain.scoring import Grade
    from grader.ports import Catalogue, Clock, UnitOfWork


Grades: TypeAlias = "dict[tuple[ItemKind, str], Grade]"


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


@dataclass(frozen=True)
class Overview:
    """All that a course holds for a student: the lesson's page, exercises and quizzes in order."""

    course: Course
    role: Role
    lesson: Lesson
    exercises: Sequence[ExerciseView]
    quizzes: Sequence[QuizView]


def courses(uow: UnitOfWork, *, user: User) -> Sequence[tuple[Course, Enrolment]]:
    """Return the courses that *user* is in, by slug."""
    with uow.reading():
        return uow.courses.of_user(user.id)


def exercises(uow: UnitOfWork, catalogue: Catalogue, *, user: User, course_slug: str) -> Sequence[ExerciseView]:
    """Return the course's exercises in order; NotFound for who is not in the course."""
    with uow.reading():
        course, enrolment = member(uow, user, course_slug)
        return _exercises(uow, catalogue, course, enrolment, _grades(uow, enrolment))


def exercise(
    uow: UnitOfWork, catalogue: Catalogue, *, user: User, course_slug: str, exercise_slug: str
) -> ExerciseView:
    """Return one exercise of the course; NotFound when it has none of that name."""
    with uow.reading():
        course, enrolment = member(uow, user, course_slug)
        found = catalogue.exercise(course.lesson, exercise_slug)
        return ExerciseView(
            exercise=found,
            grade=uow.grades.find(enrolment.id, ItemKind.EXERCISE, found.slug),
            attempts=uow.submissions.count(enrolment.id, found.slug),
        )


def quizzes(uow: UnitOfWork, clock: Clock, catalogue: Catalogue, *, user: User, course_slug: str) -> Sequence[QuizView]:
    """Return the course's quizzes in order; NotFound for who is not in the course.

    Attempts whose time is up are finished first.
    """
    return overview(uow, clock, catalogue, user=user, course_slug=course_slug).quizzes


def overview(uow: UnitOfWork, clock: Clock, catalogue: Catalogue, *, user: User, course_slug: str) -> Overview:
    """Return all of a course that a student may do, and how far they are; NotFound for who is not in the course.

    Attempts at quizzes whose time is up are finished first.
    """
    now = clock.now()
    seen = _overview(uow, catalogue, user, course_slug)
    late = [attempt for view in seen.quizzes for attempt in view.attempts if attempt.is_overdue(now)]
    for attempt in late:
        close_late(uow, catalogue, attempt.id, now)
    return _overview(uow, catalogue, user, course_slug) if late else seen


def figure(uow: UnitOfWork, catalogue: Catalogue, *, user: User, course_slug: str, name: str) -> bytes:
    """Return an SVG figure of the course's lesson; NotFound when it has none of that name."""
    with uow.reading():
        course, _ = member(uow, user, course_slug)
    return catalogue.figure(course.lesson, name)


def _overview(uow: UnitOfWork, catalogue: Catalogue, user: User, course_slug: str) -> Overview:
    with uow.reading():
        course, enrolment = member(uow, user, course_slug)
        grades = _grades(uow, enrolment)
        return Overview(
            course=course,
            role=enrolment.role,
            lesson=catalogue.lesson(course.lesson),
            exercises=_exercises(uow, catalogue, course, enrolment, grades),
            quizzes=_quizzes(uow, catalogue, course, enrolment, grades),
        )


def _exercises(
    uow: UnitOfWork, catalogue: Catalogue, course: Course, enrolment: Enrolment, grades: Grades
) -> Sequence[ExerciseView]:
    counts = uow.submissions.counts(enrolment.id)
    return [
        ExerciseView(each, grades.get((ItemKind.EXERCISE, each.slug)), counts.get(each.slug, 0))
        for each in catalogue.exercises(course.lesson)
    ]


def _quizzes(
    uow: UnitOfWork, catalogue: Catalogue, course: Course, enrolment: Enrolment, grades: Grades
) -> Sequence[QuizView]:
    attempts = uow.attempts.of_enrolment(enrolment.id)
    return [
        QuizView(quiz, grades.get((ItemKind.QUIZ, quiz.slug)), [each for each in attempts if each.quiz == quiz.slug])
        for quiz in catalogue.quizzes(course.lesson)
    ]


def _grades(uow: UnitOfWork, enrolment: Enrolment) -> Grades:
    return {(grade.kind, grade.item): grade for grade in uow.grades.of_enrolment(enrolment.id)}
