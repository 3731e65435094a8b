"""A course of a platform is connected by a code, or a platform itself, which then registers us."""

from __future__ import annotations

from typing import TYPE_CHECKING

from apiflask import APIBlueprint
from flask import make_response, render_template, request

from grader.domain.errors import Invalid
from grader.services import connect
from grader.web.context import services
from grader.web.errors import status_of
from grader.web.framing import allow_frame, origins
from grader.web.i18n import gettext as _
from grader.web.lti import sealed
from grader.web.lti.addresses import launches, of_platform
from grader.web.lti.problem import at_step

if TYPE_CHECKING:
    from flask import Response

blueprint = APIBlueprint("connecting", __name__, enable_openapi=False)

_ASKED = ("openid_configuration", "registration_token")


@blueprint.post("/connect")
def bind() -> Response | tuple[str, int]:
    """Bind the platform's course that was launched from to the one that the code is for."""
    at_step(_("The course was connected"))
    needs, field = services(), request.form.get("asked", "")
    context_id = sealed.opened(sealed.CONTEXT, field)["context"]
    context, platform = connect.context_of(needs.make_uow(), context_id)
    at_step(_("The course was connected"), platform)
    try:
        course = connect.bind(needs.make_uow(), needs.clock, context_id=context_id, code=request.form.get("code", ""))
    except Invalid as error:
        return render_template("lti_connect.html", context=context, field=field, problem=error), status_of(error)
    return make_response(render_template("lti_connected.html", course=course, context=context))


@blueprint.get("/register/<name:secret>")
def ask(secret: str) -> Response:
    """Ask whether this platform shall be connected; only looking uses nothing up."""
    at_step(_("The platform asked to be connected"))
    told = {name: request.args.get(name, "") for name in _ASKED}
    return _popup(render_template("lti_register.html", secret=secret, told=told, host=_host(told)), told)


@blueprint.post("/register/<name:secret>")
def register(secret: str) -> Response:
    """Let the platform register us."""
    at_step(_("The platform was connected"))
    told = {name: request.form.get(name, "") for name in _ASKED}
    _host(told)
    allow_frame(origins([told["openid_configuration"]]))
    needs = services()
    platform = connect.register(
        needs.make_uow(),
        needs.clock,
        launches(),
        code=secret,
        configuration_url=told["openid_configuration"],
        token=told["registration_token"] or None,
        addresses=of_platform,
    )
    return _popup(render_template("lti_registered.html", platform=platform), told)


def _host(told: dict[str, str]) -> str:
    found = origins([told["openid_configuration"]])
    if not found:
        raise Invalid(
            "the platform did not say where its configuration is (openid_configuration): paste this address into the "
            "field of your LMS that is for registering a tool, don't open it yourself"
        )
    return found[0]


def _popup(page: str, told: dict[str, str]) -> Response:
    """Return a page that stands in the platform's frame or window, and may tell it that all is done."""
    allow_frame(origins([told["openid_configuration"]]))
    response = make_response(page)
    response.headers["Cross-Origin-Opener-Policy"] = "unsafe-none"
    return response
