"""The audit log: who did what, when, from where; looked through by its address, and as a file."""

from __future__ import annotations

from typing import TYPE_CHECKING

from apiflask import APIBlueprint
from flask import render_template, request

from grader.services import audit_log
from grader.web import audit_files, audit_words
from grader.web.audit_query import wanted
from grader.web.context import current_user, services
from grader.web.pages.staff.frame import Frame

if TYPE_CHECKING:
    from flask import Response

blueprint = APIBlueprint("audit", __name__, enable_openapi=False)

_ASKED = ("actor", "deed", "person", "since", "until")


@blueprint.get("/courses/<name:course>/staff/log", endpoint="audit")
def show(course: str) -> str:
    """Show a page of the log."""
    asked = wanted(request.args)
    found = audit_log.log(services().make_uow(), user=current_user(), course_slug=course, wanted=asked)
    return render_template(
        "staff_log.html",
        frame=Frame(found.course, found.role),
        found=found,
        wanted=asked,
        asked={name: request.args[name] for name in _ASKED if request.args.get(name)},
        words=audit_words,
        deeds=audit_words.deeds(),
        groups=audit_words.groups(),
        most=audit_log.MOST_EXPORTED,
    )


@blueprint.get("/courses/<name:course>/staff/log.csv")
def csv(course: str) -> Response:
    """Hand the log out for a spreadsheet."""
    return audit_files.csv(course)


@blueprint.get("/courses/<name:course>/staff/log.jsonl")
def json_lines(course: str) -> Response:
    """Hand the log out for a program."""
    return audit_files.json_lines(course)
