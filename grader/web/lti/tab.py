"""Out of the frame: a page goes on in a tab of its own, with a session of its own.

The frame's cookie is not there, so the link carries who it is for: signed, good once and for ten minutes. It shows
whose session it opens before it does, so that nobody gets into another's unawares.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

from apiflask import APIBlueprint
from flask import current_app, g, redirect, render_template, request, url_for

from grader.domain.errors import Conflict, LimitReached
from grader.services import launch
from grader.web.context import current_user, services
from grader.web.i18n import gettext as _
from grader.web.limits import Limit
from grader.web.lti import sealed
from grader.web.lti.problem import at_step
from grader.web.pages.door import own_address
from grader.web.pages.session import has_session, open_session, require_our_form

if TYPE_CHECKING:
    from flask import Flask
    from werkzeug import Response

blueprint = APIBlueprint("tab", __name__, enable_openapi=False)

_SECONDS = 600
_KEY = "grader-lti-tabs"


def register(app: Flask) -> None:
    """Let templates of *app* link to a tab."""
    app.extensions[_KEY] = Limit("1 per 10 minutes", "tabs")
    app.jinja_env.globals["own_tab"] = own_tab


def own_tab() -> str:
    """Return the address at which the page that is being shown goes on in a tab of its own."""
    here = request.full_path.rstrip("?") if request.method == "GET" else url_for("pages.home.courses")
    told = {"user": current_user().id, "token": g.session_token.hash if "session_token" in g else "", "to": here}
    return url_for("lti.tab.ask", secret=sealed.seal(sealed.TAB, told))


@blueprint.get("/tab/<name:secret>")
def ask(secret: str) -> str:
    """Show whose page it is."""
    at_step(_("A tab was opened"))
    told = sealed.opened(sealed.TAB, secret, seconds=_SECONDS)
    user = launch.person_of(services().make_uow(), told["user"])
    return render_template("lti_tab.html", user=user, to=own_address(told["to"]), is_in=has_session())


@blueprint.post("/tab/<name:secret>")
def go_on(secret: str) -> Response:
    """Open the session, and show the page."""
    at_step(_("A tab was opened"))
    require_our_form()
    told = sealed.opened(sealed.TAB, secret, seconds=_SECONDS)
    try:
        cast("Limit", current_app.extensions[_KEY]).count(secret)
    except LimitReached:
        raise Conflict("this link was used already: open a new tab from the page in your LMS") from None
    needs = services()
    open_session(launch.again(needs.make_uow(), needs.clock, user_id=told["user"], hashed=told["token"]))
    return redirect(own_address(told["to"]), 303)
