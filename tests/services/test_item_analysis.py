"""What the class's first attempts say about a quiz."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction
from typing import TYPE_CHECKING

import pytest

from grader.domain.errors import Forbidden, NotFound
from grader.domain.questions import Choice, ChoiceQuestion, KnownWrong, NumericQuestion
from grader.domain.quiz import Quiz, draw
from grader.domain.statistics import LEAST_TO_COMPARE, Bar, Flag
from grader.services.item_analysis import MOST_WRONG, QuizInsight, item_analysis
from tests.classes import attempt, join, leave
from tests.fakes import FakeCatalogue, a_quiz

if TYPE_CHECKING:
    from tests.services.conftest import World

EVEN = ChoiceQuestion(
    "even",
    "Which is even?",
    choices=(Choice("two", right=True), Choice("three", right=False), Choice("five", right=False)),
)
DRAWN = NumericQuestion(
    "drawn",
    "{k} times two?",
    parameters={"k": [3, 5, 7, 9]},
    answer="k * 2",
    known_wrong=(KnownWrong("k", "You forgot to double {k}."),),
)
QUIZ = Quiz("mixed", "Mixed", (EVEN, DRAWN))


def look(world: World, quiz: str = "weights", login: str = "ian") -> QuizInsight:
    return item_analysis(world.make_uow(), world.catalogue, user=world[login], course_slug="spring", quiz_slug=quiz)


def offer(world: World, quiz: Quiz) -> None:
    world.catalogue = FakeCatalogue(quizzes=[("channels", quiz)])


def choose(world: World, login: str, text: str, seed: str) -> None:
    """Finish an attempt in which *login* chose *text*, whose key depends on the seed."""
    even, _ = draw(QUIZ, seed)
    keys = {option.text: option.key for option in even.shown().choices}
    attempt(world.make_uow, login, {"even": [keys[text]]}, quiz="mixed", seed=seed)


def test_students_may_not_look_and_what_is_nowhere_is_not_found(world: World) -> None:
    with pytest.raises(Forbidden):
        look(world, login="ada")
    with pytest.raises(NotFound):
        look(world, login="zoe")
    with pytest.raises(NotFound):
        look(world, "other")


def test_before_anybody_finished_there_are_no_numbers(world: World) -> None:
    offer(world, QUIZ)
    found = look(world, "mixed")
    assert (found.students, found.finished, found.scores, found.reliability) == (2, 0, None, None)
    assert [(each.item.difficulty, each.unanswered, each.wrong) for each in found.questions] == [
        (None, 0, ()),
        (None, 0, []),
    ]


def test_only_first_attempts_of_who_is_here_count(world: World) -> None:
    join(world.make_uow, "cem")
    attempt(world.make_uow, "ada", {"six": "5", "seven": "7"})
    attempt(world.make_uow, "ada", {"six": "6", "seven": "7"})
    for login in ("cem", "ian"):
        attempt(world.make_uow, login, {"six": "6", "seven": "7"})
    leave(world.make_uow, "cem")
    found = look(world)
    assert found.finished == 1
    assert found.scores is not None
    assert found.scores.median == Fraction(2, 3)
    assert found.histogram == [Bar(0, 0, 0), Bar(1, 1, 0), Bar(2, 2, 1), Bar(3, 3, 0)]
    assert [each.item.full for each in found.questions] == [0, 1]


def test_a_gap_earns_nothing_and_is_no_wrong_answer(world: World) -> None:
    attempt(world.make_uow, "ada", {"six": "6", "gone": "1"})
    attempt(world.make_uow, "bob", {"six": "6", "seven": " "})
    six, seven = look(world).questions
    assert (six.unanswered, seven.unanswered, seven.wrong) == (0, 2, [])


def test_answers_are_marked_by_the_quiz_as_it_is_now(world: World) -> None:
    attempt(world.make_uow, "ada", {"six": "12", "seven": "7"})
    six, seven = a_quiz().questions
    assert isinstance(six, NumericQuestion)
    offer(world, Quiz("weights", "Weights", (replace(six, answer="12"), seven)))
    assert [each.item.full for each in look(world).questions] == [1, 1]


def test_choices_are_counted_whatever_their_order_was(world: World) -> None:
    offer(world, QUIZ)
    for number, (login, text) in enumerate((("ada", "two"), ("bob", "five"), ("cem", "five"))):
        if login == "cem":
            join(world.make_uow, login)
        choose(world, login, text, f"seed {number}")
    even, _ = look(world, "mixed").questions
    assert [(each.choice, each.is_right, each.count) for each in even.item.choices] == [
        ("1", True, 1),
        ("2", False, 0),
        ("3", False, 2),
    ]
    assert even.wrong == ()  # its choices say it


def test_one_mistake_is_counted_once_whatever_numbers_were_drawn(world: World) -> None:
    offer(world, QUIZ)
    for number in range(12):
        join(world.make_uow, f"s{number}")
        _, drawn = draw(QUIZ, f"{number}")
        attempt(world.make_uow, f"s{number}", {"drawn": str(drawn.names["k"])}, quiz="mixed", seed=f"{number}")
    _, told = look(world, "mixed").questions
    (wrong,) = told.wrong
    assert (wrong.count, wrong.share) == (12, Fraction(1))
    assert wrong.example.why == f"You forgot to double {wrong.example.said}."


def test_the_most_frequent_wrong_answers_stand_first_and_are_few(world: World) -> None:
    for number in range(20):
        join(world.make_uow, f"s{number}")
        attempt(world.make_uow, f"s{number}", {"six": "5" if number < 3 else str(100 + number // 2), "seven": "seven?"})
    six, seven = look(world).questions
    assert [(each.example.said, each.count) for each in six.wrong][:2] == [("5", 3), ("102", 2)]
    assert len(six.wrong) == MOST_WRONG
    assert [(each.example.is_read, each.count) for each in seven.wrong] == [(False, 20)]


def test_a_class_is_compared_from_twenty_students_on(world: World) -> None:
    for number in range(LEAST_TO_COMPARE):
        join(world.make_uow, f"s{number}")
        knows = number % 2 == 0
        attempt(world.make_uow, f"s{number}", {"six": "6" if knows else "5", "seven": "7" if knows else "8"})
    found = look(world)
    assert found.reliability == pytest.approx(8 / 9)
    assert [each.item.discrimination for each in found.questions] == [1.0, 1.0]
    assert not any(each.item.flags for each in found.questions)


def test_a_bad_question_is_flagged(world: World) -> None:
    for number in range(LEAST_TO_COMPARE):
        join(world.make_uow, f"s{number}")
        knows = number % 2 == 0
        attempt(world.make_uow, f"s{number}", {"six": "6" if knows else "5", "seven": "8" if knows else "7"})
    assert [each.item.flags for each in look(world).questions] == [(Flag.TELLS_BACKWARDS,)] * 2
