"""Endpoints, and the webhooks that they sent us; promises stand in `grader.ports`."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import select, update
from sqlalchemy.exc import IntegrityError

from grader.storage.faults import is_taken
from grader.storage.outbox_rows import to_endpoint, to_receipt
from grader.storage.rows import changed, fetch, keep
from grader.storage.tables import EndpointRow, ReceivedRow

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    from sqlalchemy import ColumnElement
    from sqlalchemy.orm import Session

    from grader.domain.lms.endpoint import Endpoint
    from grader.domain.lms.receipt import Receipt


class SqlEndpoints:
    """Fills `ports.Endpoints`."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def add(self, endpoint: Endpoint) -> Endpoint:
        row = EndpointRow(
            key=endpoint.key, course_id=endpoint.course_id, made=endpoint.made, failing=endpoint.failing,
            **_changeable(endpoint),
        )  # fmt: skip
        keep(self._session, row, taken="this endpoint exists already")
        return to_endpoint(row)

    def get(self, endpoint_id: int) -> Endpoint:
        return to_endpoint(fetch(self._session, EndpointRow, endpoint_id, "endpoint"))

    def hold(self, endpoint_id: int) -> None:
        held = select(EndpointRow.id).where(EndpointRow.id == endpoint_id).with_for_update(key_share=True)
        self._session.execute(held).all()  # new deliveries, which only refer to the row, need not wait
        self._session.expire_all()

    def by_key(self, key: str) -> Endpoint | None:
        row = self._session.scalar(select(EndpointRow).where(EndpointRow.key == key, EndpointRow.removed.is_(None)))
        return to_endpoint(row) if row else None

    def of_course(self, course_id: int) -> list[Endpoint]:
        rows = self._session.scalars(
            select(EndpointRow)
            .where(EndpointRow.course_id == course_id, EndpointRow.removed.is_(None))
            .order_by(EndpointRow.id)
        )
        return [to_endpoint(row) for row in rows]

    def change(self, endpoint: Endpoint) -> None:
        fetch(self._session, EndpointRow, endpoint.id, "endpoint")
        changed(self._session, update(EndpointRow).where(EndpointRow.id == endpoint.id).values(**_changeable(endpoint)))
        self._session.expire_all()

    def failed(self, endpoint_id: int, now: datetime) -> datetime:
        fresh = (EndpointRow.id == endpoint_id, EndpointRow.failing.is_(None))
        changed(self._session, update(EndpointRow).where(*fresh).values(failing=now))
        since = self._session.scalar(select(EndpointRow.failing).where(EndpointRow.id == endpoint_id))
        return since or now

    def arrived(self, endpoint_id: int) -> None:
        failing = (EndpointRow.id == endpoint_id, EndpointRow.failing.is_not(None))
        changed(self._session, update(EndpointRow).where(*failing).values(failing=None))

    def switch_off(self, endpoint_id: int, now: datetime, because: str) -> bool:
        still_on = (EndpointRow.id == endpoint_id, EndpointRow.off.is_(None))
        return changed(self._session, update(EndpointRow).where(*still_on).values(off=now, off_because=because)) == 1


def _changeable(endpoint: Endpoint) -> dict[str, object]:
    return {
        "name": endpoint.name,
        "url": endpoint.url,
        "events": sorted(kind.value for kind in endpoint.events),
        "receives": endpoint.receives,
        "secret": endpoint.secret,
        "headers": endpoint.headers,
        "old_secret": endpoint.old_secret,
        "old_until": endpoint.old_until,
        "off": endpoint.off,
        "off_because": endpoint.off_because,
        "removed": endpoint.removed,
    }


class SqlReceived:
    """Fills `ports.Received`."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def add(self, endpoint_id: int, message_id: str, kind: str, *, when: datetime) -> bool:
        row = ReceivedRow(endpoint_id=endpoint_id, message_id=message_id, kind=kind, when=when, answer={})
        try:
            with self._session.begin_nested():  # on PostgreSQL this waits for another that is at the same message
                self._session.add(row)
        except IntegrityError as error:
            if not is_taken(error):
                raise
            return False
        return True

    def answered(
        self, endpoint_id: int, message_id: str, answer: Mapping[str, object], *, submission_id: int | None = None
    ) -> None:
        statement = update(ReceivedRow).where(*_named(endpoint_id, message_id))
        changed(self._session, statement.values(answer=dict(answer), submission_id=submission_id))

    def find(self, endpoint_id: int, message_id: str) -> Receipt | None:
        wanted = select(ReceivedRow).where(*_named(endpoint_id, message_id)).execution_options(populate_existing=True)
        row = self._session.scalar(wanted)
        return to_receipt(row) if row else None

    def of_endpoint(self, endpoint_id: int, limit: int) -> list[Receipt]:
        rows = self._session.scalars(
            select(ReceivedRow)
            .where(ReceivedRow.endpoint_id == endpoint_id)
            .order_by(ReceivedRow.id.desc())
            .limit(limit)
        )
        return [to_receipt(row) for row in rows]

    def reference(self, submission_id: int) -> str | None:
        return self._session.scalar(
            select(ReceivedRow.message_id).where(ReceivedRow.submission_id == submission_id).limit(1)
        )


def _named(endpoint_id: int, message_id: str) -> tuple[ColumnElement[bool], ColumnElement[bool]]:
    return ReceivedRow.endpoint_id == endpoint_id, ReceivedRow.message_id == message_id
