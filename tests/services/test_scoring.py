"""Rules that turn points into grades, at their edges."""

from __future__ import annotations

from datetime import timedelta
from fractions import Fraction

import pytest

from grader.domain.scoring import ItemKind, Keep, Policy, Score, late_factor, percentage
from tests.fakes import NOON

DAY = timedelta(days=1)
INSTANT = timedelta(microseconds=1)


class TestLateness:
    @pytest.mark.parametrize(
        ("late", "factor"),
        [
            (-DAY, Fraction(1)),
            (timedelta(0), Fraction(1)),
            (timedelta(minutes=5), Fraction(1)),
            (timedelta(minutes=5) + INSTANT, Fraction(9, 10)),
            (DAY, Fraction(9, 10)),
            (DAY + INSTANT, Fraction(8, 10)),
            (9 * DAY + INSTANT, Fraction(0)),
            (100 * DAY, Fraction(0)),
        ],
    )
    def test_each_day_begun_costs_a_tenth_of_the_whole(self, late: timedelta, factor: Fraction) -> None:
        assert late_factor(NOON + late, NOON, timedelta(minutes=5)) == factor


def score(attempt: int, points: int, *, max_points: int = 4, days: int = 0) -> Score:
    return Score(attempt, NOON + days * DAY, Fraction(points), max_points)


class TestPolicy:
    def test_of_equals_the_earlier_counts(self) -> None:
        assert Policy().choose([score(2, 3, days=1), score(1, 3)]).attempt_id == 1

    def test_the_last_is_the_last_handed_in_not_the_last_marked(self) -> None:
        assert Policy(Keep.LAST).choose([score(2, 1, days=1), score(1, 4)]).attempt_id == 2

    def test_lateness_can_make_the_earlier_one_the_best(self) -> None:
        policy = Policy(due=NOON)
        chosen = policy.grade(7, ItemKind.QUIZ, "weights", [score(1, 3), score(2, 4, days=3)])
        assert (chosen.attempt_id, chosen.points, chosen.attempts) == (1, Fraction(3), 2)

    def test_attempts_out_of_different_totals_compare_by_share(self) -> None:
        assert Policy().choose([score(1, 5, max_points=10), score(2, 3, days=1)]).attempt_id == 2

    def test_an_average_is_over_all_and_names_the_last(self) -> None:
        scores = [score(2, 1, days=1), score(1, 4), score(3, 0, days=2)]
        grade = Policy(Keep.AVERAGE).grade(7, ItemKind.QUIZ, "weights", scores)
        assert (grade.points, grade.max_points, grade.attempt_id, grade.attempts) == (Fraction(5, 3), 4, 3, 3)

    def test_an_average_of_attempts_out_of_different_totals_is_one_of_shares(self) -> None:
        scores = [score(1, 5, max_points=10), score(2, 4, days=1)]
        assert Policy(Keep.AVERAGE).grade(7, ItemKind.QUIZ, "weights", scores).points == 3

    def test_lateness_costs_in_an_average_too(self) -> None:
        policy = Policy(Keep.AVERAGE, due=NOON)
        assert policy.grade(7, ItemKind.QUIZ, "weights", [score(1, 4), score(2, 4, days=5)]).points == 3

    @pytest.mark.parametrize("keep", list(Keep))
    def test_nothing_marked_is_no_grade(self, keep: Keep) -> None:
        with pytest.raises(ValueError, match="empty"):
            Policy(keep).choose([])


def test_percentages_round_halves_up() -> None:
    assert [percentage(Fraction(n), 2000) for n in (1, 3, 1999, 2000)] == ["0.1 %", "0.2 %", "100.0 %", "100.0 %"]
