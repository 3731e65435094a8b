"""Look around: the courses one is in, their exercises and quizzes, and how far one is."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, TypeAlias

from grader.domain.assignment import Terms
from grader.domain.scoring import ItemKind
from grader.services.by_hand import all_by_hand
from grader.services.enrol import member
from grader.services.quiz import close_late
from grader.services.terms import exercise_terms, require_seen

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from grader.domain.attempt import Attempt
    from grader.domain.exercise import Exercise
    from grader.domain.lesson import Lesson
    from grader.domain.people import Course, Enrolment, Role, User
    from grader.domain.quiz import Quiz
    from grader.domain.scoring import Grade, Override
    from grader.ports import Catalogue, Clock, UnitOfWork


_TermsOf: TypeAlias = "Callable[[ItemKind, str, int | None], Terms]"


@dataclass(frozen=True)
class ExerciseView:
    """An exercise with the viewer's own state; *grade* is None until a submission is graded."""

    exercise: Exercise
    grade: Grade | None
    attempts: int
    terms: Terms = field(default_factory=Terms)
    by_hand: Override | None = None  # from which the grade comes


@dataclass(frozen=True)
class QuizView:
    """A quiz with the viewer's own attempts, oldest first; *grade* is None until one is finished."""

    quiz: Quiz
    grade: Grade | None
    attempts: Sequence[Attempt]
    terms: Terms = field(default_factory=Terms)
    by_hand: Override | None = None  # from which the grade comes


@dataclass(frozen=True)
class Overview:
    """All that a course holds for a student: the lesson's page, exercises and quizzes in order."""

    course: Course
    role: Role
    lesson: Lesson
    exercises: Sequence[ExerciseView]
    quizzes: Sequence[QuizView]


@dataclass(frozen=True)
class _Own:
    """What one enrolment has of its own: grades, and the terms of each item."""

    grades: dict[tuple[ItemKind, str], Grade]
    terms: _TermsOf
    by_hand: Mapping[tuple[ItemKind, str], Override]


def courses(uow: UnitOfWork, *, user: User) -> Sequence[tuple[Course, Enrolment]]:
    """Return the courses that *user* is in, by slug; in a session of one course, that one."""
    with uow.reading():
        return [each for each in uow.courses.of_user(user.id) if user.reaches(each[0].id)]


def exercises(uow: UnitOfWork, catalogue: Catalogue, *, user: User, course_slug: str) -> Sequence[ExerciseView]:
    """Return the course's exercises in order; NotFound for who is not in the course."""
    with uow.reading():
        course, enrolment = member(uow, user, course_slug)
        return _exercises(uow, catalogue, course, enrolment, _own(uow, course, enrolment))


def exercise(
    uow: UnitOfWork, clock: Clock, catalogue: Catalogue, *, user: User, course_slug: str, exercise_slug: str
) -> ExerciseView:
    """Return one exercise of the course; NotFound when it has none of that name."""
    with uow.reading():
        course, enrolment = member(uow, user, course_slug)
        found = catalogue.exercise(course.lesson, exercise_slug)
        terms = exercise_terms(uow, course, enrolment, found)
        require_seen(terms, found.slug, clock.now())
        return ExerciseView(
            terms=terms,
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
        own = _own(uow, course, enrolment)
        return Overview(
            course=course,
            role=enrolment.role,
            lesson=catalogue.lesson(course.lesson),
            exercises=_exercises(uow, catalogue, course, enrolment, own),
            quizzes=_quizzes(uow, catalogue, course, enrolment, own),
        )


def _exercises(
    uow: UnitOfWork, catalogue: Catalogue, course: Course, enrolment: Enrolment, own: _Own
) -> Sequence[ExerciseView]:
    counts = uow.submissions.counts(enrolment.id)
    found = [
        ExerciseView(
            each,
            own.grades.get((ItemKind.EXERCISE, each.slug)),
            counts.get(each.slug, 0),
            own.terms(ItemKind.EXERCISE, each.slug, None),
            own.by_hand.get((ItemKind.EXERCISE, each.slug)),
        )
        for each in catalogue.exercises(course.lesson)
    ]
    return [view for view in found if view.terms.offered]


def _quizzes(
    uow: UnitOfWork, catalogue: Catalogue, course: Course, enrolment: Enrolment, own: _Own
) -> Sequence[QuizView]:
    attempts = uow.attempts.of_enrolment(enrolment.id)
    found = [
        QuizView(
            quiz,
            own.grades.get((ItemKind.QUIZ, quiz.slug)),
            [each for each in attempts if each.quiz == quiz.slug],
            own.terms(ItemKind.QUIZ, quiz.slug, quiz.policy.attempts),
            own.by_hand.get((ItemKind.QUIZ, quiz.slug)),
        )
        for quiz in catalogue.quizzes(course.lesson)
    ]
    return [view for view in found if view.terms.offered]


def _own(uow: UnitOfWork, course: Course, enrolment: Enrolment) -> _Own:
    grades = {(grade.kind, grade.item): grade for grade in uow.grades.of_enrolment(enrolment.id)}
    return _Own(grades, _terms(uow, course, enrolment), all_by_hand(uow, enrolment.id, grades.values()))


def _terms(uow: UnitOfWork, course: Course, enrolment: Enrolment) -> _TermsOf:
    """Return what tells the terms of each item to the holder of *enrolment*; the staff's bind to nothing."""
    if enrolment.role.is_staff:
        return lambda kind, item, attempts: Terms(attempts=attempts)  # noqa: ARG005 - the signature of the other
    kept = uow.assignments.of_course(course.id)
    own = uow.assignments.extensions_of(enrolment.id)

    def of(kind: ItemKind, item: str, attempts: int | None) -> Terms:
        terms = kept[kind, item].terms if (kind, item) in kept else Terms()
        terms = replace(terms, attempts=attempts) if terms.attempts is None else terms
        return own[kind, item].of(terms) if (kind, item) in own else terms

    return of
