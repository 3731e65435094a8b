"""Correlations are SciPy's; alpha is its formula as NumPy computes it."""

from __future__ import annotations

import math
from fractions import Fraction

import numpy as np
import pytest
from hypothesis import assume, example, given
from hypothesis import strategies as st
from scipy import stats

from grader.domain.statistics import cronbach_alpha, pearson
from tests.statistics.classes import RIGHT_OR_WRONG, SHARES, TIED, floats, pairs

Pairs = list[tuple[Fraction, Fraction]]


def is_constant(values: list[Fraction]) -> bool:
    return len(set(values)) == 1


@given(pairs(SHARES, SHARES) | pairs(TIED, TIED) | pairs(SHARES, TIED))
def test_pearson_is_scipys(drawn: Pairs) -> None:
    one, other = map(list, zip(*drawn, strict=True))
    if is_constant(one) or is_constant(other):
        assert pearson(one, other) is None
    else:
        assert pearson(one, other) == pytest.approx(stats.pearsonr(floats(one), floats(other)).statistic, abs=1e-9)


@given(pairs(RIGHT_OR_WRONG, SHARES))
@example([(Fraction(0), Fraction(1)), (Fraction(1), Fraction(1))])
def test_for_right_or_wrong_it_is_the_point_biserial_correlation(drawn: Pairs) -> None:
    right, rest = map(list, zip(*drawn, strict=True))
    if is_constant(right) or is_constant(rest):
        assert pearson(right, rest) is None
    else:
        told = stats.pointbiserialr([bool(each) for each in right], floats(rest)).statistic
        assert pearson(right, rest) == pytest.approx(told, abs=1e-9)


@given(pairs(SHARES, SHARES), st.integers(1, 9), st.integers(-9, 9))
def test_it_asks_for_no_unit(drawn: Pairs, times: int, more: int) -> None:
    one, other = map(list, zip(*drawn, strict=True))
    assert pearson([each * times + more for each in one], other) == pearson(one, other)


def test_a_constant_is_found_to_be_one_where_floats_round() -> None:
    assert pearson([Fraction(1, 3)] * 3, [Fraction(n) for n in range(3)]) is None


def test_no_pairs_have_no_correlation() -> None:
    assert pearson([], []) is None


@given(st.integers(2, 6).flatmap(lambda k: st.lists(st.lists(TIED, min_size=k, max_size=k), min_size=2, max_size=40)))
def test_alpha_is_what_its_formula_says(rows: list[list[Fraction]]) -> None:
    points = np.array([floats(row) for row in rows])
    assume(points.sum(axis=1).var() > 0)
    k = points.shape[1]
    told = k / (k - 1) * (1 - points.var(axis=0, ddof=1).sum() / points.sum(axis=1).var(ddof=1))
    found = cronbach_alpha([list(item) for item in zip(*rows, strict=True)])
    assert found == pytest.approx(told, rel=1e-9, abs=1e-9)


def test_alpha_of_equal_totals_or_of_one_item_is_none() -> None:
    seesaw = [[Fraction(0), Fraction(1)], [Fraction(1), Fraction(0)]]
    assert (cronbach_alpha(seesaw), cronbach_alpha(seesaw[:1]), cronbach_alpha([])) == (None, None, None)


def test_a_correlation_is_never_beyond_one() -> None:
    values = [Fraction(n, 7) for n in range(50)]
    assert pearson(values, [3 * value for value in values]) == 1.0
    assert not math.isnan(pearson(values, values[::-1]) or math.nan)
