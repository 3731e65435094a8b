"""A question's numbers are SciPy's on the same answers; bad questions are found out."""

from __future__ import annotations

from fractions import Fraction
from random import Random

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from grader.domain.statistics import LEAST, LEAST_TO_COMPARE, Flag, Response, analyse, cronbach_alpha, reliability
from grader.domain.statistics.flags import EASY, HARD, LITTLE, flags
from tests.statistics.classes import sheets

ROWS = st.integers(2, 6).flatmap(
    lambda k: st.lists(st.lists(st.integers(0, 1), min_size=k, max_size=k), min_size=LEAST_TO_COMPARE, max_size=60)
)


@given(ROWS)
def test_discrimination_is_the_corrected_point_biserial_correlation(rows: list[list[int]]) -> None:
    points = np.array(rows)
    item, rest = points[:, 0], points[:, 1:].sum(axis=1)
    found = analyse("0", sheets(rows)).discrimination
    if np.ptp(item) == 0 or np.ptp(rest) == 0:
        assert found is None
    else:
        assert found == pytest.approx(stats.pointbiserialr(item, rest).statistic, abs=1e-9)


@given(ROWS)
def test_difficulty_is_the_mean_share(rows: list[list[int]]) -> None:
    item = analyse("1", sheets(rows))
    column = np.array(rows)[:, 1]
    assert item.difficulty == Fraction(int(column.sum()), len(rows))
    assert item.full == column.sum()


@given(ROWS)
def test_reliability_is_alpha_of_all_questions(rows: list[list[int]]) -> None:
    columns = [[Fraction(points) for points in column] for column in zip(*rows, strict=True)]
    assert reliability(sheets(rows)) == cronbach_alpha(columns)


def test_below_the_least_number_of_students_nothing_is_said() -> None:
    rows = [[n % 2, n % 2] for n in range(LEAST_TO_COMPARE)]
    few, some, enough = (analyse("0", sheets(rows[:n])) for n in (LEAST - 1, LEAST_TO_COMPARE - 1, LEAST_TO_COMPARE))
    assert (few.difficulty, few.discrimination, few.curve, few.flags) == (None, None, None, ())
    assert some.difficulty is not None
    assert (some.discrimination, some.curve, some.flags) == (None, None, ())
    assert enough.discrimination == 1.0
    assert reliability(sheets(rows[:-1])) is None


def test_partial_credit_counts_as_its_share() -> None:
    sheet = {"0": Response(Fraction(3, 2), 3), "1": Response(Fraction(1), 1)}
    assert analyse("0", [sheet] * LEAST).difficulty == Fraction(1, 2)


@pytest.mark.parametrize(
    ("difficulty", "discrimination", "said"),
    [
        (EASY, LITTLE, []),
        (HARD, 1.0, []),
        (EASY + Fraction(1, 100), 0.5, [Flag.TOO_EASY]),
        (HARD - Fraction(1, 100), 0.5, [Flag.TOO_HARD]),
        (Fraction(1, 2), 0.19, [Flag.TELLS_LITTLE]),
        (Fraction(1), 0.0, [Flag.TOO_EASY]),
        (Fraction(1, 2), -0.01, [Flag.TELLS_BACKWARDS]),
        (Fraction(1), -0.5, [Flag.TOO_EASY, Flag.TELLS_BACKWARDS]),
        (Fraction(1), None, [Flag.TOO_EASY]),
    ],
)
def test_a_flag_is_raised_beyond_its_bound(
    difficulty: Fraction, discrimination: float | None, said: list[Flag]
) -> None:
    assert list(flags(difficulty, discrimination)) == said


CHOICES = {"right": True, "lure": False, "idle": False}


def chose(choice: str, elsewhere: int) -> dict[str, Response]:
    """Return the sheet of who took *choice*, and earned so many points elsewhere."""
    return {
        "one": Response(Fraction(CHOICES[choice]), 1, frozenset({choice})),
        "rest": Response(Fraction(elsewhere), 10),
    }


def test_choices_are_counted() -> None:
    item = analyse("one", [chose("right", 1), chose("lure", 1), chose("right", 2)], CHOICES)
    assert [(each.choice, each.count, each.share) for each in item.choices] == [
        ("right", 2, Fraction(2, 3)),
        ("lure", 1, Fraction(1, 3)),
        ("idle", 0, Fraction(0)),
    ]


def test_a_wrong_choice_that_lures_the_best_and_one_that_nobody_takes_are_found() -> None:
    best = [chose("lure", 10)] * 4 + [chose("right", 9)]
    others = [chose("right", n) for n in range(5)] * 4
    item = analyse("one", others + best, CHOICES)
    assert [each.flag for each in item.choices] == [None, Flag.LURING_CHOICE, Flag.IDLE_CHOICE]
    assert {Flag.LURING_CHOICE, Flag.IDLE_CHOICE} <= set(item.flags)


def test_a_wrong_choice_that_only_the_weak_take_is_as_it_should_be() -> None:
    weak, strong = [chose("lure", 0)] * 10 + [chose("idle", 1)] * 2, [chose("right", n) for n in range(5, 10)] * 2
    assert analyse("one", weak + strong, CHOICES).flags == ()


def test_of_few_students_no_choice_is_blamed() -> None:
    item = analyse("one", [chose("right", 1)] * (LEAST_TO_COMPARE - 1), CHOICES)
    assert {each.flag for each in item.choices} == {None}


def test_of_a_whole_class_in_any_order_the_same_is_said() -> None:
    random = Random(7)  # noqa: S311 - a class, no secret
    rows = [[int(random.random() < ability / 100) for _ in range(8)] for ability in range(100)]
    found = [analyse("3", sheets(each)) for each in (rows, rows[::-1], random.sample(rows, len(rows)))]
    assert found[0] == found[1] == found[2]
    assert found[0].curve is not None
    assert (found[0].curve[0] or 0) < (found[0].curve[-1] or 0)
