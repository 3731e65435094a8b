"""Terms, extensions, overrides, the history of grades, comments; promises stand in `grader.ports`."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from sqlalchemy import delete, select, update

from grader.domain.assignment import Assignment, Extension, Terms
from grader.domain.comment import Comment
from grader.domain.scoring import GradeChange, Override
from grader.storage.rows import changed, fetch, to_grade, to_user, upsert
from grader.storage.tables import (
    AssignmentRow,
    CommentRow,
    EnrolmentRow,
    ExtensionRow,
    GradeChangeRow,
    OverrideRow,
    UserRow,
)

if TYPE_CHECKING:
    from datetime import datetime
    from fractions import Fraction

    from sqlalchemy.orm import Session

    from grader.domain.scoring import ItemKind


class SqlAssignments:
    """Fills `ports.Assignments`."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def put(self, assignment: Assignment) -> None:
        terms = assignment.terms
        values: dict[str, object] = {
            "opens": terms.opens,
            "due": terms.due,
            "closes": terms.closes,
            "late": terms.late,
            "loss": terms.loss,
            "grace": _seconds(terms.grace),
            "attempts": terms.attempts,
            "cooldown": _seconds(terms.cooldown),
            "keep": terms.keep,
            "weight": terms.weight,
            "offered": terms.offered,
        }
        key: dict[str, object] = {
            "course_id": assignment.course_id,
            "kind": assignment.kind,
            "item": assignment.item,
        }
        upsert(self._session, AssignmentRow, key=key, values=values)

    def find(self, course_id: int, kind: ItemKind, item: str) -> Assignment:
        row = self._session.get(AssignmentRow, (course_id, kind, item), populate_existing=True)
        return _to_assignment(row) if row else Assignment(course_id, kind, item)

    def of_course(self, course_id: int) -> dict[tuple[ItemKind, str], Assignment]:
        rows = self._session.scalars(select(AssignmentRow).where(AssignmentRow.course_id == course_id))
        return {(row.kind, row.item): _to_assignment(row) for row in rows}

    def extend(self, enrolment_id: int, kind: ItemKind, item: str, extension: Extension | None) -> None:
        key: dict[str, object] = {"enrolment_id": enrolment_id, "kind": kind, "item": item}
        if extension is None:
            self._session.execute(delete(ExtensionRow).filter_by(**key))
            return
        values: dict[str, object] = {
            "due": extension.due,
            "closes": extension.closes,
            "attempts": extension.attempts,
            "reason": extension.reason,
        }
        upsert(self._session, ExtensionRow, key=key, values=values)

    def extension(self, enrolment_id: int, kind: ItemKind, item: str) -> Extension | None:
        row = self._session.get(ExtensionRow, (enrolment_id, kind, item), populate_existing=True)
        return _to_extension(row) if row else None

    def extensions_of(self, enrolment_id: int) -> dict[tuple[ItemKind, str], Extension]:
        rows = self._session.scalars(select(ExtensionRow).where(ExtensionRow.enrolment_id == enrolment_id))
        return {(row.kind, row.item): _to_extension(row) for row in rows}

    def extensions(self, course_id: int) -> dict[tuple[int, ItemKind, str], Extension]:
        rows = self._session.scalars(
            select(ExtensionRow)
            .join(EnrolmentRow, ExtensionRow.enrolment_id == EnrolmentRow.id)
            .where(EnrolmentRow.course_id == course_id)
        )
        return {(row.enrolment_id, row.kind, row.item): _to_extension(row) for row in rows}


