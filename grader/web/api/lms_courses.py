"""Courses of LMSes that are connected: read who is there, make columns, compare scores, send them again."""

from datetime import datetime
from typing import Annotated, Any

from apiflask import APIBlueprint
from flask import request
from pydantic import BaseModel, Field

from grader.domain.lms.platform import LineItem
from grader.domain.scoring import ItemKind
from grader.services import columns, lms_state, platforms, reconcile, sync_members
from grader.web.bodies import Body, described, read_json
from grader.web.context import current_user, services
from grader.web.lms_calls import asking, gradebooks, place_of

blueprint = APIBlueprint("lms_courses", __name__, tag="LMS")

_LMS = "/courses/<name:course>/lms"
_ONE = f"{_LMS}/courses/<int:context_id>"
_INSTRUCTORS: dict[int | str, Any] = {403: {"description": "You are no instructor of this course"}}
_ASKED: dict[int | str, Any] = {
    **_INSTRUCTORS,
    409: {"description": "The LMS can't be asked, or does not do it: the message says why"},
}
_FLAGS = ("1", "true")


def _flag(name: str, description: str) -> list[dict[str, Any]]:
    return [{"in": "query", "name": name, "description": description, "schema": {"type": "boolean"}}]


class SyncedOut(BaseModel):
    """How many people came (back), have another role, were let go, are as before; *note* says it in words."""

    added: int
    changed: int
    ended: int
    unchanged: int
    note: str


class ItemsIn(Body):
    """The items that get a column each."""

    items: Annotated[
        list[str],
        Field(description="a list like exercise:pointwise-conv, quiz:quiz", min_length=1, max_length=200),
    ]


class LineItemOut(BaseModel):
    """A column of an LMS's gradebook."""

    id: int
    kind: ItemKind
    item: str
    label: str
    max_points: int


class LineItemsOut(BaseModel):
    """Columns, in the order in which they were asked for."""

    columns: list[LineItemOut]


class ScoreDifferenceOut(BaseModel):
    """A student's score that differs, in points of the column; null is no score. *coming*: ours is on its way."""

    column: int
    label: str
    max_points: int
    login: str
    name: str
    here: float | None
    there: float | None
    coming: bool


class ScoreDifferencesOut(BaseModel):
    """All that differs, by column and login."""

    differences: list[ScoreDifferenceOut]


class SentOut(BaseModel):
    """How many scores are on their way now."""

    sent: int


class FreedOut(BaseModel):
    """The course of an LMS that was disconnected."""

    id: int
    title: str


class LmsStateOut(BaseModel):
    """What a column of an LMS has of a student since then, and whether what counts is there, coming, or died and why.

    *state* is nothing, there, coming, died or overtaken; *points* null is no score.
    """

    platform: str
    column: int
    label: str
    kind: ItemKind
    item: str
    state: lms_state.Way
    points: float | None
    max_points: int | None
    since: datetime | None
    why: str
    delivery: int | None


class LmsStatesOut(BaseModel):
    """What LMSes have of a student, by column."""

    login: str
    columns: list[LmsStateOut]


@blueprint.post(f"{_ONE}/sync")
@blueprint.output(SyncedOut)
@blueprint.doc(
    responses={
        **_INSTRUCTORS,
        409: {"description": "The LMS can't be asked; or more than half would leave, and removes_many is not set"},
    },
    extensions={"parameters": _flag("removes_many", "Even if more than half of those who came from there leave")},
)
def sync_people(course: str, context_id: int) -> SyncedOut:
    """Read who is in a course of an LMS, and have the same people here."""
    needs = services()
    with asking():
        done = sync_members.sync(
            needs.make_uow,
            needs.clock,
            gradebooks(),
            user=current_user(),
            course_slug=course,
            context_id=context_id,
            removes_many=_is_set("removes_many"),
        )
    return SyncedOut(added=done.added, changed=done.changed, ended=done.ended, unchanged=done.unchanged, note=done.note)


