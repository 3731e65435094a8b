"""The gradebook: who may see it, what is in it, and that no spreadsheet runs it."""

from __future__ import annotations

import csv
import io
from fractions import Fraction
from typing import TYPE_CHECKING

import pytest

from grader.domain.errors import Forbidden, NotFound
from grader.domain.people import Course, User
from grader.domain.scoring import Grade, ItemKind
from grader.services.grade import grade_run
from grader.services.gradebook import Gradebook, Item, Row, gradebook, to_csv
from tests.fakes import FakeExaminer, a_check, a_report

if TYPE_CHECKING:
    from tests.services.conftest import World

COURSE = Course(1, "spring", "Spring", "channels")


def book_of(world: World, login: str = "ian") -> Gradebook:
    return gradebook(world.make_uow(), world.catalogue, user=world[login], course_slug="spring")


def a_book(name: str, points: Fraction = Fraction(1)) -> Gradebook:
    grade = Grade(1, ItemKind.EXERCISE, "conv", points, 4, 9, 2)
    item = Item(ItemKind.EXERCISE, "conv", "Convolution", 4)
    return Gradebook(COURSE, (item,), (Row(User(1, "ada", name), (grade,)),))


def rows(text: str) -> list[list[str]]:
    return list(csv.reader(io.StringIO(text)))


class TestGradebook:
    def test_it_has_students_by_login_and_items_in_order(self, world: World) -> None:
        book = book_of(world)
        assert [row.student.login for row in book.rows] == ["ada", "bob"]
        assert [(item.kind, item.slug, item.max_points) for item in book.items] == [
            (ItemKind.EXERCISE, "pointwise-conv", 4),
            (ItemKind.EXERCISE, "bottleneck", 4),
            (ItemKind.QUIZ, "weights", 3),
        ]
        assert book.rows[0].grades == (None, None, None)

    def test_what_counts_stands_in_its_place(self, world: World) -> None:
        submission = world.submit("bob", "bottleneck")
        run_id = world.run(submission).id
        report = a_report(a_check(points=2), exercise="bottleneck")
        grade_run(world.make_uow, world.clock, world.catalogue, FakeExaminer(report), run_id=run_id, node="n")
        _, bob = book_of(world).rows
        grade = bob.grades[1]
        assert grade is not None
        assert grade == Grade(grade.enrolment_id, ItemKind.EXERCISE, "bottleneck", Fraction(2), 3, submission.id, 1)
        assert bob.points == 2

    def test_grades_of_items_that_left_the_lesson_stay_visible(self, world: World) -> None:
        submission = world.submit("ada")
        with world.make_uow().writing() as uow:
            uow.grades.put(Grade(submission.enrolment_id, ItemKind.EXERCISE, "old", Fraction(2), 5, 1, 1))
            uow.commit()
        book = book_of(world)
        assert (book.items[-1].slug, book.items[-1].max_points) == ("old", 5)
        assert book.rows[0].points == 2

    def test_students_may_not_see_it(self, world: World) -> None:
        with pytest.raises(Forbidden):
            book_of(world, "ada")

    def test_strangers_do_not_learn_that_it_exists(self, world: World) -> None:
        with pytest.raises(NotFound):
            book_of(world, "zoe")


class TestCsv:
    def test_it_reads_back(self) -> None:
        header, line = rows(to_csv(a_book('Ada "the first", Lovelace', Fraction(7, 2))))
        assert header == [
            "login", "name", "conv points", "conv max", "conv attempts", "conv attempt",
            "points", "max", "percent",
        ]  # fmt: skip
        assert line == ["ada", 'Ada "the first", Lovelace', "3.5", "4", "2", "9", "3.5", "4", "87.5"]

    @pytest.mark.parametrize("start", ["=", "+", "-", "@", " =", "\uff1d", "\uff0b", "\uff0d", "\uff20"])
    def test_no_cell_is_a_formula(self, start: str) -> None:
        _, line = rows(to_csv(a_book(f"{start}HYPERLINK(1)")))
        assert line[1] == f"'{start}HYPERLINK(1)"

    def test_no_part_of_a_cell_is_a_formula_where_semicolons_divide(self) -> None:
        _, line = rows(to_csv(a_book("Ada;=HYPERLINK(1);-1")))
        assert line[1] == "Ada;'=HYPERLINK(1);'-1"

    @pytest.mark.parametrize(
        ("text", "shown"), [("\t=1", "\\t=1"), ("\r=1", "\\r=1"), ("A\x1b[2J\u202e", "A\\x1b[2J\\u202e")]
    )
    def test_no_cell_is_obeyed_by_a_terminal(self, text: str, shown: str) -> None:
        _, line = rows(to_csv(a_book(text)))
        assert line[1] == shown

    @pytest.mark.parametrize(
        ("points", "text"), [(Fraction(3), "3"), (Fraction(1, 3), "0.3333"), (Fraction(27, 10), "2.7")]
    )
    def test_numbers_stay_numbers(self, points: Fraction, text: str) -> None:
        _, line = rows(to_csv(a_book("Ada", points)))
        assert line[2] == text

    def test_what_is_not_graded_is_empty_and_counts_nothing(self, world: World) -> None:
        _, ada, _ = rows(to_csv(book_of(world)))
        assert ada == ["ada", "Ada", *["", "4", "0", ""] * 2, *["", "3", "0", ""], "0", "11", "0.0"]
