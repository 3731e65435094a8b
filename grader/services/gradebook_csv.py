"""A gradebook as CSV for spreadsheets; its columns are known by their names, and later versions may add some."""

from __future__ import annotations

from typing import TYPE_CHECKING

from grader.domain.scoring import percentage
from grader.domain.spreadsheet import as_csv

if TYPE_CHECKING:
    from collections.abc import Mapping
    from fractions import Fraction

    from grader.domain.gradebook import Item, Row
    from grader.domain.scoring import Grade, Override
    from grader.services.gradebook import Export, Gradebook

_OF_ITEM = ("points", "max", "attempts", "attempt", "raw", "final", "late", "override")
"""*points* is what counts; *raw* is before lateness, *final* after it, *override* why something else counts."""


def to_csv(export: Export) -> str:
    """Return a line for each student."""
    book = export.book
    header = ["login", "name", "section", *(f"{item.slug} {what}" for item in book.items for what in _OF_ITEM)]
    lines = [_line(book, row, export.overrides) for row in book.rows]
    return as_csv([[*header, "points", "max", "percent"], *lines])


def _line(book: Gradebook, row: Row, overrides: Mapping[int, Override]) -> list[str]:
    cells = [row.student.login, row.student.name, row.section]
    for item, grade in zip(book.items, row.grades, strict=True):
        cells += _cells(item, grade, overrides)
    share = percentage(row.points / (book.max_points or 1), 1).removesuffix(" %")
    return [*cells, _number(row.points), _number(book.max_points), share]


def _cells(item: Item, grade: Grade | None, overrides: Mapping[int, Override]) -> list[str]:
    if grade is None:
        return ["", str(item.max_points), "0", *[""] * (len(_OF_ITEM) - 3)]
    override = overrides.get(grade.override_id or 0)
    return [
        _number(grade.points),
        str(grade.max_points),
        str(grade.attempts),
        "" if grade.attempt_id is None else str(grade.attempt_id),
        _number(grade.points if grade.raw is None else grade.raw),
        _number(grade.points if grade.earned is None else grade.earned),
        "late" if grade.is_late else "",
        override.reason if override else "",
    ]


def _number(points: Fraction) -> str:
    """Return points for a spreadsheet: whole numbers plain, others to four places."""
    return str(points.numerator) if points.denominator == 1 else f"{float(points):.4f}".rstrip("0")
