"""Secret random numbers: the same for every subject of a run, different from run to run."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING

import torch

if TYPE_CHECKING:
    from collections.abc import Sequence


class Draw:
    """A scenario's source of numbers; the n-th call of a scenario draws the same for every subject."""

    def __init__(self, key: bytes) -> None:
        self._key = key
        self._calls = 0

    def normal(self, *shape: int, dtype: torch.dtype = torch.float32) -> torch.Tensor:
        """Draw from the standard normal distribution."""
        return torch.randn(shape, generator=self._next(), dtype=torch.float64).to(dtype)

    def uniform(
        self, *shape: int, low: float = 0.0, high: float = 1.0, dtype: torch.dtype = torch.float32
    ) -> torch.Tensor:
        """Draw evenly between *low* and *high*."""
        drawn = torch.rand(shape, generator=self._next(), dtype=torch.float64)
        return (low + (high - low) * drawn).to(dtype)

    def integer(self, low: int, high: int) -> int:
        """Draw a whole number, *low* and *high* included."""
        return int(torch.randint(low, high + 1, (), generator=self._next()))

    def choice(self, options: Sequence[object]) -> object:
        """Draw one of *options*."""
        return options[self.integer(0, len(options) - 1)]

    def generator(self, label: str) -> torch.Generator:
        """Return a stream of its own for *label*, whatever was drawn before."""
        digest = hashlib.blake2b(label.encode(), key=self._key, digest_size=8).digest()
        return torch.Generator().manual_seed(int.from_bytes(digest, "big") >> 1)

    def _next(self) -> torch.Generator:
        self._calls += 1
        return self.generator(f"call {self._calls}")
