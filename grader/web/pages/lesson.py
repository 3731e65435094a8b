"""A lesson's page, with its quizzes and exercises in their place in the text."""

from __future__ import annotations

from apiflask import APIBlueprint
from flask import Response, render_template

from grader.services import browse
from grader.web.context import current_user, services

blueprint = APIBlueprint("lesson", __name__, enable_openapi=False)

_DAY = 24 * 3600


@blueprint.get("/courses/<name:course>/lesson")
def lesson(course: str) -> str:
    """Show the page."""
    needs = services()
    view = browse.overview(needs.make_uow(), needs.clock, needs.catalogue, user=current_user(), course_slug=course)
    return render_template("lesson.html", view=view)


@blueprint.get("/courses/<name:course>/figures/<name:figure>")
def figure(course: str, figure: str) -> Response:
    """Give a figure of the page: an SVG that can load and run nothing."""
    data = browse.figure(
        services().make_uow(), services().catalogue, user=current_user(), course_slug=course, name=figure
    )
    response = Response(data, mimetype="image/svg+xml")
    response.headers["Content-Security-Policy"] = "default-src 'none'; style-src 'unsafe-inline'; sandbox"
    response.headers["Cache-Control"] = f"private, max-age={_DAY}"
    return response
