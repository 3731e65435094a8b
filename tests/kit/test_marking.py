"""What a student is told of an answer that is not the expected one."""

from __future__ import annotations

from typing import Any

import pytest
import torch

from grader.domain.observation import LayerNumber, Opaque
from grader.kit.marking import Expected, Mark, as_native, mark

ONES = torch.ones(2, 3)


def marked(got: Any, exact: Any, native: Any = None, *, terms: int = 16) -> Mark:  # noqa: ANN401 - any answer
    if native is None:
        native = exact.float() if isinstance(exact, torch.Tensor) and exact.dtype == torch.float64 else exact
    return mark(got, Expected(exact, native), terms)


def at(*place: int, value: float) -> torch.Tensor:
    changed = ONES.clone()
    changed[place] = value
    return changed


WRONG: list[tuple[str, Any, Any, str]] = [
    ("shape", torch.ones(3, 2), ONES, "The shape is (3, 2), expected (2, 3)."),
    ("broadcastable", torch.ones(1, 3), ONES, "The shape is (1, 3), expected (2, 3)."),
    ("0-d", torch.tensor(1.0), ONES, "The shape is (), expected (2, 3)."),
    ("empty", torch.ones(0, 3), ONES, "The shape is (0, 3), expected (2, 3)."),
    ("dtype", ONES.double(), ONES, "The dtype is float64, expected float32."),
    ("half", ONES.half(), ONES, "The dtype is float16, expected float32."),
    ("complex", ONES + 0j, ONES, "The dtype is complex64, expected float32."),
    ("integers", ONES.long(), ONES, "The dtype is int64, expected float32."),
    ("one off", at(1, 2, value=3), ONES, "The largest error is 2, at [1, 2]; 16.7 % of the values are wrong."),
    ("NaN", at(0, 1, value=float("nan")), ONES, "Nan at [0, 1]; 16.7 % of the values are wrong."),
    ("all NaN", ONES * float("nan"), ONES, "Nan at [0, 0]; 100 % of the values are wrong."),
    ("infinity", at(1, 0, value=float("-inf")), ONES, "-inf at [1, 0]; 16.7 % of the values are wrong."),
    ("a number", 1.0, ONES, "Got 1.0, expected a tensor of shape (2, 3)."),
    ("None", None, ONES, "Got None (is a `return` missing?), expected a tensor of shape (2, 3)."),
    ("a list", (ONES,), ONES, "Got a tuple or list of 1 tensor of shape (2, 3), expected a tensor of sh"),
    ("a sparse tensor", Opaque("a sparse tensor (torch.sparse_coo)"), ONES, "Got a sparse tensor (torch.spar"),
    ("a module", LayerNumber(3), ONES, "Got a module, expected a tensor of shape (2, 3)."),
    (
        "too few parts", (ONES,), (ONES, ONES[0]),
        "Got a tuple or list of 1 tensor of shape (2, 3), expected a tuple or list of 2 tensors of shapes (2, 3), (3,)",
    ),
    ("values of all kinds", (ONES, "a"), ONES, "Got a tuple or list of 2 values, expected a tensor of shape (2, 3)."),
    ("nothing at all", (), ONES, "Got an empty tuple or list, expected a tensor of shape (2, 3)."),
    ("a part", (ONES, ONES + 1), (ONES, ONES), "Part 2: the largest error is 1, at [0, 0]; 100 % of the values"),
    ("a part by name", {"a": ONES + 1}, {"a": ONES}, "`a`: the largest error is 1"),
    ("a part in a part", {"a": (ONES, 2)}, {"a": (ONES, 3)}, "`a`, part 2: got 2, expected 3."),
    ("other names", {"b": ONES}, {"a": ONES}, "Got {b}, expected {a}."),
    ("names for parts", {"b": ONES}, (ONES,), "Got {b}, expected a tuple or list of 1 tensor of shape (2, 3)."),
    ("True for 1", True, 1, "Got True, expected 1."),
    ("1 for True", 1, True, "Got 1, expected True."),
    ("1.0 for 1", 1.0, 1, "Got 1.0, expected 1."),
    ("a text", "a", "b", "Got 'a', expected 'b'."),
    ("a truth value", False, True, "Got False, expected True."),
]  # fmt: skip


@pytest.mark.parametrize(("got", "exact", "message"), [row[1:] for row in WRONG], ids=[row[0] for row in WRONG])
def test_what_differs_is_said(got: object, exact: object, message: str) -> None:
    result = marked(got, exact)
    assert not result.passed
    assert result.message.startswith(message)


RIGHT: list[tuple[str, Any, Any]] = [
    ("the same", ONES, ONES),
    ("a rounding", ONES + 1e-7, ONES.double()),
    ("parts", (ONES, 3, "a", None), (ONES, 3, "a", None)),
    ("names", {"a": 1, "b": (2.5,)}, {"a": 1, "b": (2.5,)}),
    ("nothing", torch.ones(0, 3), torch.ones(0, 3)),
    ("truth values", torch.tensor([True]), torch.tensor([True])),
    ("complex numbers", torch.ones(2) + 1j, torch.ones(2) + 1j),
]


