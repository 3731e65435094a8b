"""A small grid tells where an answer is wrong and by how much, whatever the answer's shape."""

from __future__ import annotations

import json
import math
from typing import TYPE_CHECKING, Any

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from grader.domain.exercise import Visibility
from grader.kit import tolerance
from grader.kit.examiner import KitExaminer
from grader.kit.heat import COLUMNS, ROWS, heat_map
from grader.kit.marking import Expected, mark
from tests.kit.bench import EXERCISE, REFERENCE, LocalSandbox

if TYPE_CHECKING:
    from collections.abc import Iterator

TERMS = 16
JSON_LIMIT = 4000  # bytes

SHAPES = st.lists(st.sampled_from([1, 1, 2, 3, 5, 12, 13, 16, 17, 40]), max_size=5).filter(
    lambda s: math.prod(s) < 50_000
)


def heat_of(got: torch.Tensor, exact: torch.Tensor) -> Any:  # noqa: ANN401 - as JSON has it
    result = mark(got, Expected(tolerance.widen(exact), exact), TERMS)
    return json.loads(json.dumps(result.detail))["heat"]


def off(exact: torch.Tensor, times: dict[tuple[int, ...], float]) -> torch.Tensor:
    """Return *exact*, in float64, moved at some places by so many times what float64 is allowed there."""
    allowed = tolerance.allowed(exact, exact.dtype, TERMS)
    moved = exact.clone()
    for place, number in times.items():
        moved[place] += number * allowed[place]
    return moved


def test_cells_say_how_many_times_the_allowed_error() -> None:
    exact = torch.ones(2, 3, dtype=torch.float64)
    assert heat_of(off(exact, {(0, 1): 12.3456, (1, 2): -700, (1, 0): 0.5}), exact) == {
        "cells": [[0.0, 12.3, 0.0], [0.5, 0.0, 700.0]],
        "axes": [{"axis": 0, "covers": 1}, {"axis": 1, "covers": 1}],
    }


@pytest.mark.parametrize(
    ("shape", "rows", "columns", "axes"),
    [
        ((), 1, 1, [(None, 1), (None, 1)]),
        ((5,), 1, 5, [(None, 1), (0, 1)]),
        ((33,), 1, 11, [(None, 1), (0, 3)]),
        ((12, 16), 12, 16, [(0, 1), (1, 1)]),
        ((13, 17), 7, 9, [(0, 2), (1, 2)]),
        ((1, 1), 1, 1, [(0, 1), (1, 1)]),
        ((2, 3, 28, 30), 10, 15, [(2, 3), (3, 2)]),
        ((1, 100_000), 1, 16, [(0, 1), (1, 6250)]),
        ((2, 100_000, 1), 12, 1, [(1, 8334), (2, 1)]),
    ],
)  # fmt: skip
def test_rows_and_columns_are_the_last_two_axes(
    shape: tuple[int, ...], rows: int, columns: int, axes: list[tuple[int | None, int]]
) -> None:
    exact = torch.ones(shape)
    found = heat_of(exact + 1, exact)
    assert [len(row) for row in found["cells"]] == [columns] * rows
    assert [(axis["axis"], axis["covers"]) for axis in found["axes"]] == axes


def test_the_worst_of_all_axes_before_them_is_told() -> None:
    exact = torch.ones(3, 4, 2, 2, dtype=torch.float64)
    got = off(exact, {(0, 0, 0, 0): 3, (2, 3, 0, 0): 8, (1, 1, 1, 0): 2})
    assert heat_of(got, exact)["cells"] == [[8.0, 0.0], [2.0, 0.0]]


@pytest.mark.parametrize(
    ("got", "exact", "cells"),
    [
        (torch.tensor([1.0, math.nan]), torch.ones(2), [[0.0, None]]),
        (torch.tensor([math.inf, 1.0]), torch.ones(2), [[None, 0.0]]),
        (torch.tensor([1, 2, 3]), torch.tensor([1, 2, 4]), [[0.0, 0.0, None]]),
        (torch.tensor([True, False]), torch.tensor([True, True]), [[0.0, None]]),
        (torch.tensor([0.0, 1.0]), torch.zeros(2), [[0.0, None]]),
        (torch.ones(1, dtype=torch.complex128) * 1e300, torch.zeros(1, dtype=torch.complex128), [[None]]),
    ],
    ids=["NaN", "infinity", "integers", "truth values", "zeros expected", "complex"],
)  # fmt: skip
def test_what_no_number_says_is_null(got: torch.Tensor, exact: torch.Tensor, cells: list[list[float | None]]) -> None:
    assert heat_of(got, exact)["cells"] == cells


