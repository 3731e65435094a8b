"""How a submission goes on, and what it got; alive while it is graded."""

from __future__ import annotations

from typing import TYPE_CHECKING

from apiflask import APIBlueprint
from flask import render_template

from grader.domain.errors import BadExercise, NotFound
from grader.domain.inert import inert
from grader.services import follow
from grader.web import result, waiting, watch
from grader.web.context import current_user, services

if TYPE_CHECKING:
    from flask import Response

    from grader.domain.people import Course
    from grader.services.follow import SubmissionView

blueprint = APIBlueprint("submission", __name__, enable_openapi=False)


@blueprint.get("/submissions/<int:submission_id>")
def submission(submission_id: int) -> str:
    """Show how a submission stands: one's own, or any of a course of whose staff one is."""
    return _shown("submission.html", submission_id)


@blueprint.get("/submissions/<int:submission_id>/live")
def live(submission_id: int) -> str:
    """Show the part of the page that changes."""
    return _shown("part_live.html", submission_id)


@blueprint.get("/submissions/<int:submission_id>/events")
def events(submission_id: int) -> Response:
    """Tell that something changed, for the page's script; `live` shows what."""
    return watch.watch(submission_id, _as_words)


def _shown(template: str, submission_id: int) -> str:
    needs, user = services(), current_user()
    view = follow.follow(needs.make_uow(), needs.clock, user=user, submission_id=submission_id)
    return render_template(
        template,
        view=view,
        title=title_of(view.course, view.submission.exercise),
        is_own=view.student.id == user.id,
        is_open=view.course.is_open(needs.clock.now()),
        result=result.told(view.report) if view.report else None,
        steps=waiting.steps(view.progress),
        wait=waiting.in_words(view.wait),
        source=result.listing(view.submission.source),
        fault=inert(view.fault, kept="\n\t"),
    )


def title_of(course: Course, exercise: str) -> str:
    """Return an exercise's title, its slug when its folder is gone or broken: old work can be read all the same."""
    try:
        return services().catalogue.exercise(course.lesson, exercise).title
    except (NotFound, BadExercise):
        return exercise


def _as_words(view: SubmissionView) -> str:
    return " ".join(map(str, (view.state.value, view.place, view.progress, view.wait)))
