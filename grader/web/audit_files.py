"""The audit log as files, by page or API."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask import request

from grader.services import audit_log
from grader.web.audit_query import wanted
from grader.web.context import current_user, services
from grader.web.downloads import csv_file, file

if TYPE_CHECKING:
    from flask import Response


def csv(course: str) -> Response:
    """Return what fits as CSV for a spreadsheet."""
    return csv_file(audit_log.to_csv(_taken(course, "CSV")), f"{course}-log.csv")


def json_lines(course: str) -> Response:
    """Return what fits as JSON, a line for each entry."""
    return file(audit_log.to_json_lines(_taken(course, "JSON")), f"{course}-log.jsonl", "application/x-ndjson")


def _taken(course: str, form: str) -> audit_log.Log:
    needs, asked = services(), wanted(request.args)
    return audit_log.export(
        needs.make_uow(), needs.clock, user=current_user(), course_slug=course, wanted=asked, form=form
    )
