"""Addresses that leave the browser: in full, for a letter or a chat."""

from __future__ import annotations

from flask import request, url_for

from grader.web.context import services


def invitation_link(secret: str) -> str:
    """Return where an invitation is accepted; below GRADER_URL, or where this request was sent to."""
    base = services().url or request.host_url
    return base.rstrip("/") + url_for("pages.door.invitation", secret=secret)
