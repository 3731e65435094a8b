"""What the class's submissions say about one exercise."""

from __future__ import annotations

from datetime import timedelta
from fractions import Fraction
from typing import TYPE_CHECKING

import pytest

from grader.domain.errors import Forbidden, NotFound
from grader.domain.exercise import Misconception
from grader.domain.report import Outcome
from grader.domain.statistics import Bar
from grader.services.exercise_insight import ExerciseInsight, exercise_insight
from tests.classes import FULL, PART, grade, join, wrong
from tests.fakes import NOON, FakeCatalogue, an_exercise

if TYPE_CHECKING:
    from tests.services.conftest import World

SWAPS = Misconception("swaps_axes", "height and width are one", "Mind the axes.", frozenset({"no_mixing"}))
MINUTE = timedelta(minutes=1)


def look(world: World, slug: str = "pointwise-conv", login: str = "ian") -> ExerciseInsight:
    return exercise_insight(
        world.make_uow(), world.catalogue, user=world[login], course_slug="spring", exercise_slug=slug
    )


def test_students_may_not_look_and_what_is_nowhere_is_not_found(world: World) -> None:
    with pytest.raises(Forbidden):
        look(world, login="ada")
    with pytest.raises(NotFound):
        look(world, "other")
    with pytest.raises(NotFound):
        look(world, login="zoe")


def test_before_anybody_tried_there_are_no_numbers(world: World) -> None:
    found = look(world)
    assert (found.students, found.tried, found.submissions, found.succeeded) == (2, 0, 0, 0)
    assert (found.best, found.median_tries, found.median_time) == (None, None, None)
    assert (found.days, found.scenarios, found.misconceptions, found.stuck) == ([], [], [], [])


def test_scores_are_each_students_best(world: World) -> None:
    for points in (1, 3, 2):
        grade(world.make_uow, "ada", wrong(points))
    grade(world.make_uow, "bob", FULL)
    found = look(world)
    assert found.best is not None
    assert (found.best.least, found.best.median, found.best.most) == (Fraction(3, 4), Fraction(7, 8), Fraction(1))
    assert found.histogram == [Bar(n, n, count) for n, count in enumerate([0, 0, 0, 1, 1])]
    assert (found.tried, found.submissions) == (2, 4)


def test_an_exercise_that_is_gone_is_shown_by_its_submissions(world: World) -> None:
    grade(world.make_uow, "ada", PART, exercise="gone")
    found = look(world, "gone")
    assert (found.title, found.max_points, found.tried) == ("gone", 4, 1)


def test_days_have_all_their_submissions(world: World) -> None:
    for login, points, days in (("ada", 0, 0), ("ada", 4, 0), ("bob", 2, 3)):
        grade(world.make_uow, login, wrong(points), when=NOON + timedelta(days=days))
    first, last = look(world).days
    assert [(each.day.day, each.submissions, each.spread.median) for each in (first, last)] == [
        (1, 2, Fraction(1, 2)),
        (4, 1, Fraction(1, 2)),
    ]


def test_scenarios_are_those_of_the_latest_submissions(world: World) -> None:
    grade(world.make_uow, "ada", PART)
    grade(world.make_uow, "bob", PART)
    grade(world.make_uow, "bob", FULL)
    definition, mixing = look(world).scenarios
    assert (definition.name, definition.students, definition.share) == ("definition", 2, Fraction(1))
    assert (mixing.passed, mixing.share) == (1, Fraction(1, 2))
    assert mixing.endings == {Outcome.PASSED: 1, Outcome.WRONG: 1}


class TestMisconceptions:
    def test_who_shows_one_now_is_told_apart_from_who_did(self, world: World) -> None:
        first = grade(world.make_uow, "ada", PART)
        second = grade(world.make_uow, "ada", PART)
        grade(world.make_uow, "ada", FULL)
        now = grade(world.make_uow, "bob", PART)
        (held,) = look(world).misconceptions
        assert first < second
        assert [(each.student.login, each.submission_id) for each in held.now] == [("bob", now)]
        assert [(each.student.login, each.submission_id) for each in held.past] == [("ada", second)]

    def test_they_are_told_in_the_lecturers_words(self, world: World) -> None:
        world.catalogue = FakeCatalogue([an_exercise(misconceptions=(SWAPS,))])
        grade(world.make_uow, "ada", PART)
        grade(world.make_uow, "bob", wrong(0, "gone", "Once told."))
        gone, swaps = look(world).misconceptions
        assert (swaps.name, swaps.belief, swaps.hint) == ("swaps_axes", SWAPS.belief, SWAPS.hint)
        assert (gone.belief, gone.hint) == ("gone", "Once told.")

    def test_what_most_hold_now_stands_first(self, world: World) -> None:
        join(world.make_uow, "cem")
        for login in ("ada", "bob", "cem"):
            grade(world.make_uow, login, wrong(0, "old"))
        for login, belief in (("ada", "rare"), ("bob", "frequent"), ("cem", "frequent")):
            grade(world.make_uow, login, wrong(0, belief))
        assert [each.name for each in look(world).misconceptions] == ["frequent", "rare", "old"]


class TestTries:
    def test_the_first_full_score_counts(self, world: World) -> None:
        for number, report in enumerate((wrong(1), wrong(2), FULL, wrong(0))):
            grade(world.make_uow, "ada", report, when=NOON + number * MINUTE)
        grade(world.make_uow, "bob", FULL)
        found = look(world)
        assert (found.succeeded, found.successes, found.median_tries) == (2, [1, 0, 1, 0, 0, 0], Fraction(2))
        assert found.median_time == 2 * MINUTE  # Bob needed one try: he says nothing about time

    def test_very_many_tries_stand_together(self, world: World) -> None:
        for _ in range(8):
            grade(world.make_uow, "ada", wrong(1))
        grade(world.make_uow, "ada", FULL)
        assert look(world).successes == [0, 0, 0, 0, 0, 1]

    def test_who_is_stuck_is_named(self, world: World) -> None:
        for _ in range(3):
            grade(world.make_uow, "ada", wrong(1))
        assert [each.student.login for each in look(world).stuck] == ["ada"]
