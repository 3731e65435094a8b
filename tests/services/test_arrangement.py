"""Which rows of a gradebook are shown, and in which order."""

from __future__ import annotations

from datetime import UTC, datetime
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from grader.domain.arrangement import LOGIN, NAME, SECTION, SUM, Arrangement, Only, arranged
from grader.domain.errors import Invalid
from grader.domain.gradebook import Item, Middle, Row, middle, middles, most, weighted
from grader.domain.people import User
from grader.domain.scoring import Grade, ItemKind

LEFT = datetime(2026, 5, 1, tzinfo=UTC)
CONV = Item(ItemKind.EXERCISE, "conv", "Convolution", 10)
QUIZ = Item(ItemKind.QUIZ, "weights", "Weights", 4, weight=Fraction(1, 2))
ITEMS = (CONV, QUIZ)
FACTORS = [item.factor.as_integer_ratio() for item in ITEMS]


def a_grade(item: Item, points: Fraction | int) -> Grade:
    return Grade(1, item.kind, item.slug, Fraction(points), item.max_points, 9, 1)


def a_row(login: str, conv: int | None, quiz: int | None = None, *, section: str = "", left: bool = False) -> Row:
    grades = tuple(
        None if points is None else a_grade(item, points)
        for item, points in zip(ITEMS, (conv, quiz), strict=True)
    )  # fmt: skip
    names = {"ada": "Zoe Ada", "bob": "élan Bob", "cleo": "Cleo", "dan": "cleo"}
    user = User(1, login, names[login])
    return Row(user, grades, weighted(grades, FACTORS), section, LEFT if left else None)


ROWS = (
    a_row("ada", 8, 4, section="b"),
    a_row("bob", None, 2, section="A"),
    a_row("cleo", 0, None),
    a_row("dan", 4, None, section="A", left=True),
)


def logins(**wanted: object) -> list[str]:
    rows = arranged(ROWS, ITEMS, Arrangement(**{"ended": True, **wanted}))  # type: ignore[arg-type]
    return [row.student.login for row in rows]


class TestOrder:
    @pytest.mark.parametrize(
        ("order", "expected"),
        [
            (NAME, ["cleo", "dan", "ada", "bob"]),
            (LOGIN, ["ada", "bob", "cleo", "dan"]),
            (SECTION, ["cleo", "dan", "bob", "ada"]),
            (SUM, ["cleo", "bob", "dan", "ada"]),
            ("exercise:conv", ["bob", "cleo", "dan", "ada"]),
            ("quiz:weights", ["cleo", "dan", "bob", "ada"]),
        ],
    )
    def test_rows_are_sorted_by_what_the_reader_chose(self, order: str, expected: list[str]) -> None:
        assert logins(order=order) == expected

    def test_the_other_way_round_names_still_decide_between_equals(self) -> None:
        assert logins(order="quiz:weights", descending=True) == ["ada", "bob", "cleo", "dan"]
        assert logins(order=NAME, descending=True) == ["bob", "ada", "dan", "cleo"]

    @pytest.mark.parametrize("wanted", [{"order": "exercise:gone"}, {"order": "points"}])
    def test_what_is_no_column_is_refused(self, wanted: dict[str, str]) -> None:
        with pytest.raises(Invalid) as refused:
            logins(**wanted)
        assert refused.value.field == "sort"

    def test_names_and_sections_need_no_grades(self) -> None:
        orders = (NAME, LOGIN, SECTION, SUM, "quiz:weights")
        assert [Arrangement(order).needs_grades for order in orders] == [False, False, False, True, True]
        assert Arrangement(only=Only.MISSING).needs_grades


class TestChoice:
    def test_who_left_is_hidden_unless_asked_for(self) -> None:
        assert logins(ended=False, order=LOGIN) == ["ada", "bob", "cleo"]

    @pytest.mark.parametrize(
        ("wanted", "expected"),
        [
            ({"section": "A"}, ["bob", "dan"]),
            ({"section": "a"}, []),
            ({"text": " CLEO "}, ["cleo", "dan"]),
            ({"text": "ÉLAN"}, ["bob"]),
            ({"text": "ada", "section": "A"}, []),
            ({"only": Only.MISSING}, []),
            ({"only": Only.MISSING, "item": "quiz:weights"}, ["cleo", "dan"]),
            ({"only": Only.BELOW}, ["bob", "cleo", "dan"]),
            ({"only": Only.BELOW, "below": 10}, ["bob", "cleo"]),
            ({"only": Only.BELOW, "below": 40, "item": "exercise:conv"}, ["bob", "cleo"]),
            ({"only": Only.BELOW, "below": 41, "item": "exercise:conv"}, ["bob", "cleo", "dan"]),
            ({"only": Only.BELOW, "below": 0}, []),
        ],
    )
    def test_filters_keep_whom_they_name(self, wanted: dict[str, object], expected: list[str]) -> None:
        assert logins(order=LOGIN, **wanted) == expected

    def test_what_was_set_by_hand_without_an_attempt_is_missing_all_the_same(self) -> None:
        by_hand = a_grade(CONV, 3)._replace(attempts=0, attempt_id=None, override_id=5)
        row = Row(User(1, "eve", "Eve"), (by_hand, None), Fraction(3))
        assert arranged([row], ITEMS, Arrangement(only=Only.MISSING)) == [row]
        assert arranged([row], ITEMS, Arrangement(only=Only.MISSING, item=CONV.key)) == [row]

    def test_an_item_that_is_none_is_refused(self) -> None:
        with pytest.raises(Invalid) as refused:
            logins(only=Only.MISSING, item="conv")
        assert refused.value.field == "item"


class TestSums:
    @given(st.lists(st.tuples(st.fractions(0, 100), st.fractions(0, 3)), max_size=6))
    def test_they_are_exact_whatever_the_fractions(self, columns: list[tuple[Fraction, Fraction]]) -> None:
        items = [Item(ItemKind.QUIZ, str(n), "", 5, weight) for n, (_, weight) in enumerate(columns)]
        grades = [a_grade(item, points) for item, (points, _) in zip(items, columns, strict=True)]
        assert weighted(grades, [item.factor.as_integer_ratio() for item in items]) == sum(
            points * weight for points, weight in columns
        )
        assert most(items) == sum(5 * weight for _, weight in columns)

    def test_what_is_not_offered_any_more_counts_nothing(self) -> None:
        gone = Item(ItemKind.QUIZ, "old", "Old", 5, Fraction(2), offered=False)
        assert gone.factor == 0
        assert most([gone, CONV]) == 10

    def test_the_middle_of_a_column_is_that_of_those_who_have_a_grade(self) -> None:
        conv, quiz = middles(ROWS, lambda grade: grade.points)
        assert conv == Middle(3, 4.0, 4.0)
        assert quiz == Middle(2, 3.0, 3.0)
        assert middle([]) == Middle(0, 0.0, 0.0)
        assert middles([], lambda grade: grade.points) == []
