"""A course's grades, for its staff: as JSON, or as CSV for a spreadsheet."""

from typing import Any

from apiflask import APIBlueprint
from flask import Response, after_this_request, request
from pydantic import BaseModel

from grader.domain.scoring import ItemKind
from grader.services import gradebook
from grader.web.api.exercises import CountedOut, counted
from grader.web.context import current_user, services

blueprint = APIBlueprint("gradebook", __name__, tag="Gradebook")

_ANSWERS: dict[int | str, Any] = {
    200: {"description": "One line for each student", "content": {"text/csv": {"schema": {"type": "string"}}}},
    403: {"description": "You are a student of this course"},
}


class ItemOut(BaseModel):
    """A column."""

    kind: ItemKind
    slug: str
    title: str
    max_points: int


class RowOut(BaseModel):
    """A student's line; *grades* go with the gradebook's items, null where nothing is graded yet."""

    login: str
    name: str
    grades: list[CountedOut | None]
    points: float


class GradebookOut(BaseModel):
    """Students by items."""

    course: str
    items: list[ItemOut]
    rows: list[RowOut]
    max_points: int


@blueprint.get("/courses/<name:course>/gradebook")
@blueprint.output(GradebookOut)
@blueprint.doc(responses=_ANSWERS)
def get_gradebook(course: str) -> GradebookOut | Response:
    """Show the grades of a course of whose staff you are; as CSV with Accept: text/csv."""
    book = _book(course)
    after_this_request(_depends_on_accept)
    if request.accept_mimetypes.best_match(["application/json", "text/csv"]) == "text/csv":
        return _csv(book)
    return GradebookOut(
        course=book.course.slug,
        items=[ItemOut.model_validate(item, from_attributes=True) for item in book.items],
        rows=[_row(row) for row in book.rows],
        max_points=book.max_points,
    )


@blueprint.get("/courses/<name:course>/gradebook.csv")
@blueprint.doc(responses=_ANSWERS)
def download_gradebook(course: str) -> Response:
    """Download the grades of a course of whose staff you are, as CSV."""
    return _csv(_book(course))


def _book(course: str) -> gradebook.Gradebook:
    return gradebook.gradebook(services().make_uow(), services().catalogue, user=current_user(), course_slug=course)


def _row(row: gradebook.Row) -> RowOut:
    return RowOut(
        login=row.student.login,
        name=row.student.name,
        grades=[counted(grade) for grade in row.grades],
        points=float(row.points),
    )


def _depends_on_accept(response: Response) -> Response:
    response.vary.add("Accept")
    return response


def _csv(book: gradebook.Gradebook) -> Response:
    response = Response(gradebook.to_csv(book), content_type="text/csv; charset=utf-8")
    response.headers.set("Content-Disposition", "attachment", filename=f"{book.course.slug}-gradebook.csv")
    return response
