"""Matching: each right pair earns its share, wrong ones are explained."""

from __future__ import annotations

from fractions import Fraction

import pytest

from grader.domain.questions import MatchingQuestion, Pair
from grader.domain.quiz import Quiz, draw, mark
from tests.quiz.kinds import ASKED, key_of

ASKED_PAIRS = ASKED["matching"]
RIGHT = {"1×1": "16,384", "3×3": "147,456", "1×1 twice over": "32,768"}
HOW = "Give each number one letter, like 1=a, 3=d."


def pairs(**given: str) -> list[str]:
    """Return an answer; items and choices by their texts."""
    return [f"{key_of(ASKED_PAIRS, item)}={key_of(ASKED_PAIRS, choice)}" for item, choice in given.items()]


@pytest.mark.parametrize(
    ("changed", "points", "explanation"),
    [
        ({}, 3, ""),
        ({"3×3": "32,768"}, 2, "Three times three is not two."),
        ({"3×3": "409,600"}, 2, "That would be 5×5."),
        ({"1×1": "409,600", "3×3": "409,600"}, 1, "That would be 5×5."),
        ({"1×1": "32,768", "1×1 twice over": "16,384"}, 1, "That is not it."),
    ],
)
def test_each_right_pair_earns_its_share(changed: dict[str, str], points: int, explanation: str) -> None:
    marked = mark(ASKED_PAIRS, pairs(**RIGHT | changed))
    assert (float(marked.points), marked.correct) == (points, points == 3)
    if changed:
        numbers = ", ".join(sorted(key_of(ASKED_PAIRS, item) for item in changed))
        assert marked.explanation == f"{points} of 3 are right; not right: {numbers}. {explanation}"


def test_what_is_left_open_earns_nothing() -> None:
    assert mark(ASKED_PAIRS, pairs(**{"3×3": "147,456"})).points == 1


@pytest.mark.parametrize("between", ["=", "", " ", "-", ": ", " → ", ") ", "."])
def test_pairs_may_be_written_in_one_text(between: str) -> None:
    written = ", ".join(pairs(**RIGHT)).replace("=", between)
    assert mark(ASKED_PAIRS, written).correct
    assert mark(ASKED_PAIRS, written.upper().replace(", ", "\n")).correct


@pytest.mark.parametrize("answer", ["1=a, 1=b", "9=a", "1=z", "1=a and so on", "a=1", "abc", "1", ["1=a", "?"]])
def test_what_is_no_pair_is_told_how_to_write_one(answer: str | list[str]) -> None:
    assert mark(ASKED_PAIRS, answer).explanation == HOW


def test_several_items_may_go_with_one_choice() -> None:
    question = MatchingQuestion("m", "Mixes space?", pairs=(Pair("1×1", "no"), Pair("3×3", "yes"), Pair("5×5", "yes")))
    (asked,) = draw(Quiz("q", "Q", (question,)), "1")
    assert [option.text for option in asked.shown().choices] in (["no", "yes"], ["yes", "no"])
    yes = key_of(asked, "yes")
    answer = [f"{option.key}={yes}" for option in asked.shown().items]
    assert mark(asked, answer).points == Fraction(2, 3)
