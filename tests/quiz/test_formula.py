"""Formulas: every equivalent form is right, others are told what is wrong, and no text can do harm."""

from __future__ import annotations

from fractions import Fraction

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from grader.domain.errors import Invalid
from grader.domain.formula import Names, agree, parse, points, values
from grader.domain.formula.parser import MAX_LENGTH
from grader.domain.formula.steps import MAX_DEGREE
from grader.domain.quiz import complaint, mark
from tests.quiz.kinds import ASKED

NAMES = Names(("k", "C_in", "C_out"))
WHERE = points(NAMES.known, "seed")
PIECES = [
    "k", "C_in", "Cout", "C", "x", "e", "1", "2", "0", "9" * 14, ".5", "(", ")", "^", "**", "²", "⁻¹", "/", "//", "*",
    "·", "+", "-", "−", " ", "⌊", "⌋", "floor(", r"\frac", "{", "}", "_", "$", "=", "\\", "\0", "½", "٣", "[",
    "\U0001d424",
]  # fmt: skip


def same(one: str, other: str) -> bool:
    return agree(values(parse(one, NAMES), WHERE), values(parse(other, NAMES), WHERE))


@pytest.mark.parametrize(
    "answer",
    [
        "k^2*C_in*C_out + C_out",
        "k²·C_in·C_out + C_out",
        "C_out(k*k*C_in+1)",
        "C_out·(k² C_in + 1)",
        "k**2 * c_in * c_out + c_out",
        "kkCinCout + Cout",
        "k x k x C_in x C_out + C_out",
        "k × k × Cᵢₙ × Cₒᵤₜ + Cₒᵤₜ",
        "params = (k^2 C_in + 1) C_out",
        r"$k^{2} \cdot C_{\text{in}} \cdot C_{out} + C_{\mathrm{out}}$",
        r"C_{out}\left(k^2\times C_{in} + 1\right)",
        "C_out + C_out*C_in*k^3/k",
        "C_out/(1/(k^2 C_in + 1))",
        r"\frac{C_{out}^2 (k^2 C_{in} + 1)}{C_{out}}",
        "((k^2*C_in + 1)*C_out^2)/C_out",
        "(k+1)(k-1)C_in C_out + C_in C_out + C_out",
        "-(−k²·C_in·C_out − C_out)",
        "0.5*(2k^2 C_in C_out + 2 C_out)",
        "K² · C_IN · C_OUT + C_OUT",
        "\U0001d458² · C_in · C_out + C_out",
        "k^(1+1)·C_in·C_out+C_out",
        "C_out·k^2·C_in - (-C_out)",
    ],
)
def test_every_equivalent_form_is_right(answer: str) -> None:
    marked = mark(ASKED["formula"], answer)
    assert marked.correct, marked.explanation


@pytest.mark.parametrize(
    ("answer", "explanation"),
    [
        ("k²·C_in·C_out", "There is a bias for each output channel."),
        ("C_out·(k·C_in + 1)", "A kernel has two axes."),
        ("k²·C_in·C_out + C_in", "Read as k^2·C_in·C_out + C_in. Count one filter first."),
        ("9", "Read as 9. Count one filter first."),
        ("C_out/(k - k)", "This divides by zero, whatever the sizes."),
        ("k^2·K_out", 'This could not be read as a formula: unknown name "K_out": the names are k, C_in, C_out.'),
        ("k2", 'This could not be read as a formula: unknown name "k2": the names are k, C_in, C_out.'),
        ("1/2k", 'This could not be read as a formula: "1/2 k" can be read in two ways: write * or parentheses.'),
        ("k^C_in", f"This could not be read as a formula: an exponent must be a whole number of at most {MAX_DEGREE}."),
        ("k^0.5", f"This could not be read as a formula: an exponent must be a whole number of at most {MAX_DEGREE}."),
        ("k·(C_in", 'This could not be read as a formula: ")" is missing after "C_in".'),
        ("k)", 'This could not be read as a formula: ")" is not expected after "k".'),
        ("k·", 'This could not be read as a formula: a number, a name or "(" is missing before the end.'),
        ("k! + 1", 'This could not be read as a formula: "!" is not understood here.'),
        (
            "k 2",
            'This could not be read as a formula: "k 2" is not understood: write * between the two, or ^ for a power.',
        ),
        ("1,000·k", 'This could not be read as a formula: "," is not understood here.'),
    ],
)
def test_a_wrong_formula_is_told_what_is_wrong(answer: str, explanation: str) -> None:
    marked = mark(ASKED["formula"], answer)
    assert marked.explanation == explanation
    assert marked.points == 0


@pytest.mark.parametrize(
    ("one", "other", "are_same"),
    [
        ("floor(k/2)", "⌊k/2⌋", True),
        ("floor(k/2)", "k//2", True),
        ("ceil(k/2)", "floor((k+1)/2)", True),
        (r"\lfloor \frac{k}{2} \rfloor", "k//2", True),
        ("floor(k/2)", "k/2", False),
        ("floor(k/2)", "ceil(k/2)", False),
        ("floor(k/3)", "floor(k/4)", False),
        ("k^-1", "1/k", True),
        ("2^3^2", "512", True),
        ("-k^2", "0 - k·k", True),
        ("(-k)^2", "k·k", True),
        ("k^0", "1", True),
        ("k·C_in - C_in·k", "0", True),
        ("k + 1/1000000000", "k", False),
        ("k^12", "k^11", False),
        ("1/(k-3)", "1/(k-3)", True),
        ("(k-3)/(k-3)", "1", True),
        ("1/(k-k)", "1/(k-k)", False),
        ("a", "b", False),
    ],
)
def test_two_formulas_are_the_same_exactly_when_their_values_are(one: str, other: str, are_same: bool) -> None:  # noqa: FBT001 - a table
    one, other = one.replace("a", "C_in") if one == "a" else one, "C_out" if other == "b" else other
    assert same(one, other) is are_same


