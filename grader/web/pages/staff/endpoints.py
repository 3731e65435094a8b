"""Where a course's webhooks go to and come from: the list, one endpoint with its secret, a test."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from apiflask import APIBlueprint
from flask import redirect, render_template, request, url_for

from grader.domain.errors import Conflict, Invalid
from grader.domain.lms import endpoint_draft
from grader.domain.lms.header_lines import shown_headers
from grader.services import endpoints
from grader.web import delivery_words
from grader.web.context import current_user, services, vault
from grader.web.errors import status_of
from grader.web.links import hook_link
from grader.web.pages.staff.endpoint_form import EVENTS, draft
from grader.web.pages.staff.frame import Frame

if TYPE_CHECKING:
    from werkzeug import Response

    from grader.domain.errors import Mistake
    from grader.domain.lms.receipt import Receipt

blueprint = APIBlueprint("endpoints", __name__, enable_openapi=False)

_ENDPOINTS = "/courses/<name:course>/staff/endpoints"
_ENDPOINT = f"{_ENDPOINTS}/<int:endpoint_id>"
_LONGEST_ANSWER = 500  # characters of what was said to a webhook
_LIMITS = {"name": endpoint_draft.LONGEST_NAME, "url": endpoint_draft.LONGEST_URL}


@blueprint.get(_ENDPOINTS, endpoint="endpoints")
def show(course: str) -> str:
    """List the course's endpoints."""
    return _listed(course)


@blueprint.post(_ENDPOINTS)
def make(course: str) -> str | tuple[str, int]:
    """Make an endpoint, and show its secret this once."""
    needs = services()
    try:
        made, secret = endpoints.make(
            needs.make_uow(),
            needs.clock,
            vault(),
            user=current_user(),
            course_slug=course,
            draft=draft(request.form),
        )
    except (Invalid, Conflict) as error:
        return _listed(course, problem=error), status_of(error)
    return _one(course, made.id, secret=secret, told="made")


@blueprint.get(_ENDPOINT)
def endpoint(course: str, endpoint_id: int) -> str:
    """Show an endpoint."""
    return _one(course, endpoint_id, told=request.args.get("told", ""))


@blueprint.post(_ENDPOINT)
def change(course: str, endpoint_id: int) -> Response | tuple[str, int]:
    """Keep an endpoint as the form says."""
    needs = services()
    try:
        endpoints.change(
            needs.make_uow(),
            needs.clock,
            vault(),
            user=current_user(),
            course_slug=course,
            endpoint_id=endpoint_id,
            draft=draft(request.form),
        )
    except Invalid as error:
        return _one(course, endpoint_id, problem=error), status_of(error)
    return _back(course, endpoint_id, told="kept")


@blueprint.post(f"{_ENDPOINT}/rotate")
def rotate(course: str, endpoint_id: int) -> str:
    """Make the secret anew, and show it this once."""
    needs = services()
    _, secret = endpoints.rotate(
        needs.make_uow(), needs.clock, vault(), user=current_user(), course_slug=course, endpoint_id=endpoint_id
    )
    return _one(course, endpoint_id, secret=secret, told="rotated")


@blueprint.post(f"{_ENDPOINT}/switch")
def switch(course: str, endpoint_id: int) -> Response:
    """Send nothing more, or send again."""
    needs, is_on = services(), request.form.get("on") == "1"
    endpoints.switch(
        needs.make_uow(), needs.clock, user=current_user(), course_slug=course, endpoint_id=endpoint_id, on=is_on
    )
    return _back(course, endpoint_id, told="on" if is_on else "off")


@blueprint.post(f"{_ENDPOINT}/test")
def test(course: str, endpoint_id: int) -> Response | tuple[str, int]:
    """Send a test, and go to see what comes of it."""
    needs = services()
    try:
        sent = endpoints.send_test(
            needs.make_uow(), needs.clock, user=current_user(), course_slug=course, endpoint_id=endpoint_id
        )
    except Conflict as error:
        return _one(course, endpoint_id, problem=error), status_of(error)
    return redirect(url_for("pages.deliveries.delivery", course=course, delivery_id=sent.id), 303)


@blueprint.post(f"{_ENDPOINT}/remove")
def remove(course: str, endpoint_id: int) -> Response:
    """Send nothing more and take nothing more; what was sent stays in the log."""
    needs = services()
    endpoints.remove(needs.make_uow(), needs.clock, user=current_user(), course_slug=course, endpoint_id=endpoint_id)
    return redirect(url_for("pages.endpoints.endpoints", course=course, told="removed"), 303)


def _listed(course: str, *, problem: Mistake | None = None) -> str:
    needs = services()
    found = endpoints.listed(needs.make_uow(), user=current_user(), course_slug=course)
    return render_template(
        "staff_endpoints.html",
        frame=Frame(found.course, found.role),
        found=found,
        host_of=endpoint_draft.host_of,
        is_set_up=needs.vault is not None,
        problem=problem,
        given=request.form,
        told=request.args.get("told", ""),
        events=EVENTS,
        words=delivery_words,
        longest=_LIMITS,
    )


def _one(course: str, endpoint_id: int, *, problem: Mistake | None = None, secret: str = "", told: str = "") -> str:
    needs = services()
    found = endpoints.one(needs.make_uow(), vault(), user=current_user(), course_slug=course, endpoint_id=endpoint_id)
    return render_template(
        "staff_endpoint.html",
        frame=Frame(found.course, found.role),
        found=found,
        secret=secret,
        told=told,
        now=needs.clock.now(),
        address=hook_link(found.endpoint.key),
        headers=shown_headers(found.header_names),
        answer=_answer,
        problem=problem,
        given=request.form,
        events=EVENTS,
        words=delivery_words,
        longest=_LIMITS,
    )


def _back(course: str, endpoint_id: int, *, told: str) -> Response:
    return redirect(url_for("pages.endpoints.endpoint", course=course, endpoint_id=endpoint_id, told=told), 303)


def _answer(receipt: Receipt) -> str:
    """Return what was said to a webhook, in one line."""
    said = json.dumps(dict(receipt.answer), ensure_ascii=False)
    return said if len(said) <= _LONGEST_ANSWER else f"{said[:_LONGEST_ANSWER]}…"
