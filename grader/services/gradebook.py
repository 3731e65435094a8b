"""A course's grades for its staff: students by items, on the page and as CSV."""

from __future__ import annotations

import csv
import io
import re
from dataclasses import dataclass
from fractions import Fraction
from typing import TYPE_CHECKING

from grader.domain.inert import inert
from grader.domain.people import Role
from grader.domain.scoring import ItemKind, percentage
from grader.services.enrol import require_staff

if TYPE_CHECKING:
    from collections.abc import Iterable

    from grader.domain.people import Course, User
    from grader.domain.scoring import Grade
    from grader.ports import Catalogue, UnitOfWork

_FORMULA = re.compile(r"(^|;)(?=\s*[=+\-@\uff1d\uff0b\uff0d\uff20])")
"""Where one could begin: also after a semicolon, which divides cells in some countries, and in wide letters."""


@dataclass(frozen=True)
class Item:
    """A column: an exercise or a quiz."""

    kind: ItemKind
    slug: str
    title: str
    max_points: int


@dataclass(frozen=True)
class Row:
    """A student's line; *grades* goes with the gradebook's items, None where nothing is graded yet."""

    student: User
    grades: tuple[Grade | None, ...]

    @property
    def points(self) -> Fraction:
        """Sum of what counts."""
        return sum((grade.points for grade in self.grades if grade), Fraction(0))


@dataclass(frozen=True)
class Gradebook:
    """Students by items."""

    course: Course
    items: tuple[Item, ...]
    rows: tuple[Row, ...]

    @property
    def max_points(self) -> int:
        """Sum over the items."""
        return sum(item.max_points for item in self.items)


def gradebook(uow: UnitOfWork, catalogue: Catalogue, *, user: User, course_slug: str) -> Gradebook:
    """Return the course's students and what counts for them; Forbidden for students."""
    with uow.reading():
        course, _ = require_staff(uow, user, course_slug)
        people = uow.enrolments.of_course(course.id)
        grades = uow.grades.of_course(course.id)
    items = _items(catalogue, course.lesson, grades)
    found = {(grade.enrolment_id, grade.kind, grade.item): grade for grade in grades}
    rows = tuple(
        Row(student, tuple(found.get((enrolment.id, item.kind, item.slug)) for item in items))
        for enrolment, student in people
        if enrolment.role is Role.STUDENT
    )
    return Gradebook(course, items, rows)


def _items(catalogue: Catalogue, lesson: str, grades: Iterable[Grade]) -> tuple[Item, ...]:
    """Return the lesson's exercises and quizzes in order, then what was graded but is no longer in it."""
    items: dict[tuple[ItemKind, str], Item] = {}
    for exercise in catalogue.exercises(lesson):
        item = Item(ItemKind.EXERCISE, exercise.slug, exercise.title, exercise.max_points)
        items[item.kind, item.slug] = item
    for quiz in catalogue.quizzes(lesson):
        item = Item(ItemKind.QUIZ, quiz.slug, quiz.title, quiz.max_points)
        items[item.kind, item.slug] = item
    for grade in sorted(grades, key=lambda grade: (grade.kind.value, grade.item, -grade.max_points)):
        items.setdefault((grade.kind, grade.item), Item(grade.kind, grade.item, grade.item, grade.max_points))
    return tuple(items.values())


def to_csv(book: Gradebook) -> str:
    """Return the gradebook as CSV (RFC 4180); texts that a spreadsheet would run as formulas start with '."""
    text = io.StringIO()
    writer = csv.writer(text)
    header = ["login", "name"]
    for item in book.items:
        header += [f"{item.slug} {what}" for what in ("points", "max", "attempts", "attempt")]
    writer.writerow([_safe(cell) for cell in [*header, "points", "max", "percent"]])
    for row in book.rows:
        writer.writerow(_cells(book, row))
    return text.getvalue()


def _cells(book: Gradebook, row: Row) -> list[str]:
    cells = [_safe(row.student.login), _safe(row.student.name)]
    for item, grade in zip(book.items, row.grades, strict=True):
        if grade is None:
            cells += ["", str(item.max_points), "0", ""]
        else:
            cells += [
                _number(grade.points),
                str(grade.max_points),
                str(grade.attempts),
                str(grade.attempt_id),
            ]
    share = percentage(row.points, book.max_points).removesuffix(" %")
    return [*cells, _number(row.points), str(book.max_points), share]


def _number(points: Fraction) -> str:
    """Return points for a spreadsheet: whole numbers plain, others to four places."""
    return str(points.numerator) if points.denominator == 1 else f"{float(points):.4f}".rstrip("0")


def _safe(text: str) -> str:
    """Return *text* so that no spreadsheet runs it, and no terminal obeys it.

    >>> _safe("=HYPERLINK(1)"), _safe("Ada; -1"), _safe("Ada")
    ("'=HYPERLINK(1)", "Ada;' -1", 'Ada')
    """
    return _FORMULA.sub(r"\1'", inert(text))
