"""Earlier attempts at an exercise: the list of them, and two side by side."""

from __future__ import annotations

from typing import TYPE_CHECKING

from apiflask import APIBlueprint
from flask import redirect, render_template, request, url_for

from grader.domain.difference import MOST_LINES, lines, side_by_side
from grader.domain.inert import inert
from grader.services.compare import compare
from grader.services.workbench import MOST, workbench
from grader.web.context import current_user, services
from grader.web.converters import as_id
from grader.web.pages.submission import title_of

if TYPE_CHECKING:
    from werkzeug import Response

blueprint = APIBlueprint("history", __name__, enable_openapi=False)


@blueprint.get("/courses/<name:course>/exercises/<name:exercise>/submissions")
def history(course: str, exercise: str) -> str | Response:
    """List the reader's attempts; with two of them chosen, go where they are compared."""
    old, new = (as_id(request.args.get(side, "")) for side in ("old", "new"))
    if old and new:
        return redirect(url_for("pages.history.diff", submission_id=min(old, new), other_id=max(old, new)), 302)
    needs = services()
    bench = workbench(
        needs.make_uow(),
        needs.clock,
        needs.catalogue,
        user=current_user(),
        course_slug=course,
        exercise_slug=exercise,
    )
    return render_template("history.html", bench=bench, most=MOST)


@blueprint.get("/submissions/<int:submission_id>/diff/<int:other_id>")
def diff(submission_id: int, other_id: int) -> str:
    """Show two attempts side by side."""
    found = compare(services().make_uow(), user=current_user(), old_id=submission_id, new_id=other_id)
    sources = found.old.source, found.new.source
    return render_template(
        "diff.html",
        found=found,
        title=title_of(found.course, found.old.exercise),
        rows=side_by_side(*(inert(source, kept="\n\r\t") for source in sources)),
        most=MOST_LINES,
        is_cut=any(len(lines(source)) > MOST_LINES for source in sources),
        is_own=found.student.id == current_user().id,
    )
