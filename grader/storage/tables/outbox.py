"""What others are told, by which way, and what came of it."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, Index, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from grader.domain.lms.delivery import DeliveryState, Kind, Verdict
from grader.domain.scoring import ItemKind
from grader.storage.columns import JsonText
from grader.storage.tables.base import Table

_WAITING = text("state = 'waiting'")
_SENDING = text("state = 'sending'")


class EventRow(Table):
    """Something that happened; *sequence* counts those of one student and item."""

    __tablename__ = "events"
    __table_args__ = (Index(None, "enrolment_id", "item_kind", "item"), Index(None, "course_id"))

    id: Mapped[int] = mapped_column(primary_key=True)
    key: Mapped[str] = mapped_column(unique=True)
    type: Mapped[str]  # an EventType's value, or one that a later version wrote
    course_id: Mapped[int] = mapped_column(ForeignKey("courses.id"))
    enrolment_id: Mapped[int | None] = mapped_column(ForeignKey("enrolments.id"))
    item_kind: Mapped[ItemKind | None]
    item: Mapped[str | None]
    sequence: Mapped[int | None]
    made: Mapped[datetime]
    data: Mapped[dict[str, Any]] = mapped_column(JsonText)


class EndpointRow(Table):
    """Where a course's webhooks go to and come from; secrets and headers are sealed."""

    __tablename__ = "endpoints"
    __table_args__ = (Index(None, "course_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    key: Mapped[str] = mapped_column(unique=True)
    course_id: Mapped[int] = mapped_column(ForeignKey("courses.id"))
    name: Mapped[str]
    url: Mapped[str]
    events: Mapped[list[str]] = mapped_column(JsonText)
    receives: Mapped[bool]
    secret: Mapped[str]
    old_secret: Mapped[str]
    old_until: Mapped[datetime | None]
    headers: Mapped[str]
    made: Mapped[datetime]
    off: Mapped[datetime | None]
    off_because: Mapped[str]
    failing: Mapped[datetime | None]
    removed: Mapped[datetime | None]


class DeliveryRow(Table):
    """An event on its way to an endpoint, or a student's grade on its way to a line item of a platform's."""

    __tablename__ = "deliveries"
    __table_args__ = (
        Index(None, "endpoint_id", "next_attempt", "id", sqlite_where=_WAITING, postgresql_where=_WAITING),
        Index(None, "platform_id", "next_attempt", "id", sqlite_where=_WAITING, postgresql_where=_WAITING),
        Index(None, "lease", sqlite_where=_SENDING, postgresql_where=_SENDING),
        Index(None, "line_item_id", "enrolment_id"),
        Index(None, "course_id", "id"),
        Index(None, "endpoint_id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    course_id: Mapped[int] = mapped_column(ForeignKey("courses.id"))
    kind: Mapped[Kind]
    event_id: Mapped[int | None] = mapped_column(ForeignKey("events.id"))
    endpoint_id: Mapped[int | None] = mapped_column(ForeignKey("endpoints.id"))
    line_item_id: Mapped[int | None] = mapped_column(ForeignKey("line_items.id"))
    platform_id: Mapped[int | None] = mapped_column(ForeignKey("platforms.id"))  # the line item's
    enrolment_id: Mapped[int | None] = mapped_column(ForeignKey("enrolments.id"))
    state: Mapped[DeliveryState]
    attempts: Mapped[int]
    made: Mapped[datetime]
    next_attempt: Mapped[datetime]
    ended: Mapped[datetime | None]
    status: Mapped[int | None]
    note: Mapped[str]
    claim_key: Mapped[str | None]
    lease: Mapped[datetime | None]


class TryRow(Table):
    """One attempt: what was sent, what came back."""

    __tablename__ = "delivery_tries"
    __table_args__ = (Index(None, "delivery_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    delivery_id: Mapped[int] = mapped_column(ForeignKey("deliveries.id"))
    number: Mapped[int]
    started: Mapped[datetime]
    seconds: Mapped[float]
    verdict: Mapped[Verdict]
    sent: Mapped[str]
    status: Mapped[int | None]
    body: Mapped[str]
    problem: Mapped[str]
    retry_after: Mapped[float | None]  # seconds


class ReceivedRow(Table):
    """A webhook that came in; each is done once."""

    __tablename__ = "received"
    __table_args__ = (UniqueConstraint("endpoint_id", "message_id"), Index(None, "submission_id"))

    id: Mapped[int] = mapped_column(primary_key=True)
    endpoint_id: Mapped[int] = mapped_column(ForeignKey("endpoints.id"))
    message_id: Mapped[str]
    kind: Mapped[str]
    when: Mapped[datetime]
    answer: Mapped[dict[str, Any]] = mapped_column(JsonText)
    submission_id: Mapped[int | None] = mapped_column(ForeignKey("submissions.id"))
