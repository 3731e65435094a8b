"""A course's grades, for its staff: as JSON, or as CSV for a spreadsheet; grades that are set by hand."""

from datetime import datetime
from fractions import Fraction
from typing import Any

from apiflask import APIBlueprint
from flask import Response, after_this_request, request
from pydantic import BaseModel, Field

from grader.domain.scoring import ItemKind, Override
from grader.services import gradebook, override
from grader.web.bodies import Body, described, read_json
from grader.web.context import current_user, services
from grader.web.fields import one_of
from grader.web.gradebook_files import GradebookOut, as_csv, as_json
from grader.web.gradebook_query import arrangement

blueprint = APIBlueprint("gradebook", __name__, tag="Gradebook")

_ANSWERS: dict[int | str, Any] = {
    200: {"description": "One line for each student", "content": {"text/csv": {"schema": {"type": "string"}}}},
    403: {"description": "You are a student of this course"},
}


class WantedIn(BaseModel):
    """Which rows are wanted, and in which order."""

    sort: str = Field("", description="name, login, section, sum or an item, like exercise:conv; -sum: highest first")
    section: str = Field("", description="only this section")
    q: str = Field("", description="only whose name or login holds this")
    only: str = Field("", description="missing: of whom nothing is graded yet; below: who is below a share; all")
    item: str = Field("", description="which item `only` is about, like exercise:conv; empty for all together")
    below: str = Field("", description="the share in percent, 50 unless said")
    ended: str = Field("", description="1: also who has left the course")


@blueprint.get("/courses/<name:course>/gradebook")
@blueprint.input(WantedIn, location="query", arg_name="wanted")
@blueprint.output(GradebookOut)
@blueprint.doc(responses=_ANSWERS)
def get_gradebook(course: str, wanted: WantedIn) -> GradebookOut | Response:
    """Show the grades of a course of whose staff you are; as CSV with Accept: text/csv. The audit log notes it."""
    after_this_request(_depends_on_accept)
    if request.accept_mimetypes.best_match(["application/json", "text/csv"]) == "text/csv":
        return as_csv(_export(course, wanted, "CSV"))
    return as_json(_export(course, wanted, "JSON"))


@blueprint.get("/courses/<name:course>/gradebook.csv")
@blueprint.input(WantedIn, location="query", arg_name="wanted")
@blueprint.doc(responses=_ANSWERS)
def download_gradebook(course: str, wanted: WantedIn) -> Response:
    """Download the grades of a course of whose staff you are, as CSV. The audit log notes it."""
    return as_csv(_export(course, wanted, "CSV"))


class OverrideIn(Body):
    """A grade to set by hand."""

    kind: str = Field(description='"exercise" or "quiz"')
    item: str = Field(description="the slug of an exercise or a quiz")
    points: float = Field(description="a number of points", allow_inf_nan=False)
    reason: str = Field(description="the reason as a string")


class OverrideOut(BaseModel):
    """A grade set by hand: it counts until it is withdrawn, or replaced by a newer one."""

    id: int
    kind: ItemKind
    item: str
    points: float
    reason: str
    by: str
    made: datetime
    withdrawn: datetime | None


_REFUSALS: dict[int | str, Any] = {
    403: {"description": "You are no instructor of this course"},
    404: {"description": "No such course, student, item or override"},
}


@blueprint.post("/courses/<name:course>/students/<name:login>/overrides")
@blueprint.output(OverrideOut, status_code=201)
@blueprint.doc(
    responses={
        **_REFUSALS,
        400: {"description": "Malformed JSON"},
        415: {"description": "No JSON"},
        422: {"description": "Points from outside 0 to twice what the item is worth, or no reason"},
    },
    extensions={"requestBody": described(OverrideIn)},
)
def set_grade(course: str, login: str) -> tuple[OverrideOut, int]:
    """Set a student's grade by hand; the student reads the reason."""
    given, needs = read_json(OverrideIn), services()
    made = override.override(
        needs.make_uow(),
        needs.clock,
        needs.catalogue,
        user=current_user(),
        course_slug=course,
        login=login,
        kind=one_of({"kind": given.kind}, "kind", ItemKind),
        slug=given.item,
        points=Fraction(str(given.points)),
        reason=given.reason,
    )
    return _shown(made), 201


@blueprint.post("/courses/<name:course>/overrides/<int:override_id>/withdraw")
@blueprint.output(OverrideOut)
@blueprint.doc(responses={**_REFUSALS, 409: {"description": "It was withdrawn already"}})
def withdraw(course: str, override_id: int) -> OverrideOut:
    """Withdraw a grade that was set by hand: what was earned counts again, or the one that was set before."""
    needs = services()
    done = override.withdraw(
        needs.make_uow(),
        needs.clock,
        needs.catalogue,
        user=current_user(),
        course_slug=course,
        override_id=override_id,
    )
    return _shown(done)


def _shown(made: Override) -> OverrideOut:
    return OverrideOut(
        id=made.id,
        kind=made.kind,
        item=made.item,
        points=float(made.points),
        reason=made.reason,
        by=made.by,
        made=made.made,
        withdrawn=made.withdrawn,
    )


def _export(course: str, wanted: WantedIn, form: str) -> gradebook.Export:
    needs = services()
    return gradebook.export(
        needs.make_uow(),
        needs.clock,
        needs.catalogue,
        user=current_user(),
        course_slug=course,
        wanted=arrangement(wanted.model_dump()),
        form=form,
    )


def _depends_on_accept(response: Response) -> Response:
    response.vary.add("Accept")
    return response
