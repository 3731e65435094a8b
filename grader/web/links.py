"""Addresses that leave the browser: in full, for a letter or a chat."""

from __future__ import annotations

from flask import request, url_for

from grader.web.context import services


def invitation_link(secret: str) -> str:
    """Return where an invitation is accepted; below GRADER_URL, or where this request was sent to."""
    return _base() + url_for("pages.door.invitation", secret=secret)


def hook_link(key: str) -> str:
    """Return where an endpoint sends us webhooks."""
    return _base() + url_for("hooks.take", key=key)


def _base() -> str:
    return (services().url or request.host_url).rstrip("/")
