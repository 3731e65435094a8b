"""A lesson's page, with its quizzes and exercises in their place in the text."""

from __future__ import annotations

from typing import TYPE_CHECKING

from apiflask import APIBlueprint
from flask import Response, render_template, url_for
from markupsafe import Markup

from grader.domain.errors import NotFound
from grader.services import browse
from grader.web.context import current_user, services
from grader.web.look import note_styles
from grader.web.pages.home import in_order
from grader.web.prose import Figure, render, svg_size

if TYPE_CHECKING:
    from grader.domain.people import Course
    from grader.web.pages.home import Item

blueprint = APIBlueprint("lesson", __name__, enable_openapi=False)

_DAY = 24 * 3600


@blueprint.get("/courses/<name:course>/lesson")
def lesson(course: str) -> str:
    """Show the page."""
    needs = services()
    view = browse.overview(needs.make_uow(), needs.clock, needs.catalogue, user=current_user(), course_slug=course)
    items = {(item.kind, item.slug): item for item in in_order(view)}
    in_text: set[tuple[str, str]] = set()

    def card(kind: str, slug: str, text: str) -> Markup | None:
        in_text.add((kind, slug))
        item = items.get((kind, slug))
        return _card(view.course, item, text) if item else None

    prose = render(view.lesson.page, figure=lambda name: _figure(view.course, name), place=card)
    note_styles(prose.styles)
    rest = [_card(view.course, item) for key, item in items.items() if key not in in_text]
    return render_template("lesson.html", view=view, prose=prose, rest=rest)


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


def _figure(course: Course, name: str) -> Figure | None:
    """Return where a figure is and how large, so that the text doesn't jump when it comes; None for no such figure."""
    try:
        size = svg_size(services().catalogue.figure(course.lesson, name).decode("utf-8", "replace"))
    except NotFound:
        return None
    return Figure(url_for("pages.lesson.figure", course=course.slug, figure=name), *size) if size else None


def _card(course: Course, item: Item, text: str = "") -> Markup:
    made = render_template("part_card.html", course=course, item=item, text=text)
    return Markup(made)  # noqa: S704 - a template of ours, which escapes
