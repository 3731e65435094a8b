"""What can't be asked, or would be marked wrongly in some draw, is refused before a student sees it."""

from __future__ import annotations

from fractions import Fraction
from typing import TYPE_CHECKING, Any

import pytest

from grader.domain.errors import Invalid
from grader.domain.questions import (
    Choice,
    ChoiceQuestion,
    Distractor,
    FormulaQuestion,
    KnownWrong,
    MatchingQuestion,
    Mismatch,
    NumericQuestion,
    OrderingQuestion,
    OutputQuestion,
    Pair,
    ShapeQuestion,
)
from grader.domain.questions.common import Dice

if TYPE_CHECKING:
    from collections.abc import Callable

YES, NO = Choice("yes", right=True), Choice("no", right=False)
A, B, BOTH = KnownWrong("a", "a alone"), KnownWrong("b", "b alone"), KnownWrong("b", "a or b", same_as=("a",))


def numeric(**given: Any) -> NumericQuestion:  # noqa: ANN401 - any field
    return NumericQuestion("q", **{"prompt": "How many?", "answer": "1", **given})


def shape(**given: Any) -> ShapeQuestion:  # noqa: ANN401 - any field
    return ShapeQuestion("q", **{"prompt": "Which shape?", "answers": (("k", "h"),), **given})


def choice(*choices: Choice, **given: Any) -> ChoiceQuestion:  # noqa: ANN401 - any field
    return ChoiceQuestion("q", "Which?", choices=choices, **given)


def formula(**given: Any) -> FormulaQuestion:  # noqa: ANN401 - any field
    return FormulaQuestion("q", **{"prompt": "How many?", "variables": ("k", "c"), "answer": "k * c", **given})


def ordering(*items: str, **given: Any) -> OrderingQuestion:  # noqa: ANN401 - any field
    return OrderingQuestion("q", "Which order?", items=items, **given)


def matching(*pairs: Pair, **given: Any) -> MatchingQuestion:  # noqa: ANN401 - any field
    return MatchingQuestion("q", "Which?", pairs=pairs or (Pair("one", "a"), Pair("two", "b")), **given)


def output(**given: Any) -> OutputQuestion:  # noqa: ANN401 - any field
    return OutputQuestion("q", **{"prompt": "What?", "code": "print(1)", "answer": "1", **given})


