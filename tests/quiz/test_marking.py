"""Drawing is repeatable, marking is fair to every spelling, and no text can make it fail."""

from __future__ import annotations

from fractions import Fraction
from itertools import combinations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from grader.domain.questions import Choice, ChoiceQuestion, KnownWrong, NumericQuestion, ShapeQuestion
from grader.domain.quiz import DrawnQuestion, Marked, Quiz, draw, mark
from grader.domain.reading import read_number, read_shape

WEIGHTS = NumericQuestion(
    "weights",
    "{c_in} to {k}: how many weights?",
    points=2,
    answer="c_in * k",
    parameters={"c_in": [256], "k": [64]},
    known_wrong=(
        KnownWrong("c_in * k + k", "You counted the {k} biases."),
        KnownWrong("9 * c_in * k", "You used a 3×3 kernel."),
    ),
    explanation="Each of {k} filters has {c_in} weights: {c_in * k}.",
    hint="Count one filter first.",
)
RATIO = NumericQuestion(
    "ratio",
    "How many times fewer?",
    answer=Fraction("8.47"),
    tolerance=Fraction("0.05"),
    known_wrong=(KnownWrong("9", "That is the middle convolution alone."),),
)
SHAPE = ShapeQuestion(
    "shape",
    "28×28×{c_in}, {k} filters: which shape?",
    answers=(("28", "28", "k"), ("k", "28", "28")),
    parameters={"c_in": [256], "k": [64]},
    known_wrong=(KnownWrong("28, 28, c_in", "The filters set the depth."),),
)
ONE = ChoiceQuestion(
    "one",
    "Which?",
    choices=(Choice("right", right=True), Choice("wrong", right=False, explanation="It blends no pixels.")),
    hint="Look at the sum.",
)
MANY = ChoiceQuestion(
    "many",
    "Which?",
    points=3,
    multiple=True,
    choices=(
        *(Choice(f"right {i}", right=True) for i in range(3)),
        Choice("wrong", right=False, explanation="Not this."),
        Choice("wronger", right=False),
    ),
)
QUIZ = Quiz("channels", "Channels", (WEIGHTS, RATIO, SHAPE, ONE, MANY))
ASKED = {question.slug: question for question in draw(QUIZ, "attempt 1")}


def keys(question: DrawnQuestion, *texts: str) -> list[str]:
    return [choice.key for choice in question.choices if choice.text in texts]


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
        ("256 × 64", "This could not be read as one number. Write it like 1,000 or 0.5."),
        ("16,384 or 16,448", "This could not be read as one number. Write it like 1,000 or 0.5."),
        ("163,84", "Read as 163.84. Count one filter first."),
        ("1/0", "This could not be read as one number. Write it like 1,000 or 0.5."),
        ("10⁴", "This could not be read as one number. Write it like 1,000 or 0.5."),
        ("", "No answer was given."),
        ("  ", "No answer was given."),
        (None, "No answer was given."),
        (["16384", "16448"], "This could not be read as one number. Write it like 1,000 or 0.5."),
    ],
)
def test_a_wrong_number_is_told_what_led_to_it(answer: str | list[str] | None, explanation: str) -> None:
    assert mark(ASKED["weights"], answer) == Marked(Fraction(0), 2, correct=False, explanation=explanation)


@pytest.mark.parametrize(("answer", "correct"), [("8.47", True), ("8,5×", True), ("8.42", True), ("8.41", False)])
def test_a_tolerance_is_absolute_and_inclusive(answer: str, correct: bool) -> None:  # noqa: FBT001 - a table
    assert mark(ASKED["ratio"], answer).correct is correct


def test_a_known_wrong_number_is_known_within_the_tolerance() -> None:
    assert mark(ASKED["ratio"], "9.02").explanation == "That is the middle convolution alone."


@pytest.mark.parametrize(
    "answer",
    [
        "28×28×64", "28x28x64", "28 X 28 X 64", "28*28*64", "28 by 28 by 64", "(64, 28, 28)", "[64,28,28]",
        "64 28 28", "torch.Size([64, 28, 28])", "64×28×28 values",
    ],
)  # fmt: skip
def test_a_right_shape_is_right_in_every_spelling(answer: str) -> None:
    assert mark(ASKED["shape"], answer).correct


@pytest.mark.parametrize(
    ("answer", "explanation"),
    [
        ("28×28×256", "The filters set the depth."),
        ("(28, 64, 28)", "Read as 28×64×28. That is not it."),
        ("N×64×28×28", "This could not be read as a shape. Write it like 3×32×32 or (3, 32, 32)."),
        ("28×28×-64", "This could not be read as a shape. Write it like 3×32×32 or (3, 32, 32)."),
        ("square", "This could not be read as a shape. Write it like 3×32×32 or (3, 32, 32)."),
    ],
)
def test_a_wrong_shape_is_told_what_led_to_it(answer: str, explanation: str) -> None:
    assert mark(ASKED["shape"], answer).explanation == explanation


def test_a_single_choice_is_right_or_wrong() -> None:
    asked = ASKED["one"]
    assert mark(asked, keys(asked, "right")).correct
    assert mark(asked, keys(asked, "right")[0].upper()).correct
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


def test_guessing_everything_never_pays_as_much_as_the_right_choices() -> None:
    asked = ASKED["many"]
    every = [choice.key for choice in asked.choices]
    full = [taken for n in range(1, 6) for taken in combinations(every, n) if mark(asked, list(taken)).points == 3]
    assert full == [tuple(keys(asked, "right 0", "right 1", "right 2"))]


def test_the_same_seed_draws_the_same_and_another_seed_another() -> None:
    varied = NumericQuestion("v", "{n}", answer="n", parameters={"n": range(50)})
    quiz = Quiz("q", "Q", (varied, MANY))
    assert draw(quiz, "1") == draw(quiz, "1")
    drawn = [draw(quiz, str(seed)) for seed in range(40)]
    assert len({questions[0].number for questions in drawn}) > 15
    assert len({tuple(choice.text for choice in questions[1].choices) for questions in drawn}) > 15


def test_a_drawn_question_prints_no_answer() -> None:
    assert "16384" not in repr(ASKED["weights"])
    assert "right=True" not in repr(ASKED["one"])


@given(st.sampled_from(sorted(ASKED)), st.one_of(st.none(), st.text(), st.lists(st.text(), max_size=4)))
def test_no_text_makes_marking_raise(slug: str, answer: str | list[str] | None) -> None:
    marked = mark(ASKED[slug], answer)
    assert 0 <= marked.points <= marked.max_points
    assert marked.explanation or marked.correct


@given(st.text(alphabet="0123456789.,_ '×x*/eE+-=()[]", max_size=60))
def test_no_scribble_of_signs_makes_marking_raise(answer: str) -> None:
    for asked in ASKED.values():
        assert mark(asked, answer).max_points == asked.points


@given(st.integers(min_value=0, max_value=10**12), st.sampled_from([",", "_", ""]))
def test_a_number_is_read_as_it_was_written(number: int, separator: str) -> None:
    assert read_number(f"{number:,}".replace(",", separator)) == number


@given(st.lists(st.integers(min_value=0, max_value=5000), min_size=2, max_size=5))
def test_a_shape_is_read_as_it_was_written(sizes: list[int]) -> None:
    assert read_shape("×".join(map(str, sizes))) == tuple(sizes)
    assert read_shape(str(tuple(sizes))) == tuple(sizes)