@pytest.mark.parametrize(
    ("known", "run", "found"),
    [
        (("k", "K"), "kKk", ("k", "K", "k")),
        (("C_in", "c"), "cCin", ("c", "C_in")),
        (("alpha", "β"), "alphabeta", ("alpha", "β")),
        (("x1", "x2"), "x1x2", ("x1", "x2")),
        (("N", "C", "H", "W"), "NCHW", ("N", "C", "H", "W")),
        (("n", "in_features"), "inFeatures", ("in_features",)),
    ],
)
def test_names_stand_side_by_side(known: tuple[str, ...], run: str, found: tuple[str, ...]) -> None:
    assert Names(known).split(run) == found


@pytest.mark.parametrize(
    ("known", "complaint"),
    [
        ((), "1 to 12 variables"),
        (("k", "k"), None),
        (("C_in", "Cin"), "spelled alike"),
        (("ab", "a", "b"), "reads like a product"),
        (("2k",), "no name"),
        (("a b",), "no name"),
        (("k_",), "no name"),
        (("floor",), "no name"),
        (("",), "no name"),
        (tuple("abcdefghijklm"), "1 to 12"),
    ],
)
def test_names_that_cannot_be_told_apart_are_refused(known: tuple[str, ...], complaint: str | None) -> None:
    if complaint is None:
        assert Names(known).split("k") == ("k",)
        return
    with pytest.raises(Invalid, match=complaint):
        Names(known)


def test_a_run_that_can_be_read_in_two_ways_is_not_guessed() -> None:
    names = Names(("ab", "bc", "a", "c"))
    with pytest.raises(Invalid, match="read in two ways"):
        names.split("abc")


def test_x_is_times_unless_it_is_a_variable() -> None:
    assert parse("3x3", NAMES).text == "3·3"
    assert parse("3x", Names(("x",))).text == "3·x"


def test_parameters_stand_for_their_numbers_and_are_no_names_for_students() -> None:
    asked = ASKED["floor"]
    p = 1 if "padding 1" in asked.prompt else 2
    assert mark(asked, f"⌊(H + {2 * p} - k)/s⌋ + 1").correct
    assert mark(asked, f"ceil((H + {2 * p} - k + 1)/s)").correct
    assert mark(asked, f"(H + {2 * p} - k)/s + 1").explanation == "A size is a whole number."
    assert 'unknown name "p"' in mark(asked, "floor((H + 2p - k)/s) + 1").explanation
    assert asked.shown().variables == ("H", "k", "s")


def test_the_points_follow_from_the_seed_and_are_whole_and_above_zero() -> None:
    assert points(("k",), "1") == points(("k",), "1") != points(("k",), "2")
    assert all(size >= 1 for point in points(("k", "s"), "1") for size in point.values())


@pytest.mark.parametrize(
    "text",
    [
        "(" * MAX_LENGTH,
        "(" * 150 + ")" * 150,
        "-" * 299 + "k",
        "2^" * 149 + "2",
        "k^64^64",
        "((k^9)^9)^9",
        "9" * 299,
        "9" * 15 + "^64",
        "((9^60)^60)^60",
        "k" * MAX_LENGTH,
        "1/(k+" * 40 + "1" + ")" * 40,
        "k+" * 149 + "k",
        "1/k+" * 74 + "1",
        "kC_in" * 60,
        "floor(" * 20 + "k" + ")" * 20,
        "k" * (MAX_LENGTH + 1),
        r"\frac" * 60,
        "{" * 300,
    ],
)
@pytest.mark.timeout(10)  # milliseconds each; without bounds: hours
def test_a_text_that_is_made_to_hurt_is_answered_at_once(text: str) -> None:
    assert not mark(ASKED["formula"], text).correct


@given(st.lists(st.sampled_from(PIECES), max_size=60).map("".join))
@example("2^(1/0)")
@example("(0)^-1")
@settings(max_examples=500, deadline=None)
def test_no_heap_of_pieces_makes_it_raise(text: str) -> None:
    marked = mark(ASKED["formula"], text)
    assert marked.explanation or marked.correct
    if complaint(ASKED["formula"], text) is None and not marked.correct and "Read as" in marked.explanation:
        understood = marked.explanation.removeprefix("Read as ").rpartition(". Count")[0]
        assert same(understood, text), "what is said to be read is what was read"


TREES = st.recursive(
    st.sampled_from(["k", "C_in", "C_out", "1", "2", "3"]),
    lambda inner: st.builds(lambda a, sign, b: f"({a} {sign} {b})", inner, st.sampled_from("+-*"), inner),
    max_leaves=8,
)


@given(TREES, TREES)
@settings(max_examples=200, deadline=None)
def test_it_agrees_with_python_about_polynomials(one: str, other: str) -> None:
    def at(text: str, size: int) -> object:
        return eval(text, {"k": Fraction(size), "C_in": Fraction(size**9 + 1), "C_out": Fraction(size**81 + 7)})  # noqa: S307 - ours

    assert same(one, other) is (at(one, 10**6 + 3) == at(other, 10**6 + 3))


@given(TREES)
@settings(max_examples=100, deadline=None)
def test_a_formula_reads_back_as_it_is_shown(text: str) -> None:
    assert same(parse(text, NAMES).text, text)
