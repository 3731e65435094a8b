"""Who is signed in: a browser's cookie holds a session's secret, which the server can close."""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

from flask import current_app, request, session

from grader.domain.errors import NotSignedIn
from grader.domain.people import Scope
from grader.services import tokens
from grader.web.context import services, sign_in

if TYPE_CHECKING:
    from flask_wtf.csrf import CSRFProtect

_SECRET = "secret"  # noqa: S105 - the name of a value in the cookie


def open_session(secret: str) -> None:
    """Give this browser a session, and nothing of what it held before."""
    session.clear()
    session[_SECRET] = secret
    session.permanent = True


def close_session() -> str | None:
    """Take the session from this browser; return its secret, if there was one."""
    secret = cast("str | None", session.get(_SECRET))
    session.clear()
    return secret


def require_session() -> None:
    """Sign in whose browser this is; NotSignedIn without a valid session."""
    secret = session.get(_SECRET)
    if secret is None:
        raise NotSignedIn("sign in first")
    try:
        user, _ = tokens.holder(services().make_uow(), services().clock, secret, Scope.SESSION)
    except NotSignedIn:
        session.clear()
        raise
    sign_in(user)


def find_session() -> None:
    """Sign in whose browser this is, if it is anybody's."""
    if _SECRET in session:
        require_session()


def require_our_form() -> None:
    """Refuse what changes something, unless it comes from a page of ours."""
    if request.method not in {"GET", "HEAD", "OPTIONS"}:
        cast("CSRFProtect", current_app.extensions["csrf"]).protect()
