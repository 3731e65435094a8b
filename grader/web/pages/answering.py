"""Answer an attempt's questions: one by one as the page's script sends them, or a whole form without a script."""

from __future__ import annotations

from typing import TYPE_CHECKING

from apiflask import APIBlueprint
from flask import redirect, render_template, request, url_for

from grader.domain.errors import Conflict, Invalid
from grader.services.answer import answer, answer_each
from grader.web.context import current_user, services
from grader.web.errors import status_of
from grader.web.pages.answers import changed, value_in
from grader.web.pages.attempt import finished
from grader.web.pages.attempt_page import Refused, look_at, page
from grader.web.pages.question_parts import parts

if TYPE_CHECKING:
    from collections.abc import Mapping

    from werkzeug import Response

    from grader.domain.questions import Answer
    from grader.services.shown_attempt import AttemptView

blueprint = APIBlueprint("answering", __name__, enable_openapi=False)

_OVER = "over"
"""What the page's script sends for "finish" when the time is up: then nobody is asked any more."""


@blueprint.put("/attempts/<int:attempt_id>/answers/<name:question>")
def autosave(attempt_id: int, question: str) -> str | tuple[str, int]:
    """Save one answer; give what changes on its page."""
    needs, value = services(), value_in(request.form, question)
    try:
        view = answer(
            needs.make_uow(),
            needs.clock,
            needs.catalogue,
            user=current_user(),
            attempt_id=attempt_id,
            question=question,
            value=value,
        )
    except (Conflict, Invalid) as error:
        status = status_of(error)
        return render_template("attempt_refused.html", error=error, status=status, attempt_id=attempt_id), status
    part = next(part for part in parts(view.questions) if part.slug == question)
    return render_template("attempt_saved.html", view=view, part=part, now=needs.clock.now())


@blueprint.post("/attempts/<int:attempt_id>/answers")
def save(attempt_id: int) -> str | Response | tuple[str, int]:
    """Save what was changed in the form, then go where its button leads."""
    needs, sent = services(), changed(request.form)
    meant = _meant(sent)
    try:
        view, mistakes = answer_each(
            needs.make_uow(), needs.clock, needs.catalogue, user=current_user(), attempt_id=attempt_id, answers=meant
        )
    except Conflict as error:
        return page(look_at(attempt_id), Refused(sent, reason=str(error))), status_of(error)
    kept = {slug: value for slug, value in sent.items() if slug in mistakes or slug not in meant}
    if mistakes and request.form.get("finish") != _OVER:
        return page(view, Refused(kept, {slug: str(mistake) for slug, mistake in mistakes.items()})), 422
    if kept and not request.form.keys() & {"go", "finish"}:
        return page(view, Refused(kept))  # what is typed and not yet checked is not lost
    return _next(view)


@blueprint.get("/attempts/<int:attempt_id>/answers")
def saved(attempt_id: int) -> Response:
    """Lead to the attempt who loads this address again."""
    return redirect(url_for("pages.attempt.attempt", attempt_id=attempt_id), 303)


def _meant(sent: Mapping[str, Answer]) -> dict[str, Answer]:
    """Return what is to be saved: where each answer is told at once, the one whose button was pressed."""
    form = request.form
    if "check" in form:
        return {form["check"]: value_in(form, form["check"])}
    return {} if "check_each" in form and "finish" not in form else dict(sent)


def _next(view: AttemptView) -> Response:
    form, attempt = request.form, view.attempt.id
    if form.get("finish") == _OVER or ("finish" in form and not view.unanswered):
        return finished(attempt)
    if "finish" in form:
        return redirect(url_for("pages.attempt.ask", attempt_id=attempt), 303)
    return redirect(
        url_for(
            "pages.attempt.attempt",
            attempt_id=attempt,
            question=form.get("go") or form.get("here"),
            told="saved" if "save" in form else None,
            _anchor=f"q-{form['check']}" if "check" in form else None,
        ),
        303,
    )
