"""Outputs: what a program prints, in a student's own hand."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from grader.domain.printed import read_printed
from grader.domain.questions import OutputQuestion
from grader.domain.quiz import Quiz, draw, mark
from tests.quiz.kinds import ASKED, OUTPUT


@pytest.mark.parametrize(
    ("printed", "answer"),
    [
        ("torch.Size([1, 64, 28])", "torch.Size([1,64,28])"),
        ("torch.Size([1, 64, 28])", "(1, 64, 28)"),
        ("torch.Size([1, 64, 28])", "[1, 64, 28]"),
        ("torch.Size([1, 64, 28])", "1×64×28"),
        ("tensor([0.5000, 1.0000])", "tensor([.5, 1.])"),
        ("tensor([-1, 2])", "tensor( [\u22121,2] )"),
        ("16384", "16,384"),
        ("16384", "16 384"),
        ("True", "true"),
        ("None", "none"),
        ("1\n2\n3", "1 2 3"),
        ("a  b", "a\tb\r\n"),
        ("{'k': 2}", '{"k": 2}'),
        ("1e-05", "1e-5"),
        ("1e-05", "0.00001"),
    ],
)
def test_what_makes_no_difference_is_right(printed: str, answer: str) -> None:
    assert read_printed(printed).is_met_by(read_printed(answer))


@pytest.mark.parametrize(
    ("printed", "answer"),
    [
        ("8", "8.0"),
        ("8.0", "8"),
        ("[1, 2]", "(1, 2)"),
        ("torch.Size([1, 64])", "torch.Size([64, 1])"),
        ("torch.Size([1, 64])", "tensor([1, 64])"),
        ("16384", "16,385"),
        ("12", "1 2"),
        ("ab", "a b"),
        ("Abc", "abc"),
        ("1\n2", "2\n1"),
        ("1, 024", "1024"),
        ("", "0"),
    ],
)
def test_what_makes_a_difference_is_wrong(printed: str, answer: str) -> None:
    assert not read_printed(printed).is_met_by(read_printed(answer))


def test_known_outputs_are_explained_and_others_get_the_hint() -> None:
    (asked,) = draw(Quiz("q", "Q", (OUTPUT,)), "1")
    k = "3" if "3" in asked.shown().code else "2"
    assert mark(asked, f"(1, {k}, 28)").correct
    assert mark(asked, f"1, {k}, 28 in all").correct
    assert mark(asked, f"{k}×28").explanation == "The batch is an axis, too."
    assert mark(asked, "28").explanation == "That is not it."


def test_only_parameters_are_filled_into_code() -> None:
    question = OutputQuestion(
        "o", "?", parameters={"k": [1024]}, code="x = {k}\nd = {'a': 1}\nprint(f'{x} {d}')", answer="{k} {'a': 1}"
    )
    (asked,) = draw(Quiz("q", "Q", (question,)), "1")
    assert asked.shown().code == "x = 1024\nd = {'a': 1}\nprint(f'{x} {d}')"
    assert asked.right_answer == "1024 {'a': 1}"
    assert mark(asked, "1024 { 'a' : 1 }").correct


@given(st.text(), st.text())
@settings(deadline=None)
def test_any_two_texts_can_be_compared(one: str, other: str) -> None:
    printed = read_printed(one)
    assert printed.is_met_by(printed)
    assert printed.is_met_by(read_printed(f" {one}\n"))
    assert printed.is_met_by(read_printed(other)) in {True, False}


def test_the_code_is_shown() -> None:
    assert "torch.zeros(1, " in ASKED["output"].shown().code
