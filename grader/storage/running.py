"""The audit log and the workers; what each method promises stands in `grader.ports`."""

from __future__ import annotations

from dataclasses import fields
from typing import TYPE_CHECKING

from sqlalchemy import and_, delete, or_, select

from grader.domain.audit import Entry, Origin
from grader.storage.rows import insert_all, to_station, upsert
from grader.storage.tables import AuditRow, EnrolmentRow, WorkerRow

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from datetime import datetime

    from sqlalchemy import ColumnElement
    from sqlalchemy.orm import Session

    from grader.domain.audit import Deed, Filter, Note
    from grader.domain.station import Station


class SqlAudit:
    """Fills `ports.Audit`."""

    def __init__(self, session: Session, origin: Callable[[], Origin]) -> None:
        self._session = session
        self._origin = origin  # asked each time: who acts is often known only when the unit of work is open

    def add(
        self,
        deed: Deed,
        *,
        when: datetime,
        what: str = "",
        course_id: int | None = None,
        user_id: int | None = None,
        detail: Mapping[str, str] | None = None,
    ) -> None:
        self._session.add(
            AuditRow(
                made=when,
                actor=self._origin().actor,
                via=self._origin().via,
                address=self._origin().address,
                deed=deed.value,
                course_id=course_id,
                user_id=user_id,
                what=what,
                detail=dict(detail or {}),
            )
        )
        self._session.flush()

    def add_all(self, notes: Sequence[Note], *, when: datetime, course_id: int) -> None:
        values: list[dict[str, object]] = [
            {
                "made": when,
                "actor": self._origin().actor,
                "via": self._origin().via,
                "address": self._origin().address,
                "deed": note.deed.value,
                "course_id": course_id,
                "user_id": note.user_id,
                "what": note.what,
                "detail": dict(note.detail),
            }
            for note in notes
        ]
        insert_all(self._session, AuditRow, values)

    def of_course(self, course_id: int, wanted: Filter, limit: int) -> list[Entry]:
        in_course = select(EnrolmentRow.user_id).where(EnrolmentRow.course_id == course_id)
        concerns = or_(
            AuditRow.course_id == course_id,
            and_(AuditRow.course_id.is_(None), AuditRow.user_id.in_(in_course)),
        )
        rows = self._session.scalars(
            select(AuditRow).where(concerns, *_conditions(wanted)).order_by(AuditRow.id.desc()).limit(limit)
        )
        return [_to_entry(row) for row in rows]


class SqlStations:
    """Fills `ports.Stations`."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def heard(self, station: Station) -> None:
        values: dict[str, object] = {each.name: getattr(station, each.name) for each in fields(station)}
        name = values.pop("name")
        upsert(self._session, WorkerRow, key={"name": name}, values=values)

    def gone(self, name: str) -> None:
        self._session.execute(delete(WorkerRow).where(WorkerRow.name == name))

    def all(self) -> list[Station]:
        rows = self._session.scalars(select(WorkerRow).order_by(WorkerRow.node, WorkerRow.name))
        return [to_station(row) for row in rows]

    def forget(self, before: datetime) -> int:
        names = self._session.scalars(select(WorkerRow.name).where(WorkerRow.heard < before)).all()
        if names:
            self._session.execute(delete(WorkerRow).where(WorkerRow.heard < before))
        return len(names)


def _conditions(wanted: Filter) -> list[ColumnElement[bool]]:
    found: list[ColumnElement[bool]] = []
    if wanted.actor:
        found.append(AuditRow.actor == wanted.actor)
    if wanted.deed:
        found.append(or_(AuditRow.deed == wanted.deed, AuditRow.deed.startswith(f"{wanted.deed}.", autoescape=True)))
    if wanted.user_id is not None:
        found.append(AuditRow.user_id == wanted.user_id)
    if wanted.since is not None:
        found.append(AuditRow.made >= wanted.since)
    if wanted.until is not None:
        found.append(AuditRow.made < wanted.until)
    if wanted.before is not None:
        found.append(AuditRow.id < wanted.before)
    return found


def _to_entry(row: AuditRow) -> Entry:
    return Entry(
        id=row.id,
        made=row.made,
        origin=Origin(row.actor, row.via, row.address),
        deed=row.deed,
        course_id=row.course_id,
        user_id=row.user_id,
        what=row.what,
        detail=row.detail,
    )
