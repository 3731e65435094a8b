"""What did not work, as a page that says at which step; its platform may frame it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask import Response, g, render_template

from grader.domain.errors import DatabaseBusy, LimitReached, NotSignedIn
from grader.web.errors import answer, status_of
from grader.web.framing import allow_frame, origins

if TYPE_CHECKING:
    from grader.domain.errors import GraderError
    from grader.domain.lms.platform import Platform


def at_step(step: str, platform: Platform | None = None) -> None:
    """Say what is being done now, for the page that tells when it fails, and which platform may frame that page."""
    g.lti_step = step
    if platform is not None:
        allow_frame(origins([platform.issuer, platform.auth_url]))


def shown(error: GraderError) -> Response:
    """Return the page that tells *error*; what only we can act on, and who must sign in, is told elsewhere."""
    status = status_of(error)
    if status == 500 or isinstance(error, (DatabaseBusy, NotSignedIn)):  # noqa: PLR2004 - the status' name
        return answer(error)
    return page(str(error), status, retry_after=error.retry_after if isinstance(error, LimitReached) else None)


def page(message: str, status: int, *, again: str = "", retry_after: int | None = None) -> Response:
    """Return the page; *again* is where the login begins anew in a tab of its own."""
    text = render_template("lti_problem.html", message=message, step=g.get("lti_step", ""), again=again, status=status)
    headers = {"Retry-After": str(retry_after)} if retry_after is not None else {}
    return Response(text, status, headers, mimetype="text/html")
