"""A quiz as its student finds it: attempts, what they earned, which of them counts, how many are left."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from grader.domain.errors import NotFound
from grader.domain.scoring import Keep
from grader.services.enrol import close_course
from grader.services.quiz_record import quiz_record
from tests.services.quizzing import answered, done, set_policy, started

if TYPE_CHECKING:
    from grader.services.quiz_record import QuizRecord
    from tests.services.conftest import World


def record(world: World, login: str = "ada", quiz: str = "weights", course: str = "spring") -> QuizRecord:
    return quiz_record(
        world.make_uow(), world.clock, world.catalogue, user=world[login], course_slug=course, quiz_slug=quiz
    )


@pytest.mark.parametrize(
    ("counts", "marked"),
    [(Keep.BEST, [False, True, False]), (Keep.LAST, [False, False, True]), (Keep.AVERAGE, [True, True, True])],
)
def test_the_attempts_that_make_the_grade_are_marked(world: World, counts: Keep, marked: list[bool]) -> None:
    set_policy(world, counts=counts)
    for answers in ({"six": "5"}, {"seven": "7"}, {"six": "6"}):
        done(world, **answers)
    started(world)
    found = record(world)
    assert [each.counts for each in found.tries] == [*marked, False]
    assert [each.score and each.score.points for each in found.tries] == [0, 2, 1, None]


def test_it_says_how_many_attempts_are_left_and_which_is_open(world: World) -> None:
    set_policy(world, attempts=2)
    assert (record(world).left, record(world).going) == (2, None)
    done(world)
    going = started(world).attempt
    assert (record(world).left, record(world).going) == (0, going)
    set_policy(world)
    assert record(world).left is None


def test_an_attempt_whose_time_is_up_is_finished_first(world: World) -> None:
    set_policy(world, minutes=1)
    answered(world, started(world), "six", "6")
    world.clock.advance(minutes=2)
    found = record(world)
    assert found.going is None
    assert found.grade is not None
    assert found.grade.points == 1


def test_a_closed_course_is_told(world: World) -> None:
    assert record(world).is_open
    with world.make_uow().reading() as uow:
        course = uow.courses.by_slug("spring")
    assert course is not None
    close_course(world.make_uow(), course=course, closes=world.clock.now())
    assert not record(world).is_open


@pytest.mark.parametrize(
    ("login", "course", "quiz"), [("ada", "spring", "gone"), ("ada", "gone", "weights"), ("zoe", "spring", "weights")]
)
def test_what_is_not_there_and_what_is_not_ones_own_look_alike(
    world: World, login: str, course: str, quiz: str
) -> None:
    with pytest.raises(NotFound):
        record(world, login, quiz, course)
