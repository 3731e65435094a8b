"""The door: sign in, sign out, choose a first password by invitation."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from apiflask import APIBlueprint
from flask import redirect, render_template, request, url_for

from grader.domain.errors import Invalid, NotSignedIn
from grader.services import sign_in as doors
from grader.web.context import context, services
from grader.web.pages.session import close_session, open_session

if TYPE_CHECKING:
    from werkzeug import Response

blueprint = APIBlueprint("door", __name__, enable_openapi=False)

_LONGEST_LOGIN = 200
_OWN = re.compile(r"/(?!/)[^\\]*")
"""An address's path and more; after // a host would follow, and browsers take \\ for /."""


@blueprint.get("/sign-in")
def sign_in() -> str:
    """Show the form."""
    return _form()


@blueprint.post("/sign-in")
def enter() -> Response | tuple[str, int]:
    """Sign in, then go where one wanted to."""
    login = request.form.get("login", "")[:_LONGEST_LOGIN]
    limit, key = context().sign_in_limit, login.strip().lower()
    limit.count(key)  # before the password is looked at, so that many at once are no more guesses
    try:
        _, secret = doors.sign_in(
            services().make_uow(),
            services().clock,
            services().passwords,
            login=login,
            password=request.form.get("password", ""),
        )
    except NotSignedIn as error:
        return _form(login=login, problem=str(error)), 401
    limit.forget(key)
    open_session(secret)
    return redirect(own_address(request.form.get("next")), 303)


@blueprint.post("/sign-out")
def leave() -> Response:
    """Sign out, on the server too."""
    secret = close_session()
    if secret is not None:
        doors.sign_out(services().make_uow(), services().clock, secret)
    return redirect(url_for("pages.door.sign_in", left="1"), 303)


@blueprint.get("/invitation/<name:secret>")
def invitation(secret: str) -> str:
    """Show who is invited, and where to choose a password."""
    user = doors.invited(services().make_uow(), services().clock, secret)
    return render_template("invitation.html", user=user, problem=None, shortest=doors.SHORTEST)


@blueprint.post("/invitation/<name:secret>")
def accept(secret: str) -> Response | tuple[str, int]:
    """Keep the password that was chosen, and sign in."""
    needs = services()
    user = doors.invited(needs.make_uow(), needs.clock, secret)
    try:
        chosen = chosen_twice("password")
        _, session = doors.accept(needs.make_uow(), needs.clock, needs.passwords, secret=secret, password=chosen)
    except Invalid as error:
        return render_template("invitation.html", user=user, problem=error, shortest=doors.SHORTEST), 422
    open_session(session)
    return redirect(url_for("pages.home.courses"), 303)


def chosen_twice(field: str) -> str:
    """Return the form's new password; Invalid when its two fields differ."""
    chosen = request.form.get(field, "")
    if chosen != request.form.get("again"):
        raise Invalid("the two passwords differ", field="again")
    return chosen


def own_address(wanted: str | None) -> str:
    r"""Return *wanted* if it is a page of this service, else the home page's address.

    >>> [own_address(wanted) for wanted in ("/profile?a=1", "https://example.org/x", "//example.org", r"/\example.org")]
    ['/profile?a=1', '/', '/', '/']
    """
    return wanted if wanted and wanted.isprintable() and _OWN.fullmatch(wanted) else "/"


def _form(*, login: str = "", problem: str | None = None) -> str:
    wanted = request.values.get("next", "")
    return render_template("sign_in.html", login=login, problem=problem, next=wanted, left="left" in request.args)
