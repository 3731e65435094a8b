"""The gradebook as CSV: it reads back, and no spreadsheet runs it."""

from __future__ import annotations

import csv
import io
from fractions import Fraction
from typing import TYPE_CHECKING

import pytest

from grader.domain.gradebook import Item, Row
from grader.domain.people import Course, Role, User
from grader.domain.scoring import Grade, ItemKind, Override
from grader.services.gradebook import Export, Gradebook
from grader.services.gradebook_csv import to_csv
from tests.fakes import NOON

if TYPE_CHECKING:
    from collections.abc import Mapping

COURSE = Course(1, "spring", "Spring", "channels")
ITEM = Item(ItemKind.EXERCISE, "conv", "Convolution", 4)
GRADE = Grade(1, ItemKind.EXERCISE, "conv", Fraction(1), 4, 9, 2)


def cells(name: str = "Ada", grade: Grade | None = GRADE, reason: str = "") -> dict[str, str]:
    """Return a student's line by the columns' names."""
    override = Override(5, 1, ItemKind.EXERCISE, "conv", Fraction(1), reason, "ines", NOON)
    overrides: Mapping[int, Override] = {5: override} if reason else {}
    row = Row(User(1, "ada", name), (grade,), grade.points if grade else Fraction(0), "A")
    text = to_csv(Export(Gradebook(COURSE, Role.INSTRUCTOR, (ITEM,), (row,)), overrides))
    header, line = csv.reader(io.StringIO(text))
    return dict(zip(header, line, strict=True))


def test_it_reads_back() -> None:
    assert cells('Ada "the first", Lovelace', GRADE._replace(points=Fraction(7, 2))) == {
        "login": "ada", "name": 'Ada "the first", Lovelace', "section": "A",
        "conv points": "3.5", "conv max": "4", "conv attempts": "2", "conv attempt": "9",
        "conv raw": "3.5", "conv final": "3.5", "conv late": "", "conv override": "",
        "points": "3.5", "max": "4", "percent": "87.5",
    }  # fmt: skip


def test_what_lateness_and_a_hand_changed_stands_beside_what_counts() -> None:
    grade = GRADE._replace(points=Fraction(3), raw=Fraction(4), earned=Fraction(18, 5), override_id=5)
    told = cells(grade=grade, reason="The test was wrong.")
    assert [told[f"conv {what}"] for what in ("points", "raw", "final", "late", "override")] == [
        "3", "4", "3.6", "late", "The test was wrong.",
    ]  # fmt: skip


def test_a_reason_is_no_formula_either() -> None:
    assert cells(grade=GRADE._replace(override_id=5), reason="=1+1")["conv override"] == "'=1+1"


@pytest.mark.parametrize("start", ["=", "+", "-", "@", " =", "\uff1d", "\uff0b", "\uff0d", "\uff20"])
def test_no_cell_is_a_formula(start: str) -> None:
    assert cells(f"{start}HYPERLINK(1)")["name"] == f"'{start}HYPERLINK(1)"


def test_no_part_of_a_cell_is_a_formula_where_semicolons_divide() -> None:
    assert cells("Ada;=HYPERLINK(1);-1")["name"] == "Ada;'=HYPERLINK(1);'-1"


@pytest.mark.parametrize(
    ("text", "shown"), [("\t=1", "\\t=1"), ("\r=1", "\\r=1"), ("A\x1b[2J\u202e", "A\\x1b[2J\\u202e")]
)
def test_no_cell_is_obeyed_by_a_terminal(text: str, shown: str) -> None:
    assert cells(text)["name"] == shown


@pytest.mark.parametrize(
    ("points", "text"), [(Fraction(3), "3"), (Fraction(1, 3), "0.3333"), (Fraction(27, 10), "2.7")]
)
def test_numbers_stay_numbers(points: Fraction, text: str) -> None:
    assert cells(grade=GRADE._replace(points=points))["conv points"] == text


def test_what_is_not_graded_is_empty_and_counts_nothing() -> None:
    told = cells(grade=None)
    empty = ["conv points", "conv attempt", "conv raw", "conv final", "conv late", "conv override"]
    assert [told[name] for name in empty] == [""] * 6
    assert [told[name] for name in ("conv max", "conv attempts", "points", "percent")] == ["4", "0", "0", "0.0"]


def test_a_grade_by_hand_alone_names_no_attempt() -> None:
    told = cells(grade=GRADE._replace(attempt_id=None, attempts=0, override_id=5), reason="Ill")
    assert (told["conv attempt"], told["conv attempts"], told["conv points"]) == ("", "0", "1")
