"""Secrets that open something: API tokens, browsers' sessions, invitations. Of each only a hash is kept."""

from __future__ import annotations

import hashlib
import secrets
from dataclasses import replace
from typing import TYPE_CHECKING

from grader.domain.audit import Deed
from grader.domain.errors import Forbidden, NotFound, NotSignedIn
from grader.domain.naming import short
from grader.domain.people import Scope

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
    require_whole(user)
    now = clock.now()
    with uow.writing():
        token, secret = add(uow, user=user, name=name, scope=scope, created=now, expires=expires)
        told = {"opens": scope.value, "expires": str(expires or "–")}
        uow.audit.add(Deed.TOKEN_ISSUED, when=now, what=token.name, user_id=user.id, detail=told)
        uow.commit()
    return token, secret


def add(
    uow: UnitOfWork,
    *,
    user: User,
    name: str,
    scope: Scope,
    created: datetime,
    expires: datetime | None,
    course_id: int | None = None,
) -> tuple[Token, str]:
    """Do what `issue` does, inside an open unit of work; it opens nothing outside the course, if one is given."""
    secret, hashed = new_secret()
    name = short(name, "name")
    token = uow.tokens.add(user.id, name, hashed, created=created, expires=expires, scope=scope, course_id=course_id)
    return token, secret


def new_secret() -> tuple[str, str]:
    """Return a secret, and what is kept of it."""
    secret = _SECRET_PREFIX + secrets.token_urlsafe(_SECRET_BYTES)
    return secret, _hashed(secret)


def of_user(uow: UnitOfWork, clock: Clock, *, user: User) -> Sequence[Token]:
    """Return the API tokens of *user* that open something now, oldest first."""
    require_whole(user)
    now = clock.now()
    with uow.reading():
        return [token for token in uow.tokens.of_user(user.id) if token.scope.is_for_api and token.is_valid(now)]


def revoke(uow: UnitOfWork, clock: Clock, *, user: User, token_id: int) -> None:
    """Close one of the user's API tokens for good; NotFound when none of them has this number."""
    require_whole(user)
    now = clock.now()
    with uow.writing():
        own = {token.id: token for token in uow.tokens.of_user(user.id) if token.scope.is_for_api}
        if token_id not in own:
            raise NotFound(f"there is no token {token_id}")
        if uow.tokens.revoke(token_id, now):
            uow.audit.add(Deed.TOKEN_REVOKED, when=now, what=own[token_id].name, user_id=user.id)
        uow.commit()


def revoke_all(uow: UnitOfWork, clock: Clock, *, login: str) -> int:
    """Close everything that *login* holds for good, sessions too; return how many were open. NotFound for no user."""
    now = clock.now()
    with uow.writing():
        user = uow.users.by_login(login.strip().lower())
        if user is None:
            raise NotFound(f"there is no user {login!r}")
        revoked = close(uow, user, now, scopes=Scope)
        uow.audit.add(Deed.TOKEN_REVOKED, when=now, user_id=user.id, detail={"closed": str(revoked)})
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
    return replace(uow.users.get(token.user_id), within=token.course_id), token


def require_whole(user: User) -> None:
    """Forbidden in a session that a launch opened: its platform vouches for one course, not for all that is theirs."""
    if user.within is not None:
        raise Forbidden("you came from your LMS, which opens one course only: sign in here to do this")


def _hashed(secret: str) -> str:
    """Return what is kept of *secret*: with 256 random bits in it, a fast hash can't be searched."""
    return hashlib.sha256(secret.encode("utf-8", "surrogatepass")).hexdigest()
