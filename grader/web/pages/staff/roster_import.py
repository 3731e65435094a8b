"""A roster from a file: given, looked at beside the present one, then done. The looking writes nothing."""

from __future__ import annotations

from typing import TYPE_CHECKING

from apiflask import APIBlueprint
from flask import redirect, render_template, request, url_for

from grader.domain.errors import Conflict, Invalid, TooLarge
from grader.domain.roster import MOST_BYTES, MOST_LINES, Kind, decode
from grader.services import roster as rosters
from grader.web.context import current_user, services
from grader.web.errors import status_of
from grader.web.pages.staff.frame import Frame

if TYPE_CHECKING:
    from werkzeug import Response

    from grader.domain.errors import Mistake

blueprint = APIBlueprint("roster_import", __name__, enable_openapi=False)

_IMPORT = "/courses/<name:course>/staff/roster/import"


@blueprint.get(_IMPORT)
def ask(course: str) -> str:
    """Ask for a file."""
    return _asked(course)


@blueprint.post(_IMPORT)
def look(course: str) -> str | tuple[str, int]:
    """Show what the file would change, and which lines are wrong."""
    data = _given()
    try:
        return _looked(course, data)
    except (Invalid, TooLarge) as error:
        return _asked(course, problem=error, data=data), status_of(error)


@blueprint.post(f"{_IMPORT}/apply")
def apply(course: str) -> Response | tuple[str, int]:
    """Do what was looked at; look again when it would be something else by now."""
    data, needs = _given(), services()
    try:
        done = rosters.apply(
            needs.make_uow(),
            needs.clock,
            user=current_user(),
            course_slug=course,
            data=data,
            removes=_removes(),
            expected=request.form.get("expected", ""),
        )
    except Conflict as error:
        return _looked(course, data, problem=error), status_of(error)
    except (Invalid, TooLarge) as error:
        return _asked(course, problem=error, data=data), status_of(error)
    return redirect(url_for("pages.roster.roster", course=course, told="imported", changed=len(done.real)), 303)


def _given() -> bytes:
    """Return the file that was chosen, else what was pasted."""
    file = request.files.get("file")
    return file.stream.read() if file is not None and file.filename else request.form.get("text", "").encode()


def _removes() -> bool:
    return "removes" in request.form


def _asked(course: str, *, problem: Mistake | None = None, data: bytes = b"") -> str:
    found, role = rosters.changeable(services().make_uow(), user=current_user(), course_slug=course)
    return render_template(
        "staff_roster_import.html",
        frame=Frame(found, role),
        problem=problem,
        text=data[:MOST_BYTES].decode("utf-8", "replace"),
        removes=_removes(),
        most_kib=MOST_BYTES // 1024,
        most_lines=MOST_LINES,
    )


def _looked(course: str, data: bytes, *, problem: Mistake | None = None) -> str:
    seen = rosters.preview(
        services().make_uow(), user=current_user(), course_slug=course, data=data, removes=_removes()
    )
    return render_template(
        "staff_roster_preview.html",
        frame=Frame(seen.course, seen.role),
        difference=seen.difference,
        Kind=Kind,
        problem=problem,
        text=decode(data),
        removes=_removes(),
    )
