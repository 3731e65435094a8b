"""Where a course's webhooks go to and come from: its staff looks, its instructors make and change them."""

from datetime import datetime
from typing import Annotated, Any

from apiflask import APIBlueprint
from pydantic import BaseModel, Field

from grader.domain.lms.endpoint import Endpoint
from grader.domain.lms.event import EventType
from grader.services import endpoints
from grader.services.endpoints import EndpointDraft
from grader.web.api.deliveries import DeliveryOut, shown_delivery
from grader.web.bodies import Body, described, read_json
from grader.web.context import current_user, services, vault
from grader.web.links import hook_link

blueprint = APIBlueprint("endpoints", __name__, tag="Endpoints")

_ENDPOINTS = "/courses/<name:course>/endpoints"
_ENDPOINT = f"{_ENDPOINTS}/<int:endpoint_id>"
_STAFF: dict[int | str, Any] = {403: {"description": "You are a student of this course"}}
_INSTRUCTORS: dict[int | str, Any] = {403: {"description": "You are no instructor of this course"}}
_WRONG: dict[int | str, Any] = {422: {"description": "A value is wrong; nothing was changed"}}
_NOT_SET_UP: dict[int | str, Any] = {409: {"description": "The operator has not set GRADER_LMS_SECRET"}}


class EndpointOut(BaseModel):
    """An endpoint; its secret and the values of its headers are told nobody.

    *events* empty wants all of them; *url* empty only sends us something, at *hook*, null when it may not. *off* is
    since when nothing is sent, *failing* since when nothing arrives.
    """

    id: int
    name: str
    url: str
    events: list[EventType]
    hook: str | None
    off: datetime | None
    off_because: str
    failing: datetime | None
    made: datetime
    old_secret_until: datetime | None


class EndpointsOut(BaseModel):
    """A course's endpoints, oldest first."""

    endpoints: list[EndpointOut]


class ReceivedOut(BaseModel):
    """A webhook that came in, and what was answered."""

    id: str
    type: str
    when: datetime
    answer: dict[str, Any]
    submission: int | None


class EndpointInFullOut(EndpointOut):
    """An endpoint with the names of its headers, and the newest webhooks that it sent us."""

    headers: list[str]
    received: list[ReceivedOut]


class SecretOut(EndpointOut):
    """An endpoint and its new secret, which is told this once."""

    secret: str


class EndpointIn(Body):
    """A new endpoint."""

    name: Annotated[str, Field(description="a text of 1 to 100 characters")]
    url: Annotated[str, Field(description="an address that begins with https://, or an empty text")] = ""
    events: Annotated[
        tuple[Annotated[EventType, Field(strict=False)], ...],
        Field(strict=False, description="a list of events; empty wants all"),
    ] = ()
    receives: Annotated[bool, Field(description="true if it may send us webhooks, else false")] = False
    headers: Annotated[
        dict[str, str], Field(default_factory=dict, description="headers that are sent along, texts by name")
    ]


class EndpointChangeIn(Body):
    """What of an endpoint changes; what is left out stays as it is."""

    name: Annotated[str | None, Field(description="a text of 1 to 100 characters")] = None
    url: Annotated[str | None, Field(description="an address that begins with https://, or an empty text")] = None
    events: Annotated[
        tuple[Annotated[EventType, Field(strict=False)], ...] | None,
        Field(strict=False, description="a list of events; empty wants all"),
    ] = None
    receives: Annotated[bool | None, Field(description="true if it may send us webhooks, else false")] = None
    headers: Annotated[
        dict[str, str] | None, Field(description="all headers that are sent along; an empty text keeps the value")
    ] = None


class SwitchIn(Body):
    """Whether something is sent to an endpoint."""

    on: Annotated[bool, Field(description="true or false")]


@blueprint.get(_ENDPOINTS)
@blueprint.output(EndpointsOut)
@blueprint.doc(responses=_STAFF)
def list_endpoints(course: str) -> EndpointsOut:
    """List a course's endpoints."""
    return _all(course)


@blueprint.post(_ENDPOINTS)
@blueprint.output(SecretOut, status_code=201)
@blueprint.doc(
    responses={**_INSTRUCTORS, **_WRONG, 409: "There are as many as there may be, or the service is not set up"},
    extensions={"requestBody": described(EndpointIn)},
)
def make_endpoint(course: str) -> SecretOut:
    """Make an endpoint; its secret is told in this answer only."""
    needs, given = services(), read_json(EndpointIn)
    made, secret = endpoints.make(
        needs.make_uow(),
        needs.clock,
        vault(),
        user=current_user(),
        course_slug=course,
        draft=EndpointDraft(given.name, given.url, frozenset(given.events), given.receives, given.headers),
    )
    return SecretOut(**_shown(made), secret=secret)


@blueprint.get(_ENDPOINT)
@blueprint.output(EndpointInFullOut)
@blueprint.doc(responses={**_STAFF, **_NOT_SET_UP})
def get_endpoint(course: str, endpoint_id: int) -> EndpointInFullOut:
    """Show an endpoint, and what it sent us lately."""
    return _in_full(_one(course, endpoint_id))