@pytest.mark.parametrize(("got", "exact"), [row[1:] for row in RIGHT], ids=[row[0] for row in RIGHT])
def test_what_agrees_passes(got: object, exact: object) -> None:
    assert marked(got, exact).passed


def test_whole_numbers_are_exact() -> None:
    assert not marked(torch.tensor([10**9 + 1]), torch.tensor([10**9])).passed


def test_pairs_show_the_worst_place_first_and_have_an_end() -> None:
    detail = marked(ONES + torch.tensor([[1.0, 2, 3], [9, 5, 6]]), ONES).detail
    assert detail["pairs"] == [
        {"index": [1, 0], "got": "10", "expected": "1"},
        {"index": [0, 0], "got": "2", "expected": "1"},
        {"index": [0, 1], "got": "3", "expected": "1"},
        {"index": [0, 2], "got": "4", "expected": "1"},
    ]
    assert (detail["largest_error"], detail["share_wrong"]) == (9.0, 1.0)


def test_a_computed_number_is_told_in_the_detail_only() -> None:
    result = marked(0.25, 0.731)
    assert "0.25" in result.brief
    assert "0.731" not in result.brief
    assert result.detail == {"pairs": [{"index": [], "got": "0.25", "expected": "0.731"}]}


@pytest.mark.parametrize(
    ("got", "exact", "brief", "told", "message"),
    [
        (7, 16_384, "Got 7, which is not the value.", "16384", "Got 7, expected 16384."),
        ("a", "secret", "Got a text, which is not the value.", "'secret'", "Got 'a', expected 'secret'."),
        (7, 0.731, "Got 7, expected a floating-point number.", "0.731", "Got 7, expected 0.731."),
        (None, 731, "Got None (is a `return` missing?), expected a whole number.", "731", "Got None (is a `ret"),
        ((64, 7), (64, 731), "Got (64, 7), which is not the value.", "(64, 731)", "Got (64, 7), expected (64, 731)."),
        (
            (64, 256, 1, 1), (64, 731), "Got (64, 256, 1, 1), expected a tuple or list of 2 whole numbers.",
            "(64, 731)", "Got (64, 256, 1, 1), expected (64, 731).",
        ),
    ],
)  # fmt: skip
def test_an_expected_value_stays_out_of_what_is_told_briefly(
    got: object, exact: object, brief: str, told: str, message: str
) -> None:
    result = marked(got, exact)
    assert result.brief == brief
    assert result.detail["pairs"][0]["expected"] == told  # type: ignore[index]
    assert result.message.startswith(message)


SMUGGLED = "what I saw"


@pytest.mark.parametrize("exact", [ONES, 1, 0.5, "a", (ONES, ONES), {"a": ONES}, (64, 256)], ids=str)
@pytest.mark.parametrize(
    "got",
    [
        SMUGGLED, (SMUGGLED,), {SMUGGLED: ONES}, Opaque(SMUGGLED), (1, SMUGGLED), ({SMUGGLED: 1},),
        (ONES, {SMUGGLED: 1}), (64, SMUGGLED), {"a": SMUGGLED}, {"a": Opaque(SMUGGLED)},
    ],
    ids=str,
)  # fmt: skip
def test_words_of_the_students_code_stay_out_of_what_is_told_briefly(got: object, exact: object) -> None:
    result = marked(got, exact)
    assert result.brief
    assert SMUGGLED not in result.brief


@pytest.mark.parametrize("number", [10**12, -(10**15), (1, 10**13)])
def test_a_number_that_could_spell_a_text_is_not_told_briefly(number: object) -> None:
    assert "0000" not in marked(number, ONES).brief


def test_the_size_of_an_error_is_told_briefly_in_one_digit_and_without_its_place() -> None:
    result = marked(at(1, 2, value=3.4567), ONES)
    assert result.brief == "The largest error is about 2; 16.7 % of the values are wrong."
    assert marked(at(0, 1, value=float("nan")), ONES).brief == (
        "Some values are no finite numbers; 16.7 % of the values are wrong."
    )


def test_many_whole_numbers_are_only_counted() -> None:
    result = marked(tuple(range(100)), (1, 2))
    assert result.message == "Got a tuple or list of 100 whole numbers, expected (1, 2)."


def test_true_is_no_one_in_a_tuple_either() -> None:
    assert marked((1, 2), (1, 2)).passed
    assert not marked((True, 2), (1, 2)).passed


def test_exact_answers_take_the_dtypes_of_the_native_ones() -> None:
    exact, native = {"a": (ONES.double(), 1)}, {"a": (ONES, 1)}
    assert as_native(exact, native)["a"][0].dtype == torch.float32
    assert as_native(ONES.double(), (ONES,)).dtype == torch.float64
