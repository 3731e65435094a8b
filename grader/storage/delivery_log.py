"""What became of deliveries, and how those that died get another chance."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import and_, case, exists, func, or_, select, update

from grader.domain.errors import NotFound
from grader.domain.lms.delivery import DeliveryState, Kind
from grader.domain.lms.log import Load
from grader.storage.delivery_claims import newer
from grader.storage.outbox_rows import to_logged, to_try
from grader.storage.rows import changed
from grader.storage.tables import (
    DeliveryRow,
    EndpointRow,
    EnrolmentRow,
    EventRow,
    LineItemRow,
    PlatformRow,
    TryRow,
    UserRow,
)

if TYPE_CHECKING:
    from datetime import datetime

    from sqlalchemy import ColumnElement, Select
    from sqlalchemy.orm import Session

    from grader.domain.lms.delivery import Try
    from grader.domain.lms.log import Logged, Wanted

_ENDED = (DeliveryState.DELIVERED, DeliveryState.DEAD, DeliveryState.SUPERSEDED)
_LARGEST_ID = 2**31 - 1


class DeliveryLog:
    """The half of `ports.Outbox` that people use."""

    added: bool

    def __init__(self, session: Session) -> None:
        self._session = session

    def add_try(self, tried: Try) -> None:
        answer = tried.answer
        wait = None if answer.retry_after is None else answer.retry_after.total_seconds()
        row = TryRow(
            delivery_id=tried.delivery_id, number=tried.number, started=tried.started, seconds=answer.seconds,
            verdict=tried.verdict, sent=answer.sent, status=answer.status, body=answer.body, problem=answer.problem,
            retry_after=wait,
        )  # fmt: skip
        self._session.add(row)
        self._session.flush()

    def tries(self, delivery_id: int) -> list[Try]:
        rows = self._session.scalars(select(TryRow).where(TryRow.delivery_id == delivery_id).order_by(TryRow.id))
        return [to_try(row) for row in rows]

    def of_course(self, course_id: int, wanted: Wanted, limit: int) -> list[Logged]:
        asked: list[ColumnElement[bool]] = [DeliveryRow.course_id == course_id]
        if wanted.state is not None:
            asked.append(DeliveryRow.state == wanted.state)
        if wanted.kind is not None:
            asked.append(DeliveryRow.kind == wanted.kind)
        if wanted.endpoint_id is not None:
            asked.append(DeliveryRow.endpoint_id == min(wanted.endpoint_id, _LARGEST_ID))
        if wanted.line_item_id is not None:
            asked.append(DeliveryRow.line_item_id == min(wanted.line_item_id, _LARGEST_ID))
        if wanted.login:
            asked.append(UserRow.login == wanted.login)
        if wanted.before is not None:
            asked.append(DeliveryRow.id < min(wanted.before, _LARGEST_ID))
        rows = self._session.execute(_named().where(*asked).order_by(DeliveryRow.id.desc()).limit(limit))
        return [to_logged(row) for row in rows]

    def logged(self, course_id: int, delivery_id: int) -> Logged:
        wanted = (DeliveryRow.course_id == course_id, DeliveryRow.id == min(delivery_id, _LARGEST_ID))
        row = self._session.execute(_named().where(*wanted)).one_or_none()
        if row is None:
            raise NotFound(f"there is no delivery {delivery_id}")
        return to_logged(row)

    def replay(self, delivery_id: int, now: datetime) -> bool:
        ended = and_(DeliveryRow.id == delivery_id, DeliveryRow.state.in_(_ENDED))
        overtaken = self._leave_overtaken(ended, now)
        return bool(self._wait_again(ended, now) or overtaken)

    def count_dead(
        self,
        course_id: int,
        *,
        since: datetime | None = None,
        endpoint_id: int | None = None,
        line_item_id: int | None = None,
    ) -> int:
        dead = _dead(course_id, since, endpoint_id, line_item_id)
        is_score = DeliveryRow.kind == Kind.LTI_AGS
        again = select(func.count()).select_from(DeliveryRow).where(dead, ~and_(is_score, newer()))
        return self._session.scalar(again) or 0

    def replay_dead(
        self,
        course_id: int,
        now: datetime,
        *,
        since: datetime | None = None,
        endpoint_id: int | None = None,
        line_item_id: int | None = None,
    ) -> int:
        dead = _dead(course_id, since, endpoint_id, line_item_id)
        self._leave_overtaken(dead, now)
        return self._wait_again(dead, now)

    def _leave_overtaken(self, which: ColumnElement[bool], now: datetime) -> int:
        overtaken = update(DeliveryRow).where(which, DeliveryRow.kind == Kind.LTI_AGS, newer())
        values = {"state": DeliveryState.SUPERSEDED, "ended": now, "note": "a newer grade was sent instead"}
        return changed(self._session, overtaken.values(**values))

    def _wait_again(self, which: ColumnElement[bool], now: datetime) -> int:
        is_score = DeliveryRow.kind == Kind.LTI_AGS
        again = update(DeliveryRow).where(which, ~and_(is_score, newer()))
        values = {"state": DeliveryState.WAITING, "attempts": 0, "next_attempt": now, "ended": None}
        count = changed(self._session, again.values(**values))
        self.added |= count > 0
        return count

    def load(self, course_id: int, since: datetime) -> Load:
        counts = dict.fromkeys(DeliveryState, 0)
        oldest = None
        recent = or_(DeliveryRow.ended.is_(None), DeliveryRow.ended >= since)
        is_well = and_(EndpointRow.off.is_(None), EndpointRow.failing.is_(None), PlatformRow.failing.is_(None))
        for state, count, first in self._session.execute(
            select(DeliveryRow.state, func.count(), func.min(case((is_well, DeliveryRow.next_attempt))))
            .outerjoin(EndpointRow, DeliveryRow.endpoint_id == EndpointRow.id)
            .outerjoin(PlatformRow, DeliveryRow.platform_id == PlatformRow.id)
            .outerjoin(LineItemRow, DeliveryRow.line_item_id == LineItemRow.id)
            .where(DeliveryRow.course_id == course_id, recent)
            .where(EndpointRow.removed.is_(None), LineItemRow.removed.is_(None))
            .group_by(DeliveryRow.state)
        ):
            counts[state] = count
            oldest = first if state is DeliveryState.WAITING else oldest
        return Load(
            waiting=counts[DeliveryState.WAITING],
            sending=counts[DeliveryState.SENDING],
            delivered=counts[DeliveryState.DELIVERED],
            dead=counts[DeliveryState.DEAD],
            oldest=oldest,
        )


def _dead(
    course_id: int, since: datetime | None, endpoint_id: int | None, line_item_id: int | None
) -> ColumnElement[bool]:
    """Return what died and can be sent once more: its receiver was not removed since."""
    dead = and_(DeliveryRow.course_id == course_id, DeliveryRow.state == DeliveryState.DEAD)
    for row, number in ((EndpointRow, DeliveryRow.endpoint_id), (LineItemRow, DeliveryRow.line_item_id),
                        (PlatformRow, DeliveryRow.platform_id)):  # fmt: skip
        dead = and_(dead, ~exists().where(row.id == number, row.removed.is_not(None)))
    if since is not None:
        dead = and_(dead, DeliveryRow.ended >= since)
    if endpoint_id is not None:
        dead = and_(dead, DeliveryRow.endpoint_id == min(endpoint_id, _LARGEST_ID))
    if line_item_id is not None:
        dead = and_(dead, DeliveryRow.line_item_id == min(line_item_id, _LARGEST_ID))
    return dead


def _named() -> Select[DeliveryRow, str, str, str, str, str, str]:
    columns = (EventRow.type, EndpointRow.name, PlatformRow.name, LineItemRow.label, UserRow.login, UserRow.name)
    return (
        select(DeliveryRow, *columns)
        .outerjoin(EventRow, DeliveryRow.event_id == EventRow.id)
        .outerjoin(EndpointRow, DeliveryRow.endpoint_id == EndpointRow.id)
        .outerjoin(PlatformRow, DeliveryRow.platform_id == PlatformRow.id)
        .outerjoin(LineItemRow, DeliveryRow.line_item_id == LineItemRow.id)
        .outerjoin(EnrolmentRow, DeliveryRow.enrolment_id == EnrolmentRow.id)
        .outerjoin(UserRow, EnrolmentRow.user_id == UserRow.id)
        .execution_options(populate_existing=True)
    )
