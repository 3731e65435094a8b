"""A course of an LMS that is bound to one of ours: its people, its columns, what differs there."""

from __future__ import annotations

from typing import TYPE_CHECKING

from apiflask import APIBlueprint
from flask import redirect, render_template, request, url_for

from grader.domain.errors import Conflict, Invalid, NotFound
from grader.domain.scoring import ItemKind
from grader.services import columns, lms_state, platforms, reconcile, sync_members
from grader.web import lms_words
from grader.web.context import current_user, services
from grader.web.errors import status_of
from grader.web.lms_calls import asking, gradebooks, place_of
from grader.web.pages.staff.frame import Frame
from grader.web.pages.staff.lms import set_up

if TYPE_CHECKING:
    from collections.abc import Sequence

    from werkzeug import Response

    from grader.domain.errors import GraderError
    from grader.domain.people import Course

blueprint = APIBlueprint("lms_course", __name__, enable_openapi=False)

_ONE = "/courses/<name:course>/staff/lms/courses/<int:context_id>"


@blueprint.get(_ONE)
def connection(course: str, context_id: int) -> str:
    """Show a course of an LMS, and what may be done with it."""
    return _shown(course, context_id)


@blueprint.post(f"{_ONE}/sync")
def sync(course: str, context_id: int) -> str | tuple[str, int]:
    """Read who is in it, and have the same people here."""
    needs = services()
    try:
        with asking():
            done = sync_members.sync(
                needs.make_uow,
                needs.clock,
                gradebooks(),
                user=current_user(),
                course_slug=course,
                context_id=context_id,
                removes_many="many" in request.form,
            )
    except Conflict as error:
        return _shown(course, context_id, problem=error, failed="sync"), status_of(error)
    return _shown(course, context_id, synced=done)


@blueprint.post(f"{_ONE}/columns")
def make(course: str, context_id: int) -> Response | tuple[str, int]:
    """Make columns for the items that were picked."""
    needs = services()
    try:
        with asking():
            made = columns.make_columns(
                needs.make_uow,
                needs.clock,
                needs.catalogue,
                gradebooks(),
                user=current_user(),
                course_slug=course,
                context_id=context_id,
                items=_picked(request.form.getlist("item")),
            )
    except (Invalid, Conflict) as error:
        return _shown(course, context_id, problem=error, failed="columns"), status_of(error)
    address = url_for("pages.lms_course.connection", course=course, context_id=context_id, made=len(made))
    return redirect(address, 303)


@blueprint.post(f"{_ONE}/columns/<int:line_item_id>/remove")
def remove(course: str, context_id: int, line_item_id: int) -> Response:
    """Send nothing more to a column."""
    needs = services()
    columns.remove_column(
        needs.make_uow, needs.clock, user=current_user(), course_slug=course, line_item_id=line_item_id
    )
    return redirect(url_for("pages.lms_course.connection", course=course, context_id=context_id), 303)


@blueprint.post(f"{_ONE}/compare")
def compare(course: str, context_id: int) -> str | tuple[str, int]:
    """Read back what its gradebook shows, and show what differs from here."""
    needs, user = services(), current_user()
    try:
        with asking():
            found = reconcile.compare(
                needs.make_uow, gradebooks(), user=user, course_slug=course, context_id=context_id
            )
    except Conflict as error:
        return _shown(course, context_id, problem=error, failed="compare"), status_of(error)
    seen, here = _seen(course, context_id)
    return render_template(
        "staff_lms_compare.html", frame=Frame(seen.course, seen.role), here=here, found=found, **set_up()
    )


@blueprint.post(f"{_ONE}/resend")
def resend(course: str, context_id: int) -> Response | tuple[str, int]:
    """Send the scores that differ once more, or all of them."""
    needs = services()
    try:
        with asking():
            sent = reconcile.resend(
                needs.make_uow,
                needs.clock,
                gradebooks(),
                user=current_user(),
                course_slug=course,
                context_id=context_id,
                everything=request.args.get("which") == "all",
            )
    except Conflict as error:
        return _shown(course, context_id, problem=error, failed="compare"), status_of(error)
    address = url_for("pages.lms_course.connection", course=course, context_id=context_id, sent=sent)
    return redirect(address, 303)


@blueprint.post(f"{_ONE}/free")
def free(course: str, context_id: int) -> Response | tuple[str, int]:
    """Take a shared LMS's course off this one."""
    needs = services()
    try:
        platforms.free(needs.make_uow(), needs.clock, user=current_user(), course_slug=course, context_id=context_id)
    except Conflict as error:
        return _shown(course, context_id, problem=error, failed="free"), status_of(error)
    return redirect(url_for("pages.lms.lms", course=course, told="freed"), 303)


def _seen(course: str, context_id: int) -> tuple[platforms.Overview, platforms.Connection]:
    found = platforms.overview(services().make_uow(), user=current_user(), course_slug=course)
    for each in found.connections:
        if each.context.id == context_id:
            return found, each
    raise NotFound(f"no course {context_id} of an LMS is connected to this one")


def _shown(
    course: str,
    context_id: int,
    *,
    problem: GraderError | None = None,
    failed: str = "",
    synced: sync_members.Synced | None = None,
) -> str:
    needs, user = services(), current_user()
    found, here = _seen(course, context_id)
    _course, summaries = lms_state.of_course(needs.make_uow(), user=user, course_slug=course)
    titles, there = _titles(found.course), {(each.kind, each.item) for each in here.line_items}
    return render_template(
        "staff_lms_course.html",
        frame=Frame(found.course, found.role),
        here=here,
        words=lms_words,
        columns=[each for each in summaries if each.context.id == context_id],
        titles=titles,
        missing={place: title for place, title in titles.items() if place not in there},
        problem=problem,
        failed=failed,
        synced=synced,
        made=request.args.get("made", type=int),
        sent=request.args.get("sent", type=int),
        **set_up(),
    )


def _titles(course: Course) -> dict[tuple[ItemKind, str], str]:
    """Return the titles of what the course's lesson has."""
    catalogue = services().catalogue
    exercises = [((ItemKind.EXERCISE, each.slug), each.title) for each in catalogue.exercises(course.lesson)]
    quizzes = [((ItemKind.QUIZ, each.slug), each.title) for each in catalogue.quizzes(course.lesson)]
    return dict([*exercises, *quizzes])


def _picked(names: Sequence[str]) -> list[tuple[ItemKind, str]]:
    if not names:
        raise Invalid("pick at least one exercise or quiz", field="item")
    return [place_of(name) for name in names]
