"""Our addresses for one platform."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask import request, url_for

from grader.domain.errors import Unavailable
from grader.domain.lms.launch import ToolAddresses
from grader.web.context import services

if TYPE_CHECKING:
    from grader.ports.outside import Launches


def of_platform(key: str) -> ToolAddresses:
    """Return what a platform must know of us."""
    home = services().url or request.host_url.rstrip("/")
    login, launch = url_for("lti.login.begin", key=key), url_for("lti.login.finish", key=key)
    return ToolAddresses(home, f"{home}{login}", f"{home}{launch}", f"{home}{url_for('lti.keys.key_set')}")


def launches() -> Launches:
    """Return what reads platforms' messages; Unavailable where the operator has not set that up."""
    found = services().launches
    if found is None:
        raise Unavailable("this service is not set up for an LMS: its operator sets GRADER_LMS_SECRET and GRADER_URL")
    return found
