"""Secret numbers: the same for all who are asked the same, unlike any others."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
import torch

from grader.kit.draw import Draw

if TYPE_CHECKING:
    from collections.abc import Callable


def drawn(draw: Draw) -> list[torch.Tensor]:
    return [
        draw.normal(3, 4),
        draw.normal(3, 4),
        draw.uniform(5, low=-2.0, high=3.0, dtype=torch.float64),
        torch.tensor(draw.integer(1, 10**6)),
    ]


def test_the_same_key_draws_the_same_numbers() -> None:
    assert all(torch.equal(a, b) for a, b in zip(drawn(Draw(b"key")), drawn(Draw(b"key")), strict=True))


def test_another_key_draws_others() -> None:
    assert not any(torch.equal(a, b) for a, b in zip(drawn(Draw(b"key")), drawn(Draw(b"kez")), strict=True))


def test_each_call_draws_anew() -> None:
    first, second, *_ = drawn(Draw(b"key"))
    assert not torch.equal(first, second)


def test_numbers_lie_where_they_were_asked_for() -> None:
    draw = Draw(b"key")
    numbers = draw.uniform(10_000, low=-2.0, high=3.0)
    assert -2 <= float(numbers.min()) < -1.9
    assert 2.9 < float(numbers.max()) <= 3
    assert {draw.integer(2, 4) for _ in range(100)} == {2, 3, 4}
    assert {draw.choice("ab") for _ in range(50)} == {"a", "b"}


def test_who_changes_a_number_changes_his_own_only() -> None:
    kept: dict[str, torch.Tensor] = {}
    Draw(b"key", kept, fills=True).normal(3).zero_()
    Draw(b"key", kept).normal(3).zero_()
    assert Draw(b"key", kept).normal(3).abs().sum() > 0


def test_only_the_reference_fills_what_is_kept() -> None:
    kept: dict[str, torch.Tensor] = {}
    first = Draw(b"key", kept, fills=True).normal(3)
    follower = Draw(b"key", kept)
    assert torch.equal(follower.normal(3), first)
    follower.normal(1000)
    assert [tensor.numel() for tensor in kept.values()] == [3]


MISTAKES: list[tuple[Callable[[Draw], object], str]] = [
    (lambda draw: draw.normal(2, 3.0), r"draw.normal takes sizes \(whole .*, such as draw.normal\(2, 4\); got 3.0"),  # type: ignore[arg-type]
    (lambda draw: draw.normal((2, 3)), r"got \(2, 3\)"),  # type: ignore[arg-type]
    (lambda draw: draw.normal(-1), "got -1"),
    (lambda draw: draw.uniform(20.0, 90.0), "takes sizes .*, then low= and high=, such as .*; got 20.0"),  # type: ignore[arg-type]
    (lambda draw: draw.uniform(3, low=2, high=1), "low=2 is not below high=1"),
    (lambda draw: draw.integer(0.0, 3), "both included, the lower first; got 0.0, 3"),  # type: ignore[arg-type]
    (lambda draw: draw.integer(4, 3), "got 4, 3"),
    (lambda draw: draw.choice([]), r"draw.choice\(\[2, 3\]\); got \[\]"),
    (lambda draw: draw.choice({2, 3}), "takes one list of options"),  # type: ignore[arg-type]
]  # fmt: skip


@pytest.mark.parametrize(("call", "says"), MISTAKES)
def test_a_wrong_call_is_told_the_right_one(call: Callable[[Draw], object], says: str) -> None:
    with pytest.raises((TypeError, ValueError), match=says):
        call(Draw(b"key"))
