"""What is taken, from whom and until when; each row of a table is one student at one moment."""

from __future__ import annotations

from datetime import datetime, timedelta
from itertools import product
from typing import TYPE_CHECKING

import pytest

from grader.domain.assignment import MOST_ATTEMPTS, Extension, Terms, shifted
from grader.domain.errors import Conflict, LimitReached, NotFound
from grader.domain.scoring import ItemKind, Late
from grader.services.terms import exercise_terms, is_over, require_seen, terms_of
from tests.fakes import NOON, an_exercise
from tests.services.quizzing import done, finished, set_policy, started

if TYPE_CHECKING:
    from grader.domain.people import Course, Enrolment
    from tests.services.conftest import World

DAY = timedelta(days=1)
HOUR = timedelta(hours=1)
INSTANT = timedelta(microseconds=1)


def place(world: World, login: str = "ada") -> tuple[Course, Enrolment]:
    with world.make_uow().reading() as uow:
        ((course, enrolment),) = uow.courses.of_user(world[login].id)
    return course, enrolment


def extend(
    world: World, extension: Extension, item: str = "pointwise-conv", kind: ItemKind = ItemKind.EXERCISE
) -> None:
    _, ada = place(world)
    with world.make_uow().writing() as uow:
        uow.assignments.extend(ada.id, kind, item, extension)
        uow.commit()


def close_course(world: World, when: datetime) -> None:
    with world.make_uow().writing() as uow:
        uow.courses.close(place(world)[0].id, when)
        uow.commit()


def refused(world: World, login: str = "ada") -> str:
    """Return why nothing was taken, empty when it was."""
    try:
        world.submit(login)
    except (Conflict, NotFound, LimitReached) as error:
        return str(error)
    return ""


class TestWhen:
    WINDOW = Terms(opens=NOON, due=NOON + DAY, closes=NOON + 2 * DAY)

    @pytest.mark.parametrize(
        ("after", "why"),
        [
            (-INSTANT, "opens at 2026-05-01 12:00 UTC"),
            (timedelta(0), ""),
            (DAY + INSTANT, ""),  # late, and taken
            (2 * DAY - INSTANT, ""),
            (2 * DAY, "closed since 2026-05-03 12:00 UTC"),
            (400 * DAY, "closed since"),
        ],
    )
    def test_work_is_taken_from_the_opening_until_just_before_the_end(
        self, world: World, after: timedelta, why: str
    ) -> None:
        world.set_terms("pointwise-conv", self.WINDOW)
        world.clock.advance(seconds=after.total_seconds())
        assert why in refused(world)
        assert bool(refused(world)) is bool(why)

    @pytest.mark.parametrize("closes", [None, NOON + 2 * DAY])
    def test_the_end_of_the_course_wins_over_a_later_one(self, world: World, closes: datetime | None) -> None:
        world.set_terms("pointwise-conv", Terms(closes=closes))
        close_course(world, NOON + DAY)
        extend(world, Extension(due=NOON + 5 * DAY, closes=NOON + 5 * DAY))
        assert not refused(world)
        world.clock.advance(days=1)
        assert "'spring' is closed" in refused(world)

    def test_the_end_of_the_item_wins_over_the_courses_later_one(self, world: World) -> None:
        world.set_terms("pointwise-conv", Terms(closes=NOON))
        close_course(world, NOON + DAY)
        assert "pointwise-conv is closed" in refused(world)

    def test_other_items_have_their_own_terms(self, world: World) -> None:
        world.set_terms("pointwise-conv", Terms(closes=NOON))
        world.set_terms("bottleneck", Terms(closes=NOON), ItemKind.QUIZ)
        world.submit(exercise="bottleneck")

    def test_nobody_reads_ahead_and_what_is_not_offered_is_not_there(self) -> None:
        require_seen(Terms(opens=NOON), "conv", NOON)
        with pytest.raises(Conflict, match="conv opens at"):
            require_seen(Terms(opens=NOON), "conv", NOON - INSTANT)
        with pytest.raises(NotFound, match="there is no conv"):
            require_seen(Terms(offered=False), "conv", NOON)

    def test_it_is_over_when_the_earlier_end_has_come(self, world: World) -> None:
        close_course(world, NOON + DAY)
        course, _ = place(world)
        assert not is_over(Terms(), course, NOON + DAY - INSTANT)
        assert is_over(Terms(), course, NOON + DAY)
        assert is_over(Terms(closes=NOON), course, NOON)

    def test_dates_move_together_to_the_next_term(self) -> None:
        moved = shifted(self.WINDOW, 182 * DAY)
        assert (moved.opens, moved.due, moved.closes) == (NOON + 182 * DAY, NOON + 183 * DAY, NOON + 184 * DAY)
        assert shifted(Terms(), DAY) == Terms()


