"""Looking around: only one's own courses, only one's own state."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from grader.domain.errors import NotFound
from grader.domain.people import Role
from grader.services import browse, enrol, quiz
from grader.services.submit import submit
from tests.fakes import FakeCatalogue, FakeUnitOfWork, FixedClock, SilentBell, a_quiz, an_exercise

if TYPE_CHECKING:
    from collections.abc import Callable

    from grader.domain.people import User

CATALOGUE = FakeCatalogue([an_exercise("second"), an_exercise("first")], [("channels", a_quiz())])


@pytest.fixture
def make_uow() -> Callable[[], FakeUnitOfWork]:
    make_uow = FakeUnitOfWork.factory()
    for slug in ("autumn", "spring"):
        enrol.add_course(make_uow(), slug=slug, title=slug, lesson="channels")
    return make_uow


def a_student(make_uow: Callable[[], FakeUnitOfWork], login: str, course_slug: str) -> User:
    user = enrol.add_user(make_uow(), login=login, name=login)
    with (uow := make_uow()).reading():
        course = uow.courses.by_slug(course_slug)
    assert course is not None
    enrol.enrol(make_uow(), user=user, course=course, role=Role.STUDENT)
    return user


def test_only_ones_own_courses_are_found(make_uow: Callable[[], FakeUnitOfWork]) -> None:
    ada = a_student(make_uow, "ada", "spring")
    assert [course.slug for course, _ in browse.courses(make_uow(), user=ada)] == ["spring"]


def test_exercises_come_in_order_with_ones_own_attempts(make_uow: Callable[[], FakeUnitOfWork]) -> None:
    ada, bob = a_student(make_uow, "ada", "spring"), a_student(make_uow, "bob", "spring")
    where = {"course_slug": "spring", "exercise_slug": "first"}
    submit(make_uow(), FixedClock(), CATALOGUE, SilentBell(), user=bob, data=b"x = 1", **where)
    found = browse.exercises(make_uow(), CATALOGUE, user=ada, course_slug="spring")
    assert [(view.exercise.slug, view.attempts) for view in found] == [("second", 0), ("first", 0)]
    assert browse.exercise(make_uow(), FixedClock(), CATALOGUE, user=bob, **where).attempts == 1


def test_quizzes_come_with_ones_own_attempts(make_uow: Callable[[], FakeUnitOfWork]) -> None:
    ada = a_student(make_uow, "ada", "spring")
    started = quiz.start(make_uow(), FixedClock(), CATALOGUE, user=ada, course_slug="spring", quiz_slug="weights")
    (view,) = browse.quizzes(make_uow(), FixedClock(), CATALOGUE, user=ada, course_slug="spring")
    assert (view.attempts, view.grade) == ([started.attempt], None)


def test_a_course_of_others_is_not_found(make_uow: Callable[[], FakeUnitOfWork]) -> None:
    ada = a_student(make_uow, "ada", "spring")
    with pytest.raises(NotFound):
        browse.exercises(make_uow(), CATALOGUE, user=ada, course_slug="autumn")
    with pytest.raises(NotFound):
        browse.quizzes(make_uow(), FixedClock(), CATALOGUE, user=ada, course_slug="autumn")
