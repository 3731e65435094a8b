"""An attempt at a quiz, from its start to its marks."""

from __future__ import annotations

from datetime import timedelta
from fractions import Fraction
from typing import TYPE_CHECKING

import pytest

from grader.domain.errors import Conflict, Invalid, NotFound
from grader.domain.people import Role
from grader.domain.scoring import ItemKind
from grader.services.answer import answer
from grader.services.enrol import add_course, enrol
from tests.services.quizzing import answered, finished, seen, started

if TYPE_CHECKING:
    from tests.services.conftest import World


class TestStart:
    def test_questions_come_without_answers_marks_or_explanations(self, world: World) -> None:
        attempt = started(world)
        assert [question.prompt for question in attempt.questions] == ["2 times 3?", "3 plus 4?"]
        assert (attempt.points, attempt.max_points) == (None, 3)
        assert all(question.marked is None and question.answer is None for question in attempt.questions)
        assert "Twice three" not in repr(attempt)

    def test_an_open_attempt_is_gone_on_with(self, world: World) -> None:
        first = started(world)
        assert started(world).attempt == first.attempt
        finished(world, first)
        assert started(world).attempt.id != first.attempt.id

    def test_each_attempt_has_its_own_seed(self, world: World) -> None:
        assert started(world, "ada").attempt.seed != started(world, "bob").attempt.seed

    def test_an_unknown_quiz_names_those_that_exist(self, world: World) -> None:
        with pytest.raises(NotFound, match=r"'sums'.*weights"):
            started(world, quiz="sums")

    def test_a_stranger_finds_no_course(self, world: World) -> None:
        with pytest.raises(NotFound, match="no course"):
            started(world, "zoe")


class TestAnswers:
    def test_an_answer_is_saved_at_once_and_the_latest_wins(self, world: World) -> None:
        attempt = started(world)
        answered(world, attempt, "six", "5")
        answered(world, attempt, "six", "6")
        assert [question.answer for question in seen(world, attempt, "ada").questions] == ["6", None]

    def test_an_unknown_question_names_those_that_exist(self, world: World) -> None:
        with pytest.raises(NotFound, match=r"'eight'.*six, seven"):
            answered(world, started(world), "eight", "8")

    def test_an_answer_has_bounds(self, world: World) -> None:
        attempt = started(world)
        with pytest.raises(Invalid, match="at most 2,000 characters"):
            answered(world, attempt, "six", "6" * 2001)
        with pytest.raises(Invalid, match="at most 2,000 characters"):
            answer(
                world.make_uow(), world.clock, world.catalogue,
                user=world["ada"], attempt_id=attempt.attempt.id, question="six", value=["a"] * 2001,
            )  # fmt: skip

    @pytest.mark.parametrize("login", ["bob", "zoe", "ian"])
    def test_nobody_answers_for_another(self, world: World, login: str) -> None:
        attempt = started(world)
        with pytest.raises(NotFound):
            answered(world, attempt, "six", "6", login)
        with pytest.raises(NotFound):
            finished(world, attempt, login)

    def test_after_the_end_answers_are_refused(self, world: World) -> None:
        attempt = started(world)
        finished(world, attempt)
        with pytest.raises(Conflict, match="finished"):
            answered(world, attempt, "six", "6")

    def test_a_closed_course_takes_no_answers_but_an_end(self, world: World) -> None:
        closes = world.clock.now() + timedelta(hours=1)
        course = add_course(world.make_uow(), slug="short", title="S", lesson="channels", closes=closes)
        enrol(world.make_uow(), user=world["ada"], course=course, role=Role.STUDENT)
        attempt = started(world, course="short")
        answered(world, attempt, "six", "6")
        world.clock.advance(hours=1)
        with pytest.raises(Conflict, match="closed"):
            answered(world, attempt, "seven", "7")
        with pytest.raises(Conflict, match="closed"):
            started(world, course="short")
        assert finished(world, attempt).points == 1


class TestFinish:
    def test_marks_and_explanations_come_at_the_end(self, world: World) -> None:
        attempt = started(world)
        answered(world, attempt, "six", "6")
        done = finished(world, attempt)
        assert (done.points, done.max_points) == (Fraction(1), 3)
        marks = [question.marked for question in done.questions]
        assert [mark is not None and mark.correct for mark in marks] == [True, False]
        assert marks[0] is not None
        assert marks[0].explanation == "Twice three."
        assert seen(world, attempt, "ada") == done

    def test_the_best_attempt_is_the_grade(self, world: World) -> None:
        for answers in ({"seven": "7"}, {"six": "6"}):
            attempt = started(world)
            for question, value in answers.items():
                answered(world, attempt, question, value)
            finished(world, attempt)
            world.clock.advance(minutes=1)
        with world.make_uow().reading() as uow:
            kept = uow.grades.find(attempt.attempt.enrolment_id, ItemKind.QUIZ, "weights")
        assert kept is not None
        assert (kept.points, kept.max_points, kept.attempts) == (Fraction(2), 3, 2)
        assert kept.attempt_id != attempt.attempt.id

    def test_finishing_twice_changes_nothing(self, world: World) -> None:
        attempt = started(world)
        done = finished(world, attempt)
        world.clock.advance(minutes=1)
        assert finished(world, attempt) == done


class TestView:
    def test_staff_see_it_and_others_do_not(self, world: World) -> None:
        attempt = started(world)
        assert seen(world, attempt, "ian").attempt == attempt.attempt
        for login in ("bob", "zoe"):
            with pytest.raises(NotFound, match=f"there is no attempt {attempt.attempt.id}"):
                seen(world, attempt, login)