class SqlOverrides:
    """Fills `ports.Overrides`."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def add(
        self,
        enrolment_id: int,
        kind: ItemKind,
        item: str,
        *,
        points: Fraction,
        reason: str,
        by: str,
        made: datetime,
    ) -> Override:
        row = OverrideRow(
            enrolment_id=enrolment_id, kind=kind, item=item, points=points, reason=reason, by=by, made=made
        )
        self._session.add(row)
        self._session.flush()
        return _to_override(row)

    def get(self, override_id: int) -> Override:
        return _to_override(fetch(self._session, OverrideRow, override_id, "override", populate_existing=True))

    def counting(self, enrolment_id: int, kind: ItemKind, item: str) -> Override | None:
        row = self._session.scalar(
            select(OverrideRow)
            .where(OverrideRow.enrolment_id == enrolment_id, OverrideRow.kind == kind, OverrideRow.item == item)
            .where(OverrideRow.withdrawn.is_(None))
            .order_by(OverrideRow.id.desc())
            .limit(1)
        )
        return _to_override(row) if row else None

    def of_course(self, course_id: int) -> list[Override]:
        rows = self._session.scalars(
            select(OverrideRow)
            .join(EnrolmentRow, OverrideRow.enrolment_id == EnrolmentRow.id)
            .where(EnrolmentRow.course_id == course_id)
            .order_by(OverrideRow.id)
        )
        return [_to_override(row) for row in rows]

    def of_enrolment(self, enrolment_id: int) -> list[Override]:
        rows = self._session.scalars(
            select(OverrideRow).where(OverrideRow.enrolment_id == enrolment_id).order_by(OverrideRow.id)
        )
        return [_to_override(row) for row in rows]

    def withdraw(self, override_id: int, when: datetime) -> bool:
        still = (OverrideRow.id == override_id, OverrideRow.withdrawn.is_(None))
        return changed(self._session, update(OverrideRow).where(*still).values(withdrawn=when)) == 1


class SqlHistory:
    """Fills `ports.History`."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def add(self, change: GradeChange) -> None:
        grade = change.grade
        self._session.add(
            GradeChangeRow(
                enrolment_id=grade.enrolment_id,
                kind=grade.kind,
                item=grade.item,
                cause=change.cause,
                made=change.made,
                by=change.by,
                before=change.before,
                points=grade.points,
                max_points=grade.max_points,
                attempt_id=grade.attempt_id,
                attempts=grade.attempts,
                raw=grade.raw,
                earned=grade.earned,
                override_id=grade.override_id,
            )
        )
        self._session.flush()

    def of_enrolment(self, enrolment_id: int) -> list[GradeChange]:
        rows = self._session.scalars(
            select(GradeChangeRow).where(GradeChangeRow.enrolment_id == enrolment_id).order_by(GradeChangeRow.id)
        )
        return [_to_change(row) for row in rows]


class SqlComments:
    """Fills `ports.Comments`."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def add(self, submission_id: int, line: int | None, text: str, *, author_id: int, made: datetime) -> Comment:
        row = CommentRow(submission_id=submission_id, line=line, text=text, author_id=author_id, made=made)
        self._session.add(row)
        self._session.flush()
        return _to_comment(row, fetch(self._session, UserRow, author_id, "user"))

    def get(self, comment_id: int) -> Comment:
        row = fetch(self._session, CommentRow, comment_id, "comment", populate_existing=True)
        return _to_comment(row, fetch(self._session, UserRow, row.author_id, "user"))

    def of_submission(self, submission_id: int) -> list[Comment]:
        rows = self._session.execute(
            select(CommentRow, UserRow)
            .join(UserRow, CommentRow.author_id == UserRow.id)
            .where(CommentRow.submission_id == submission_id)
            .order_by(CommentRow.line.is_not(None), CommentRow.line, CommentRow.id)
        )
        return [_to_comment(comment, author) for comment, author in rows]

    def withdraw(self, comment_id: int, when: datetime) -> bool:
        still = (CommentRow.id == comment_id, CommentRow.withdrawn.is_(None))
        return changed(self._session, update(CommentRow).where(*still).values(withdrawn=when)) == 1


def _seconds(length: timedelta) -> int:
    return length // timedelta(seconds=1)


def _to_assignment(row: AssignmentRow) -> Assignment:
    terms = Terms(
        opens=row.opens,
        due=row.due,
        closes=row.closes,
        late=row.late,
        loss=row.loss,
        grace=timedelta(seconds=row.grace),
        attempts=row.attempts,
        cooldown=timedelta(seconds=row.cooldown),
        keep=row.keep,
        weight=row.weight,
        offered=row.offered,
    )
    return Assignment(row.course_id, row.kind, row.item, terms)


def _to_extension(row: ExtensionRow) -> Extension:
    return Extension(row.due, row.closes, row.attempts, row.reason)


def _to_override(row: OverrideRow) -> Override:
    return Override(
        id=row.id,
        enrolment_id=row.enrolment_id,
        kind=row.kind,
        item=row.item,
        points=row.points,
        reason=row.reason,
        by=row.by,
        made=row.made,
        withdrawn=row.withdrawn,
    )


def _to_change(row: GradeChangeRow) -> GradeChange:
    return GradeChange(to_grade(row), row.before, row.cause, row.by, row.made)


def _to_comment(row: CommentRow, author: UserRow) -> Comment:
    return Comment(row.id, row.submission_id, row.line, row.text, to_user(author), row.made, row.withdrawn)
