"""A platform begins a login; its message comes back, from the same browser."""

from __future__ import annotations

import hashlib
import hmac
from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode

from apiflask import APIBlueprint
from flask import redirect, request, url_for

from grader.domain.errors import Invalid
from grader.domain.lms.launch import LOGIN, LoginRequest
from grader.services import launch
from grader.web.context import services
from grader.web.i18n import gettext as _
from grader.web.lti.addresses import launches, of_platform
from grader.web.lti.arriving import shown
from grader.web.lti.begun import begun
from grader.web.lti.problem import at_step, page

if TYPE_CHECKING:
    from werkzeug import Response

blueprint = APIBlueprint("login", __name__, enable_openapi=False)

_ASKED = ("iss", "login_hint", "target_link_uri", "lti_message_hint", "client_id", "lti_deployment_id")
_LONGEST_STATE = 200
_FLAGS: dict[str, Any] = {"path": "/", "secure": True, "httponly": True, "samesite": "None", "partitioned": True}
"""The message is a form that another site posts, perhaps in its frame."""


@blueprint.route("/<name:key>/login", methods=["GET", "POST"])
def begin(key: str) -> Response:
    """Send the browser to the platform, which knows who sits there."""
    at_step(_("The login was begun"))
    needs = services()
    platform = launch.platform_of(needs.make_uow(), key)
    at_step(_("The login was begun"), platform)
    told = {name: request.values.get(name, "") for name in _ASKED}
    asked = LoginRequest(
        issuer=told["iss"],
        login_hint=told["login_hint"],
        target=told["target_link_uri"],
        message_hint=told["lti_message_hint"],
        client_id=told["client_id"],
        deployment=told["lti_deployment_id"],
    )
    back = of_platform(key).launch
    started = launch.begin(needs.make_uow(), needs.clock, launches(), key=key, asked=asked, back=back)
    begun().keep(started.state, {name: value for name, value in told.items() if value})
    response = redirect(started.address, 302)
    response.set_cookie(_cookie(started.state), started.state, max_age=int(LOGIN.total_seconds()), **_FLAGS)
    return response


@blueprint.post("/<name:key>/launch")
def finish(key: str) -> Response:
    """Take the platform's message, from the browser that began the login: nobody is signed in as somebody else."""
    at_step(_("The platform's answer was looked at"))
    needs = services()
    at_step(_("The platform's answer was looked at"), launch.platform_of(needs.make_uow(), key))
    state = request.form.get("state", "")
    _require_answer(state)
    if not hmac.compare_digest(request.cookies.get(_cookie(state), "").encode(), state.encode()):
        return _without_cookie(key, state)
    begun().take(state)
    at_step(_("The platform's message was read"))
    arrival = launch.finish(
        needs.make_uow(),
        needs.clock,
        launches(),
        needs.catalogue,
        key=key,
        state=state,
        id_token=request.form.get("id_token", ""),
    )
    response = shown(arrival)
    response.delete_cookie(_cookie(state), **_FLAGS)
    return response


@blueprint.get("/<name:key>/launch")
def explain(key: str) -> Response:
    """Say what this address is for: it is copied into platforms, and people try it."""
    at_step(_("The link was opened"))
    launch.platform_of(services().make_uow(), key)
    return page(_("this address is opened by your LMS only: open the link there"), 405)


def _require_answer(state: str) -> None:
    """Invalid when the platform tells of a failure of its own, or sends something else than an answer."""
    if request.form.get("error"):
        said = request.form.get("error_description") or request.form["error"]
        raise Invalid(f"the platform did not let you in, it says: {said[:300]}")
    if not state or len(state) > _LONGEST_STATE or not (state.isascii() and state.isprintable()):
        raise Invalid("the platform's answer does not say which login it belongs to (state)")


def _without_cookie(key: str, state: str) -> Response:
    """Show the way out of the frame; the message itself is looked at no more."""
    asked = begun().take(state)
    again = f"{url_for('lti.login.begin', key=key)}?{urlencode(asked)}" if asked else ""
    message = _("your browser holds back our cookie here, as some do in a frame of another site")
    return page(message, 403, again=again)


def _cookie(state: str) -> str:
    """Return the name of a login's cookie: several links of a page may be opened at once; no other host sets it."""
    return f"__Host-lti-{hashlib.sha256(state.encode('utf-8', 'replace')).hexdigest()[:16]}"
