"""Shapes are understood in every spelling; the layout counts where it is asked for."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from grader.domain.questions import ShapeQuestion
from grader.domain.quiz import Quiz, draw, mark
from grader.domain.reading import read_shape
from tests.quiz.kinds import ASKED

OTHER_WAY = (
    "These are the right sizes, but in the order height × width × channels (HWC). "
    "Asked for is channels × height × width (CHW)."
)
TOO_MANY = "Read as 1×64×28×14. Asked for are 3 sizes: channels × height × width (CHW). That is not it."
UNREADABLE = "This could not be read as a shape. Write it like 3×32×32 or (3, 32, 32)."


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
        ("N×64×28×28", UNREADABLE),
        ("28×28×-64", UNREADABLE),
        ("square", UNREADABLE),
    ],
)
def test_a_wrong_shape_is_told_what_led_to_it(answer: str, explanation: str) -> None:
    assert mark(ASKED["shape"], answer).explanation == explanation


@pytest.mark.parametrize(
    ("answer", "explanation"),
    [
        ("64×28×14", ""),
        ("C=64, H=28, W=14", ""),
        ("28×14×64", OTHER_WAY),
        ("64×14×28", "Height comes before width."),
        ("1×64×28×14", TOO_MANY),
        ("14×28×64", "Read as 14×28×64. That is not it."),
    ],
)
def test_the_layout_asked_for_counts(answer: str, explanation: str) -> None:
    marked = mark(ASKED["layout"], answer)
    assert (marked.correct, marked.explanation) == (not explanation, explanation)


def test_the_student_sees_which_layout_is_asked_for() -> None:
    assert ASKED["layout"].shown().layout == "CHW"


@pytest.mark.parametrize(("layout", "sizes"), [("NHWC", "8, 28, 14, 64"), ("NCHW", "8, 64, 28, 14")])
def test_any_layout_is_taken_where_the_lecturer_says_so(layout: str, sizes: str) -> None:
    question = ShapeQuestion("s", "Which?", answers=(tuple(sizes.split(",")),), layout=layout, any_layout=True)
    (asked,) = draw(Quiz("q", "Q", (question,)), "1")
    assert mark(asked, "8×28×14×64").correct
    assert mark(asked, "8×64×28×14").correct
    assert not mark(asked, "64×8×28×14").correct


@given(st.lists(st.integers(min_value=0, max_value=5000), min_size=2, max_size=5))
def test_a_shape_is_read_as_it_was_written(sizes: list[int]) -> None:
    assert read_shape("×".join(map(str, sizes))) == tuple(sizes)
    assert read_shape(str(tuple(sizes))) == tuple(sizes)