@blueprint.patch(_ENDPOINT)
@blueprint.output(EndpointInFullOut)
@blueprint.doc(
    responses={**_INSTRUCTORS, **_WRONG, **_NOT_SET_UP}, extensions={"requestBody": described(EndpointChangeIn)}
)
def change_endpoint(course: str, endpoint_id: int) -> EndpointInFullOut:
    """Change an endpoint. Headers keep their values only while the address stays at the same host."""
    needs, given = services(), read_json(EndpointChangeIn)
    before = _one(course, endpoint_id)
    endpoint = before.endpoint
    endpoints.change(
        needs.make_uow(),
        needs.clock,
        vault(),
        user=current_user(),
        course_slug=course,
        endpoint_id=endpoint_id,
        draft=EndpointDraft(
            endpoint.name if given.name is None else given.name,
            endpoint.url if given.url is None else given.url,
            endpoint.events if given.events is None else frozenset(given.events),
            endpoint.receives if given.receives is None else given.receives,
            dict.fromkeys(before.header_names, "") if given.headers is None else given.headers,
        ),
    )
    return _in_full(_one(course, endpoint_id))


@blueprint.delete(_ENDPOINT)
@blueprint.output(EndpointsOut)
@blueprint.doc(responses=_INSTRUCTORS)
def remove_endpoint(course: str, endpoint_id: int) -> EndpointsOut:
    """Send nothing more to an endpoint and take nothing from it; its deliveries stay in the log. List the others."""
    needs = services()
    endpoints.remove(needs.make_uow(), needs.clock, user=current_user(), course_slug=course, endpoint_id=endpoint_id)
    return _all(course)


@blueprint.post(f"{_ENDPOINT}/rotate")
@blueprint.output(SecretOut)
@blueprint.doc(responses={**_INSTRUCTORS, **_NOT_SET_UP})
def rotate_secret(course: str, endpoint_id: int) -> SecretOut:
    """Make an endpoint's secret anew, told in this answer only; the old one is good for another 24 hours."""
    needs = services()
    rotated, secret = endpoints.rotate(
        needs.make_uow(), needs.clock, vault(), user=current_user(), course_slug=course, endpoint_id=endpoint_id
    )
    return SecretOut(**_shown(rotated), secret=secret)


@blueprint.post(f"{_ENDPOINT}/switch")
@blueprint.output(EndpointOut)
@blueprint.doc(responses={**_INSTRUCTORS, **_WRONG}, extensions={"requestBody": described(SwitchIn)})
def switch_endpoint(course: str, endpoint_id: int) -> EndpointOut:
    """Send nothing more to an endpoint, or send again, what waited meanwhile, too."""
    needs, is_on = services(), read_json(SwitchIn).on
    switched = endpoints.switch(
        needs.make_uow(), needs.clock, user=current_user(), course_slug=course, endpoint_id=endpoint_id, on=is_on
    )
    return EndpointOut(**_shown(switched))


@blueprint.post(f"{_ENDPOINT}/test")
@blueprint.output(DeliveryOut, status_code=202)
@blueprint.doc(responses={**_INSTRUCTORS, 409: "It is switched off, or has no url"})
def send_test(course: str, endpoint_id: int) -> DeliveryOut:
    """Send an event that means nothing; look at the delivery to see what comes of it."""
    needs = services()
    sent = endpoints.send_test(
        needs.make_uow(), needs.clock, user=current_user(), course_slug=course, endpoint_id=endpoint_id
    )
    return shown_delivery(course, sent.id)


def _all(course: str) -> EndpointsOut:
    found = endpoints.listed(services().make_uow(), user=current_user(), course_slug=course)
    return EndpointsOut(endpoints=[EndpointOut(**_shown(each)) for each in found.endpoints])


def _one(course: str, endpoint_id: int) -> endpoints.One:
    return endpoints.one(
        services().make_uow(), vault(), user=current_user(), course_slug=course, endpoint_id=endpoint_id
    )


def _in_full(found: endpoints.One) -> EndpointInFullOut:
    received = [
        ReceivedOut(
            id=each.message_id,
            type=each.kind,
            when=each.when,
            answer=dict(each.answer),
            submission=each.submission_id,
        )
        for each in found.received
    ]
    return EndpointInFullOut(**_shown(found.endpoint), headers=list(found.header_names), received=received)


def _shown(endpoint: Endpoint) -> dict[str, Any]:
    return {
        "id": endpoint.id,
        "name": endpoint.name,
        "url": endpoint.url,
        "events": sorted(endpoint.events, key=lambda kind: kind.value),
        "hook": hook_link(endpoint.key) if endpoint.receives else None,
        "off": endpoint.off,
        "off_because": endpoint.off_because,
        "failing": endpoint.failing,
        "made": endpoint.made,
        "old_secret_until": endpoint.old_until if endpoint.old_secret else None,
    }
