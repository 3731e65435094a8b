"""Who is signed in: a browser's cookie holds a session's secret, which the server can close."""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

from flask import current_app, g, request, session

from grader.domain.errors import NotSignedIn, TooLarge
from grader.domain.people import Scope
from grader.services import tokens
from grader.web.context import LOOKS, services, sign_in
from grader.web.framing import ANCESTORS

if TYPE_CHECKING:
    from collections.abc import Sequence

    from flask_wtf.csrf import CSRFProtect

_SECRET = "secret"  # noqa: S105 - the name of a value in the cookie


def open_session(secret: str) -> None:
    """Give this browser a session, and nothing of what it held before."""
    session.clear()
    session[_SECRET] = secret
    session.permanent = True


def open_framed_session(secret: str, ancestors: Sequence[str]) -> None:
    """Give this browser a session that pages of these origins may show in a frame; it ends with the browser."""
    session.clear()
    session[_SECRET] = secret
    session[ANCESTORS] = list(ancestors)
    session.permanent = False


def close_session() -> str | None:
    """Take the session from this browser; return its secret, if there was one."""
    secret = cast("str | None", session.get(_SECRET))
    session.clear()
    return secret


def has_session() -> bool:
    """Whether this browser has a session, valid or not."""
    return _SECRET in session


def require_reader() -> None:
    """Sign in whose browser this is; refuse forms that are not ours.

    A form costs time to take apart: somebody answers for it first. Without a session it is refused as too old, since
    the way to the door would lose what was typed.
    """
    if not has_session():
        require_our_form()
    _require_session()
    require_our_form()


def _require_session() -> None:
    """Sign in; NotSignedIn without a valid session."""
    secret = session.get(_SECRET)
    if secret is None:
        raise NotSignedIn("sign in first")
    try:
        user, token = tokens.holder(services().make_uow(), services().clock, secret, Scope.SESSION)
    except NotSignedIn:
        _forget()
        raise
    g.session_token = token
    sign_in(user)


def _forget() -> None:
    """Forget a session that has ended, but not who may frame the page that says so."""
    ancestors = session.get(ANCESTORS)
    session.clear()
    if ancestors is not None:
        session[ANCESTORS] = ancestors


def require_our_form() -> None:
    """Refuse what changes something, unless it comes from a page of ours."""
    if request.method not in LOOKS:
        _require_few_fields()
        cast("CSRFProtect", current_app.extensions["csrf"]).protect()


def _require_few_fields() -> None:
    """Refuse a form of very many fields before it is taken apart, which takes time and memory for each."""
    is_plain = request.mimetype == "application/x-www-form-urlencoded"  # of other forms Werkzeug counts the parts
    if is_plain and request.get_data().count(b"&") >= (request.max_form_parts or 0):
        raise TooLarge(f"a form has at most {request.max_form_parts} fields")