@pytest.mark.parametrize(
    ("ask", "complaint"),
    [
        (lambda: numeric(points=0), "points must be at least 1"),
        (lambda: numeric(prompt=" "), "prompt must not be empty"),
        (lambda: numeric(prompt="{c_ln} channels"), "unknown name c_ln"),
        (lambda: numeric(hint="see {k}"), "unknown name k"),
        (lambda: numeric(parameters={"c in": [1]}), "plain name"),
        (lambda: numeric(parameters={"k": []}), "some values"),
        (lambda: numeric(parameters={"a": range(40), "b": range(40)}), "combinations"),
        (lambda: numeric(answer="k"), "declared parameters: none"),
        (lambda: numeric(tolerance=Fraction(-1)), "tolerance"),
        (lambda: numeric(answer="2", known_wrong=(KnownWrong("1 + 1", ""),)), "is right too"),
        (
            lambda: numeric(answer="a", parameters={"a": [1, 4], "b": [4]}, known_wrong=(KnownWrong("b", ""),)),
            "is right for a=4, b=4",
        ),
        (
            lambda: numeric(answer="0", parameters={"a": [1, 4], "b": [4]}, known_wrong=(A, B)),
            '"a" and "b" are the same for a=4, b=4: add one that explains both',
        ),
        (lambda: numeric(answer="0", known_wrong=(KnownWrong("2", ""), KnownWrong("2", ""))), "are the same too"),
        (
            lambda: numeric(answer="9", tolerance=Fraction(1), known_wrong=(KnownWrong("2", ""), KnownWrong("4", ""))),
            "are the same too",
        ),
        (
            lambda: shape(answers=(("7", "7"),), known_wrong=(KnownWrong("2, 3", ""), KnownWrong("2, 2 + 1", ""))),
            "are the same too",
        ),
        (lambda: shape(answers=()), "a shape of one size"),
        (lambda: shape(parameters={"k": [2]}), "unknown name h"),
        (lambda: shape(answers=(("2", "3"),), known_wrong=(KnownWrong("2, 3", ""),)), "is right too"),
        (lambda: choice(YES), "2 to 10 choices"),
        (lambda: choice(YES, YES, NO), "same text"),
        (lambda: choice(NO, Choice("never", right=False)), "exactly one right choice, not 0"),
        (lambda: choice(YES, Choice("sure", right=True)), "exactly one right choice, not 2"),
        (lambda: choice(YES, Choice("sure", right=True), multiple=True), "a right choice and a wrong one"),
        (lambda: choice(NO, Choice("never", right=False), multiple=True), "a right choice and a wrong one"),
        (lambda: shape(answers=(("2.5", "3"),)), "only whole numbers"),
        (lambda: shape(answers=(("5 / 2", "3"),)), "2.5 is no whole number"),
        (lambda: shape(answers=(("2 - 3", "3"),)), "negative"),
        (lambda: shape(answers=(("2", "3"),), layout="XYZ"), 'layout "XYZ" is none'),
        (lambda: shape(answers=(("2", "3"),), layout="HH"), "is none"),
        (lambda: shape(answers=(("2", "3"),), layout="CHW"), "2 sizes, the layout CHW has 3"),
        (lambda: shape(answers=(("2", "3"),), layout="HW", any_layout=True), "needs a layout with C"),
        (lambda: shape(answers=(("2", "3"),), any_layout=True), "needs a layout with C"),
        (
            lambda: shape(
                answers=(("2", "3", "4"),), layout="HWC", any_layout=True, known_wrong=(KnownWrong("4,2,3", ""),)
            ),
            "is right too",
        ),
        (lambda: formula(answer="k *"), "missing before the end"),
        (lambda: formula(answer="k * d"), 'unknown name "d"'),
        (lambda: formula(answer="k / (c - c)"), "divides by zero"),
        (lambda: formula(variables=()), "1 to 12 variables"),
        (lambda: formula(parameters={"K_": [1]}), "no name for a variable"),
        (lambda: formula(parameters={"k": [1]}), "variable and a parameter"),
        (lambda: formula(known_wrong=(KnownWrong("c * k", ""),)), "is right too"),
        (lambda: formula(known_wrong=(KnownWrong("k", ""), KnownWrong("k * c / c", ""))), "are the same too"),
        (lambda: formula(known_wrong=(KnownWrong("k ^ c", ""),)), "an exponent must be"),
        (
            lambda: formula(answer="p k c", parameters={"p": [1, 2]}, known_wrong=(KnownWrong("2 k c", ""),)),
            "is right for p=2",
        ),
        (lambda: ordering("a"), "2 to 10 items"),
        (lambda: ordering(*"abcdefghijk"), "2 to 10 items"),
        (lambda: ordering("a {k}", "a {n}", parameters={"k": [1], "n": [1]}), "same text"),
        (lambda: ordering("a", "b", known_wrong=(KnownWrong("1, 2", ""),)), "is right too"),
        (lambda: ordering("a", "b", known_wrong=(KnownWrong("2", ""),)), "no order of the items"),
        (lambda: ordering("a", "b", known_wrong=(KnownWrong("b, a", ""),)), "unknown name b"),
        (lambda: ordering("a", "b", known_wrong=(KnownWrong("2, 1", ""), KnownWrong("2,1", ""))), "are the same too"),
        (lambda: matching(Pair("one", "a")), "2 to 10 pairs"),
        (lambda: matching(Pair("one", "a"), Pair("two", "a")), "2 to 10 different choices"),
        (lambda: matching(Pair("one", "a"), Pair("one", "b")), "two items have the same text"),
        (
            lambda: matching(Pair("one", "{k}"), Pair("two", "1"), parameters={"k": [1]}),
            "two choices have the same text for k=1",
        ),
        (lambda: matching(distractors=tuple(Distractor(sign) for sign in "cdefghijk")), "2 to 10 different choices"),
        (lambda: matching(known_wrong=(Mismatch("three", "a", ""),)), "the item of no pair"),
        (lambda: matching(known_wrong=(Mismatch("one", "c", ""),)), "neither the match of a pair nor a distractor"),
        (lambda: matching(known_wrong=(Mismatch("one", "a", ""),)), "is right"),
        (lambda: matching(known_wrong=(Mismatch("one", "b", ""), Mismatch("one", "b", "!"))), "stands there twice"),
        (lambda: output(code="print("), "no valid Python"),
        (lambda: output(answer=" "), "something that is printed"),
        (lambda: output(answer="1" * 3000), "at most 2000 characters"),
        (lambda: output(known_wrong=(KnownWrong(" 1", ""),)), "is right too"),
        (lambda: output(also_right=("2",), known_wrong=(KnownWrong("2", ""),)), "is right too"),
        (lambda: output(known_wrong=(KnownWrong("(2)", ""), KnownWrong("( 2 )", ""))), "are the same too"),
    ],
)
def test_a_question_that_cannot_be_asked_is_refused(ask: Callable[[], object], complaint: str) -> None:
    with pytest.raises(Invalid, match=complaint):
        ask()


def test_where_foreseen_answers_are_one_the_explanation_of_both_is_told() -> None:
    question = numeric(answer="0", parameters={"a": [1, 4], "b": [4]}, known_wrong=(A, BOTH, B))
    assert question.drawn({"a": 1, "b": 4}, Dice("")).wrong_numbers == {1: "a alone", 4: "b alone"}
    assert question.drawn({"a": 4, "b": 4}, Dice("")).wrong_numbers == {4: "a or b"}


def test_the_field_of_a_complaint_is_the_lecturers_key() -> None:
    asked: list[tuple[Callable[[], object], str]] = [
        (lambda: numeric(hint="see {k}"), "hint"),
        (lambda: numeric(answer="k"), "answer"),
        (lambda: numeric(tolerance="k"), "tolerance"),
        (lambda: numeric(known_wrong=(KnownWrong("2", ""), KnownWrong("k", ""))), "wrong[2].answer"),
        (lambda: numeric(known_wrong=(KnownWrong("2", "{k}"),)), "wrong[1].explanation"),
        (lambda: numeric(known_wrong=(KnownWrong("2", "", same_as=("k",)),)), "wrong[1].same_as"),
        (lambda: choice(YES, Choice("{k}", right=False)), "choices[2].text"),
        (lambda: matching(known_wrong=(Mismatch("one", "b", "{k}"),)), "wrong[1]"),
        (lambda: formula(variables=("2k",)), "variables"),
    ]
    for ask, field in asked:
        with pytest.raises(Invalid) as error:
            ask()
        assert error.value.field == field
