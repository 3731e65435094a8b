"""Classes for hypothesis to draw: shares and points with ties and constants, as floats see them exactly."""

from __future__ import annotations

from fractions import Fraction
from typing import TYPE_CHECKING

from hypothesis import strategies as st

from grader.domain.statistics import Response

if TYPE_CHECKING:
    from collections.abc import Sequence

SHARES = st.integers(0, 64).map(lambda n: Fraction(n, 64))  # which floats hold exactly
TIED = st.integers(0, 3).map(Fraction)
RIGHT_OR_WRONG = st.integers(0, 1).map(Fraction)

VALUES = st.lists(SHARES, min_size=1, max_size=60) | st.lists(TIED, min_size=1, max_size=60)
"""Many alike, one alone, all the same."""


def pairs(
    ones: st.SearchStrategy[Fraction], others: st.SearchStrategy[Fraction]
) -> st.SearchStrategy[list[tuple[Fraction, Fraction]]]:
    """Draw measures of the same students."""
    return st.lists(st.tuples(ones, others), min_size=2, max_size=60)


def sheets(rows: Sequence[Sequence[int]]) -> list[dict[str, Response]]:
    """Return a sheet for each row of points of 1, its questions named 0, 1, 2…"""
    return [{str(n): Response(Fraction(points), 1) for n, points in enumerate(row)} for row in rows]


def floats(values: Sequence[Fraction]) -> list[float]:
    """Return *values* for NumPy."""
    return [float(value) for value in values]
