"""Sign in to the pages with a password, which is chosen first by an invitation.

A browser that is signed in holds a secret like an API token's, so signing out closes it on the server, too.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING

from grader.domain.audit import Deed
from grader.domain.errors import Conflict, Invalid, NotFound, NotSignedIn
from grader.domain.people import Scope
from grader.services import tokens

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from grader.domain.people import User
    from grader.ports import Clock, Passwords, UnitOfWork

SESSION = timedelta(days=14)
INVITATION = timedelta(days=14)
SHORTEST, LONGEST = 10, 200  # characters of a password
_STALE = "this invitation was used, has expired or is none; ask your instructor for a new one"
_WRONG, _OLD = "login or password is wrong", "the present password is wrong"


def invite(uow: UnitOfWork, clock: Clock, *, login: str) -> str:
    """Return the secret of a new invitation to choose a password; earlier ones of *login* are closed."""
    now = clock.now()
    with uow.writing():
        user = uow.users.by_login(login.strip().lower())
        if user is None:
            raise NotFound(f"there is no user {login!r}")
        (secret,) = invitations(uow, [user], now)
        uow.audit.add(Deed.INVITED, when=now, what=user.login, user_id=user.id)
        uow.commit()
    return secret


def invitations(uow: UnitOfWork, users: Sequence[User], now: datetime) -> Sequence[str]:
    """Do what `invite` does for each of *users*, inside an open unit of work."""
    made = [tokens.new_secret() for _ in users]
    hashes = {user.id: hashed for user, (_, hashed) in zip(users, made, strict=True)}
    uow.rosters.invite(hashes, created=now, expires=now + INVITATION)
    return [secret for secret, _ in made]


def invited(uow: UnitOfWork, clock: Clock, secret: str) -> User:
    """Return who is invited by *secret*; Conflict when it invites nobody (any more)."""
    try:
        return tokens.holder(uow, clock, secret, Scope.INVITATION)[0]
    except NotSignedIn:
        raise Conflict(_STALE) from None


def accept(uow: UnitOfWork, clock: Clock, passwords: Passwords, *, secret: str, password: str) -> tuple[User, str]:
    """Keep the password of who is invited, sign out every other browser of theirs, sign this one in.

    Invalid for a password that is too weak, which leaves the invitation open; Conflict when it was used meanwhile.
    """
    user = invited(uow, clock, secret)
    _check(password, user)
    hashed, now = passwords.hash(password), clock.now()  # outside: slow on purpose
    uow.origin = replace(uow.origin, actor=user.login)  # whoever holds the invitation is taken for them
    with uow.writing():
        try:
            _, used = tokens.find(uow, now, secret, Scope.INVITATION)
        except NotSignedIn:
            raise Conflict(_STALE) from None
        if not uow.tokens.revoke(used.id, now):  # of many at once, one
            raise Conflict(_STALE)
        uow.users.set_password(user.id, hashed)
        uow.audit.add(Deed.PASSWORD_SET, when=now, user_id=user.id, detail={"by": "invitation"})
        tokens.close(uow, user, now, scopes=[Scope.SESSION])
        session = _open(uow, clock, user)
        uow.commit()
    return user, session


def sign_in(uow: UnitOfWork, clock: Clock, passwords: Passwords, *, login: str, password: str) -> tuple[User, str]:
    """Return who that is, and the secret of a new session; NotSignedIn tells not whether login or password is wrong."""
    with uow.reading():
        user = uow.users.by_login(login.strip().lower())
        hashed = uow.users.password(user.id) if user else None
    if not passwords.verify(hashed, password[:LONGEST]) or user is None:
        raise NotSignedIn(_WRONG)
    with uow.writing():
        if uow.users.password(user.id) != hashed:  # changed while we looked at the old one
            raise NotSignedIn(_WRONG)
        session = _open(uow, clock, user)
        uow.commit()
    return user, session


def sign_out(uow: UnitOfWork, clock: Clock, secret: str) -> None:
    """Close a session for good; one that is closed stays so."""
    now = clock.now()
    with uow.writing():
        try:
            _, session = tokens.find(uow, now, secret, Scope.SESSION)
        except NotSignedIn:
            return
        uow.tokens.revoke(session.id, now)
        uow.commit()


def change_password(uow: UnitOfWork, clock: Clock, passwords: Passwords, *, user: User, old: str, new: str) -> str:
    """Keep a new password, sign out every browser and return a new session; Invalid when *old* is wrong."""
    tokens.require_whole(user)
    with uow.reading():
        hashed = uow.users.password(user.id)
    if not passwords.verify(hashed, old[:LONGEST]):
        raise Invalid(_OLD, field="old")
    _check(new, user)
    changed, now = passwords.hash(new), clock.now()
    with uow.writing():
        if uow.users.password(user.id) != hashed:
            raise Invalid(_OLD, field="old")
        uow.users.set_password(user.id, changed)
        uow.audit.add(Deed.PASSWORD_SET, when=now, user_id=user.id, detail={"by": "the old one"})
        tokens.close(uow, user, now, scopes=[Scope.SESSION])
        session = _open(uow, clock, user)
        uow.commit()
    return session


def _open(uow: UnitOfWork, clock: Clock, user: User) -> str:
    now = clock.now()
    _, secret = tokens.add(uow, user=user, name="browser", scope=Scope.SESSION, created=now, expires=now + SESSION)
    return secret


def _check(password: str, user: User) -> None:
    if not SHORTEST <= len(password) <= LONGEST:
        raise Invalid(f"a password has {SHORTEST} to {LONGEST} characters", field="password")
    if password.lower() in {user.login, user.name.lower()} or len(set(password)) < SHORTEST // 2:
        raise Invalid(
            "this password is too easy to guess: use a few words that don't belong together", field="password"
        )