@blueprint.post(f"{_ONE}/columns")
@blueprint.output(LineItemsOut, status_code=201)
@blueprint.doc(
    responses={**_ASKED, 422: {"description": "An item is none of the course's lesson"}},
    extensions={"requestBody": described(ItemsIn)},
)
def make_columns(course: str, context_id: int) -> LineItemsOut:
    """Make a column for each item that has none there; it gets the grades that there are."""
    needs, given = services(), read_json(ItemsIn)
    with asking():
        made = columns.make_columns(
            needs.make_uow,
            needs.clock,
            needs.catalogue,
            gradebooks(),
            user=current_user(),
            course_slug=course,
            context_id=context_id,
            items=[place_of(each) for each in given.items],
        )
    return LineItemsOut(columns=[_line_item(each) for each in made])


@blueprint.delete(f"{_LMS}/columns/<int:line_item_id>")
@blueprint.output(LineItemOut)
@blueprint.doc(responses=_INSTRUCTORS)
def remove_column(course: str, line_item_id: int) -> LineItemOut:
    """Send nothing more to a column; it stays in the LMS with what it has."""
    needs = services()
    return _line_item(
        columns.remove_column(
            needs.make_uow, needs.clock, user=current_user(), course_slug=course, line_item_id=line_item_id
        )
    )


@blueprint.get(f"{_ONE}/differences")
@blueprint.output(ScoreDifferencesOut)
@blueprint.doc(responses=_ASKED)
def list_differences(course: str, context_id: int) -> ScoreDifferencesOut:
    """Read back what an LMS shows, and tell whose score differs from what counts here."""
    with asking():
        found = reconcile.compare(
            services().make_uow, gradebooks(), user=current_user(), course_slug=course, context_id=context_id
        )
    return ScoreDifferencesOut(differences=[_difference(each) for each in found])


@blueprint.post(f"{_ONE}/resend")
@blueprint.output(SentOut, status_code=202)
@blueprint.doc(responses=_ASKED, extensions={"parameters": _flag("all", "All scores, whether they differ or not")})
def resend_scores(course: str, context_id: int) -> SentOut:
    """Send what counts here once more for the scores that differ, or for all."""
    needs = services()
    with asking():
        sent = reconcile.resend(
            needs.make_uow,
            needs.clock,
            gradebooks(),
            user=current_user(),
            course_slug=course,
            context_id=context_id,
            everything=_is_set("all"),
        )
    return SentOut(sent=sent)


@blueprint.delete(_ONE)
@blueprint.output(FreedOut)
@blueprint.doc(
    responses={**_INSTRUCTORS, 409: {"description": "The LMS is this course's own: remove that, not its course"}}
)
def disconnect(course: str, context_id: int) -> FreedOut:
    """Take a course of a shared LMS off this one; what it has stays there."""
    needs = services()
    gone = platforms.free(needs.make_uow(), needs.clock, user=current_user(), course_slug=course, context_id=context_id)
    return FreedOut(id=gone.id, title=gone.title or gone.key)


@blueprint.get("/courses/<name:course>/students/<name:login>/lms")
@blueprint.output(LmsStatesOut)
@blueprint.doc(responses={})
def get_states(course: str, login: str) -> LmsStatesOut:
    """Tell what LMSes have of a student, of yourself or of anybody in a course of whose staff you are."""
    found = lms_state.of_student(services().make_uow(), user=current_user(), course_slug=course, login=login)
    return LmsStatesOut(login=login, columns=[_state(each) for each in found])


def _is_set(name: str) -> bool:
    return request.args.get(name, "").lower() in _FLAGS


def _line_item(column: LineItem) -> LineItemOut:
    return LineItemOut(
        id=column.id, kind=column.kind, item=column.item, label=column.label, max_points=column.max_points
    )


def _difference(each: reconcile.Difference) -> ScoreDifferenceOut:
    return ScoreDifferenceOut(
        column=each.column.id,
        label=each.column.label,
        max_points=each.column.max_points,
        login=each.login,
        name=each.name,
        here=None if each.here is None else float(each.here),
        there=each.there,
        coming=each.is_coming,
    )


def _state(each: lms_state.ColumnState) -> LmsStateOut:
    return LmsStateOut(
        platform=each.platform.name,
        column=each.column.id,
        label=each.column.label,
        kind=each.column.kind,
        item=each.column.item,
        state=each.way,
        points=None if each.points is None else float(each.points),
        max_points=each.max_points,
        since=each.since,
        why=each.why,
        delivery=each.last.id if each.last else None,
    )
