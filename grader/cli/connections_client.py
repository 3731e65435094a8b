"""The API's calls for endpoints and deliveries: what `grader lms` uses for them, on top of `client`."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, TypedDict
from urllib.parse import quote, urlencode

from grader.cli.client import Answer

if TYPE_CHECKING:
    from collections.abc import Mapping

    from grader.cli.client import Client


class Endpoint(Answer):
    """Where webhooks go to and come from."""

    id: int
    name: str
    url: str
    events: list[str]
    hook: str | None
    off: str | None
    off_because: str
    failing: str | None
    made: str
    old_secret_until: str | None


class Endpoints(Answer):
    """A course's endpoints."""

    endpoints: list[Endpoint]


class Received(Answer):
    """A webhook that came in."""

    id: str
    type: str
    when: str
    answer: dict[str, object]
    submission: int | None


class EndpointInFull(Endpoint):
    """An endpoint with the names of its headers, and what it sent us lately."""

    headers: list[str]
    received: list[Received]


class WithSecret(Endpoint):
    """An endpoint and its new secret."""

    secret: str


class Delivery(Answer):
    """An event on its way to an endpoint, or a grade on its way to an LMS."""

    id: int
    kind: str
    type: str | None
    to: str
    endpoint: int | None
    column: int | None
    student: str | None
    state: str
    attempts: int
    made: str
    next_attempt: str | None
    ended: str | None
    status: int | None
    note: str

    @property
    def was_tried(self) -> bool:
        """Whether the outcome of an attempt is known."""
        return self.state not in {"waiting", "sending"} or (self.state == "waiting" and self.attempts > 0)


class Deliveries(Answer):
    """Deliveries, newest first; *before* asks for those that follow."""

    deliveries: list[Delivery]
    before: int | None


class Attempt(Answer):
    """One attempt."""

    number: int
    started: str
    seconds: float
    verdict: str
    status: int | None
    problem: str
    retry_after: float | None
    request: str
    response: str


class DeliveryInFull(Delivery):
    """A delivery with its attempts."""

    webhook_id: str | None
    tries: list[Attempt]


class Replayed(Answer):
    """How many deliveries wait again."""

    deliveries: int


class ConnectionsClient:
    """One person's calls about a course's endpoints and deliveries to one service."""

    def __init__(self, client: Client, course: str) -> None:
        self._client = client
        self._course = f"/courses/{quote(course, safe='')}"

    def endpoints(self) -> Endpoints:
        """Return the course's endpoints."""
        return self._client.call("GET", f"{self._course}/endpoints", Endpoints)

    def endpoint(self, number: int) -> EndpointInFull:
        """Return one of them."""
        return self._client.call("GET", f"{self._course}/endpoints/{number}", EndpointInFull)

    def make(self, wish: Mapping[str, object]) -> WithSecret:
        """Make an endpoint."""
        return self._client.call("POST", f"{self._course}/endpoints", WithSecret, **_json(wish))

    def change(self, number: int, wish: Mapping[str, object]) -> EndpointInFull:
        """Change what *wish* names."""
        return self._client.call("PATCH", f"{self._course}/endpoints/{number}", EndpointInFull, **_json(wish))

    def remove(self, number: int) -> Endpoints:
        """Remove an endpoint; return the others."""
        return self._client.call("DELETE", f"{self._course}/endpoints/{number}", Endpoints)

    def rotate(self, number: int) -> WithSecret:
        """Make the secret anew."""
        return self._client.call("POST", f"{self._course}/endpoints/{number}/rotate", WithSecret)

    def switch(self, number: int, *, on: bool) -> Endpoint:
        """Send nothing more, or send again."""
        return self._client.call("POST", f"{self._course}/endpoints/{number}/switch", Endpoint, **_json({"on": on}))

    def send_test(self, number: int) -> Delivery:
        """Send an event that means nothing."""
        return self._client.call("POST", f"{self._course}/endpoints/{number}/test", Delivery)

    def deliveries(self, wanted: Mapping[str, str]) -> Deliveries:
        """Return a page of what the query wants."""
        return self._client.call("GET", f"{self._course}/deliveries?{urlencode(wanted)}", Deliveries)

    def delivery(self, number: int) -> DeliveryInFull:
        """Return a delivery with its attempts."""
        return self._client.call("GET", f"{self._course}/deliveries/{number}", DeliveryInFull)

    def replay(self, number: int) -> Delivery:
        """Send a delivery once more."""
        return self._client.call("POST", f"{self._course}/deliveries/{number}/replay", Delivery)

    def replay_dead(self, wish: Mapping[str, object]) -> Replayed:
        """Send once more what died."""
        return self._client.call("POST", f"{self._course}/deliveries/replay", Replayed, **_json(wish))


class _Json(TypedDict):
    data: bytes
    content_type: str


def _json(wish: Mapping[str, object]) -> _Json:
    return {"data": json.dumps(dict(wish)).encode(), "content_type": "application/json"}
