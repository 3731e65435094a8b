"""Fifths are SciPy's middle ranks, cut in five; nobody is parted from who earns the same."""

from __future__ import annotations

from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given
from scipy import stats

from grader.domain.statistics import FIFTHS, curve, fifths
from tests.statistics.classes import SHARES, TIED, VALUES, floats, pairs


@given(VALUES)
def test_a_fifth_is_where_the_middle_of_the_ranks_lies(values: list[Fraction]) -> None:
    ranks = stats.rankdata(floats(values), method="average")
    assert fifths(values) == [int(n) for n in np.floor((ranks - 0.5) * FIFTHS / len(values))]


@given(VALUES)
def test_who_earns_the_same_is_in_the_same_fifth(values: list[Fraction]) -> None:
    assert len(set(zip(values, fifths(values), strict=True))) == len(set(values))


def test_without_ties_fifths_are_of_equal_size() -> None:
    found = fifths([Fraction(n) for n in range(300)])
    assert [found.count(n) for n in range(FIFTHS)] == [60] * FIFTHS


def test_the_order_of_students_decides_nothing() -> None:
    values = [Fraction(n % 7) for n in range(40)]
    assert fifths(values[::-1]) == fifths(values)[::-1]


@given(pairs(SHARES, TIED))
def test_a_curve_has_the_mean_of_each_fifth(drawn: list[tuple[Fraction, Fraction]]) -> None:
    shares, by = map(list, zip(*drawn, strict=True))
    groups = np.array(fifths(by))
    for n, found in enumerate(curve(shares, by)):
        inside = np.array(floats(shares))[groups == n]
        if found is None:
            assert not inside.size
        else:
            assert float(found) == pytest.approx(inside.mean())
