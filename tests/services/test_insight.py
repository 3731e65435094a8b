"""A course at a glance: what is counted, what is misunderstood, who is stuck."""

from __future__ import annotations

from datetime import timedelta
from fractions import Fraction
from typing import TYPE_CHECKING

import pytest

from grader.domain.errors import Forbidden, NotFound
from grader.domain.exercise import Misconception
from grader.domain.people import Role
from grader.services.insight import CourseInsight, ExerciseLine, Held, QuizLine, overview
from tests.classes import FULL, PART, attempt, grade, join, leave, wrong
from tests.fakes import NOON, FakeCatalogue, a_quiz, an_exercise

if TYPE_CHECKING:
    from tests.services.conftest import World

SWAPS = Misconception("swaps_axes", "height and width are one", "Mind the axes.", frozenset({"no_mixing"}))


def look(world: World, login: str = "ian") -> CourseInsight:
    return overview(world.make_uow(), world.catalogue, user=world[login], course_slug="spring")


def line(world: World, slug: str = "pointwise-conv") -> ExerciseLine:
    return next(each for each in look(world).exercises if each.slug == slug)


def test_students_and_strangers_may_not_look(world: World) -> None:
    with pytest.raises(Forbidden):
        look(world, "ada")
    with pytest.raises(NotFound):
        look(world, "zoe")


def test_nobodys_work_is_told_as_none(world: World) -> None:
    found = look(world)
    assert (found.students, found.stuck) == (2, [])
    assert found.exercises[0] == ExerciseLine("pointwise-conv", "Pointwise conv", 0, 0, 0, None, None)
    assert found.quizzes == [QuizLine("weights", "Weights", 0, 0, None)]


def test_an_exercises_line_counts_students_not_submissions(world: World) -> None:
    for report in (wrong(1), wrong(3), FULL, wrong(0)):
        grade(world.make_uow, "ada", report)
    grade(world.make_uow, "bob", wrong(2))
    found = line(world)
    assert (found.tried, found.succeeded, found.stuck) == (2, 1, 0)
    assert found.median == Fraction(3, 4)  # of 4/4 and 2/4: each one's best


def test_the_misconception_that_most_show_in_their_latest_is_named(world: World) -> None:
    world.catalogue = FakeCatalogue([an_exercise(misconceptions=(SWAPS,))], [("channels", a_quiz())])
    join(world.make_uow, "cem")
    grade(world.make_uow, "cem", wrong(1, "forgets_bias"))
    for login in ("ada", "bob", "cem"):
        grade(world.make_uow, login, PART)
    grade(world.make_uow, "cem", wrong(1, "forgets_bias", "Add it."))
    assert line(world).top == Held("height and width are one", "Height comes first.", 2)


def test_what_a_lecturer_no_longer_knows_is_called_by_its_name(world: World) -> None:
    grade(world.make_uow, "ada", wrong(0, "gone", "Once told."))
    assert line(world).top == Held("gone", "Once told.", 1)


def test_an_exercise_that_is_gone_keeps_its_line(world: World) -> None:
    grade(world.make_uow, "ada", FULL, exercise="gone")
    assert [each.title for each in look(world).exercises] == ["Pointwise conv", "Bottleneck", "gone"]


def test_who_has_left_and_the_staff_are_not_counted(world: World) -> None:
    join(world.make_uow, "tess", Role.ASSISTANT)
    for login in ("ada", "ian", "tess"):
        grade(world.make_uow, login, PART)
    leave(world.make_uow, "ada")
    assert look(world).students == 1
    assert line(world).tried == 0


def test_of_a_quiz_the_first_attempts_count(world: World) -> None:
    attempt(world.make_uow, "ada", {})
    attempt(world.make_uow, "ada", {"six": "6"})
    assert look(world).quizzes == [QuizLine("weights", "Weights", 1, 0, Fraction(0))]


class TestStuck:
    def stick(self, world: World, login: str, tries: int, *, hours: int = 0, misconception: str | None = None) -> int:
        for number in range(tries):
            when = NOON + timedelta(hours=hours, minutes=number)
            latest = grade(world.make_uow, login, wrong(1, misconception), when=when)
        return latest

    def test_who_is_stuck_stands_with_what_they_did(self, world: World) -> None:
        world.catalogue = FakeCatalogue([an_exercise(misconceptions=(SWAPS,))])
        latest = self.stick(world, "ada", 4, misconception="swaps_axes")
        (found,) = look(world).stuck
        assert (found.student.login, found.slug, found.belief) == ("ada", "pointwise-conv", SWAPS.belief)
        assert (found.stuck.attempts, found.stuck.best, found.stuck.since) == (4, Fraction(1, 4), NOON)
        assert found.stuck.latest.submission_id == latest
        assert line(world).stuck == 1

    def test_what_shows_nothing_says_nothing(self, world: World) -> None:
        self.stick(world, "ada", 3)
        assert [each.belief for each in look(world).stuck] == [""]

    def test_who_has_tried_most_often_and_waited_longest_stands_first(self, world: World) -> None:
        join(world.make_uow, "cem")
        self.stick(world, "ada", 3, hours=2)
        self.stick(world, "bob", 3, hours=1)
        self.stick(world, "cem", 5, hours=3)
        assert [each.student.login for each in look(world).stuck] == ["cem", "bob", "ada"]
