"""An endpoint as its form holds it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from grader.domain.errors import Invalid
from grader.domain.lms.event import EventType
from grader.domain.lms.header_lines import read_headers
from grader.services.endpoints import EndpointDraft

if TYPE_CHECKING:
    from werkzeug.datastructures import MultiDict

EVENTS = tuple(kind for kind in EventType if kind is not EventType.TEST)
"""What may be picked."""


def draft(form: MultiDict[str, str]) -> EndpointDraft:
    """Return what a form asks for; Invalid names the field that can't be read."""
    return EndpointDraft(
        name=form.get("name", ""),
        url=form.get("url", ""),
        events=frozenset(_event(value) for value in form.getlist("events")),
        receives="receives" in form,
        headers=read_headers(form.get("headers", "")),
    )


def _event(value: str) -> EventType:
    try:
        return EventType(value)
    except ValueError:
        raise Invalid("there is no such event: pick from the list", field="events") from None
