"""An endpoint as its form holds it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from grader.domain.errors import Invalid
from grader.domain.lms.event import EventType
from grader.services.endpoints import EndpointDraft

if TYPE_CHECKING:
    from collections.abc import Iterable

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


def read_headers(text: str) -> dict[str, str]:
    r"""Return headers that stand one a line; without a value is one that keeps its own.

    >>> read_headers("Authorization: Bearer 7\n\nX-Course:")
    {'Authorization': 'Bearer 7', 'X-Course': ''}
    """
    found: dict[str, str] = {}
    for number, line in enumerate(text.splitlines(), 1):
        name, colon, value = line.partition(":")
        if not line.strip():
            continue
        if not colon:
            raise Invalid(f"line {number} of the headers is none: write it like Authorization: …", field="headers")
        if name.strip() in found:
            raise Invalid(f"line {number} of the headers stands there already", field="headers")
        found[name.strip()] = value.strip()
    return found


def shown_headers(names: Iterable[str]) -> str:
    """Return headers as the form shows them: their values are not told again."""
    return "".join(f"{name}:\n" for name in names)


def _event(value: str) -> EventType:
    try:
        return EventType(value)
    except ValueError:
        raise Invalid("there is no such event: pick from the list", field="events") from None
