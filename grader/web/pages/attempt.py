"""An attempt at a quiz: look at it, finish it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from apiflask import APIBlueprint
from flask import redirect, render_template, url_for

from grader.services import quiz
from grader.web.context import current_user, services
from grader.web.pages.attempt_page import look_at, page, seconds_left
from grader.web.pages.question_parts import parts

if TYPE_CHECKING:
    from werkzeug import Response

blueprint = APIBlueprint("attempt", __name__, enable_openapi=False)


@blueprint.get("/attempts/<int:attempt_id>")
def attempt(attempt_id: int) -> str:
    """Show an open attempt's questions, or what a finished one earned."""
    return page(look_at(attempt_id))


@blueprint.get("/attempts/<int:attempt_id>/finish")
def ask(attempt_id: int) -> str | Response:
    """Ask once more, naming the questions that are not answered."""
    view = look_at(attempt_id)
    if view.attempt.finished or view.student:
        return redirect(url_for("pages.attempt.attempt", attempt_id=attempt_id), 303)
    return render_template("attempt_finish.html", view=view, parts=parts(view.questions), left=seconds_left(view))


@blueprint.post("/attempts/<int:attempt_id>/finish")
def finish(attempt_id: int) -> Response:
    """Finish the attempt with what is saved."""
    return finished(attempt_id)


def finished(attempt_id: int) -> Response:
    """Finish an attempt, and lead to what it earned."""
    needs = services()
    quiz.finish(needs.make_uow(), needs.clock, needs.catalogue, user=current_user(), attempt_id=attempt_id)
    return redirect(url_for("pages.attempt.attempt", attempt_id=attempt_id), 303)
