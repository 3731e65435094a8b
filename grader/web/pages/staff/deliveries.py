"""What other systems were told: the log with its filters, one delivery with each attempt, sending again."""

from __future__ import annotations

import json
from datetime import timedelta
from typing import TYPE_CHECKING

from apiflask import APIBlueprint
from flask import Response, redirect, render_template, request, url_for

from grader.domain.errors import Conflict
from grader.domain.lms.delivery import DeliveryState
from grader.services import deliveries
from grader.web import delivery_words
from grader.web.context import current_user, services
from grader.web.delivery_query import wanted, wanted_dead
from grader.web.errors import status_of
from grader.web.pages.staff.frame import Frame

if TYPE_CHECKING:
    from werkzeug import Response as Redirection

    from grader.domain.errors import Mistake
    from grader.domain.lms.event import Event

blueprint = APIBlueprint("deliveries", __name__, enable_openapi=False)

_DELIVERIES = "/courses/<name:course>/staff/deliveries"
_ASKED = ("state", "kind", "endpoint", "column", "student")
_PAGE = 50
_SOON = timedelta(minutes=1)
"""Who looks at a delivery that will be tried before that sees it happen."""


@blueprint.get(_DELIVERIES, endpoint="deliveries")
def show(course: str) -> str:
    """Show a page of the log."""
    asked = wanted(request.args)
    page = deliveries.page(services().make_uow(), user=current_user(), course_slug=course, wanted=asked, limit=_PAGE)
    return render_template(
        "staff_deliveries.html",
        frame=Frame(page.course, page.role),
        found=page,
        wanted=asked,
        asked={name: request.args[name] for name in _ASKED if request.args.get(name)},
        told=request.args.get("told", type=int),
        words=delivery_words,
    )


@blueprint.get(f"{_DELIVERIES}/<int:delivery_id>")
def delivery(course: str, delivery_id: int) -> Response | str:
    """Show a delivery; nothing at all to a page that shows it as it still is."""
    shown = _shown(course, delivery_id)
    return Response(status=204) if shown is None else shown


@blueprint.post(f"{_DELIVERIES}/<int:delivery_id>/replay")
def replay(course: str, delivery_id: int) -> Redirection | tuple[str, int]:
    """Send a delivery once more."""
    needs = services()
    try:
        deliveries.replay(
            needs.make_uow(), needs.clock, user=current_user(), course_slug=course, delivery_id=delivery_id
        )
    except Conflict as error:
        return _shown(course, delivery_id, problem=error) or "", status_of(error)
    return redirect(url_for("pages.deliveries.delivery", course=course, delivery_id=delivery_id), 303)


@blueprint.get(f"{_DELIVERIES}/again")
def count_again(course: str) -> str:
    """Show how many failed that would be sent again."""
    since, endpoint_id, line_item_id = asked = wanted_dead(request.args)
    found = deliveries.dead(
        services().make_uow(),
        user=current_user(),
        course_slug=course,
        since=since,
        endpoint_id=endpoint_id,
        line_item_id=line_item_id,
    )
    return render_template("staff_again.html", frame=Frame(found.course, found.role), found=found, wanted=asked)


@blueprint.post(f"{_DELIVERIES}/again")
def again(course: str) -> Redirection:
    """Send again what failed."""
    needs, asked = services(), wanted_dead(request.form)
    count = deliveries.replay_dead(
        needs.make_uow(),
        needs.clock,
        user=current_user(),
        course_slug=course,
        since=asked.since,
        endpoint_id=asked.endpoint_id,
        line_item_id=asked.line_item_id,
    )
    return redirect(url_for("pages.deliveries.deliveries", course=course, told=count), 303)


def _shown(course: str, delivery_id: int, *, problem: Mistake | None = None) -> str | None:
    needs = services()
    look = deliveries.look(needs.make_uow(), user=current_user(), course_slug=course, delivery_id=delivery_id)
    found = look.logged.delivery
    seen = f"{found.state.value}-{found.attempts}"
    if problem is None and request.args.get("seen") == seen:
        return None
    is_soon = found.state is DeliveryState.WAITING and found.next_attempt < needs.clock.now() + _SOON
    return render_template(
        "staff_delivery.html",
        frame=Frame(look.course, look.role),
        look=look,
        body=_indented(look.event) if look.event else "",
        seen=seen,
        is_moving=is_soon or found.state is DeliveryState.SENDING,
        problem=problem,
        words=delivery_words,
    )


def _indented(event: Event) -> str:
    return json.dumps(json.loads(event.body()), indent=2, ensure_ascii=False)
