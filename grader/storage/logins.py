"""Logins under way, codes that connect, our own keys; what each method promises stands in `grader.ports`."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import delete, or_, select, text, update

from grader.domain.lms.launch import Code, Login
from grader.storage.lti_rows import to_tool_key
from grader.storage.rows import changed
from grader.storage.tables import CodeRow, LoginRow, ToolKeyRow

if TYPE_CHECKING:
    from datetime import datetime

    from sqlalchemy.orm import Session

    from grader.domain.lms.launch import ToolKey


class SqlLogins:
    """Fills `ports.Logins`. What is taken out is deleted and read in one statement: of two callers, one finds it."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def start(self, login: Login) -> None:
        row = LoginRow(state=login.state, nonce=login.nonce, platform_id=login.platform_id, expires=login.expires)
        self._session.add(row)
        self._session.flush()

    def burn(self, state: str) -> Login | None:
        found = self._session.execute(
            delete(LoginRow)
            .where(LoginRow.state == state)
            .returning(LoginRow.state, LoginRow.nonce, LoginRow.platform_id, LoginRow.expires)
        ).one_or_none()
        return Login(*found) if found else None

    def forget(self, before: datetime) -> int:
        logins = delete(LoginRow).where(LoginRow.expires < before).returning(LoginRow.expires)
        codes = delete(CodeRow).where(CodeRow.expires < before).returning(CodeRow.expires)
        return sum(len(self._session.scalars(each).all()) for each in (logins, codes))

    def add_code(self, code: Code) -> None:
        self._session.add(CodeRow(hash=code.hash, course_id=code.course_id, by=code.by, expires=code.expires))
        self._session.flush()

    def use_code(self, hashed: str, now: datetime) -> Code | None:
        found = self._session.execute(
            delete(CodeRow)
            .where(CodeRow.hash == hashed, CodeRow.expires > now)
            .returning(CodeRow.hash, CodeRow.course_id, CodeRow.by, CodeRow.expires)
        ).one_or_none()
        return Code(*found) if found else None

    def keys(self) -> list[ToolKey]:
        rows = self._session.scalars(
            select(ToolKeyRow)
            .order_by(ToolKeyRow.made.desc(), ToolKeyRow.kid)
            .execution_options(populate_existing=True)
        )
        return [to_tool_key(row) for row in rows]

    def hold_keys(self) -> None:
        if self._session.get_bind().dialect.name == "postgresql":  # SQLite's writers are alone anyway
            self._session.execute(text(f"LOCK TABLE {ToolKeyRow.__tablename__} IN SHARE ROW EXCLUSIVE MODE"))

    def add_key(self, key: ToolKey, *, retires_others: datetime) -> None:
        stays = or_(ToolKeyRow.retires.is_(None), ToolKeyRow.retires > retires_others)
        changed(self._session, update(ToolKeyRow).where(stays).values(retires=retires_others))
        self._session.add(
            ToolKeyRow(kid=key.kid, private=key.private, public=key.public, made=key.made, retires=key.retires)
        )
        self._session.flush()
