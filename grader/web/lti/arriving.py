"""Where somebody goes after a launch: to the link's item, the course, a choice of content, or to connect the course."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask import make_response, redirect, render_template, request, url_for

from grader.domain.scoring import ItemKind
from grader.services import launch as launching
from grader.web.framing import allow_frame, origins
from grader.web.lti import picking, sealed
from grader.web.pages.session import open_framed_session, open_session

if TYPE_CHECKING:
    from collections.abc import Sequence

    from werkzeug import Response

    from grader.services.launch import Arrival

_OWN_WINDOW = "document"
"""What a browser calls a page that no other one is around."""


def shown(arrival: Arrival) -> Response:
    """Return what follows."""
    ancestors = _ancestors(arrival)
    if arrival.course is None or arrival.user is None:
        allow_frame(ancestors)
        field = sealed.seal(sealed.CONTEXT, {"context": arrival.context.id})
        return make_response(render_template("lti_connect.html", context=arrival.context, field=field, problem=None))
    if request.headers.get("Sec-Fetch-Dest") == _OWN_WINDOW:
        open_session(arrival.secret)
    else:
        open_framed_session(arrival.secret, ancestors)
        allow_frame(ancestors)
    if launching.is_for_content(arrival):
        return make_response(picking.form(arrival.platform, arrival.launch, arrival.course, arrival.user))
    return redirect(_address(arrival.course.slug, arrival.item), 303)


def _address(course: str, item: tuple[ItemKind, str] | None) -> str:
    if item is None:
        return url_for("pages.home.course", course=course)
    kind, slug = item
    if kind is ItemKind.EXERCISE:
        return url_for("pages.exercise.exercise", course=course, exercise=slug)
    return url_for("pages.quiz.quiz", course=course, quiz=slug)


def _ancestors(arrival: Arrival) -> Sequence[str]:
    platform = arrival.platform
    return origins([platform.issuer, platform.auth_url, arrival.launch.return_url])
