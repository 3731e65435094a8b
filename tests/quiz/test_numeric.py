"""Numbers are understood in every spelling and unit, and wrong ones are told what led to them."""

from __future__ import annotations

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from grader.domain.questions import NumericQuestion
from grader.domain.quiz import Marked, Quiz, draw, mark
from grader.domain.reading import read_number
from tests.quiz.kinds import ASKED

UNREADABLE = "This could not be read as one number. Write it like 1,000 or 0.5."


@pytest.mark.parametrize(
    "answer",
    [
        "16384", "16,384", "16 384", "16_384", "16\u202f384", "16'384", " 16384.0 ", "16,384 weights",
        "about 16 384.", "K·C = 16384", "256 × 64 = 16,384", "1.6384e4", "+16384", "32768/2",
    ],
)  # fmt: skip
def test_a_right_number_is_right_in_every_spelling(answer: str) -> None:
    assert mark(ASKED["weights"], answer) == Marked(
        Fraction(2), 2, correct=True, explanation="Each of 64 filters has 256 weights: 16,384."
    )


@pytest.mark.parametrize(
    ("answer", "explanation"),
    [
        ("16,448", "You counted the 64 biases."),
        ("147 456", "You used a 3×3 kernel."),
        ("16,385", "Read as 16,385. Count one filter first."),
        ("-16384", "Read as -16,384. Count one filter first."),
        ("0.5", "Read as 0.5. Count one filter first."),
        ("256 × 64", UNREADABLE),
        ("16,384 or 16,448", UNREADABLE),
        ("163,84", "Read as 163.84. Count one filter first."),
        ("1/0", UNREADABLE),
        ("10⁴", UNREADABLE),
        (["16384", "16448"], UNREADABLE),
    ],
)
def test_a_wrong_number_is_told_what_led_to_it(answer: str | list[str], explanation: str) -> None:
    assert mark(ASKED["weights"], answer) == Marked(Fraction(0), 2, correct=False, explanation=explanation)


@pytest.mark.parametrize(("answer", "correct"), [("8.47", True), ("8,5×", True), ("8.42", True), ("8.41", False)])
def test_a_tolerance_is_absolute_and_inclusive(answer: str, correct: bool) -> None:  # noqa: FBT001 - a table
    assert mark(ASKED["ratio"], answer).correct is correct


def test_a_known_wrong_number_is_known_within_the_tolerance() -> None:
    assert mark(ASKED["ratio"], "9.02").explanation == "That is the middle convolution alone."


@pytest.mark.parametrize(
    "answer",
    [
        "4",
        "4 KiB",
        "4KiB",
        "4,096 bytes",
        "4096 B",
        "4096",
        "0.00390625 MiB",
        "32,768 bits",
        "k·4 = 4096 B",
        "4.096 kB",
    ],
)
def test_a_unit_is_understood_with_its_prefixes(answer: str) -> None:
    right = answer not in {"4096", "32,768 bits"}  # KiB is asked for; bits are of another kind
    assert mark(ASKED["memory"], answer).correct is right


def test_another_kind_of_unit_is_no_number_here() -> None:
    told = mark(ASKED["memory"], "32,768 bits").explanation
    assert told == f"{UNREADABLE} It is asked for in KiB."
    assert ASKED["memory"].shown().unit == "KiB"


def test_the_largest_number_that_can_be_written_is_only_wrong() -> None:
    question = NumericQuestion("t", "How long?", answer="1", unit="ns")
    (asked,) = draw(Quiz("q", "Q", (question,)), "1")
    told = mark(asked, "9" * 190 + "e99/7 Ts").explanation
    assert told.startswith("Read as 1,428,571,")
    assert len(told) > 300


@given(st.integers(min_value=0, max_value=10**12), st.sampled_from([",", "_", ""]))
def test_a_number_is_read_as_it_was_written(number: int, separator: str) -> None:
    assert read_number(f"{number:,}".replace(",", separator)) == number
