"""Answers that come from the same thought count as one mistake, whatever was drawn and however it was written."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction
from typing import TYPE_CHECKING

import pytest

from grader.domain import mistakes
from grader.domain.mistakes import LONGEST, Mistake, Reader, choices_of, letter, look
from grader.domain.questions import KnownWrong
from grader.domain.quiz import Marked, Quiz, draw, mark
from tests.quiz.kinds import (
    ALL,
    ASKED,
    FLOOR,
    FORMULA,
    LAYOUT,
    MANY,
    MATCHING,
    MEMORY,
    ONE,
    ORDER,
    OUTPUT,
    SHAPE,
    WEIGHTS,
    keys,
)

if TYPE_CHECKING:
    from collections.abc import Sequence

    from grader.domain.questions import Answer, Drawn, Question

ANY = replace(
    WEIGHTS, parameters={"c_in": [128, 256], "k": [32, 64]}, known_wrong=(KnownWrong("c_in + k", "You added {k}."),)
)

GAPS: tuple[Answer | None, ...] = (None, "", " ", [])


def drawn(question: Question, seed: str = "attempt 1") -> Drawn:
    return question.draw(seed)


def mistake(question: Question, asked: Drawn, answer: Answer | None) -> Mistake | None:
    return look(question, asked, answer, partial_credit=True)[1]


def of(question: Question, answer: Answer) -> Mistake:
    found = mistake(question, ASKED[question.slug], answer)
    assert found is not None
    return found


@pytest.mark.parametrize("question", ALL, ids=lambda question: question.slug)
def test_a_right_answer_is_no_mistake_and_earns_all(question: Question) -> None:
    asked = ASKED[question.slug]
    response, found = look(question, asked, asked.right_answer, partial_credit=True)
    assert response.share == 1
    assert found is None


@pytest.mark.parametrize("question", ALL, ids=lambda question: question.slug)
def test_no_answer_is_no_mistake_and_earns_nothing(question: Question) -> None:
    for gap in GAPS:
        response, found = look(question, ASKED[question.slug], gap, partial_credit=True)
        assert not response.points
        assert found is None


@pytest.mark.parametrize(
    ("question", "answer", "why"),
    [
        (WEIGHTS, "16 448", "You counted the 64 biases."),
        (MEMORY, "32 KiB", "Those are bits."),
        (SHAPE, "28 x 28 x 256", "The filters set the depth."),
        (FORMULA, "C_in k^2 C_out", "There is a bias for each output channel."),
        (FLOOR, "(H + 2*1 - k)/s + 1", "A size is a whole number."),
        (OUTPUT, "torch.Size([3, 28])", "The batch is an axis, too."),
    ],
)
def test_a_foreseen_mistake_is_told_by_its_explanation(question: Question, answer: str, why: str) -> None:
    asked = next(q for q in (drawn(question, f"{n}") for n in range(50)) if _why(question, q, answer))
    assert _why(question, asked, answer) == why


def _why(question: Question, asked: Drawn, answer: str) -> str:
    found = mistake(question, asked, answer)
    return found.why if found else ""


def test_one_thought_is_one_mistake_whatever_numbers_were_drawn() -> None:
    asked = [drawn(ANY, f"attempt {n}") for n in range(20)]
    found = [mistake(ANY, each, str(each.names["c_in"] + each.names["k"])) for each in asked]
    assert {each.key for each in found if each} == {("foreseen", "You added {k}.")}
    assert {each.why for each in found if each} == {"You added 32.", "You added 64."}


@pytest.mark.parametrize(
    ("question", "answers", "said"),
    [
        (WEIGHTS, ["16,385", "16 385", " 16385 weights"], "16,385"),
        (MEMORY, ["8 KiB", "8192 bytes"], "8 KiB"),
        (SHAPE, ["(1, 2, 3)", "1x2x3", "1 × 2 × 3"], "1×2×3"),
        (LAYOUT, ["28×14×64"], "28×14×64"),
    ],
)
def test_an_unforeseen_answer_is_one_in_any_spelling(question: Question, answers: Sequence[str], said: str) -> None:
    found = [of(question, answer) for answer in answers]
    assert {(each.said, each.why) for each in found} == {(said, "")}
    assert len({each.key for each in found}) == 1


def test_the_same_number_to_other_questions_is_another_mistake() -> None:
    one = drawn(ANY, "1")
    other = next(q for q in (drawn(ANY, f"{n}") for n in range(2, 50)) if q.names != one.names)
    found = [mistake(ANY, each, "7") for each in (one, other)]
    assert len({each.key for each in found if each}) == 2


def test_a_choice_is_called_by_its_place_in_the_lecturers_file() -> None:
    for n in range(10):
        asked = drawn(ONE, f"{n}")
        response, found = look(ONE, asked, keys(asked, "wrong"), partial_credit=True)
        assert found is not None
        assert (response.choices, found.said) == (frozenset({"2"}), "B")
        assert letter(2) == "B"


def test_several_choices_are_all_named_in_order() -> None:
    for n in range(10):
        asked = drawn(MANY, f"{n}")
        response, found = look(MANY, asked, keys(asked, "wronger", "right 0"), partial_credit=True)
        assert found is not None
        assert (response.choices, found.said) == (frozenset({"1", "5"}), "A, E")


def test_two_answers_to_a_question_of_one_choice_choose_nothing() -> None:
    response, found = look(ONE, ASKED["one"], ["a", "b"], partial_credit=True)
    assert found is not None
    assert (response.choices, found.is_read) == (frozenset(), False)


def test_which_choices_are_right_is_the_lecturers_word() -> None:
    assert choices_of(ONE) == {"1": True, "2": False}
    assert choices_of(WEIGHTS) == {}


def test_an_order_is_said_by_its_items() -> None:
    asked = ASKED["order"]
    found = of(ORDER, keys(asked, "3×3 convolution", "ReLU", "batch normalisation", "1×1 convolution"))
    assert found.said == "3×3 convolution → ReLU → batch normalisation → 1×1 convolution"


def test_of_pairs_only_the_wrong_ones_are_said() -> None:
    asked = ASKED["matching"]
    item = {option.text: option.key for option in asked.shown().items}
    choice = {option.text: option.key for option in asked.shown().choices}
    answer = [f"{item['1×1']}={choice['16,384']}", f"{item['3×3']}={choice['409,600']}"]
    found = of(MATCHING, answer)
    assert (found.said, found.why) == ("3×3 → 409,600", "That would be 5×5.")


def test_what_can_not_be_read_says_so_and_is_inert_and_short() -> None:
    found = of(WEIGHTS, "\x1b[31m" + "many" * 100)
    assert not found.is_read
    assert found.said.startswith("\\x1b[31mmany")
    assert len(found.said) < LONGEST + 10


def test_a_reader_tells_of_each_answer_what_looking_at_it_alone_does() -> None:
    quiz = Quiz("q", "Q", ALL)
    for question in ALL:
        reader = Reader(quiz, question)
        for seed in map(str, range(6)):
            asked = next(each for each in draw(quiz, seed) if each.slug == question.slug)
            for answer in (asked.right_answer, *asked.wrong_answers, "17", ["a"], None):
                alone = look(question, asked, answer, partial_credit=True)
                assert [reader.look(seed, answer) for _ in range(2)] == [alone] * 2


def test_what_is_asked_and_answered_alike_is_marked_once(monkeypatch: pytest.MonkeyPatch) -> None:
    marked: list[str] = []

    def noted(asked: Drawn, answer: str, *, partial_credit: bool) -> Marked:
        marked.append(answer)
        return mark(asked, answer, partial_credit=partial_credit)

    monkeypatch.setattr(mistakes, "mark", noted)
    reader = Reader(Quiz("q", "Q", (WEIGHTS,)), WEIGHTS)
    for seed in map(str, range(9)):
        reader.look(seed, "16,448")
        reader.look(seed, " 16,448 ")
    assert len(marked) == 1


def test_without_partial_credit_half_an_answer_earns_nothing() -> None:
    asked = ASKED["many"]
    half = keys(asked, "right 0", "right 1")
    shares = [look(MANY, asked, half, partial_credit=partial)[0].share for partial in (True, False)]
    assert shares == [Fraction(2, 3), 0]
