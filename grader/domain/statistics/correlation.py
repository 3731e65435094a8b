"""How two measures of the same students go together, and how far the parts of a test measure one thing."""

from __future__ import annotations

import math
from fractions import Fraction
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence


def pearson(one: Sequence[Fraction], other: Sequence[Fraction]) -> float | None:
    """Return Pearson's correlation of pairs, from -1 to 1; None where either measure is the same for all.

        r = Σ(x - x̄)(y - ȳ) / √(Σ(x - x̄)² Σ(y - ȳ)²)

    Where one measure is 0 or 1, this is the point-biserial correlation (Lord and Novick, "Statistical theories of
    mental test scores", 1968). The sums are exact: what is constant is found to be, whatever its values.

    >>> [Fraction(n) for n in (1, 2, 3)], pearson([Fraction(n) for n in (1, 2, 3)], [Fraction(n) for n in (3, 2, 1)])
    ([Fraction(1, 1), Fraction(2, 1), Fraction(3, 1)], -1.0)
    """
    together, alone, beside = _products(one, other), _products(one, one), _products(other, other)
    if not alone or not beside:
        return None
    squared = float(together * together / (alone * beside))
    return math.copysign(min(1.0, math.sqrt(squared)), together)


def cronbach_alpha(items: Sequence[Sequence[Fraction]]) -> float | None:
    """Return Cronbach's alpha of a test, 1 where all its *items* rank students alike; None for fewer than two items.

        alpha = k/(k - 1) · (1 - Σ var(item) / var(total))

    L. J. Cronbach, "Coefficient alpha and the internal structure of tests" (1951). *items* are each item's points, in
    one order of students; None also where all totals are the same.

    >>> same = [Fraction(n) for n in (0, 1, 1)]
    >>> cronbach_alpha([same, same]), cronbach_alpha([same])
    (1.0, None)
    """
    totals = [sum(points, Fraction(0)) for points in zip(*items, strict=True)]
    spread = _products(totals, totals)
    if len(items) <= 1 or not spread:
        return None
    parts = sum((_products(item, item) for item in items), Fraction(0))
    return float(Fraction(len(items), len(items) - 1) * (1 - parts / spread))


def _products(one: Sequence[Fraction], other: Sequence[Fraction]) -> Fraction:
    """Return the sum of the products of deviations from the means."""
    if not one:
        return Fraction(0)
    pairs = sum((x * y for x, y in zip(one, other, strict=True)), Fraction(0))
    return pairs - sum(one, Fraction(0)) * sum(other, Fraction(0)) / len(one)
