"""Errors become HTTP here, and nowhere else: {"error": {"code", "message", "field"?, "retry_after"?, …}}, or a page.

What the caller can act on is told; what only we can act on gets a reference that is in the log as well.
"""

from __future__ import annotations

import logging
import secrets
from dataclasses import dataclass
from typing import TYPE_CHECKING, cast

from flask import Response, current_app, redirect, render_template, request, url_for
from pydantic import BaseModel
from werkzeug.exceptions import HTTPException, RequestEntityTooLarge

from grader.domain.errors import (
    Conflict,
    DatabaseBusy,
    Forbidden,
    GraderError,
    Invalid,
    LimitReached,
    NotFound,
    NotSignedIn,
    TooLarge,
    Unavailable,
)
from grader.web.framing import is_framed

if TYPE_CHECKING:
    from flask import Flask

logger = logging.getLogger(__name__)

_BUSY_SECONDS = 1


class ErrorOut(BaseModel):
    """What went wrong: *code* for programs, *message* for people."""

    code: str
    message: str
    field: str | None = None  # which part of the request
    retry_after: int | None = None  # seconds
    reference: str | None = None  # name it when you report the problem


class ProblemOut(BaseModel):
    """The body of every answer that is not a success."""

    error: ErrorOut


@dataclass(frozen=True)
class _Kind:
    status: int
    code: str


_KINDS: tuple[tuple[type[GraderError], _Kind], ...] = (
    (Invalid, _Kind(422, "invalid")),
    (TooLarge, _Kind(413, "too_large")),
    (NotFound, _Kind(404, "not_found")),
    (NotSignedIn, _Kind(401, "not_signed_in")),
    (Forbidden, _Kind(403, "forbidden")),
    (Conflict, _Kind(409, "conflict")),
    (LimitReached, _Kind(429, "limit_reached")),
    (Unavailable, _Kind(503, "unavailable")),
)


_API = "grader-api"


def register(app: Flask, *, api_below: tuple[str, ...]) -> None:
    """Answer every error of *app*: as JSON at addresses that begin with one of *api_below*, else as a page."""
    app.extensions[_API] = api_below
    app.register_error_handler(GraderError, answer)
    app.register_error_handler(HTTPException, _answer_http)
    app.register_error_handler(Exception, _answer_unexpected)


def is_for_program() -> bool:
    """Whether a program made this request, or a page's script."""
    return request.path.startswith(current_app.extensions[_API])


def status_of(error: GraderError) -> int:
    """Return the status of an answer that tells *error*; 500 for what only we can act on."""
    return next((kind.status for cls, kind in _KINDS if isinstance(error, cls)), 500)


def answer(error: GraderError) -> Response:
    """Return what tells *error*, as JSON or as a page."""
    if isinstance(error, NotSignedIn) and not is_for_program():
        return _show_door()
    kind = next((kind for cls, kind in _KINDS if isinstance(error, cls)), None)
    if kind is None:  # Internal and BadExercise: the message may name what students must not see
        return _answer_unexpected(error)
    if isinstance(error, Unavailable):
        return _answer_unavailable(error, kind)
    response = _respond(
        kind.status,
        ErrorOut(
            code=kind.code,
            message=str(error),
            field=getattr(error, "field", None),
            retry_after=getattr(error, "retry_after", None),
        ),
    )
    if isinstance(error, NotSignedIn):
        response.headers["WWW-Authenticate"] = 'Bearer realm="grader"'
    return response


def _answer_unavailable(error: Unavailable, kind: _Kind) -> Response:
    reference = _log(error)
    what = "the database is busy" if isinstance(error, DatabaseBusy) else "the service is not ready"
    message = f"{what}, nothing was changed; try again in a moment"
    return _respond(
        kind.status,
        ErrorOut(code=kind.code, message=message, retry_after=_BUSY_SECONDS, reference=reference),
    )


def _answer_http(error: HTTPException) -> Response:
    """Answer what Flask and its parsers refuse: no such route, wrong method, unreadable body."""
    status = error.code or 500
    if isinstance(error, RequestEntityTooLarge):
        code, message = "too_large", f"the body is too large: at most {request.max_content_length:,} bytes are taken"
    else:
        code, message = error.name.lower().replace(" ", "_"), error.description or error.name
    response = _respond(status, ErrorOut(code=code, message=message))
    for name, value in error.get_headers(request.environ):
        if name != "Content-Type":
            response.headers[name] = value
    return response


def _answer_unexpected(error: Exception) -> Response:
    message = "something went wrong on our side; it was noted under this reference"
    return _respond(500, ErrorOut(code="internal", message=message, reference=_log(error)))


def _log(error: Exception) -> str:
    """Log *error* and return the reference that finds it again; the query, headers and body stay out."""
    reference = secrets.token_hex(6)
    logger.error("%s %s failed, reference %s", request.method, _address(), reference, exc_info=error)
    return reference


def _address() -> str:
    """Return the path of this request; of an invitation only the route, since its path opens something."""
    is_secret = "secret" in (request.view_args or {})
    return request.url_rule.rule if is_secret and request.url_rule else request.path


def _show_door() -> Response:
    """Send who is not signed in to the page where one can, and back afterwards.

    In an LMS's frame there is no such page: who asks for a password there must not be believed.
    """
    if is_framed():
        return _respond(
            401, ErrorOut(code="not_signed_in", message="this visit has ended: open the link in your LMS again")
        )
    here = request.full_path.rstrip("?") if request.method == "GET" and not request.headers.get("HX-Request") else None
    door = url_for("pages.door.sign_in", next=here)
    if request.headers.get("HX-Request"):  # a part of a page can't be replaced by the door
        return Response(status=401, headers={"HX-Redirect": door})
    return cast("Response", redirect(door, 303))


def _respond(status: int, error: ErrorOut) -> Response:
    if not is_for_program():
        return _show(status, error)
    body = ProblemOut(error=error).model_dump_json(exclude_none=True, ensure_ascii=True)
    response = Response(body, status, mimetype="application/json")
    if error.retry_after is not None:
        response.headers["Retry-After"] = str(error.retry_after)
    return response


def _show(status: int, error: ErrorOut) -> Response:
    template = "part_error.html" if request.headers.get("HX-Request") else "error.html"
    response = Response(render_template(template, status=status, error=error), status, mimetype="text/html")
    if error.retry_after is not None:
        response.headers["Retry-After"] = str(error.retry_after)
    return response
