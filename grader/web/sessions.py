"""What a browser holds for us: one signed cookie; another one for what an LMS shows in its frame.

A frame's cookie is sent along although another site is around it, and kept apart for each such site (partitioned), so
that the ordinary one need not be. Where a browser has both, the frame's counts, until somebody signs in or out.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from flask import request
from flask.sessions import SecureCookieSession, SecureCookieSessionInterface
from itsdangerous import BadSignature

from grader.web.framing import ANCESTORS

if TYPE_CHECKING:
    from flask import Flask, Request, Response
    from flask.sessions import SessionMixin

_FLAGS: dict[str, Any] = {"path": "/", "secure": True, "httponly": True, "samesite": "None", "partitioned": True}


def framed_name(app: Flask) -> str:
    """Return the name of a frame's cookie."""
    return f"{app.config['SESSION_COOKIE_NAME']}-lms"


class Sessions(SecureCookieSessionInterface):
    """Flask's own, with the second cookie."""

    def open_session(self, app: Flask, request: Request) -> SecureCookieSession | None:
        """Return what the browser holds."""
        framed = self._framed(app, request.cookies.get(framed_name(app), ""))
        if framed:
            return framed
        ordinary = super().open_session(app, request)
        return (
            SecureCookieSession() if ordinary and ANCESTORS in ordinary else ordinary
        )  # a frame's, in the other's place

    def save_session(self, app: Flask, session: SessionMixin, response: Response) -> None:
        """Give it back to the browser, in the cookie that it belongs to."""
        is_framed = ANCESTORS in session
        if is_framed:
            self._save_framed(app, session, response)
        else:
            super().save_session(app, session, response)
        if session.modified and not is_framed and framed_name(app) in request.cookies:
            response.delete_cookie(framed_name(app), **_FLAGS)

    def _framed(self, app: Flask, cookie: str) -> SecureCookieSession | None:
        signer = self.get_signing_serializer(app)
        if not cookie or signer is None:
            return None
        try:
            kept = signer.loads(cookie, max_age=int(app.permanent_session_lifetime.total_seconds()))
        except BadSignature:
            return None
        return SecureCookieSession(kept) if ANCESTORS in kept else None

    def _save_framed(self, app: Flask, session: SessionMixin, response: Response) -> None:
        response.vary.add("Cookie")
        signer = self.get_signing_serializer(app)
        if session.modified and signer is not None:
            response.set_cookie(framed_name(app), str(signer.dumps(dict(session))), **_FLAGS)
