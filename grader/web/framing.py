"""Who may show a page in a frame, and where its forms may go.

Nobody may, and nowhere else: but an LMS shows what was launched from it, and takes the answer to what it asked.
"""

from __future__ import annotations

from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from flask import g, session

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

ANCESTORS = "ancestors"
"""In a session of a frame: the origins of its LMS."""

_NAMES = ("https", "http")


def origins(addresses: Iterable[str]) -> Sequence[str]:
    """Return the origins of those addresses that are pages of the web, as a policy names them.

    >>> origins(["https://lms.example/a;b", "http://[::1]:80/x", "javascript:x", "https://a b/", "https://*.example"])
    ['https://lms.example', 'http://[::1]:80']
    """
    found = [_origin(address) for address in addresses]
    return list(dict.fromkeys(origin for origin in found if origin))


def allow_frame(ancestors: Sequence[str]) -> None:
    """Let pages of these origins frame this answer, whatever the session says."""
    g.ancestors = list(ancestors)


def allow_form(address: str) -> None:
    """Let this answer's forms go to *address*, too."""
    g.form_targets = origins([address])


def is_framed() -> bool:
    """Whether this browser's session is one of a frame."""
    return ANCESTORS in session


def frame_ancestors() -> str:
    """Return who may frame this answer, as its policy says it."""
    allowed = g.get("ancestors", session.get(ANCESTORS, []))
    return " ".join(["frame-ancestors", *(allowed or ["'none'"])])


def form_action() -> str:
    """Return where this answer's forms may go, as its policy says it."""
    return " ".join(["form-action 'self'", *g.get("form_targets", [])])


def _origin(address: str) -> str:
    try:
        parts = urlsplit(address)
        host, port = parts.hostname or "", parts.port
    except ValueError:
        return ""
    if parts.scheme not in _NAMES or not host or not all(each.isalnum() or each in ".-:_" for each in host):
        return ""
    if not host.isascii():
        return ""
    shown = f"[{host}]" if ":" in host else host
    return f"{parts.scheme}://{shown}{f':{port}' if port else ''}"
