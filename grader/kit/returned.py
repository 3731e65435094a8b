"""What a scenario returned for the reference: whether it can be compared, and how far rounding moves it."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import torch

from grader.kit import tolerance
from grader.kit.layer import Gradients, Layer

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from grader.kit.marking import Expected

MAY_BE = "return tensors, numbers, truth values, or tuples and dicts of them"
MOST_TERMS = 100_000
"""Longer sums than any exercise has: who would need more has no sum, but a place where rounding decides."""


def tidy(answer: Any) -> Any:  # noqa: ANN401 - whatever a scenario returns
    """Return *answer* with tuples for lists: guests send both alike, too."""
    match answer:
        case list():
            return tuple(map(tidy, answer))
        case tuple() if type(answer) is tuple:
            return tuple(map(tidy, answer))
        case dict():
            return {key: tidy(value) for key, value in answer.items()}
    return answer


def complaint(answer: Any) -> str | None:  # noqa: ANN401 - whatever a scenario returns
    """Return what in *answer* can't be compared, and what may be returned; None when all can.

    >>> complaint((1, {"a": torch.ones(2)}))
    >>> complaint(None)
    'it returns None (is a `return` missing?); return tensors, numbers, truth values, or tuples and dicts of them'
    """
    match answer:
        case torch.Tensor() | bool() | int() | float() | complex():
            return None
        case tuple() | dict():
            parts = answer.values() if isinstance(answer, dict) else answer
            return next(filter(None, (complaint(part) for part in parts if part is not None)), None)
    return f"it returns {_called(answer)}; {MAY_BE}"


def _called(answer: Any) -> str:  # noqa: ANN401 - what can't be compared
    match answer:
        case None:
            return "None (is a `return` missing?)"
        case str():
            return f"the text {answer[:60]!r}"
        case Layer():
            return "a layer, not what it answers: layer(x)"
        case Gradients():
            return "all gradients at once, not .inputs[0] or .parameters[name]"
        case torch.dtype():
            return "a dtype: that of a tensor that is returned is compared anyway"
    if hasattr(answer, "__len__") and hasattr(answer, "__getitem__"):
        return "a container, not what is in it, such as .inputs[0] or .parameters[name]"
    return f"a {type(answer).__name__}"


@dataclass(frozen=True)
class Excess:
    """How far rounding moves the reference's answer where that is worst, and how far would be safe."""

    error: float
    safe: float
    terms: int

    @property
    def ratio(self) -> float:
        """How many times as far as is safe; infinite where no tolerance helps."""
        if self.error == 0:
            return 0.0
        return self.error / self.safe if self.safe > 0 and math.isfinite(self.error) else math.inf

    @property
    def told(self) -> str:
        """Say how large it is, and which `terms` would cover it."""
        needed = max(self.terms, tolerance.LEAST_TERMS) * self.ratio**2
        if needed > MOST_TERMS:
            return (
                "no terms cover that: keep away from where rounding decides (a step at its edge, the largest of "
                "equals), and return a tensor, not its .item()"
            )
        covering = math.ceil(needed * 1.1)
        return (
            f"it moves by {self.error:.2g}, and {self.safe:.2g} is safe with terms={self.terms}; write "
            f"terms={covering} if its longest sum is so long, else compare what hangs less on rounding"
        )


def excess(near: Sequence[Any], expected: Expected, terms: int, *, share: float) -> Excess:
    """Return the worst that the answers in *near* differ from what is *expected*; *share* of the tolerance is safe."""

    def of(got: Any, exact: Any, native: Any) -> Iterator[tuple[float, float]]:  # noqa: ANN401 - nested answers
        match got, exact, native:
            case torch.Tensor(), torch.Tensor(), torch.Tensor() if got.shape == exact.shape:
                wide = tolerance.widen(exact)
                error = (tolerance.widen(got) - wide).abs()
                yield from _worst(error, share * tolerance.allowed(wide, native.dtype, terms))
            case tuple(), tuple(), tuple() if len(got) == len(exact) == len(native):
                for each in zip(got, exact, native, strict=True):
                    yield from of(*each)
            case dict(), dict(), dict() if got.keys() == exact.keys() == native.keys():
                for key in got:
                    yield from of(got[key], exact[key], native[key])
            case _ if isinstance(got, torch.Tensor) or got != exact:
                yield math.inf, 0.0

    found = [Excess(*each, terms) for answer in near for each in of(answer, expected.exact, expected.native)]
    return max(found, key=lambda each: each.ratio, default=Excess(math.inf, 0.0, terms))


def _worst(error: torch.Tensor, safe: torch.Tensor) -> Iterator[tuple[float, float]]:
    if error.numel():
        ratio = torch.where(error == 0, 0.0, error / safe).nan_to_num(nan=math.inf)
        worst = int(ratio.flatten().argmax())
        yield float(error.flatten()[worst].nan_to_num(nan=math.inf)), float(safe.flatten()[worst])
