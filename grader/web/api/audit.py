"""The audit log of a course, for its instructors."""

from datetime import datetime
from typing import Any

from apiflask import APIBlueprint
from flask import Response
from pydantic import BaseModel, Field

from grader.services import audit_log
from grader.web import audit_files
from grader.web.audit_query import wanted
from grader.web.context import current_user, services

blueprint = APIBlueprint("audit", __name__, tag="Audit log")

REFUSED: dict[int | str, Any] = {
    403: "You are no instructor of this course",
    422: "There is no such deed, or a moment is none",
}


class WantedIn(BaseModel):
    """Which entries are wanted; all that is given must fit."""

    actor: str = Field("", description="only what this login did")
    deed: str = Field("", description="only this deed, like grade.overridden, or all of a kind, like grade")
    person: str = Field("", description="only what is about this login")
    since: str = Field("", description="only from this moment on, like 2026-05-01T00:00Z")
    until: str = Field("", description="only before this moment")
    before: str = Field("", description="only entries below this number: the page that follows")


class EntryOut(BaseModel):
    """Who did what, when and from where; *concerns* is a login, *via* is page, api, webhook, terminal or service.

    *actor* is a login, an account at the server's terminal, or "endpoint" and its name; empty for the service itself.
    """

    id: int
    made: datetime
    actor: str
    via: str
    address: str
    deed: str
    concerns: str
    what: str
    detail: dict[str, str]


class LogOut(BaseModel):
    """Entries, newest first, at most 100; *before* asks for those that follow, null when there are none."""

    entries: list[EntryOut]
    before: int | None


def _file(content_type: str) -> dict[int | str, Any]:
    content = {content_type: {"schema": {"type": "string"}}}
    return {200: {"description": "A line for each entry", "content": content}, **REFUSED}


@blueprint.get("/courses/<name:course>/audit")
@blueprint.input(WantedIn, location="query", arg_name="asked")
@blueprint.output(LogOut)
@blueprint.doc(responses=REFUSED)
def get_audit_log(course: str, asked: WantedIn) -> LogOut:
    """Show who did what in a course."""
    found = audit_log.log(
        services().make_uow(), user=current_user(), course_slug=course, wanted=wanted(asked.model_dump())
    )
    entries = [EntryOut.model_validate(audit_log.told(line)) for line in found.lines]
    return LogOut(entries=entries, before=found.last)


@blueprint.get("/courses/<name:course>/audit.csv")
@blueprint.doc(responses=_file("text/csv"))
def get_audit_log_as_csv(course: str) -> Response:
    """Take the log as CSV; the same is asked for as above."""
    return audit_files.csv(course)


@blueprint.get("/courses/<name:course>/audit.jsonl")
@blueprint.doc(responses=_file("application/x-ndjson"))
def get_audit_log_as_json_lines(course: str) -> Response:
    """Take the log as JSON, a line for each entry."""
    return audit_files.json_lines(course)
