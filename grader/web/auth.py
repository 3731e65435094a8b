"""Bearer tokens for programs: who makes this request. The token itself goes nowhere else, least of all into a log."""

from __future__ import annotations

from typing import Any

from flask import request

from grader.domain.errors import Forbidden, NotSignedIn
from grader.domain.people import Scope
from grader.services import tokens
from grader.web.context import LOOKS, services, sign_in

SECURITY_SCHEME: dict[str, Any] = {
    "BearerAuth": {
        "type": "http",
        "scheme": "bearer",
        "description": "An API token, as `grader enrol` prints it or the profile page shows it.",
    }
}


def require_token() -> None:
    """Sign in the owner of the request's token; NotSignedIn without a valid one, Forbidden when it may only look."""
    given = request.authorization
    if given is None or given.type != "bearer" or not given.token:
        raise NotSignedIn("sign in with the header Authorization: Bearer TOKEN")
    user, token = tokens.holder(services().make_uow(), services().clock, given.token, Scope.EVERYTHING, Scope.READ)
    if token.scope is Scope.READ and request.method not in LOOKS:
        raise Forbidden("this token may only look; make one that may do everything")
    sign_in(user)
