"""Users, courses, enrolments and tokens; what each method promises stands in `grader.ports`."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import select, update

from grader.domain.people import Enrolment, Scope, User
from grader.storage.rows import changed, fetch, keep, to_course, to_enrolment, to_token, to_user
from grader.storage.tables import CourseRow, EnrolmentRow, TokenRow, UserRow

if TYPE_CHECKING:
    from datetime import datetime

    from sqlalchemy import ColumnElement
    from sqlalchemy.orm import Session

    from grader.domain.people import Course, Role, Token


class SqlUsers:
    """Fills `ports.Users`."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def add(self, login: str, name: str) -> User:
        row = UserRow(login=login, name=name)
        keep(self._session, row, taken=f"the login {login!r} is taken")
        return to_user(row)

    def get(self, user_id: int) -> User:
        return to_user(fetch(self._session, UserRow, user_id, "user"))

    def by_login(self, login: str) -> User | None:
        row = self._session.scalar(select(UserRow).where(UserRow.login == login))
        return to_user(row) if row else None

    def password(self, user_id: int) -> str | None:
        return fetch(self._session, UserRow, user_id, "user").password

    def set_password(self, user_id: int, hashed: str) -> None:
        fetch(self._session, UserRow, user_id, "user").password = hashed


class SqlCourses:
    """Fills `ports.Courses`."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def add(self, slug: str, title: str, lesson: str, *, closes: datetime | None) -> Course:
        row = CourseRow(slug=slug, title=title, lesson=lesson, closes=closes)
        keep(self._session, row, taken=f"the course {slug!r} exists already")
        return to_course(row)

    def get(self, course_id: int) -> Course:
        return to_course(fetch(self._session, CourseRow, course_id, "course"))

    def by_slug(self, slug: str) -> Course | None:
        row = self._session.scalar(select(CourseRow).where(CourseRow.slug == slug))
        return to_course(row) if row else None

    def change(self, course: Course) -> None:
        row = fetch(self._session, CourseRow, course.id, "course")
        row.title, row.closes = course.title, course.closes
        self._session.flush()

    def close(self, course_id: int, when: datetime | None) -> Course:
        row = fetch(self._session, CourseRow, course_id, "course")
        row.closes = when
        self._session.flush()
        return to_course(row)

    def of_user(self, user_id: int) -> list[tuple[Course, Enrolment]]:
        rows = self._session.execute(
            select(CourseRow, EnrolmentRow)
            .join(EnrolmentRow, EnrolmentRow.course_id == CourseRow.id)
            .where(EnrolmentRow.user_id == user_id, EnrolmentRow.ended.is_(None))
            .order_by(CourseRow.slug)
        )
        return [(to_course(course), to_enrolment(enrolment)) for course, enrolment in rows]


class SqlEnrolments:
    """Fills `ports.Enrolments`."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def add(self, user_id: int, course_id: int, role: Role) -> Enrolment:
        row = EnrolmentRow(user_id=user_id, course_id=course_id, role=role)
        keep(self._session, row, taken="this user is in the course already")
        return to_enrolment(row)

    def get(self, enrolment_id: int) -> Enrolment:
        return to_enrolment(fetch(self._session, EnrolmentRow, enrolment_id, "enrolment"))

    def find(self, user_id: int, course_id: int) -> Enrolment | None:
        row = self._session.scalar(
            select(EnrolmentRow).where(EnrolmentRow.user_id == user_id, EnrolmentRow.course_id == course_id)
        )
        return to_enrolment(row) if row else None

    def change(self, enrolment: Enrolment) -> None:
        row = fetch(self._session, EnrolmentRow, enrolment.id, "enrolment")
        row.role, row.section, row.ended = enrolment.role, enrolment.section, enrolment.ended
        self._session.flush()

    def of_course(self, course_id: int) -> list[tuple[Enrolment, User]]:
        rows = self._session.execute(
            select(
                EnrolmentRow.id,
                EnrolmentRow.user_id,
                EnrolmentRow.course_id,
                EnrolmentRow.role,
                EnrolmentRow.section,
                EnrolmentRow.ended,
                UserRow.login,
                UserRow.name,
            )
            .join(UserRow, EnrolmentRow.user_id == UserRow.id)
            .where(EnrolmentRow.course_id == course_id)
            .order_by(UserRow.login)
        )
        return [
            (Enrolment(enrolment_id, user_id, course, role, section, ended), User(user_id, login, name))
            for enrolment_id, user_id, course, role, section, ended, login, name in rows
        ]

    def hold(self, enrolment_id: int) -> None:
        self._hold(EnrolmentRow.id == enrolment_id)

    def hold_all(self, course_id: int) -> None:
        self._hold(EnrolmentRow.course_id == course_id)

    def _hold(self, wanted: ColumnElement[bool]) -> None:
        # NO KEY: new submissions, which only refer to the row, need not wait. SQLite's writers are alone anyway.
        rows = select(EnrolmentRow.id).where(wanted).order_by(EnrolmentRow.id).with_for_update(key_share=True)
        self._session.execute(rows).all()


class SqlTokens:
    """Fills `ports.Tokens`."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def add(
        self,
        user_id: int,
        name: str,
        hashed: str,
        *,
        created: datetime,
        expires: datetime | None,
        scope: Scope = Scope.EVERYTHING,
        course_id: int | None = None,
    ) -> Token:
        row = TokenRow(
            user_id=user_id,
            name=name,
            hash=hashed,
            created=created,
            expires=expires,
            scope=scope,
            course_id=course_id,
        )
        keep(self._session, row, taken="this token exists already")
        return to_token(row)

    def by_hash(self, hashed: str) -> Token | None:
        row = self._session.scalar(select(TokenRow).where(TokenRow.hash == hashed))
        return to_token(row) if row else None

    def of_user(self, user_id: int) -> list[Token]:
        rows = self._session.scalars(select(TokenRow).where(TokenRow.user_id == user_id).order_by(TokenRow.id))
        return [to_token(row) for row in rows]

    def revoke(self, token_id: int, when: datetime) -> bool:
        still_open = (TokenRow.id == token_id, TokenRow.revoked.is_(None))
        return changed(self._session, update(TokenRow).where(*still_open).values(revoked=when)) == 1
