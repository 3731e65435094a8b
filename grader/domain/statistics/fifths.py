"""A class in five groups of about equal size, by what its students earn; students who earn alike stay together."""

from __future__ import annotations

from collections import Counter
from fractions import Fraction
from typing import TYPE_CHECKING, TypeAlias

if TYPE_CHECKING:
    from collections.abc import Sequence

FIFTHS = 5

Curve: TypeAlias = "tuple[Fraction | None, ...]"


def fifths(values: Sequence[Fraction]) -> list[int]:
    """Return the fifth of each value, 0 for the lowest to 4 for the highest.

    By the middle of the ranks of those alike, so that no chance order parts them; a fifth may stay empty.

    >>> fifths([Fraction(n) for n in (10, 20, 30, 40, 50)]), fifths([Fraction(7)] * 3)
    ([0, 1, 2, 3, 4], [2, 2, 2])
    """
    found, before = dict[Fraction, int](), 0
    for value, count in sorted(Counter(values).items()):
        found[value] = FIFTHS * (2 * before + count) // (2 * len(values))
        before += count
    return [found[value] for value in values]


def curve(shares: Sequence[Fraction], by: Sequence[Fraction]) -> Curve:
    """Return the mean share in each fifth of the students *by* what they earn elsewhere, None for an empty one.

    Of a good question it rises from left to right; Lord and Novick (1968) call it the item characteristic curve.

    >>> curve([Fraction(n) for n in (0, 0, 1, 1)], [Fraction(n) for n in (1, 2, 3, 3)])
    (Fraction(0, 1), Fraction(0, 1), None, Fraction(1, 1), None)
    """
    found = list(zip(fifths(by), shares, strict=True))
    return tuple(_mean([share for fifth, share in found if fifth == n]) for n in range(FIFTHS))


def _mean(shares: Sequence[Fraction]) -> Fraction | None:
    return sum(shares, Fraction(0)) / len(shares) if shares else None