def test_what_is_barely_wrong_is_told_as_wrong() -> None:
    exact = torch.ones(2, dtype=torch.float64)
    allowed = tolerance.allowed(exact, exact.dtype, TERMS)
    error = torch.stack([allowed[0], torch.nextafter(allowed[1], allowed.new_tensor(1.0))])
    assert heat_map(error, allowed, error > allowed)["cells"] == [[1.0, 1.01]]


@st.composite
def errors(draw: st.DrawFn) -> tuple[torch.Tensor, torch.Tensor]:
    """Draw an error and what is allowed, of one shape, with all that numbers may be."""
    shape = draw(SHAPES)
    chance = torch.Generator().manual_seed(draw(st.integers(0, 2**32)))
    error, allowed = (10 ** (12 * torch.rand(shape, generator=chance, dtype=torch.float64) - 6) for _ in range(2))
    odd = st.sampled_from([0.0, 1e-300, 1.0, 9.99e15, 1e300])
    for tensor, extremes in ((error, odd | st.sampled_from([math.inf, math.nan])), (allowed, odd)):
        flat = tensor.view(-1)
        for place, value in draw(st.lists(st.tuples(st.integers(0, flat.numel() - 1), extremes), max_size=4)):
            flat[place] = value
    return error, allowed


@settings(deadline=None)
@given(errors())
def test_the_grid_is_small_and_its_maximum_the_largest_error(drawn: tuple[torch.Tensor, torch.Tensor]) -> None:
    error, allowed = drawn
    wrong = ~(error <= allowed)
    found: Any = heat_map(error, allowed, wrong)
    assert len(json.dumps(found)) < JSON_LIMIT
    assert 1 <= len(found["cells"]) <= ROWS
    assert {len(row) for row in found["cells"]} <= set(range(1, COLUMNS + 1))
    values = [math.inf if cell is None else cell for row in found["cells"] for cell in row]
    times = (error / allowed)[wrong].nan_to_num(nan=math.inf, posinf=math.inf)
    assert max(values) == pytest.approx(float(times.max()), rel=0.02) if wrong.any() else max(values) <= 1


@settings(deadline=None)
@given(errors())
def test_a_cell_is_above_one_exactly_where_something_is_wrong(drawn: tuple[torch.Tensor, torch.Tensor]) -> None:
    error, allowed = drawn
    wrong = ~(error <= allowed)
    found: Any = heat_map(error, allowed, wrong)
    for row, column, place in covered(found, wrong):
        cell = found["cells"][row][column]
        assert (cell is None or cell > 1) == bool(wrong[place].any())


def covered(found: Any, tensor: torch.Tensor) -> Iterator[tuple[int, int, tuple[Any, ...]]]:  # noqa: ANN401 - JSON
    """Yield each cell's row and column, and the part of the tensor that its axes say it covers."""
    for row, cells in enumerate(found["cells"]):
        for column in range(len(cells)):
            place: list[Any] = [slice(None)] * tensor.dim()
            for number, axis in zip((row, column), found["axes"], strict=True):
                if axis["axis"] is not None:
                    place[axis["axis"]] = slice(number * axis["covers"], (number + 1) * axis["covers"])
            yield row, column, tuple(place)


def test_the_longest_grid_is_short_enough() -> None:
    error = torch.full((1, 1, 1, ROWS * 10**3, COLUMNS * 10**3), 9.99e15, dtype=torch.float64)
    assert len(json.dumps(heat_map(error, torch.ones_like(error), error > 1))) < JSON_LIMIT


def test_only_what_is_told_in_full_has_a_grid() -> None:
    doubled = REFERENCE.replace("y = x * self.weight", "y = 2 * x * self.weight")
    report = KitExaminer(LocalSandbox(), secret=b"s", node="").examine(EXERCISE, doubled)
    told = {check.name: "heat" in check.detail for check in report.checks if not check.points}
    public = {scenario.name for scenario in EXERCISE.scenarios if scenario.visibility is Visibility.PUBLIC}
    assert {name for name, has_grid in told.items() if has_grid} == public
    assert not all(told.values())
