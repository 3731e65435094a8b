"""Events and what is made of them; promises stand in `grader.ports`."""

from __future__ import annotations

import uuid
from dataclasses import replace
from typing import TYPE_CHECKING

from sqlalchemy import and_, func, select, update

from grader.domain.lms.delivery import DeliveryState, Kind
from grader.domain.people import Role
from grader.storage.delivery_claims import DeliveryClaims
from grader.storage.delivery_log import DeliveryLog
from grader.storage.outbox_rows import to_delivery, to_endpoint, to_event
from grader.storage.rows import changed, fetch, insert_all
from grader.storage.tables import (
    ContextRow,
    DeliveryRow,
    EndpointRow,
    EnrolmentRow,
    EventRow,
    LineItemRow,
    MemberRow,
    PlatformRow,
    UserRow,
)

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence
    from datetime import datetime

    from grader.domain.lms.delivery import Delivery
    from grader.domain.lms.event import Draft, Event
    from grader.domain.scoring import ItemKind


class SqlOutbox(DeliveryClaims, DeliveryLog):
    """Fills `ports.Outbox`; *added* tells whether something is on its way now that wasn't before."""

    added = False

    def add(self, drafts: Sequence[Draft], *, course_id: int, made: datetime) -> list[Event]:
        if not drafts:
            return []
        last = self._last_sequences({draft.enrolment_id for draft in drafts if draft.enrolment_id is not None})
        rows = []
        for draft in drafts:
            data = dict(draft.data)
            kind, item = draft.item or (None, None)
            if draft.item is not None:
                place = (draft.enrolment_id, kind, item)
                data["sequence"] = last[place] = last.get(place, 0) + 1
            rows.append(
                EventRow(
                    key=f"msg_{uuid.uuid4().hex}",
                    type=draft.type.value,
                    course_id=course_id,
                    enrolment_id=draft.enrolment_id,
                    item_kind=kind,
                    item=item,
                    sequence=data.get("sequence"),
                    made=made,
                    data=data,
                )
            )
        self._session.add_all(rows)
        self._session.flush()
        events = [to_event(row) for row in rows]
        self._fan_out(events, course_id)
        return events

    def _last_sequences(self, enrolments: Collection[int]) -> dict[tuple[int | None, ItemKind | None, str | None], int]:
        place = (EventRow.enrolment_id, EventRow.item_kind, EventRow.item)
        rows = self._session.execute(
            select(*place, func.max(EventRow.sequence))
            .where(EventRow.enrolment_id.in_(enrolments), EventRow.sequence.is_not(None))
            .group_by(*place)
        )
        return {(enrolment, kind, item): sequence or 0 for enrolment, kind, item, sequence in rows}

    def _fan_out(self, events: Sequence[Event], course_id: int) -> None:
        rows = self._session.scalars(
            select(EndpointRow).where(EndpointRow.course_id == course_id, EndpointRow.removed.is_(None))
        )
        endpoints = [to_endpoint(row) for row in rows]
        self._add_webhooks(
            [(event, endpoint.id) for event in events for endpoint in endpoints if endpoint.wants(event.type)]
        )

    def _add_webhooks(self, pairs: Sequence[tuple[Event, int]]) -> None:
        insert_all(
            self._session,
            DeliveryRow,
            [
                _waiting(
                    event.course_id,
                    Kind.WEBHOOK,
                    event.made,
                    event_id=event.id,
                    endpoint_id=endpoint_id,
                    enrolment_id=event.enrolment_id,
                )
                for event, endpoint_id in pairs
            ],
        )
        self.added |= bool(pairs)

    def add_scores(
        self, course_id: int, enrolments: Collection[int], kind: ItemKind, item: str, *, made: datetime
    ) -> int:
        pairs = self._columns(course_id, enrolments, kind, item)
        if not pairs:
            return 0
        columns = {line_item_id for line_item_id, _, _ in pairs}
        same = and_(
            DeliveryRow.line_item_id.in_(columns), DeliveryRow.enrolment_id.in_({student for _, _, student in pairs})
        )
        older = update(DeliveryRow).where(DeliveryRow.state == DeliveryState.WAITING, same)
        changed(
            self._session, older.values(state=DeliveryState.SUPERSEDED, ended=made, note="a newer grade is on its way")
        )
        insert_all(
            self._session,
            DeliveryRow,
            [
                _waiting(
                    course_id,
                    Kind.LTI_AGS,
                    made,
                    line_item_id=line_item_id,
                    platform_id=platform_id,
                    enrolment_id=enrolment_id,
                )
                for line_item_id, platform_id, enrolment_id in pairs
            ],
        )
        self.added = True
        return len(pairs)

    def _columns(
        self, course_id: int, enrolments: Collection[int], kind: ItemKind, item: str
    ) -> list[tuple[int, int, int]]:
        """Return (line item, platform, enrolment) of all columns that show this item of these students."""
        member = and_(
            MemberRow.context_id == ContextRow.id, MemberRow.user_id == EnrolmentRow.user_id, MemberRow.ended.is_(None)
        )
        rows = self._session.execute(
            select(LineItemRow.id, PlatformRow.id, EnrolmentRow.id)
            .join(ContextRow, LineItemRow.context_id == ContextRow.id)
            .join(PlatformRow, ContextRow.platform_id == PlatformRow.id)
            .join(EnrolmentRow, EnrolmentRow.course_id == ContextRow.course_id)
            .join(MemberRow, member)
            .where(
                ContextRow.course_id == course_id,
                LineItemRow.kind == kind,
                LineItemRow.item == item,
                LineItemRow.removed.is_(None),
                PlatformRow.removed.is_(None),
                EnrolmentRow.id.in_(enrolments),
                EnrolmentRow.role == Role.STUDENT,
                EnrolmentRow.ended.is_(None),
            )
            .order_by(LineItemRow.id, EnrolmentRow.id)
        )
        return [(line_item, platform, enrolment) for line_item, platform, enrolment in rows]

    def add_delivery(self, event: Event, endpoint_id: int, *, made: datetime) -> Delivery:
        row = DeliveryRow(
            **_waiting(
                event.course_id,
                Kind.WEBHOOK,
                made,
                event_id=event.id,
                endpoint_id=endpoint_id,
                enrolment_id=event.enrolment_id,
            )
        )
        self._session.add(row)
        self._session.flush()
        self.added = True
        return to_delivery(row)

    def event(self, event_id: int) -> Event:
        event = to_event(fetch(self._session, EventRow, event_id, "event"))
        student = self._session.scalar(
            select(UserRow.login).join(EnrolmentRow).where(EnrolmentRow.id == event.enrolment_id)
        )
        return replace(event, data={"student": student, **event.data}) if student else event

    def get(self, delivery_id: int) -> Delivery:
        return to_delivery(fetch(self._session, DeliveryRow, delivery_id, "delivery", populate_existing=True))


def _waiting(course_id: int, kind: Kind, made: datetime, **ids: int | None) -> dict[str, object]:
    return {
        "course_id": course_id,
        "kind": kind,
        "state": DeliveryState.WAITING,
        "attempts": 0,
        "made": made,
        "next_attempt": made,
        "note": "",
        **ids,
    }
