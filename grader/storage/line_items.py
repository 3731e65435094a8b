"""Line items and what they know of each student; what each method promises stands in `grader.ports`."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import and_, func, select, update

from grader.domain.lms.delivery import DeliveryState
from grader.domain.lms.score import ScoreState
from grader.domain.people import Role
from grader.storage.lti_rows import to_line_item, to_score_state
from grader.storage.outbox_rows import to_delivery
from grader.storage.rows import changed, fetch, upsert
from grader.storage.tables import (
    ContextRow,
    DeliveryRow,
    EnrolmentRow,
    GradeRow,
    LineItemRow,
    MemberRow,
    PlatformRow,
    ScoreStateRow,
)

if TYPE_CHECKING:
    from datetime import datetime
    from fractions import Fraction

    from sqlalchemy import ColumnElement
    from sqlalchemy.orm import Session

    from grader.domain.lms.delivery import Delivery
    from grader.domain.lms.platform import LineItem
    from grader.domain.scoring import ItemKind

# fresh: rows are changed by UPDATE, behind the session's back
_LINE_ITEMS = select(LineItemRow).order_by(LineItemRow.id).execution_options(populate_existing=True)
_STATES = select(ScoreStateRow).execution_options(populate_existing=True)


class SqlLineItems:
    """Fills `ports.LineItems`."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def put(self, line_item: LineItem) -> LineItem:
        key: dict[str, object] = {"context_id": line_item.context_id, "url": line_item.url}
        values: dict[str, object] = {
            "kind": line_item.kind,
            "item": line_item.item,
            "label": line_item.label,
            "max_points": line_item.max_points,
            "resource_link": line_item.resource_link,
            "made": line_item.made,
            "removed": None,
        }
        upsert(self._session, LineItemRow, key=key, values=values)
        return to_line_item(self._session.scalars(_LINE_ITEMS.filter_by(**key)).one())

    def get(self, line_item_id: int) -> LineItem:
        return to_line_item(fetch(self._session, LineItemRow, line_item_id, "line item", populate_existing=True))

    def of_context(self, context_id: int) -> list[LineItem]:
        theirs = _LINE_ITEMS.where(LineItemRow.context_id == context_id, LineItemRow.removed.is_(None))
        return [to_line_item(row) for row in self._session.scalars(theirs)]

    def of_course(self, course_id: int) -> list[LineItem]:
        ours = (
            _LINE_ITEMS.join(ContextRow, LineItemRow.context_id == ContextRow.id)
            .join(PlatformRow, ContextRow.platform_id == PlatformRow.id)
            .where(ContextRow.course_id == course_id)
            .where(LineItemRow.removed.is_(None), PlatformRow.removed.is_(None))
        )
        return [to_line_item(row) for row in self._session.scalars(ours)]

    def remove(self, line_item_id: int, when: datetime) -> None:
        there = (LineItemRow.id == line_item_id, LineItemRow.removed.is_(None))
        changed(self._session, update(LineItemRow).where(*there).values(removed=when))

    def state(self, line_item_id: int, enrolment_id: int) -> ScoreState:
        row = self._session.get(ScoreStateRow, (line_item_id, enrolment_id), populate_existing=True)
        return to_score_state(row) if row else ScoreState(line_item_id, enrolment_id)

    def states_of(self, enrolment_id: int) -> list[ScoreState]:
        theirs = _STATES.where(ScoreStateRow.enrolment_id == enrolment_id)
        return [to_score_state(row) for row in self._session.scalars(theirs.order_by(ScoreStateRow.line_item_id))]

    def states(self, line_item_id: int) -> list[ScoreState]:
        its = _STATES.where(ScoreStateRow.line_item_id == line_item_id)
        return [to_score_state(row) for row in self._session.scalars(its.order_by(ScoreStateRow.enrolment_id))]

    def stamp(self, line_item_id: int, enrolment_id: int, delivery_id: int, stamped: datetime) -> bool:
        pair = (ScoreStateRow.line_item_id == line_item_id, ScoreStateRow.enrolment_id == enrolment_id)
        held = update(ScoreStateRow).where(*pair, ScoreStateRow.holder == delivery_id)
        return changed(self._session, held.values(stamped=stamped)) == 1

    def confirm(
        self, line_item_id: int, enrolment_id: int, points: Fraction | None, max_points: int, when: datetime
    ) -> None:
        key: dict[str, object] = {"line_item_id": line_item_id, "enrolment_id": enrolment_id}
        values: dict[str, object] = {"points": points, "max_points": max_points, "confirmed": when}
        upsert(self._session, ScoreStateRow, key=key, values=values)

    def newest(self, line_item_id: int) -> list[Delivery]:
        return self._newest(DeliveryRow.line_item_id == line_item_id)

    def newest_of(self, line_item_id: int, enrolment_id: int) -> Delivery | None:
        pair = and_(DeliveryRow.line_item_id == line_item_id, DeliveryRow.enrolment_id == enrolment_id)
        return next(iter(self._newest(pair)), None)

    def _newest(self, which: ColumnElement[bool]) -> list[Delivery]:
        last = select(func.max(DeliveryRow.id)).where(which).group_by(DeliveryRow.enrolment_id)
        found = select(DeliveryRow).where(DeliveryRow.id.in_(last)).order_by(DeliveryRow.enrolment_id)
        return [to_delivery(row) for row in self._session.scalars(found.execution_options(populate_existing=True))]

    def without_delivery(self, line_item_id: int, *, anew: bool = False) -> list[tuple[int, ItemKind, str]]:
        last = {delivery.enrolment_id: delivery.state for delivery in self.newest(line_item_id)}
        grade = and_(
            GradeRow.enrolment_id == EnrolmentRow.id,
            GradeRow.kind == LineItemRow.kind,
            GradeRow.item == LineItemRow.item,
        )
        known = and_(ScoreStateRow.line_item_id == LineItemRow.id, ScoreStateRow.enrolment_id == EnrolmentRow.id)
        rows = self._session.execute(
            select(EnrolmentRow.id, LineItemRow.kind, LineItemRow.item, GradeRow, ScoreStateRow)
            .select_from(LineItemRow)
            .join(ContextRow, LineItemRow.context_id == ContextRow.id)
            .join(MemberRow, MemberRow.context_id == ContextRow.id)
            .join(
                EnrolmentRow,
                and_(EnrolmentRow.course_id == ContextRow.course_id, EnrolmentRow.user_id == MemberRow.user_id),
            )
            .outerjoin(GradeRow, grade)
            .outerjoin(ScoreStateRow, known)
            .where(LineItemRow.id == line_item_id, MemberRow.ended.is_(None))
            .where(EnrolmentRow.role == Role.STUDENT, EnrolmentRow.ended.is_(None))
            .order_by(EnrolmentRow.id)
            .execution_options(populate_existing=True)
        )
        return [
            (enrolment_id, kind, item)
            for enrolment_id, kind, item, counts, state in rows
            if (anew or last.get(enrolment_id) is not DeliveryState.WAITING)
            and _is_missing(counts, state, last.get(enrolment_id))
        ]


def _is_missing(grade: GradeRow | None, state: ScoreStateRow | None, last: DeliveryState | None) -> bool:
    """Whether a platform may not know of a grade, or that there is none; *last* is what became of the newest score."""
    if state is None or (state.stamped is None and state.confirmed is None):
        return grade is not None
    if state.confirmed is None or last not in (None, DeliveryState.DELIVERED):
        return True  # one under way may have been read before what it now must say
    if grade is None or state.points is None:
        return (grade is None) != (state.points is None)
    return grade.points * state.max_points != state.points * grade.max_points
