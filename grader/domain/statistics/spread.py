"""How values are spread: quantiles, five numbers, bars of a histogram. Exact."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from fractions import Fraction
from itertools import count
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

MOST_BARS = 12
"""In a histogram; more are too narrow on a phone."""


@dataclass(frozen=True)
class Spread:
    """Tukey's five numbers."""

    least: Fraction
    lower: Fraction
    median: Fraction
    upper: Fraction
    most: Fraction


@dataclass(frozen=True)
class Bar:
    """How many earned from *low* to *high* points, both included."""

    low: int
    high: int
    count: int


def quantile(values: Sequence[Fraction], share: Fraction) -> Fraction:
    """Return the value below which a *share* of one or more *values* lies, on a line between its neighbours.

    Definition 7 of Hyndman and Fan, "Sample quantiles in statistical packages" (1996), which is NumPy's default.

    >>> quantile([Fraction(4), Fraction(1), Fraction(2)], Fraction(3, 4))
    Fraction(3, 1)
    """
    in_order = sorted(values)
    place = share * (len(in_order) - 1)
    below = int(place)
    above = min(below + 1, len(in_order) - 1)
    return in_order[below] + (place - below) * (in_order[above] - in_order[below])


def median(values: Sequence[Fraction]) -> Fraction | None:
    """Return the middle value, None for none.

    >>> median([Fraction(3), Fraction(1), Fraction(2), Fraction(10)]), median([])
    (Fraction(5, 2), None)
    """
    return quantile(values, Fraction(1, 2)) if values else None


def spread_of(values: Sequence[Fraction]) -> Spread | None:
    """Return the five numbers of *values*, None for none.

    >>> spread_of([Fraction(n) for n in range(9)]).upper
    Fraction(6, 1)
    """
    return Spread(*(quantile(values, Fraction(n, 4)) for n in range(5))) if values else None


def bars(shares: Sequence[Fraction], most: int) -> list[Bar]:
    """Return a histogram of *shares* of *most* points, in bars of 1, 2, 5, 10, … points, at most MOST_BARS.

    Each share is rounded down to points, so that only who has everything stands at the right end.

    >>> [(bar.low, bar.high, bar.count) for bar in bars([Fraction(1, 2), Fraction(99, 100), Fraction(1)], 20)]
    [(0, 1, 0), (2, 3, 0), (4, 5, 0), (6, 7, 0), (8, 9, 0), (10, 11, 1), (12, 13, 0), (14, 15, 0), (16, 17, 0), \
(18, 19, 1), (20, 20, 1)]
    """
    width = next(width for width in _widths() if most // width < MOST_BARS)
    found = Counter(int(share * most) // width for share in shares)
    return [Bar(n * width, min((n + 1) * width - 1, most), found[n]) for n in range(most // width + 1)]


def _widths() -> Iterator[int]:
    for exponent in count():
        yield from (factor * 10**exponent for factor in (1, 2, 5))
