"""Honest reorderings of a sum pass; lower precision in disguise does not."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
import torch

from grader.kit.marking import Expected, mark
from grader.kit.tolerance import close

if TYPE_CHECKING:
    from collections.abc import Callable

CASES = 200


def _case(number: int) -> tuple[torch.Tensor, torch.Tensor]:
    """Weights (K, C) and inputs (C, P), from one to a thousand channels."""
    generator = torch.Generator().manual_seed(number)
    channels = int(torch.randint(1, 1000, (), generator=generator))
    weights = torch.randn(8, channels, generator=generator) / channels**0.5
    return weights, torch.randn(channels, 30, generator=generator)


def _passes(multiply: Callable[[torch.Tensor, torch.Tensor], torch.Tensor], number: int) -> bool:
    weights, inputs = _case(number)
    expected = Expected(weights.double() @ inputs.double(), weights @ inputs)
    return mark(multiply(weights, inputs), expected, weights.shape[1]).passed


def _backwards(w: torch.Tensor, x: torch.Tensor) -> torch.Tensor:
    return w.flip(1) @ x.flip(0)


def _one_by_one(w: torch.Tensor, x: torch.Tensor) -> torch.Tensor:
    total = torch.zeros(w.shape[0], x.shape[1])
    for channel in range(w.shape[1]):
        total += w[:, channel, None] * x[channel]
    return total


def _in_two_halves(w: torch.Tensor, x: torch.Tensor) -> torch.Tensor:
    half = w.shape[1] // 2
    return w[:, half:] @ x[half:] + w[:, :half] @ x[:half]


@pytest.mark.parametrize("multiply", [_backwards, _one_by_one, _in_two_halves])
def test_a_sum_in_another_order_passes(multiply: Callable[[torch.Tensor, torch.Tensor], torch.Tensor]) -> None:
    step = 8 if multiply is _one_by_one else 1  # slow
    assert [number for number in range(0, CASES, step) if not _passes(multiply, number)] == []


def _tf32(tensor: torch.Tensor) -> torch.Tensor:
    """Keep ten bits of the fraction, rounded to nearest, as a GPU's TF32 does."""
    bits = tensor.contiguous().view(torch.int32)
    return ((bits + 0x1000) & ~0x1FFF).view(torch.float32)


DISGUISES: dict[str, Callable[[torch.Tensor, torch.Tensor], torch.Tensor]] = {
    "bfloat16": lambda w, x: (w.bfloat16() @ x.bfloat16()).float(),
    "bfloat16 inputs": lambda w, x: w.bfloat16().float() @ x.bfloat16().float(),
    "float16": lambda w, x: (w.half() @ x.half()).float(),
    "TF32": lambda w, x: _tf32(w) @ _tf32(x),
    "a result of half precision": lambda w, x: (w @ x).half().float(),
}


@pytest.mark.parametrize("multiply", DISGUISES.values(), ids=DISGUISES)
def test_lower_precision_in_disguise_fails(multiply: Callable[[torch.Tensor, torch.Tensor], torch.Tensor]) -> None:
    assert [number for number in range(CASES) if _passes(multiply, number)] == []


CLOSE: list[tuple[str, torch.Tensor, torch.Tensor, bool]] = [
    ("itself", torch.ones(3), torch.ones(3), True),
    ("a rounding", torch.ones(3), torch.ones(3) + 1e-7, True),
    ("another shape", torch.ones(3), torch.ones(1), False),
    ("one percent", torch.ones(3), torch.ones(3) * 1.01, False),
    ("one percent in bfloat16", torch.ones(3).bfloat16(), torch.ones(3).bfloat16() * 1.01, False),
    ("bfloat16 against float32", torch.full((3,), 1.01), torch.full((3,), 1.01).bfloat16(), False),
    ("NaN", torch.full((3,), float("nan")), torch.full((3,), float("nan")), False),
    ("infinity", torch.full((3,), float("inf")), torch.full((3,), float("inf")), False),
    ("an infinity apart", torch.tensor([1.0, float("inf")]), torch.tensor([float("inf"), 1.0]), False),
    ("an infinity beside", torch.tensor([1.0, 2.0, 3.0]), torch.tensor([7.0, float("inf"), 8.0]), False),
    ("too large to square", torch.tensor([1.0, 2.0]).double(), torch.tensor([7.0, 1e200]).double(), False),
    ("whole numbers", torch.tensor([3]), torch.tensor([3]), True),
    ("other whole numbers", torch.tensor([3]), torch.tensor([4]), False),
    ("double precision is held to it", torch.ones(3).double(), torch.ones(3).double() + 1e-8, False),
    ("nothing", torch.ones(0), torch.ones(0), True),
]  # fmt: skip


@pytest.mark.parametrize(("left", "right", "expected"), [row[1:] for row in CLOSE], ids=[row[0] for row in CLOSE])
def test_close(left: torch.Tensor, right: torch.Tensor, expected: bool) -> None:  # noqa: FBT001
    assert close(left, right) is expected
