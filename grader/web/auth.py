"""Bearer tokens: who makes this request. The token itself goes nowhere else, least of all into a log."""

from __future__ import annotations

from typing import Any

from flask import request

from grader.domain.errors import NotSignedIn
from grader.services import enrol
from grader.web.context import services, sign_in

SECURITY_SCHEME: dict[str, Any] = {
    "BearerAuth": {
        "type": "http",
        "scheme": "bearer",
        "description": "An API token, as `grader enrol` prints it.",
    }
}


def require_token() -> None:
    """Sign in the owner of the request's token; NotSignedIn without a valid one."""
    given = request.authorization
    if given is None or given.type != "bearer" or not given.token:
        raise NotSignedIn("sign in with the header Authorization: Bearer TOKEN")
    sign_in(enrol.authenticate(services().make_uow(), services().clock, given.token))
