"""Secret random numbers: the same for every subject of a run, different from run to run."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from typing import TYPE_CHECKING, TypeGuard

import torch

if TYPE_CHECKING:
    from collections.abc import Callable


class Draw:
    """A scenario's source of numbers; the n-th call of a scenario draws the same for every subject.

    *kept*, shared by all who are asked the same, spares drawing twice; what is handed out is a copy. Only the
    reference's draw *fills* it: what others draw besides has sizes of their choice.
    """

    def __init__(self, key: bytes, kept: dict[str, torch.Tensor] | None = None, *, fills: bool = False) -> None:
        self._key = key
        self._kept = {} if kept is None else kept
        self._fills = fills
        self._calls = 0

    def normal(self, *shape: int, dtype: torch.dtype = torch.float32) -> torch.Tensor:
        """Draw from the standard normal distribution: `draw.normal(2, 4)`."""
        _require_sizes("normal", "draw.normal(2, 4)", shape)

        def draw(generator: torch.Generator) -> torch.Tensor:
            return torch.randn(shape, generator=generator, dtype=torch.float64).to(dtype)

        return self.keep(self._next(f"normal {shape} {dtype}"), draw)

    def uniform(
        self, *shape: int, low: float = 0.0, high: float = 1.0, dtype: torch.dtype = torch.float32
    ) -> torch.Tensor:
        """Draw evenly between *low* and *high*: `draw.uniform(2, 4, low=20.0, high=90.0)`."""
        _require_sizes("uniform", "draw.uniform(2, 4, low=20.0, high=90.0)", shape)
        if not low <= high:
            raise ValueError(f"draw.uniform: low={low!r} is not below high={high!r}")

        def draw(generator: torch.Generator) -> torch.Tensor:
            return (low + (high - low) * torch.rand(shape, generator=generator, dtype=torch.float64)).to(dtype)

        return self.keep(self._next(f"uniform {shape} {low} {high} {dtype}"), draw)

    def integer(self, low: int, high: int) -> int:
        """Draw a whole number, *low* and *high* included."""
        if not _is_whole(low) or not _is_whole(high) or low > high:
            raise TypeError(
                f"draw.integer takes two whole numbers, both included, the lower first; got {low!r}, {high!r}"
            )

        def draw(generator: torch.Generator) -> torch.Tensor:
            return torch.randint(low, high + 1, (), generator=generator)

        return int(self.keep(self._next(f"integer {low} {high}"), draw))

    def choice(self, options: Sequence[object]) -> object:
        """Draw one of *options*, a list or tuple that is not empty."""
        if not isinstance(options, Sequence) or not options:
            raise TypeError(f"draw.choice takes one list of options: draw.choice([2, 3]); got {options!r}")
        return options[self.integer(0, len(options) - 1)]

    def keep(self, label: str, draw: Callable[[torch.Generator], torch.Tensor]) -> torch.Tensor:
        """Return a copy of what *draw* makes of the stream that belongs to *label*, whatever was drawn before."""
        if label in self._kept:
            return self._kept[label].clone()
        digest = hashlib.blake2b(label.encode(), key=self._key, digest_size=8).digest()
        drawn = draw(torch.Generator().manual_seed(int.from_bytes(digest, "big") >> 1))
        if self._fills:
            self._kept[label] = drawn.clone()
        return drawn

    def _next(self, what: str) -> str:
        self._calls += 1
        return f"call {self._calls}: {what}"


def _require_sizes(name: str, example: str, shape: tuple[object, ...]) -> None:
    if wrong := [size for size in shape if not _is_whole(size) or size < 0]:
        others = ", then low= and high=" if "low=" in example else ""
        raise TypeError(f"draw.{name} takes sizes (whole numbers){others}, such as {example}; got {wrong[0]!r}")


def _is_whole(number: object) -> TypeGuard[int]:
    return isinstance(number, int) and not isinstance(number, bool)
