"""A gradebook as it leaves the service, by page or API: as JSON, or as CSV for a spreadsheet."""

from collections.abc import Mapping
from datetime import datetime

from flask import Response
from pydantic import BaseModel

from grader.domain.gradebook import Row
from grader.domain.scoring import Grade, ItemKind, Override
from grader.services.gradebook import Export
from grader.services.gradebook_csv import to_csv
from grader.web import downloads


class ItemOut(BaseModel):
    """A column; *weight* multiplies its points in the sums, and is 0 for what is not offered any more."""

    kind: ItemKind
    slug: str
    title: str
    max_points: int
    weight: float


class CellOut(BaseModel):
    """What counts of a student's work at one item, from *attempt*, which is null when it was set by hand alone.

    *raw* is before lateness, *earned* before an override; *late* tells that lateness cost something, *reason* why
    somebody set it by hand.
    """

    points: float
    max_points: int
    attempt: int | None
    attempts: int
    raw: float
    earned: float
    late: bool
    overridden: bool
    reason: str | None


class RowOut(BaseModel):
    """A student's line; *grades* go with the gradebook's items, null where nothing is graded yet.

    *points* are the sum by weight; *ended* is when the student left the course.
    """

    login: str
    name: str
    section: str
    ended: datetime | None
    grades: list[CellOut | None]
    points: float


class GradebookOut(BaseModel):
    """Students by items; *max_points* is the highest sum by weight."""

    course: str
    items: list[ItemOut]
    rows: list[RowOut]
    max_points: float


def as_json(export: Export) -> GradebookOut:
    """Return the gradebook as JSON has it."""
    book = export.book
    return GradebookOut(
        course=book.course.slug,
        items=[
            ItemOut(
                kind=item.kind,
                slug=item.slug,
                title=item.title,
                max_points=item.max_points,
                weight=float(item.factor),
            )
            for item in book.items
        ],
        rows=[_row(row, export.overrides) for row in book.rows],
        max_points=float(book.max_points),
    )


def as_csv(export: Export) -> Response:
    """Return the gradebook as a file to download."""
    return as_file(export, to_csv(export), "csv", downloads.CSV)


def as_file(export: Export, content: str, ending: str, content_type: str) -> Response:
    """Return *content* as a download that is named after the course."""
    return downloads.file(content, f"{export.book.course.slug}-gradebook.{ending}", content_type)


def _row(row: Row, overrides: Mapping[int, Override]) -> RowOut:
    return RowOut(
        login=row.student.login,
        name=row.student.name,
        section=row.section,
        ended=row.ended,
        grades=[_cell(grade, overrides) for grade in row.grades],
        points=float(row.points),
    )


def _cell(grade: Grade | None, overrides: Mapping[int, Override]) -> CellOut | None:
    if grade is None:
        return None
    override = overrides.get(grade.override_id or 0)
    return CellOut(
        points=float(grade.points),
        max_points=grade.max_points,
        attempt=grade.attempt_id,
        attempts=grade.attempts,
        raw=float(grade.points if grade.raw is None else grade.raw),
        earned=float(grade.points if grade.earned is None else grade.earned),
        late=grade.is_late,
        overridden=grade.override_id is not None,
        reason=override.reason if override else None,
    )
