"""A quiz: its rules, the reader's attempts, and where the next one starts."""

from __future__ import annotations

from typing import TYPE_CHECKING

from apiflask import APIBlueprint
from flask import redirect, render_template, url_for

from grader.domain.errors import Conflict
from grader.services import quiz as attempts
from grader.services.quiz_record import quiz_record
from grader.web.context import current_user, services

if TYPE_CHECKING:
    from werkzeug import Response

blueprint = APIBlueprint("quiz", __name__, enable_openapi=False)


@blueprint.get("/courses/<name:course>/quizzes/<name:quiz>")
def quiz(course: str, quiz: str) -> str:
    """Show the quiz, its rules and the reader's attempts."""
    needs = services()
    record = quiz_record(
        needs.make_uow(), needs.clock, needs.catalogue, user=current_user(), course_slug=course, quiz_slug=quiz
    )
    return render_template("quiz.html", record=record, policy=record.quiz.policy)


@blueprint.post("/courses/<name:course>/quizzes/<name:quiz>/attempts")
def start(course: str, quiz: str) -> Response:
    """Start an attempt, or go on with the open one; where neither can be, the quiz's page says why."""
    needs = services()
    try:
        view = attempts.start(
            needs.make_uow(), needs.clock, needs.catalogue, user=current_user(), course_slug=course, quiz_slug=quiz
        )
    except Conflict:
        return redirect(url_for("pages.quiz.quiz", course=course, quiz=quiz), 303)
    return redirect(url_for("pages.attempt.attempt", attempt_id=view.attempt.id), 303)
