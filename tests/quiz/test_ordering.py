"""Orders: pairs in their right order earn, the others cost as much."""

from __future__ import annotations

from fractions import Fraction
from itertools import permutations

import pytest

from grader.domain.quiz import mark
from tests.quiz.kinds import ASKED, ORDER, keys

ASKED_ORDER = ASKED["order"]
CONV, NORM, RELU, SECOND = ORDER.items


@pytest.mark.parametrize(
    ("order", "points", "explanation"),
    [
        ((CONV, NORM, RELU, SECOND), 6, ""),
        ((CONV, RELU, NORM, SECOND), 4, "Normalise before you rectify."),
        ((NORM, CONV, RELU, SECOND), 4, "5 of 6 pairs are in the right order. What may the ReLU see?"),
        ((SECOND, CONV, NORM, RELU), 0, "3 of 6 pairs are in the right order. What may the ReLU see?"),
        ((SECOND, RELU, NORM, CONV), 0, "0 of 6 pairs are in the right order. What may the ReLU see?"),
    ],
)
def test_an_order_earns_by_its_pairs(order: tuple[str, ...], points: int, explanation: str) -> None:
    marked = mark(ASKED_ORDER, keys(ASKED_ORDER, *order))
    assert (float(marked.points), marked.explanation, marked.correct) == (points, explanation, points == 6)


@pytest.mark.parametrize("between", [" ", ", ", " > ", " → ", "", " < "])
def test_an_order_may_be_written_in_one_text(between: str) -> None:
    assert mark(ASKED_ORDER, between.join(keys(ASKED_ORDER, *ORDER.items)).upper()).correct


@pytest.mark.parametrize("answer", ["a b c", "a a b c", "a b c d a", "a b c e", "1 2 3 4", "first a"])
def test_each_item_must_be_named_once(answer: str) -> None:
    assert mark(ASKED_ORDER, answer).explanation == "Name each of a to d once, first to last."
    assert mark(ASKED_ORDER, answer).points == 0


def test_blind_guessing_earns_little() -> None:
    guesses = [mark(ASKED_ORDER, list(order)).points for order in permutations("abcd")]
    assert sum(guesses) / len(guesses) / 6 < Fraction(1, 4)
    assert guesses.count(Fraction(6)) == 1
