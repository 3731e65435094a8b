"""What the staff does with a submission: say something to its student, take it back, have it run again."""

from __future__ import annotations

from typing import TYPE_CHECKING

from apiflask import APIBlueprint
from flask import redirect, request, url_for

from grader.domain.errors import Invalid
from grader.services import comment
from grader.services.rerun import rerun
from grader.web.context import current_user, services
from grader.web.converters import as_id
from grader.web.errors import status_of
from grader.web.pages.submission import Typed, shown

if TYPE_CHECKING:
    from werkzeug import Response

blueprint = APIBlueprint("staff_submission", __name__, enable_openapi=False)


@blueprint.post("/submissions/<int:submission_id>/comments")
def say(submission_id: int) -> Response | tuple[str, int]:
    """Comment; what is refused stays in the form, beside the reason."""
    typed = Typed(request.form.get("line", "").strip(), request.form.get("text", ""))
    try:
        made = comment.comment(
            services().make_uow(),
            services().clock,
            user=current_user(),
            submission_id=submission_id,
            line=_line(typed.line),
            text=typed.text,
        )
    except Invalid as error:
        return shown(submission_id, typed=typed, problem=error), status_of(error)
    return _back(submission_id, f"comment-{made.id}")


@blueprint.post("/submissions/<int:submission_id>/comments/<int:comment_id>/withdraw")
def withdraw(submission_id: int, comment_id: int) -> Response:
    """Take a comment back."""
    user, needs = current_user(), services()
    comment.withdraw(needs.make_uow(), needs.clock, user=user, submission_id=submission_id, comment_id=comment_id)
    return _back(submission_id, f"comment-{comment_id}")


@blueprint.post("/submissions/<int:submission_id>/rerun")
def run_again(submission_id: int) -> Response:
    """Queue what failed by our fault again, and watch it."""
    needs = services()
    rerun(needs.make_uow(), needs.clock, needs.bell, user=current_user(), submission_id=submission_id)
    return _back(submission_id, None)


def _line(text: str) -> int | None:
    """Return which line a form means; Invalid for what is no number."""
    number = as_id(text)
    if text and number is None:
        raise Invalid("the line must be a number, or empty for all of it", field="line")
    return number


def _back(submission_id: int, anchor: str | None) -> Response:
    return redirect(url_for("pages.submission.submission", submission_id=submission_id, _anchor=anchor), 303)
