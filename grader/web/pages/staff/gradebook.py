"""The gradebook: students by items, sorted and filtered by its address, and as a file."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING
from urllib.parse import urlencode

from apiflask import APIBlueprint
from flask import render_template, request

from grader.domain.arrangement import LOGIN, NAME, SECTION, SUM, Only
from grader.domain.gradebook import middle
from grader.services import gradebook as grades
from grader.web.context import current_user, services
from grader.web.fields import one_of
from grader.web.gradebook_files import as_csv, as_file, as_json
from grader.web.gradebook_query import arrangement, query
from grader.web.gradebook_table import PAGE, Show, heading, lines, middles_of
from grader.web.pages.staff.frame import Frame
from grader.web.pages.staff.paging import page_of

if TYPE_CHECKING:
    from flask import Response

    from grader.services.gradebook import Export

blueprint = APIBlueprint("gradebook", __name__, enable_openapi=False)


@blueprint.get("/courses/<name:course>/staff/gradebook")
def gradebook(course: str) -> str:
    """Show the table."""
    needs, wanted = services(), arrangement(request.args)
    show = one_of(request.args, "show", Show) if request.args.get("show") else Show.POINTS
    book = grades.gradebook(needs.make_uow(), needs.catalogue, user=current_user(), course_slug=course, wanted=wanted)
    page = page_of(request.args.get("page", ""), len(book.rows), PAGE)
    asked = query(wanted)
    along = f"?{urlencode(asked)}" if asked else ""
    return render_template(
        "staff_gradebook.html",
        frame=Frame(book.course, book.role),
        book=book,
        wanted=wanted,
        asked=asked,
        show=show,
        shows=Show,
        only=Only,
        page=page,
        lines=lines(book.rows[page.start : page.end], book.items, show, highest=book.max_points, query=along),
        headings={order: heading(wanted, order) for order in (NAME, LOGIN, SECTION, SUM)},
        columns=[(item, heading(wanted, item.key)) for item in book.items],
        middles=middles_of(book.rows, show),
        total=middle([float(row.points) for row in book.rows]),
    )


@blueprint.get("/courses/<name:course>/staff/gradebook.csv")
def csv(course: str) -> Response:
    """Hand the table out for a spreadsheet."""
    return as_csv(_export(course, "CSV"))


@blueprint.get("/courses/<name:course>/staff/gradebook.json")
def json_file(course: str) -> Response:
    """Hand the table out for a program."""
    export = _export(course, "JSON")
    content = json.dumps(as_json(export).model_dump(mode="json"))
    return as_file(export, content, "json", "application/json")


def _export(course: str, form: str) -> Export:
    needs = services()
    return grades.export(
        needs.make_uow(),
        needs.clock,
        needs.catalogue,
        user=current_user(),
        course_slug=course,
        wanted=arrangement(request.args),
        form=form,
    )
