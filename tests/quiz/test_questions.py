"""What a lecturer may ask, and what is refused before a student sees it."""

from __future__ import annotations

from fractions import Fraction
from typing import TYPE_CHECKING, Any

import pytest

from grader.domain.errors import Invalid
from grader.domain.expression import evaluate, fill_in
from grader.domain.questions import Choice, ChoiceQuestion, KnownWrong, NumericQuestion, ShapeQuestion

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
            '"a" and "b" of \'q\' are the same for a=4, b=4: add one that explains both',
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
    ],
)
def test_a_question_that_cannot_be_asked_is_refused(ask: Callable[[], object], complaint: str) -> None:
    with pytest.raises(Invalid, match=complaint):
        ask()


def test_where_foreseen_answers_are_one_the_explanation_of_both_is_told() -> None:
    question = numeric(answer="0", parameters={"a": [1, 4], "b": [4]}, known_wrong=(A, BOTH, B))
    assert question.foreseen({"a": 1, "b": 4}) == {1: "a alone", 4: "b alone"}
    assert question.foreseen({"a": 4, "b": 4}) == {4: "a or b"}


@pytest.mark.parametrize(
    ("text", "complaint"),
    [
        ("k.__class__", "only whole numbers"),
        ("f(1)", "only whole numbers"),
        ("True + 1", "only whole numbers"),
        ("1.5", "only whole numbers"),
        ("[x for x in ()]", "only whole numbers"),
        ("1 / 2", "only whole numbers"),
        ("1 // (k - k)", "division by zero"),
        ("9 ** 9 ** 9", "exponent"),
        ("2 ** -1", "exponent"),
        ("(10 ** 60) ** 60", "out of range"),
        ("9" * 120, "out of range"),
        ("1 +", "not an expression"),
        ("\0", "not an expression"),
        ("1" + "+ 1" * 100, "200 characters"),
    ],
)
def test_an_expression_is_arithmetic_and_nothing_else(text: str, complaint: str) -> None:
    with pytest.raises(Invalid, match=complaint):
        evaluate(text, {"k": 3})


def test_precedence_is_that_of_python() -> None:
    assert evaluate("-k ** 2 + 2 * (k + 1) // 3 - 1", {"k": 5}) == -(5**2) + 2 * 6 // 3 - 1


@pytest.mark.parametrize(
    ("text", "filled"),
    [
        (r"$\frac{a}{b} \cdot 2^{k}$", r"$\frac{a}{b} \cdot 2^{7}$"),
        ("a set {1, 2} and {}", "a set {1, 2} and {}"),
        ("{k * 1000}", "7,000"),
    ],
)
def test_braces_of_latex_stay(text: str, filled: str) -> None:
    assert fill_in(text, {"k": 7}) == filled
