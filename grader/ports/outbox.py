"""Records of what others are told: events, deliveries, and the endpoints that they go to."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping, Sequence
    from datetime import datetime

    from grader.domain.lms.delivery import Delivery, DeliveryState, Lane, Try
    from grader.domain.lms.endpoint import Endpoint
    from grader.domain.lms.event import Draft, Event
    from grader.domain.lms.log import Load, Logged, Wanted
    from grader.domain.lms.receipt import Receipt
    from grader.domain.scoring import ItemKind


class Outbox(Protocol):
    """Events and their deliveries. What is added here lasts with the change that it tells of, or not at all."""

    def add(self, drafts: Sequence[Draft], *, course_id: int, made: datetime) -> Sequence[Event]:
        """Keep new events, and a delivery for every endpoint of the course that wants them.

        Where a draft names an item, the event's data get the `sequence` that follows that student's and item's last.
        """
        ...

    def add_scores(
        self, course_id: int, enrolments: Collection[int], kind: ItemKind, item: str, *, made: datetime
    ) -> int:
        """Keep a delivery for each line item of an item, for each of these students that the platform knows.

        Those that wait for the same student and line item are superseded. Return how many were added.
        """
        ...

    def add_delivery(self, event: Event, endpoint_id: int, *, made: datetime) -> Delivery:
        """Keep a delivery of *event* to one endpoint, wanted or not: a test."""
        ...

    def event(self, event_id: int) -> Event:
        """Return an event; NotFound when there is none.

        Its data name the student, which those of `add` don't: workers write events and can't read who people are.
        """
        ...

    def get(self, delivery_id: int) -> Delivery:
        """Return a delivery; NotFound when there is none."""
        ...

    def due(
        self,
        now: datetime,
        limit: int,
        *,
        at_once: int,
        most_failing: int | None = None,
        resting: Collection[Lane] = (),
    ) -> Sequence[Delivery]:
        """Return waiting deliveries whose time has come, those of the receiver first whose first one is longest due.

        With those that are being sent, at most *at_once* for each receiver, one for a receiver that is failing, and
        *most_failing* for all that are: who is dead holds up nobody else. One for each line item and student. None
        for what is switched off or removed, nor for receivers in *resting*.
        """
        ...

    def is_overtaken(self, delivery_id: int) -> bool:
        """Whether a newer score was made for the same line item and student."""
        ...

    def claim(self, delivery: Delivery, key: str, *, now: datetime, lease_until: datetime) -> bool:
        """Take a waiting delivery, count the attempt; False when it isn't waiting any more.

        A score is only taken when no other one for the same line item and student is being sent.
        """
        ...

    def end(
        self,
        delivery: Delivery,
        key: str,
        state: DeliveryState,
        *,
        now: datetime,
        next_attempt: datetime | None = None,
        status: int | None = None,
        note: str = "",
    ) -> bool:
        """End an attempt: delivered, dead, superseded, or waiting again until *next_attempt*; False when it was lost.

        A score that would wait again is superseded instead when a newer one waits.
        """
        ...

    def put_back_expired(self, now: datetime) -> int:
        """Let deliveries wait again whose lease ran out: their dispatcher died. Return how many.

        Scores that were overtaken are superseded instead, and what kills every dispatcher dies.
        """
        ...

    def revive(self, platform_id: int, now: datetime, *, since: datetime) -> int:
        """Let scores wait again that died since *since* because their platform could not take them; return how many."""
        ...

    def add_try(self, tried: Try) -> None:
        """Keep what one attempt came to."""
        ...

    def tries(self, delivery_id: int) -> Sequence[Try]:
        """Return a delivery's attempts, oldest first."""
        ...

    def of_course(self, course_id: int, wanted: Wanted, limit: int) -> Sequence[Logged]:
        """Return a course's deliveries, newest first, with the names that people know them by."""
        ...

    def logged(self, course_id: int, delivery_id: int) -> Logged:
        """Return one of them; NotFound when the course has none of this number."""
        ...

    def replay(self, delivery_id: int, now: datetime) -> bool:
        """Let an ended delivery wait again, with all its attempts before it; False when it is on its way.

        A dead score is superseded instead when a newer one for the same student was made.
        """
        ...

    def count_dead(
        self,
        course_id: int,
        *,
        since: datetime | None = None,
        endpoint_id: int | None = None,
        line_item_id: int | None = None,
    ) -> int:
        """Return how many `replay_dead` would let wait again."""
        ...

    def replay_dead(
        self,
        course_id: int,
        now: datetime,
        *,
        since: datetime | None = None,
        endpoint_id: int | None = None,
        line_item_id: int | None = None,
    ) -> int:
        """Do that for all that died since *since*; return how many wait again."""
        ...

    def load(self, course_id: int, since: datetime) -> Load:
        """Return how many deliveries of a course wait, are sent, and since *since* arrived or died."""
        ...


class Endpoints(Protocol):
    """Where webhooks go to and come from."""

    def add(self, endpoint: Endpoint) -> Endpoint:
        """Keep a new endpoint; its id is given here."""
        ...

    def get(self, endpoint_id: int) -> Endpoint:
        """Return an endpoint, removed ones too; NotFound when there is none."""
        ...

    def hold(self, endpoint_id: int) -> None:
        """Keep others from changing an endpoint until the unit of work ends; what is read after that is true."""
        ...

    def by_key(self, key: str) -> Endpoint | None:
        """Return the endpoint with this key, unless it was removed."""
        ...

    def of_course(self, course_id: int) -> Sequence[Endpoint]:
        """Return a course's endpoints that were not removed, oldest first."""
        ...

    def change(self, endpoint: Endpoint) -> None:
        """Keep an endpoint over what it was, except when it last failed."""
        ...

    def failed(self, endpoint_id: int, now: datetime) -> datetime:
        """Note that nothing arrives; return since when."""
        ...

    def arrived(self, endpoint_id: int) -> None:
        """Note that something arrived: it is not failing (any more)."""
        ...

    def switch_off(self, endpoint_id: int, now: datetime, because: str) -> bool:
        """Send nothing more; False when it was off already."""
        ...


class Received(Protocol):
    """Webhooks that came in, by endpoint and id: each is done once."""

    def add(self, endpoint_id: int, message_id: str, kind: str, *, when: datetime) -> bool:
        """Note a message; False when one with this id was done already. Others with this id wait for this one's end."""
        ...

    def answered(
        self, endpoint_id: int, message_id: str, answer: Mapping[str, object], *, submission_id: int | None = None
    ) -> None:
        """Keep what was answered, which is answered again when it comes again, and what it handed in."""
        ...

    def find(self, endpoint_id: int, message_id: str) -> Receipt | None:
        """Return what was done with a message."""
        ...

    def of_endpoint(self, endpoint_id: int, limit: int) -> Sequence[Receipt]:
        """Return an endpoint's newest messages, newest first."""
        ...

    def reference(self, submission_id: int) -> str | None:
        """Return the id of the message that handed a submission in, None when a person did."""
        ...
