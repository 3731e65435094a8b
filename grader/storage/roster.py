"""All people of a course at once; what each method promises stands in `grader.ports`."""

from __future__ import annotations

from itertools import islice
from typing import TYPE_CHECKING, TypeVar

from sqlalchemy import func, select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import aliased

from grader.domain.errors import Conflict
from grader.domain.people import Scope
from grader.domain.roster import Member
from grader.storage.faults import is_taken
from grader.storage.rows import changed, insert_all, to_enrolment, to_user
from grader.storage.tables import AttemptRow, EnrolmentRow, SubmissionRow, TokenRow, UserRow

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence
    from datetime import datetime

    from sqlalchemy.orm import Session

    from grader.domain.people import Enrolment, Role, User
    from grader.storage.tables import Table

AnyKey = TypeVar("AnyKey", int, str)
_AT_ONCE = 1000  # names in one statement, well below what any database takes


class SqlRosters:
    """Fills `ports.Rosters`."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def members(self, course_id: int) -> list[Member]:
        rows = self._session.execute(
            select(EnrolmentRow, UserRow)
            .join(UserRow, EnrolmentRow.user_id == UserRow.id)
            .where(EnrolmentRow.course_id == course_id)
            .order_by(UserRow.login)
            .execution_options(populate_existing=True)
        )
        return [Member(to_enrolment(enrolment), to_user(user)) for enrolment, user in rows]

    def known(self, logins: Iterable[str]) -> dict[str, User]:
        found = {}
        for some in _batches(logins):
            for row in self._session.scalars(select(UserRow).where(UserRow.login.in_(some))):
                found[row.login] = to_user(row)
        return found

    def add_users(self, people: Sequence[tuple[str, str]]) -> list[User]:
        values: list[dict[str, object]] = [{"login": login, "name": name} for login, name in people]
        self._insert(UserRow, values, taken="one of these logins was taken meanwhile")
        made = self.known(login for login, _ in people)
        return [made[login] for login, _ in people]

    def add(self, course_id: int, places: Sequence[tuple[int, Role, str]]) -> None:
        values: list[dict[str, object]] = [
            {"user_id": user_id, "course_id": course_id, "role": role, "section": section}
            for user_id, role, section in places
        ]
        self._insert(EnrolmentRow, values, taken="one of these people is in the course already")

    def change(self, enrolments: Sequence[Enrolment]) -> None:
        if enrolments:
            values = [
                {"id": each.id, "role": each.role, "section": each.section, "ended": each.ended} for each in enrolments
            ]
            self._session.execute(update(EnrolmentRow), values)

    def invite(self, hashes: Mapping[int, str], *, created: datetime, expires: datetime) -> None:
        for some in _batches(hashes):
            earlier = (TokenRow.user_id.in_(some), TokenRow.scope == Scope.INVITATION, TokenRow.revoked.is_(None))
            changed(self._session, update(TokenRow).where(*earlier).values(revoked=created))
        values: list[dict[str, object]] = [
            {
                "user_id": user_id,
                "name": "invitation",
                "hash": hashed,
                "created": created,
                "expires": expires,
                "scope": Scope.INVITATION,
            }
            for user_id, hashed in hashes.items()
        ]
        insert_all(self._session, TokenRow, values)

    def with_password(self, course_id: int) -> set[int]:
        ids = self._session.scalars(
            select(UserRow.id)
            .join(EnrolmentRow, EnrolmentRow.user_id == UserRow.id)
            .where(EnrolmentRow.course_id == course_id, UserRow.password.is_not(None))
        )
        return set(ids)

    def elsewhere(self, course_id: int) -> list[Enrolment]:
        here = aliased(EnrolmentRow)
        rows = self._session.scalars(
            select(EnrolmentRow)
            .join(here, here.user_id == EnrolmentRow.user_id)
            .where(here.course_id == course_id, here.ended.is_(None))
            .where(EnrolmentRow.course_id != course_id)
            .order_by(EnrolmentRow.id)
        )
        return [to_enrolment(row) for row in rows]

    def last_active(self, course_id: int) -> dict[int, datetime]:
        found: dict[int, datetime] = {}
        for of, when in (
            (SubmissionRow.enrolment_id, SubmissionRow.submitted),
            (AttemptRow.enrolment_id, AttemptRow.started),
        ):
            rows = self._session.execute(
                select(of, func.max(when))
                .join(EnrolmentRow, EnrolmentRow.id == of)
                .where(EnrolmentRow.course_id == course_id)
                .group_by(of)
            )
            for enrolment_id, latest in rows:
                found[enrolment_id] = max(latest, found.get(enrolment_id, latest))
        return found

    def _insert(self, kind: type[Table], values: Sequence[dict[str, object]], *, taken: str) -> None:
        try:
            with self._session.begin_nested():  # so that the unit of work stays usable after a Conflict
                insert_all(self._session, kind, values)
        except IntegrityError as error:
            if not is_taken(error):
                raise
            raise Conflict(taken) from error


def _batches(some: Iterable[AnyKey]) -> Iterator[list[AnyKey]]:
    rest = iter(some)
    while batch := list(islice(rest, _AT_ONCE)):
        yield batch
