"""What holds for every kind: drawing is repeatable, marking is fair, nothing leaks, and no text can make it fail."""

from __future__ import annotations

from fractions import Fraction

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from grader.domain.questions import Kind, NumericQuestion
from grader.domain.quiz import Quiz, complaint, draw, mark
from grader.domain.quiz_policy import QuizPolicy
from tests.quiz.kinds import ALL, ASKED, MANY, MATCHING, ORDER, keys

QUIZ = Quiz("q", "Q", ALL)
SIGNS = "0123456789.,_ '×x*/eE+-=()[]{}^\\²·⌊⌋kCabnN\n"


def test_there_is_a_question_of_each_kind() -> None:
    assert {asked.kind for asked in ASKED.values()} == set(Kind)


@pytest.mark.parametrize("seed", range(12))
def test_the_right_answer_is_right_and_the_foreseen_ones_are_not(seed: int) -> None:
    for asked in draw(QUIZ, str(seed)):
        marked = mark(asked, asked.right_answer)
        assert marked.correct, asked.slug
        assert marked.points == asked.points
        assert complaint(asked, asked.right_answer) is None
        for wrong in asked.wrong_answers:
            marked = mark(asked, wrong)
            assert not marked.correct, (asked.slug, wrong)
            assert marked.explanation
            assert complaint(asked, wrong) is None


def test_the_same_seed_draws_the_same_and_another_seed_another() -> None:
    varied = NumericQuestion("v", "{n}", answer="n", parameters={"n": range(50)})
    quiz = Quiz("q", "Q", (varied, MANY, ORDER, MATCHING))
    assert draw(quiz, "1") == draw(quiz, "1")
    drawn = [draw(quiz, str(seed)) for seed in range(40)]
    assert len({questions[0].right_answer for questions in drawn}) > 15
    for place in (1, 2, 3):
        assert len({str(questions[place].right_answer) for questions in drawn}) > 5


def test_questions_are_shuffled_where_the_policy_says_so() -> None:
    quiz = Quiz("q", "Q", ALL, QuizPolicy(shuffle_questions=True))
    orders = {tuple(asked.slug for asked in draw(quiz, str(seed))) for seed in range(10)}
    assert len(orders) == 10
    assert all(sorted(order) == sorted(question.slug for question in ALL) for order in orders)
    assert [asked.slug for asked in draw(QUIZ, "1")] == [question.slug for question in ALL]


def test_choices_stay_in_order_where_the_policy_says_so_but_an_order_is_never_given_away() -> None:
    quiz = Quiz("q", "Q", (MANY, ORDER, MATCHING), QuizPolicy(shuffle_choices=False))
    drawn = [draw(quiz, str(seed)) for seed in range(20)]
    assert {tuple(option.text for option in many.shown().choices) for many, _, _ in drawn} == {
        tuple(choice.text for choice in MANY.choices)
    }
    assert len({tuple(option.text for option in order.shown().items) for _, order, _ in drawn}) > 5
    assert {tuple(option.text for option in matching.shown().items) for _, _, matching in drawn} == {
        tuple(pair.item for pair in MATCHING.pairs)
    }
    assert len({tuple(option.text for option in matching.shown().choices) for _, _, matching in drawn}) > 5


@pytest.mark.parametrize(
    "secret",
    ["16384", "16448", "You counted", "Count one filter", "right=True", "blends", "batch is an axis", "28, 14",
     "k^2 * C_in", "Normalise before", "5×5", "not two"],
)  # fmt: skip
def test_a_drawn_question_prints_no_answer_hint_or_explanation(secret: str) -> None:
    assert secret not in repr(list(ASKED.values()))


def test_without_partial_credit_only_a_right_answer_earns_points() -> None:
    asked = ASKED["many"]
    part = keys(asked, "right 0", "right 1")
    assert mark(asked, part).points == 2
    assert mark(asked, part, partial_credit=False).points == 0
    assert mark(asked, part, partial_credit=False).explanation == mark(asked, part).explanation
    assert mark(asked, asked.right_answer, partial_credit=False).points == 3


@pytest.mark.parametrize("answer", [None, "", "  ", [], ["", " "]])
def test_no_answer_is_told_so(answer: str | list[str] | None) -> None:
    for asked in ASKED.values():
        assert mark(asked, answer).explanation == "No answer was given."


@pytest.mark.parametrize("slug", ["weights", "shape", "one", "many", "formula", "order", "matching"])
def test_what_cannot_be_read_is_told_how_to_write_it(slug: str) -> None:
    told = complaint(ASKED[slug], "☃?")
    assert told == mark(ASKED[slug], "☃?").explanation
    assert told


@given(st.sampled_from(sorted(ASKED)), st.one_of(st.none(), st.text(), st.lists(st.text(), max_size=4)))
@settings(max_examples=300, deadline=None)
def test_no_text_makes_marking_raise(slug: str, answer: str | list[str] | None) -> None:
    marked = mark(ASKED[slug], answer)
    assert 0 <= marked.points <= marked.max_points
    assert marked.explanation or marked.correct


@given(st.text(alphabet=SIGNS, max_size=80))
@settings(max_examples=300, deadline=None)
def test_no_scribble_of_signs_makes_marking_raise(answer: str) -> None:
    for asked in ASKED.values():
        assert mark(asked, answer).max_points == asked.points


@pytest.mark.parametrize(
    "answer", ["9" * 5000, "(" * 5000, "k" * 5000, "1e" * 2500, "1=a " * 1250, "²" * 5000, "\\f" * 2500]
)
def test_no_long_text_makes_marking_raise(answer: str) -> None:
    assert all(not mark(asked, answer).correct for asked in ASKED.values())


def test_points_are_exact() -> None:
    asked = ASKED["matching"]
    right, *others = MATCHING.pairs
    (item,) = [option.key for option in asked.shown().items if option.text == right.item]
    (choice,) = [option.key for option in asked.shown().choices if option.text == "16,384"]
    assert mark(asked, f"{item}={choice}").points == Fraction(3, 1 + len(others))
