"""Several answers at once, and what can't be read: what can be saved is saved, the rest is told."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from grader.domain.errors import Conflict, Invalid, NotFound
from grader.domain.quiz import Quiz
from grader.domain.quiz_policy import Reveal
from grader.services.answer import answer_each
from tests.fakes import FakeCatalogue, an_exercise
from tests.services.quizzing import CHOICES, answered, finished, seen, set_policy, started

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from grader.domain.errors import Mistake
    from grader.services.shown_attempt import AttemptView
    from tests.services.conftest import World


def answered_each(
    world: World, attempt: AttemptView, login: str = "ada", **answers: str | Sequence[str]
) -> tuple[AttemptView, Mapping[str, Mistake]]:
    return answer_each(
        world.make_uow(), world.clock, world.catalogue,
        user=world[login], attempt_id=attempt.attempt.id, answers=answers,
    )  # fmt: skip


def test_several_answers_are_saved_together(world: World) -> None:
    shown, problems = answered_each(world, started(world), six="6", seven="8")
    assert ([each.answer for each in shown.questions], problems) == (["6", "8"], {})


@pytest.mark.parametrize(
    ("question", "value", "problem"),
    [("seven", "7" * 2001, Invalid), ("seven", "7\0", Invalid), ("eight", "8", NotFound)],
)
def test_one_that_cannot_be_saved_costs_no_other(
    world: World, question: str, value: str, problem: type[Mistake]
) -> None:
    attempt = started(world)
    _, problems = answered_each(world, attempt, **{question: value, "six": "6"})
    assert {slug: type(each) for slug, each in problems.items()} == {question: problem}
    assert [each.answer for each in seen(world, attempt).questions] == ["6", None]


def test_after_the_end_none_is_saved(world: World) -> None:
    attempt = started(world)
    finished(world, attempt)
    with pytest.raises(Conflict, match="is finished"):
        answered_each(world, attempt, six="6")


def test_nobody_answers_for_another(world: World) -> None:
    with pytest.raises(NotFound):
        answered_each(world, started(world), "bob", six="6")


def test_where_answers_are_told_at_once_the_first_counts_and_may_be_sent_again(world: World) -> None:
    set_policy(world, answers=Reveal.AFTER_EACH)
    attempt = started(world)
    answered_each(world, attempt, six="5")
    shown, problems = answered_each(world, attempt, six="6", seven="7")
    assert ([each.answer for each in shown.questions], list(problems)) == (["5", "7"], ["six"])
    assert answered_each(world, attempt, six="5")[1] == {}


def test_what_cannot_be_read_is_said_while_it_can_be_changed(world: World) -> None:
    attempt = started(world)
    shown = answered(world, attempt, "six", "many")
    assert "could not be read as one number" in (shown.questions[0].unread or "")
    assert shown.questions[1].unread is None
    assert answered(world, attempt, "six", "5").questions[0].unread is None, "which is wrong, and can be read"
    answered(world, attempt, "six", "many")
    assert finished(world, attempt).questions[0].unread is None


@pytest.mark.parametrize(("value", "is_answered"), [("6", True), (" \n", False), ("", False)])
def test_a_blank_answer_is_none(world: World, value: str, *, is_answered: bool) -> None:
    shown = answered(world, started(world), "six", value)
    assert shown.questions[0].is_answered is is_answered
    assert len(shown.unanswered) == 2 - is_answered


def test_a_list_of_blanks_is_none_either(world: World) -> None:
    world.catalogue = FakeCatalogue([an_exercise()], [("channels", Quiz("weights", "Weights", (CHOICES,)))])
    attempt = started(world)
    assert answered(world, attempt, "even", ["", " "]).unanswered
    assert not answered(world, attempt, "even", ["", "a"]).unanswered


def test_the_staff_sees_whose_attempt_it_is_and_the_student_does_not_need_to(world: World) -> None:
    attempt = started(world)
    assert attempt.student is None
    student = seen(world, attempt, "ian").student
    assert student is not None
    assert student.login == "ada"
