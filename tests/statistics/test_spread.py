"""Quantiles and histograms are NumPy's, exactly."""

from __future__ import annotations

from fractions import Fraction
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from grader.domain.statistics import Spread, bars, median, quantile, spread_of
from grader.domain.statistics.spread import MOST_BARS
from tests.statistics.classes import VALUES, floats


@given(VALUES, st.integers(0, 16).map(lambda n: Fraction(n, 16)))
def test_a_quantile_is_numpys(values: list[Fraction], share: Fraction) -> None:
    assert float(quantile(values, share)) == pytest.approx(np.quantile(floats(values), float(share)), abs=1e-12)


@given(VALUES)
def test_five_numbers_are_numpys(values: list[Fraction]) -> None:
    spread = spread_of(values)
    assert spread is not None
    found = [spread.least, spread.lower, spread.median, spread.upper, spread.most]
    assert floats(found) == pytest.approx(np.percentile(floats(values), [0, 25, 50, 75, 100]), abs=1e-12)
    assert median(values) == spread.median


def test_one_value_is_all_of_its_five_numbers() -> None:
    assert spread_of([Fraction(3)]) == Spread(*[Fraction(3)] * 5)


def test_nothing_has_no_spread() -> None:
    assert (spread_of([]), median([])) == (None, None)


@given(VALUES.map(lambda values: [min(value, Fraction(1)) for value in values]), st.integers(1, 300))
def test_a_histogram_is_numpys(shares: list[Fraction], most: int) -> None:
    found = bars(shares, most)
    edges = [*(bar.low for bar in found), most + 1]
    points = [int(share * most) for share in shares]
    assert [bar.count for bar in found] == np.histogram(points, edges)[0].tolist()


@given(st.integers(0, 5000))
def test_bars_cover_all_points_without_a_gap_and_are_few(most: int) -> None:
    found = bars([], most)
    assert [found[0].low, found[-1].high] == [0, most]
    assert all(left.high + 1 == right.low for left, right in pairwise(found))
    assert len(found) <= MOST_BARS


def test_only_who_has_everything_stands_at_the_right_end() -> None:
    found = bars([Fraction(999, 1000), Fraction(1)], 100)
    assert [(bar.low, bar.high, bar.count) for bar in found[-2:]] == [(90, 99, 1), (100, 100, 1)]
