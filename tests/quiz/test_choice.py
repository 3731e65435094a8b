"""One choice is right or wrong; of several, guessing does not pay."""

from __future__ import annotations

from fractions import Fraction
from itertools import combinations

import pytest

from grader.domain.quiz import mark
from tests.quiz.kinds import ASKED, keys


def test_a_single_choice_is_right_or_wrong() -> None:
    asked = ASKED["one"]
    assert mark(asked, keys(asked, "right")).correct
    assert mark(asked, keys(asked, "right")[0].upper()).correct
    assert mark(asked, f"({keys(asked, 'right')[0]})").correct
    assert mark(asked, keys(asked, "wrong")).explanation == "It blends no pixels."
    assert mark(asked, ["a", "b"]).explanation == "Choose one answer."
    assert mark(asked, "c").explanation == "Answer with letters from a to b."


@pytest.mark.parametrize(
    ("taken", "points"),
    [
        (("right 0", "right 1", "right 2"), Fraction(3)),
        (("right 0", "right 2"), Fraction(2)),
        (("right 0", "right 1", "wrong"), Fraction(1)),
        (("right 0", "right 1", "right 2", "wrong", "wronger"), Fraction(1)),
        (("wrong", "wronger"), Fraction(0)),
    ],
)
def test_several_choices_earn_their_share_and_never_less_than_nothing(taken: tuple[str, ...], points: Fraction) -> None:
    asked = ASKED["many"]
    marked = mark(asked, keys(asked, *taken))
    assert marked.points == points
    assert marked.correct == (points == asked.points)


@pytest.mark.parametrize("between", ["", " ", ", ", "; "])
def test_keys_may_be_written_in_one_text(between: str) -> None:
    asked = ASKED["many"]
    assert mark(asked, between.join(keys(asked, "right 2", "right 0", "right 1"))).correct


def test_guessing_everything_never_pays_as_much_as_the_right_choices() -> None:
    asked = ASKED["many"]
    every = [choice.key for choice in asked.shown().choices]
    full = [taken for n in range(1, 6) for taken in combinations(every, n) if mark(asked, list(taken)).points == 3]
    assert full == [tuple(sorted(keys(asked, "right 0", "right 1", "right 2")))]
