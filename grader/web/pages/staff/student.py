"""One student for the staff: every item with its grade, how it came about, all work; grades are set by hand here."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING
from urllib.parse import urlencode

from apiflask import APIBlueprint
from flask import redirect, render_template, request, url_for

from grader.domain.errors import Conflict, Invalid
from grader.services import lms_state, override
from grader.services.student_record import StudentRecord, student_record
from grader.web.context import current_user, services
from grader.web.errors import status_of
from grader.web.fields import fraction
from grader.web.gradebook_query import arrangement, query
from grader.web.pages.staff.frame import Frame

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from fractions import Fraction

    from werkzeug import Response

    from grader.domain.errors import Mistake
    from grader.domain.scoring import ItemKind

blueprint = APIBlueprint("student", __name__, enable_openapi=False)

_STUDENT = "/courses/<name:course>/staff/students/<name:login>"
_NEWEST = 5  # pieces of work of an item that are shown at once


@blueprint.get(_STUDENT)
def student(course: str, login: str) -> str:
    """Show a student's record."""
    return _shown(course, login)


@blueprint.post(f"{_STUDENT}/overrides/<kind:kind>/<name:item>")
def set_grade(course: str, login: str, kind: ItemKind, item: str) -> Response | tuple[str, int]:
    """Set a grade by hand; what is refused stays in the form, beside the reason."""
    needs, form = services(), request.form
    try:
        override.override(
            needs.make_uow(),
            needs.clock,
            needs.catalogue,
            user=current_user(),
            course_slug=course,
            login=login,
            kind=kind,
            slug=item,
            points=_points(form),
            reason=form.get("reason", ""),
        )
    except Invalid as error:
        return _shown(course, login, problem=error, place=f"{kind.value}-{item}"), status_of(error)
    return _back(course, login, told="set", place=f"{kind.value}-{item}")


@blueprint.post(f"{_STUDENT}/overrides/<int:override_id>/withdraw")
def withdraw(course: str, login: str, override_id: int) -> Response | tuple[str, int]:
    """Let what was earned count again."""
    needs = services()
    try:
        done = override.withdraw(
            needs.make_uow(),
            needs.clock,
            needs.catalogue,
            user=current_user(),
            course_slug=course,
            override_id=override_id,
        )
    except Conflict as error:
        return _shown(course, login, problem=error), status_of(error)
    return _back(course, login, told="withdrawn", place=f"{done.kind.value}-{done.item}")


def _points(form: Mapping[str, str]) -> Fraction:
    points = fraction(form, "points")
    if points is None:
        raise Invalid("say how many points count", field="points")
    return points


def _shown(course: str, login: str, *, problem: Mistake | None = None, place: str = "") -> str:
    wanted = arrangement(request.args)
    view: StudentRecord = student_record(
        services().make_uow(),
        services().catalogue,
        user=current_user(),
        course_slug=course,
        login=login,
        wanted=wanted,
    )
    columns = lms_state.of_student(services().make_uow(), user=current_user(), course_slug=course, login=login)
    along = query(wanted)
    return render_template(
        "staff_student.html",
        shown=_by_item(columns),
        frame=Frame(view.course, view.role),
        view=view,
        along=along,
        query=f"?{urlencode(along)}" if along else "",
        problem=problem,
        wrong=place,
        given=request.form,
        told=request.args.get("told", ""),
        most=override.MOST,
        longest=override.LONGEST_REASON,
        newest=_NEWEST,
    )


def _by_item(columns: Sequence[lms_state.ColumnState]) -> Mapping[tuple[ItemKind, str], list[lms_state.ColumnState]]:
    """Return what LMSes show of a student, by item."""
    found: defaultdict[tuple[ItemKind, str], list[lms_state.ColumnState]] = defaultdict(list)
    for each in columns:
        found[each.column.kind, each.column.item].append(each)
    return found


def _back(course: str, login: str, *, told: str, place: str) -> Response:
    along = query(arrangement(request.args))
    address = url_for("pages.student.student", course=course, login=login, told=told, **along, _anchor=place)  # type: ignore[arg-type]
    return redirect(address, 303)
