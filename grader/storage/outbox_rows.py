"""Between rows and domain objects of what others are told."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from grader.domain.lms.delivery import Answer, Delivery, Try
from grader.domain.lms.endpoint import Endpoint
from grader.domain.lms.event import Event, EventType
from grader.domain.lms.log import Logged
from grader.domain.lms.receipt import Receipt

if TYPE_CHECKING:
    from sqlalchemy import Row

    from grader.storage.tables import DeliveryRow, EndpointRow, EventRow, ReceivedRow, TryRow


def to_event(row: EventRow) -> Event:
    """Return the event that the row keeps."""
    return Event(row.id, row.key, EventType(row.type), row.course_id, row.enrolment_id, row.made, row.data)


def to_delivery(row: DeliveryRow) -> Delivery:
    """Return the delivery that the row keeps."""
    return Delivery(
        id=row.id,
        course_id=row.course_id,
        kind=row.kind,
        event_id=row.event_id,
        endpoint_id=row.endpoint_id,
        line_item_id=row.line_item_id,
        enrolment_id=row.enrolment_id,
        state=row.state,
        attempts=row.attempts,
        made=row.made,
        next_attempt=row.next_attempt,
        ended=row.ended,
        status=row.status,
        note=row.note,
        claim_key=row.claim_key,
        platform_id=row.platform_id,
    )


def to_logged(
    found: Row[DeliveryRow, str, str, str, str, str, str],
) -> Logged:
    """Return a delivery with the names that were found beside it."""
    row, event_type, endpoint, platform, label, login, name = found
    known = {kind.value for kind in EventType}
    return Logged(
        delivery=to_delivery(row),
        target=endpoint or f"{platform}: {label}",
        type=EventType(event_type) if event_type in known else None,
        login=login or "",
        name=name or "",
    )


def to_try(row: TryRow) -> Try:
    """Return the attempt that the row keeps."""
    wait = None if row.retry_after is None else timedelta(seconds=row.retry_after)
    answer = Answer(row.sent, row.status, row.body, row.problem, wait, row.seconds)
    return Try(row.delivery_id, row.number, row.started, answer, row.verdict)


def to_endpoint(row: EndpointRow) -> Endpoint:
    """Return the endpoint that the row keeps."""
    return Endpoint(
        id=row.id,
        key=row.key,
        course_id=row.course_id,
        name=row.name,
        url=row.url,
        events=frozenset(kind for kind in EventType if kind.value in row.events),
        receives=row.receives,
        secret=row.secret,
        made=row.made,
        headers=row.headers,
        old_secret=row.old_secret,
        old_until=row.old_until,
        off=row.off,
        off_because=row.off_because,
        failing=row.failing,
        removed=row.removed,
    )


def to_receipt(row: ReceivedRow) -> Receipt:
    """Return what was done with a message."""
    return Receipt(row.endpoint_id, row.message_id, row.kind, row.when, row.answer, row.submission_id)