class TestAttempts:
    def test_as_many_are_taken_as_the_terms_say_to_each_student_for_each_item(self, world: World) -> None:
        world.set_terms("pointwise-conv", Terms(attempts=2))
        assert [refused(world) for _ in range(3)][:2] == ["", ""]
        assert refused(world) == "all attempts are used up: pointwise-conv takes 2"
        assert not refused(world, "bob")
        world.submit(exercise="bottleneck")

    def test_what_failed_by_our_fault_costs_no_attempt(self, world: World) -> None:
        world.set_terms("pointwise-conv", Terms(attempts=1))
        run = world.run(world.submit())
        with world.make_uow().writing() as uow:
            uow.runs.claim(run.id, "key", node="n", now=NOON, lease_until=NOON + HOUR)
            uow.runs.give_up(run.id, "key", fault="disk full", finished=NOON)
            uow.commit()
        assert not refused(world)
        assert "used up" in refused(world)

    def test_a_cooldown_ends_to_the_second_and_says_when(self, world: World) -> None:
        world.set_terms("pointwise-conv", Terms(cooldown=timedelta(minutes=1)))
        world.submit()
        world.clock.advance(seconds=59.5)
        with pytest.raises(LimitReached, match="wait 1 s before the next attempt at pointwise-conv") as limit:
            world.submit()
        assert limit.value.retry_after == 1
        world.clock.advance(seconds=0.5)
        assert not refused(world)

    def test_a_quiz_that_limits_attempts_does_so_unless_the_terms_say_otherwise(self, world: World) -> None:
        set_policy(world, attempts=1)
        done(world)
        with pytest.raises(Conflict, match="takes 1"):
            started(world)
        world.set_terms("weights", Terms(attempts=2), ItemKind.QUIZ)
        done(world)
        with pytest.raises(Conflict, match="takes 2"):
            started(world)
        extend(world, Extension(attempts=1), "weights", ItemKind.QUIZ)
        done(world)
        with pytest.raises(Conflict, match="takes 3"):
            started(world)

    def test_a_quiz_rests_from_the_end_of_one_attempt_to_the_next(self, world: World) -> None:
        world.set_terms("weights", Terms(cooldown=timedelta(minutes=10)), ItemKind.QUIZ)
        attempt = started(world)
        world.clock.advance(minutes=30)
        finished(world, attempt)
        with pytest.raises(LimitReached, match="wait 600 s"):
            started(world)
        world.clock.advance(minutes=10)
        started(world)

    def test_a_quiz_that_is_closed_starts_no_attempt_and_lets_the_open_one_end(self, world: World) -> None:
        world.set_terms("weights", Terms(opens=NOON, closes=NOON + HOUR), ItemKind.QUIZ)
        attempt = started(world)
        world.clock.advance(hours=1)
        assert finished(world, attempt).attempt.finished
        with pytest.raises(Conflict, match="weights is closed"):
            started(world)


class TestStaff:
    def test_they_are_bound_to_nothing(self, world: World) -> None:
        hard = Terms(opens=NOON + DAY, closes=NOON + 2 * DAY, attempts=1, cooldown=DAY, offered=False)
        world.set_terms("pointwise-conv", hard)
        world.set_terms("weights", hard, ItemKind.QUIZ)
        assert [refused(world, "ian") for _ in range(3)] == [""] * 3
        for _ in range(2):
            finished(world, started(world, "ian"), "ian")
        course, ian = place(world, "ian")
        with world.make_uow().reading() as uow:
            assert exercise_terms(uow, course, ian, an_exercise()) == Terms()

    def test_but_to_the_quizs_own_number_of_attempts_and_the_end_of_the_course(self, world: World) -> None:
        set_policy(world, attempts=1)
        finished(world, started(world, "ian"), "ian")
        with pytest.raises(Conflict, match="takes 1"):
            started(world, "ian")
        close_course(world, NOON)
        assert "'spring' is closed" in refused(world, "ian")


class TestExtensions:
    def test_they_are_one_students(self, world: World) -> None:
        world.set_terms("pointwise-conv", Terms(due=NOON, closes=NOON, attempts=1))
        extend(world, Extension(due=NOON + DAY, attempts=1))
        assert [refused(world), refused(world)] == ["", ""]
        assert "takes 2" in refused(world)
        assert "is closed" in refused(world, "bob")

    @pytest.mark.parametrize(
        ("extension", "due", "closes"),
        [
            (Extension(), NOON, NOON + DAY),
            (Extension(due=NOON + HOUR), NOON + HOUR, NOON + DAY),
            (Extension(due=NOON + 2 * DAY), NOON + 2 * DAY, NOON + 2 * DAY),
            (Extension(closes=NOON + 2 * DAY), NOON, NOON + 2 * DAY),
            (Extension(due=NOON - DAY, closes=NOON - DAY), NOON, NOON + DAY),  # everybody got more meanwhile
        ],
    )
    def test_of_two_dates_the_later_counts(self, extension: Extension, due: datetime, closes: datetime) -> None:
        found = extension.of(Terms(due=NOON, closes=NOON + DAY))
        assert (found.due, found.closes) == (due, closes)

    def test_what_nobody_has_is_not_extended(self) -> None:
        assert Extension(NOON, NOON, 5).of(Terms()) == Terms()

    def test_no_extension_of_any_terms_contradicts_itself(self) -> None:
        days = [None, NOON, NOON + DAY, NOON + 2 * DAY, NOON + 3 * DAY]
        for due, closes in product(days, repeat=2):
            extension = Extension(due, closes, MOST_ATTEMPTS)
            for opens, everybodys in product((None, NOON + DAY), (None, NOON + 2 * DAY)):
                late = Late.PER_DAY if everybodys else Late.NONE
                terms = Terms(opens=opens, due=everybodys, closes=everybodys, late=late, attempts=MOST_ATTEMPTS)
                found = extension.of(terms)  # raises Invalid when it does
                assert found.attempts == MOST_ATTEMPTS
                assert everybodys is None or (found.due and found.due >= everybodys)

    def test_terms_of_an_item_are_looked_up_with_the_students_extension(self, world: World) -> None:
        course, ada = place(world)
        world.set_terms("pointwise-conv", Terms(attempts=3))
        extend(world, Extension(attempts=2))
        with world.make_uow().reading() as uow:
            of_ada = terms_of(uow, course.id, ada.id, ItemKind.EXERCISE, "pointwise-conv", attempts=1)
            assert of_ada == Terms(attempts=5)
            assert terms_of(uow, course.id, 4711, ItemKind.EXERCISE, "pointwise-conv") == Terms(attempts=3)
            assert terms_of(uow, course.id, ada.id, ItemKind.QUIZ, "weights", attempts=1) == Terms(attempts=1)
