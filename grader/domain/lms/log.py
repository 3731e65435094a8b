"""Deliveries as people look through them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime  # noqa: TC003 - a field's type, kept at run time

from grader.domain.lms.delivery import Delivery, DeliveryState, Kind  # noqa: TC001 - the same
from grader.domain.lms.event import EventType  # noqa: TC001 - the same


@dataclass(frozen=True)
class Wanted:
    """Which deliveries are wanted; None is any. *before* is an id: the page that follows."""

    state: DeliveryState | None = None
    kind: Kind | None = None
    endpoint_id: int | None = None
    line_item_id: int | None = None
    login: str = ""
    before: int | None = None


@dataclass(frozen=True)
class Logged:
    """A delivery with the names that people know: the event's type, the endpoint's or line item's name, the student."""

    delivery: Delivery
    target: str
    type: EventType | None = None
    login: str = ""
    name: str = ""


@dataclass(frozen=True)
class Load:
    """How many deliveries wait, are being sent, arrived and died.

    *oldest* is since when the longest one is due, of those whose receiver takes what it is sent.
    """

    waiting: int
    sending: int
    delivered: int
    dead: int
    oldest: datetime | None = None
