"""A lecturer's arithmetic: exact, bounded, and nothing else."""

from __future__ import annotations

from fractions import Fraction

import pytest

from grader.domain.errors import Invalid
from grader.domain.expression import evaluate, fill_in, fill_in_code, whole


@pytest.mark.parametrize(
    ("text", "complaint"),
    [
        ("k.__class__", "only whole numbers"),
        ("f(1)", "only whole numbers"),
        ("True + 1", "only whole numbers"),
        ("1.5", "only whole numbers"),
        ("[x for x in ()]", "only whole numbers"),
        ("1 / (k - k)", "division by zero"),
        ("2 ** (1 / 2)", "exponent"),
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
        ("{k / 2}", "3.5"),
        ("{1000 * k / 3} {1000_000 * k / 3}", "2333.33 2,333,333"),
        ("{1000 * k / 3:.1f}", "2,333.3"),
        ("{k / 16:.2f} {k:.0f}", "0.44 7"),
        ("$2^{k / 2}$", "$2^{3.5}$"),
        ("$2^{k / 3:.1f}$", "$2^{2.3}$"),
        ("$b^{2i}$ $b^{2 * i}$ $x_{k, k}$ $x_{i, k}$", "$b^{2i}$ $b^{2 * i}$ $x_{k, k}$ $x_{i, k}$"),
        (r"$\sqrt[3]{n} \times {k}$ and $$\text{all }{k}$$", r"$\sqrt[3]{n} \times 7$ and $$\text{all }{7}$$"),
        ("`conv_{k}` is no maths, nor is x^{k}, at \\$5 or {k}$", "`conv_7` is no maths, nor is x^7, at \\$5 or 7$"),
    ],
)
def test_braces_of_latex_stay(text: str, filled: str) -> None:
    assert fill_in(text, {"k": 7}) == filled


@pytest.mark.parametrize(
    ("text", "complaint"),
    [
        ("`conv_{n}` is no maths", "unknown name n; declared parameters: k"),
        ("${n} + 1$", "unknown name n; declared parameters: k; in maths, braces that are LaTeX's own stand behind _"),
    ],
)
def test_a_name_that_is_not_declared_is_refused(text: str, complaint: str) -> None:
    with pytest.raises(Invalid, match=complaint):
        fill_in(text, {"k": 7})


def test_division_is_exact_and_only_sizes_must_be_whole() -> None:
    assert evaluate("k / 3 * 3", {"k": 7}) == 7
    assert evaluate("9 * c * c / (2 * c * b + 9 * b * b)", {"c": 256, "b": 64}) == Fraction(589_824, 69_632)
    assert whole("k / 2", {"k": 6}) == 3
    with pytest.raises(Invalid, match=r"3\.5 is no whole number"):
        whole("k / 2", {"k": 7})


@pytest.mark.parametrize(
    ("code", "filled"),
    [
        ("torch.zeros({k}, {1000 * k})", "torch.zeros(7, 7000)"),
        ('f"{x} {k}"', 'f"{x} 7"'),
        ("{'k': 1}, {1}, {}", "{'k': 1}, {1}, {}"),
        ("{k for k in x}", "{k for k in x}"),
    ],
)
def test_braces_of_code_stay(code: str, filled: str) -> None:
    assert fill_in_code(code, {"k": 7}) == filled
