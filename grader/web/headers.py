"""What every answer tells the browser not to do."""

from __future__ import annotations

from typing import TYPE_CHECKING

from grader.web.framing import form_action, frame_ancestors
from grader.web.look import nonce

if TYPE_CHECKING:
    from flask import Flask, Response

_HEADERS = {
    "X-Content-Type-Options": "nosniff",
    "Cache-Control": "no-store",
    "Content-Security-Policy": "default-src 'none'; frame-ancestors 'none'",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Resource-Policy": "same-origin",
}

_PAGE = (
    "default-src 'none'",
    "script-src 'self'",
    "img-src 'self' data:",
    "font-src 'self'",
    "connect-src 'self'",
    "base-uri 'none'",
)
"""A page loads and runs what lies here, and nothing else; a style in the page itself carries the answer's nonce."""

_HTML = {
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Permissions-Policy": "camera=(), microphone=(), geolocation=(), payment=(), usb=()",
}


def register(app: Flask) -> None:
    """Put the headers on every answer of *app*, errors included."""
    app.after_request(_harden)


def _harden(response: Response) -> Response:
    if response.mimetype == "text/html":
        policy = "; ".join([*_PAGE, f"style-src 'self' 'nonce-{nonce()}'", form_action(), frame_ancestors()])
        response.headers.setdefault("Content-Security-Policy", policy)
        for name, value in _HTML.items():
            response.headers.setdefault(name, value)
    for name, value in _HEADERS.items():
        response.headers.setdefault(name, value)
    return response
