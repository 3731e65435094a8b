"""Secrets that open something: API tokens, browsers' sessions, invitations. Of each only a hash is kept."""

from __future__ import annotations

import hashlib
import secrets
from typing import TYPE_CHECKING

from grader.domain.errors import NotFound, NotSignedIn
from grader.domain.people import Scope
from grader.services.enrol import short

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from grader.domain.people import Token, User
    from grader.ports import Clock, UnitOfWork

_SECRET_PREFIX = "grd_"  # noqa: S105 - lets secret scanners recognise a leaked token
_SECRET_BYTES = 32


def issue(
    uow: UnitOfWork,
    clock: Clock,
    *,
    user: User,
    name: str,
    scope: Scope = Scope.EVERYTHING,
    expires: datetime | None = None,
) -> tuple[Token, str]:
    """Return a new token's row and its secret, which is shown this once and kept nowhere."""
    with uow.writing():
        token, secret = add(uow, user=user, name=name, scope=scope, created=clock.now(), expires=expires)
        uow.commit()
    return token, secret


def add(
    uow: UnitOfWork, *, user: User, name: str, scope: Scope, created: datetime, expires: datetime | None
) -> tuple[Token, str]:
    """Do what `issue` does, inside an open unit of work."""
    secret = _SECRET_PREFIX + secrets.token_urlsafe(_SECRET_BYTES)
    name = short(name, "name")
    return uow.tokens.add(user.id, name, _hashed(secret), created=created, expires=expires, scope=scope), secret


def of_user(uow: UnitOfWork, clock: Clock, *, user: User) -> Sequence[Token]:
    """Return the API tokens of *user* that open something now, oldest first."""
    now = clock.now()
    with uow.reading():
        return [token for token in uow.tokens.of_user(user.id) if token.scope.is_for_api and token.is_valid(now)]


def revoke(uow: UnitOfWork, clock: Clock, *, user: User, token_id: int) -> None:
    """Close one of the user's API tokens for good; NotFound when none of them has this number."""
    with uow.writing():
        own = {token.id for token in uow.tokens.of_user(user.id) if token.scope.is_for_api}
        if token_id not in own:
            raise NotFound(f"there is no token {token_id}")
        uow.tokens.revoke(token_id, clock.now())
        uow.commit()


def revoke_all(uow: UnitOfWork, clock: Clock, *, login: str) -> int:
    """Close everything that *login* holds for good, sessions too; return how many were open. NotFound for no user."""
    with uow.writing():
        user = uow.users.by_login(login.strip().lower())
        if user is None:
            raise NotFound(f"there is no user {login!r}")
        revoked = close(uow, user, clock.now(), scopes=Scope)
        uow.commit()
    return revoked


def close(uow: UnitOfWork, user: User, now: datetime, *, scopes: Sequence[Scope] | type[Scope]) -> int:
    """Revoke what *user* holds of these *scopes*, inside an open unit of work; return how many were open."""
    found = [token for token in uow.tokens.of_user(user.id) if token.scope in list(scopes) and token.is_valid(now)]
    return sum(uow.tokens.revoke(token.id, now) for token in found)


def holder(uow: UnitOfWork, clock: Clock, secret: str, *scopes: Scope) -> tuple[User, Token]:
    """Return whose *secret* is, and its row; NotSignedIn when it is unknown, expired, revoked or of no such scope."""
    if not secret.startswith(_SECRET_PREFIX):
        raise NotSignedIn("this is not a token of this service")
    with uow.reading():
        return find(uow, clock.now(), secret, *scopes)


def find(uow: UnitOfWork, now: datetime, secret: str, *scopes: Scope) -> tuple[User, Token]:
    """Do what `holder` does, inside an open unit of work."""
    token = uow.tokens.by_hash(_hashed(secret))
    if token is None or not token.is_valid(now) or token.scope not in scopes:
        raise NotSignedIn("this token is unknown, expired or revoked")
    return uow.users.get(token.user_id), token


def _hashed(secret: str) -> str:
    """Return what is kept of *secret*: with 256 random bits in it, a fast hash can't be searched."""
    return hashlib.sha256(secret.encode("utf-8", "surrogatepass")).hexdigest()
