"""What a form carries for us and nobody may change: signed, good for an hour, for one purpose."""

from __future__ import annotations

from typing import Any

from flask import current_app
from itsdangerous import BadSignature, URLSafeTimedSerializer

from grader.domain.errors import Invalid

CONTEXT = "lti-context"
CHOICE = "lti-choice"
TAB = "lti-tab"
_SECONDS = 3600


def seal(purpose: str, told: dict[str, Any]) -> str:
    """Return *told*, signed."""
    return str(_signer(purpose).dumps(told))


def opened(purpose: str, field: str, *, seconds: int = _SECONDS) -> dict[str, Any]:
    """Return what was signed; Invalid when it was not, or too long ago."""
    try:
        told: dict[str, Any] = _signer(purpose).loads(field, max_age=seconds)
    except BadSignature:
        raise Invalid("this form is too old or not ours: open the link in your LMS again") from None
    return told


def _signer(purpose: str) -> URLSafeTimedSerializer:
    return URLSafeTimedSerializer(current_app.secret_key or "", salt=purpose)
