"""Which delivery is whose turn, and who is at it. A score's pair of line item and student is held while it is sent."""

from __future__ import annotations

from collections import Counter
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, NamedTuple

from sqlalchemy import and_, exists, literal_column, or_, select, true, update
from sqlalchemy.orm import aliased

from grader.domain.lms.delivery import ATTEMPTS, LATER, LEASE, DeliveryState, Kind, Lane
from grader.storage.outbox_rows import to_delivery
from grader.storage.rows import changed, insert_missing
from grader.storage.tables import DeliveryRow, EndpointRow, LineItemRow, PlatformRow, ScoreStateRow

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator

    from sqlalchemy import ColumnElement
    from sqlalchemy.orm import Session

    from grader.domain.lms.delivery import Delivery

_SUPERSEDED = "a newer grade is on its way"
_DIED = "the dispatcher died while it sent this"
_DEADLY = "each dispatcher that sent this died: the service's log says more"

_MOST_DEATHS = 2 * len(ATTEMPTS)
"""Attempts after which something that kills dispatchers is left alone."""

_SERVER = 500
"""From this status on it is the platform's own trouble."""

_SLOW = timedelta(seconds=2)
"""Who takes longer gets one at a time until then: it may be dead, which is only known when its time is over."""

# In so many words, not as parameters: only so are the partial indexes found.
_WAITS = DeliveryRow.state == literal_column("'waiting'")
_SENDING = DeliveryRow.state == literal_column("'sending'")


class _Receiver(NamedTuple):
    """Somebody for whom something is due; *first* is since when."""

    lane: Lane
    is_failing: bool
    first: datetime


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

    def due(
        self,
        now: datetime,
        limit: int,
        *,
        at_once: int,
        most_failing: int | None = None,
        resting: Collection[Lane] = (),
    ) -> list[Delivery]:
        busy, slow = self._busy(now)
        receivers = sorted(self._receivers(now), key=lambda receiver: receiver.first)
        unwell = {receiver.lane for receiver in receivers if receiver.is_failing} | slow
        left = limit if most_failing is None else most_failing - sum(busy[lane] for lane in unwell)
        found: list[Delivery] = []
        for lane in (receiver.lane for receiver in receivers if receiver.lane not in resting):
            room = min((1 if lane in unwell else at_once) - busy[lane], limit - len(found))
            if lane in unwell:
                room = min(room, left)
            if room > 0:
                rows = self._firsts(lane, now, room)
                left -= len(rows) if lane in unwell else 0
                found += [to_delivery(row) for row in rows]
        return found

    def _busy(self, now: datetime) -> tuple[Counter[Lane], set[Lane]]:
        """Return how many are being sent to each receiver, and which receivers take their time over it."""
        rows = self._session.execute(
            select(DeliveryRow.kind, DeliveryRow.endpoint_id, DeliveryRow.platform_id, DeliveryRow.lease).where(
                _SENDING
            )
        ).all()
        lanes = [((kind, endpoint or platform or 0), lease) for kind, endpoint, platform, lease in rows]
        late = now + LEASE - _SLOW
        return Counter(lane for lane, _ in lanes), {lane for lane, lease in lanes if lease and lease < late}

    def _receivers(self, now: datetime) -> Iterator[_Receiver]:
        """Yield who takes something and has something due. One look into an index for each: thousands may wait."""
        takers = (
            (Kind.WEBHOOK, EndpointRow, DeliveryRow.endpoint_id == EndpointRow.id, EndpointRow.off.is_(None)),
            (Kind.LTI_AGS, PlatformRow, DeliveryRow.platform_id == PlatformRow.id, true()),
        )
        for kind, taker, theirs, is_on in takers:
            first = select(DeliveryRow.next_attempt).where(theirs, *_waiting(now)).order_by(DeliveryRow.next_attempt)
            rows = self._session.execute(
                select(taker.id, taker.failing, first.limit(1).scalar_subquery()).where(taker.removed.is_(None), is_on)
            )
            for number, failing, when in rows:
                if when is not None:
                    yield _Receiver((kind, number), failing is not None, when)

    def _firsts(self, lane: Lane, now: datetime, count: int) -> list[DeliveryRow]:
        kind, number = lane
        wanted = select(DeliveryRow).where(*_waiting(now)).order_by(DeliveryRow.next_attempt, DeliveryRow.id)
        if kind is Kind.WEBHOOK:
            return list(self._session.scalars(wanted.where(DeliveryRow.endpoint_id == number).limit(count)))
        pair = and_(
            ScoreStateRow.line_item_id == DeliveryRow.line_item_id,
            ScoreStateRow.enrolment_id == DeliveryRow.enrolment_id,
        )
        free = (LineItemRow.removed.is_(None), ScoreStateRow.holder.is_(None))
        rows = self._session.scalars(
            wanted.join(LineItemRow, DeliveryRow.line_item_id == LineItemRow.id)
            .outerjoin(ScoreStateRow, pair)
            .where(DeliveryRow.platform_id == number, *free)
            .limit(2 * count)
        )
        one_each = {(row.line_item_id, row.enrolment_id): row for row in reversed(rows.all())}
        return sorted(one_each.values(), key=lambda row: (row.next_attempt, row.id))[:count]

    def is_overtaken(self, delivery_id: int) -> bool:
        return bool(self._session.scalar(select(newer()).where(DeliveryRow.id == delivery_id)))

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
        if not claimed and delivery.kind is Kind.LTI_AGS:
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
        if done and delivery.kind is Kind.LTI_AGS:
            self._let_go(ScoreStateRow.holder == delivery.id)
        return done == 1

    def revive(self, platform_id: int, now: datetime, *, since: datetime) -> int:
        was_down = or_(DeliveryRow.status.is_(None), DeliveryRow.status.in_(LATER), DeliveryRow.status >= _SERVER)
        died = and_(DeliveryRow.state == DeliveryState.DEAD, DeliveryRow.ended >= since, was_down, ~newer())
        again = update(DeliveryRow).where(DeliveryRow.platform_id == platform_id, died)
        values = {"state": DeliveryState.WAITING, "attempts": 0, "next_attempt": now, "ended": None}
        return changed(self._session, again.values(**values))

    def put_back_expired(self, now: datetime) -> int:
        expired = and_(_SENDING, DeliveryRow.lease < now)
        over: dict[str, object] = {"claim_key": None, "lease": None}
        ends = (
            (and_(expired, newer()), DeliveryState.SUPERSEDED, _SUPERSEDED),
            (and_(expired, DeliveryRow.attempts >= _MOST_DEATHS), DeliveryState.DEAD, _DEADLY),
        )
        for which, state, note in ends:
            ended = update(DeliveryRow).where(which)
            changed(self._session, ended.values(**over, state=state, ended=now, note=note))
        back = update(DeliveryRow).where(expired)
        count = changed(self._session, back.values(**over, state=DeliveryState.WAITING, next_attempt=now, note=_DIED))
        self._let_go(ScoreStateRow.lease < now)
        return count


def _waiting(now: datetime) -> tuple[ColumnElement[bool], ColumnElement[bool]]:
    return _WAITS, DeliveryRow.next_attempt <= now
