"""Which delivery is whose turn, and who is at it. A score's pair of line item and student is held while it is sent."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from sqlalchemy import and_, exists, func, or_, select, update
from sqlalchemy.orm import aliased

from grader.domain.lms.delivery import DeliveryState, Kind
from grader.storage.outbox_rows import to_delivery
from grader.storage.rows import changed, insert_missing
from grader.storage.tables import DeliveryRow, EndpointRow, LineItemRow, PlatformRow, ScoreStateRow

if TYPE_CHECKING:
    from datetime import datetime

    from sqlalchemy import ColumnElement, Select
    from sqlalchemy.orm import Session

    from grader.domain.lms.delivery import Delivery

_SUPERSEDED = "a newer grade is on its way"


def newer() -> ColumnElement[bool]:
    """Return whether a score was made for the same line item and student after a delivery of DeliveryRow's."""
    later = aliased(DeliveryRow)
    return exists().where(
        later.line_item_id == DeliveryRow.line_item_id,
        later.enrolment_id == DeliveryRow.enrolment_id,
        later.id > DeliveryRow.id,
    )


class DeliveryClaims:
    """The half of `ports.Outbox` that dispatchers use."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def due(self, now: datetime, limit: int, *, at_once: int) -> list[Delivery]:
        lane = (DeliveryRow.endpoint_id, DeliveryRow.platform_id)
        busy = self._busy()
        turn = func.row_number().over(partition_by=lane, order_by=(DeliveryRow.next_attempt, DeliveryRow.id))
        failing = func.coalesce(EndpointRow.failing, PlatformRow.failing).is_not(None)
        ranked = _sendable(select(DeliveryRow.id, turn.label("turn"), failing.label("failing")), now).subquery()
        rows = self._session.execute(
            select(DeliveryRow, ranked.c.failing)
            .join(ranked, ranked.c.id == DeliveryRow.id)
            .where(ranked.c.turn <= at_once)
            .order_by(DeliveryRow.next_attempt, DeliveryRow.id)
        )
        found: list[Delivery] = []
        pairs: set[tuple[int | None, int | None]] = set()
        for row, is_failing in rows:
            place, pair = (row.endpoint_id, row.platform_id), (row.line_item_id, row.enrolment_id)
            is_twin = row.kind is Kind.LTI_AGS and pair in pairs
            if len(found) >= limit or is_twin or busy[place] >= (1 if is_failing else at_once):
                continue
            busy[place] += 1
            pairs.add(pair)
            found.append(to_delivery(row))
        return found

    def _busy(self) -> Counter[tuple[int | None, int | None]]:
        rows = self._session.execute(
            select(DeliveryRow.endpoint_id, DeliveryRow.platform_id).where(DeliveryRow.state == DeliveryState.SENDING)
        )
        return Counter((endpoint, platform) for endpoint, platform in rows)

    def next_due(self, now: datetime) -> bool:
        return self._session.scalar(_sendable(select(DeliveryRow.id), now).limit(1)) is not None

    def claim(self, delivery: Delivery, key: str, *, now: datetime, lease_until: datetime) -> bool:
        if delivery.kind is Kind.LTI_AGS and not self._hold(delivery, lease_until):
            return False
        waiting = (DeliveryRow.id == delivery.id, DeliveryRow.state == DeliveryState.WAITING)
        claimed = changed(
            self._session,
            update(DeliveryRow)
            .where(*waiting, DeliveryRow.next_attempt <= now)
            .values(state=DeliveryState.SENDING, attempts=DeliveryRow.attempts + 1, claim_key=key, lease=lease_until),
        )
        if not claimed:
            self._let_go(ScoreStateRow.holder == delivery.id)
        return claimed == 1

    def _hold(self, delivery: Delivery, lease_until: datetime) -> bool:
        pair: dict[str, object] = {"line_item_id": delivery.line_item_id, "enrolment_id": delivery.enrolment_id}
        insert_missing(self._session, ScoreStateRow, key=pair, values={"max_points": 0})
        free = and_(
            ScoreStateRow.line_item_id == delivery.line_item_id,
            ScoreStateRow.enrolment_id == delivery.enrolment_id,
            ScoreStateRow.holder.is_(None),
        )
        held = update(ScoreStateRow).where(free).values(holder=delivery.id, lease=lease_until)
        return changed(self._session, held) == 1

    def _let_go(self, which: ColumnElement[bool]) -> None:
        changed(self._session, update(ScoreStateRow).where(which).values(holder=None, lease=None))

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
        mine = and_(
            DeliveryRow.id == delivery.id, DeliveryRow.state == DeliveryState.SENDING, DeliveryRow.claim_key == key
        )
        over: dict[str, object] = {"claim_key": None, "lease": None, "status": status}
        ended = {**over, "state": state, "note": note, "ended": None if state is DeliveryState.WAITING else now}
        if next_attempt is not None:
            ended["next_attempt"] = next_attempt
        done = 0
        if state is DeliveryState.WAITING and delivery.kind is Kind.LTI_AGS:
            overtaken = {**over, "state": DeliveryState.SUPERSEDED, "note": _SUPERSEDED, "ended": now}
            done = changed(self._session, update(DeliveryRow).where(mine, newer()).values(**overtaken))
        done = done or changed(self._session, update(DeliveryRow).where(mine).values(**ended))
        if done:
            self._let_go(ScoreStateRow.holder == delivery.id)
        return done == 1

    def put_back_expired(self, now: datetime) -> int:
        expired = and_(DeliveryRow.state == DeliveryState.SENDING, DeliveryRow.lease < now)
        back = update(DeliveryRow).where(expired)
        count = changed(
            self._session,
            back.values(
                state=DeliveryState.WAITING,
                next_attempt=now,
                claim_key=None,
                lease=None,
                note="the dispatcher died while it sent this",
            ),
        )
        self._let_go(ScoreStateRow.lease < now)
        return count


def _sendable(found: Select[tuple[int]], now: datetime) -> Select[tuple[int]]:
    """Narrow *found* to what may be sent now: due, to somebody who takes it, the pair held by nobody."""
    pair = and_(
        ScoreStateRow.line_item_id == DeliveryRow.line_item_id,
        ScoreStateRow.enrolment_id == DeliveryRow.enrolment_id,
    )
    takes_webhooks = and_(EndpointRow.off.is_(None), EndpointRow.removed.is_(None))
    takes_scores = and_(LineItemRow.removed.is_(None), PlatformRow.removed.is_(None), ScoreStateRow.holder.is_(None))
    return (
        found.select_from(DeliveryRow)
        .outerjoin(EndpointRow, DeliveryRow.endpoint_id == EndpointRow.id)
        .outerjoin(PlatformRow, DeliveryRow.platform_id == PlatformRow.id)
        .outerjoin(LineItemRow, DeliveryRow.line_item_id == LineItemRow.id)
        .outerjoin(ScoreStateRow, pair)
        .where(
            DeliveryRow.state == DeliveryState.WAITING,
            DeliveryRow.next_attempt <= now,
            or_(
                and_(DeliveryRow.kind == Kind.WEBHOOK, takes_webhooks),
                and_(DeliveryRow.kind == Kind.LTI_AGS, takes_scores),
            ),
        )
    )
