"""What other systems were told, for a course's staff; its instructors have it sent again."""

from datetime import datetime
from typing import Annotated, Any, Literal

from apiflask import APIBlueprint
from pydantic import BaseModel, Field

from grader.domain.lms.delivery import DeliveryState, Try, Verdict
from grader.domain.lms.event import EventType
from grader.domain.lms.log import Logged
from grader.services import deliveries
from grader.web.bodies import Body, described, read_json
from grader.web.context import current_user, services
from grader.web.delivery_query import wanted, wanted_dead

blueprint = APIBlueprint("deliveries", __name__, tag="Deliveries")

PAGE = 100
_DELIVERIES = "/courses/<name:course>/deliveries"
_STAFF: dict[int | str, Any] = {403: {"description": "You are a student of this course"}}
_INSTRUCTORS: dict[int | str, Any] = {403: {"description": "You are no instructor of this course"}}


class WantedDeliveriesIn(BaseModel):
    """Which deliveries are wanted; all that is given must fit."""

    state: str = Field("", description="only those that are waiting, sending, delivered, dead or superseded")
    kind: str = Field("", description="only webhook, or only lti_ags: grades for an LMS")
    endpoint: str = Field("", description="only to the endpoint of this number")
    column: str = Field("", description="only to the line item of this number")
    student: str = Field("", description="only about this login")
    before: str = Field("", description="only deliveries below this number: the page that follows")


class DeliveryOut(BaseModel):
    """An event on its way to an endpoint, or a student's grade to a column of an LMS.

    *type* is the event's, null for a grade; *to* is what the receiver is called; *next_attempt* is null unless it
    waits; *status* and *note* are what the last attempt came to.
    """

    id: int
    kind: Literal["webhook", "lti_ags"]
    type: EventType | None
    to: str
    endpoint: int | None
    column: int | None
    student: str | None
    state: DeliveryState
    attempts: int
    made: datetime
    next_attempt: datetime | None
    ended: datetime | None
    status: int | None
    note: str


class DeliveriesOut(BaseModel):
    """Deliveries, newest first, at most 100; *before* asks for those that follow, null when there are none."""

    deliveries: list[DeliveryOut]
    before: int | None


class TryOut(BaseModel):
    """One attempt: what was sent, secrets left out, and the first 4 kB of what came back.

    *problem* is why nothing came back, else empty; *retry_after* for how many seconds the receiver asked us to wait.
    """

    number: int
    started: datetime
    seconds: float
    verdict: Verdict
    status: int | None
    problem: str
    retry_after: float | None
    request: str
    response: str


class DeliveryInFullOut(DeliveryOut):
    """A delivery with its attempts, oldest first; *webhook_id* is null for a grade."""

    webhook_id: str | None
    tries: list[TryOut]


class ReplayIn(Body):
    """Which of the deliveries that died are sent again; what is left out is all."""

    since: Annotated[str, Field(description="a moment, like 2026-05-01T00:00Z")] = ""
    endpoint: Annotated[int | None, Field(description="the number of an endpoint", ge=1)] = None
    column: Annotated[int | None, Field(description="the number of a line item", ge=1)] = None


class ReplayedOut(BaseModel):
    """How many wait again."""

    deliveries: int


@blueprint.get(_DELIVERIES)
@blueprint.input(WantedDeliveriesIn, location="query", arg_name="asked")
@blueprint.output(DeliveriesOut)
@blueprint.doc(responses={**_STAFF, 422: "There is no such state or kind, or a number is none"})
def list_deliveries(course: str, asked: WantedDeliveriesIn) -> DeliveriesOut:
    """List what other systems were told, or will be."""
    page = deliveries.page(
        services().make_uow(), user=current_user(), course_slug=course, wanted=wanted(asked.model_dump()), limit=PAGE
    )
    return DeliveriesOut(
        deliveries=[DeliveryOut(**_shown(each)) for each in page.found],
        before=page.found[-1].delivery.id if page.has_more else None,
    )


@blueprint.get(f"{_DELIVERIES}/<int:delivery_id>")
@blueprint.output(DeliveryInFullOut)
@blueprint.doc(responses=_STAFF)
def get_delivery(course: str, delivery_id: int) -> DeliveryInFullOut:
    """Show a delivery with each attempt."""
    look = deliveries.look(services().make_uow(), user=current_user(), course_slug=course, delivery_id=delivery_id)
    return DeliveryInFullOut(
        **_shown(look.logged),
        webhook_id=look.event.key if look.event else None,
        tries=[_attempt(each) for each in look.tries],
    )


@blueprint.post(f"{_DELIVERIES}/<int:delivery_id>/replay")
@blueprint.output(DeliveryOut)
@blueprint.doc(responses={**_INSTRUCTORS, 409: "It is on its way, or its receiver was removed"})
def replay_delivery(course: str, delivery_id: int) -> DeliveryOut:
    """Send a delivery once more, arrived or not; a grade goes as it counts then."""
    needs = services()
    again = deliveries.replay(
        needs.make_uow(), needs.clock, user=current_user(), course_slug=course, delivery_id=delivery_id
    )
    return DeliveryOut(**_shown(again))


@blueprint.post(f"{_DELIVERIES}/replay")
@blueprint.output(ReplayedOut)
@blueprint.doc(
    responses={**_INSTRUCTORS, 422: "A value is wrong; nothing is sent"},
    extensions={"requestBody": described(ReplayIn)},
)
def replay_dead_deliveries(course: str) -> ReplayedOut:
    """Send once more all that died, or did so since a moment."""
    needs, given = services(), read_json(ReplayIn)
    count = deliveries.replay_dead(
        needs.make_uow(),
        needs.clock,
        user=current_user(),
        course_slug=course,
        since=wanted_dead({"since": given.since}).since,
        endpoint_id=given.endpoint,
        line_item_id=given.column,
    )
    return ReplayedOut(deliveries=count)


def shown_delivery(course: str, delivery_id: int) -> DeliveryOut:
    """Return a delivery as it is now."""
    look = deliveries.look(services().make_uow(), user=current_user(), course_slug=course, delivery_id=delivery_id)
    return DeliveryOut(**_shown(look.logged))


def _shown(logged: Logged) -> dict[str, Any]:
    delivery = logged.delivery
    return {
        "id": delivery.id,
        "kind": delivery.kind.value,
        "type": logged.type,
        "to": logged.target,
        "endpoint": delivery.endpoint_id,
        "column": delivery.line_item_id,
        "student": logged.login or None,
        "state": delivery.state,
        "attempts": delivery.attempts,
        "made": delivery.made,
        "next_attempt": delivery.next_attempt if delivery.state is DeliveryState.WAITING else None,
        "ended": delivery.ended,
        "status": delivery.status,
        "note": delivery.note,
    }


def _attempt(tried: Try) -> TryOut:
    answer = tried.answer
    return TryOut(
        number=tried.number,
        started=tried.started,
        seconds=answer.seconds,
        verdict=tried.verdict,
        status=answer.status,
        problem=answer.problem,
        retry_after=None if answer.retry_after is None else answer.retry_after.total_seconds(),
        request=answer.sent,
        response=answer.body,
    )
