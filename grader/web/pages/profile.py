"""One's own things: API tokens, the password, the theme."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, TypeVar

from apiflask import APIBlueprint
from flask import redirect, render_template, request, url_for

from grader.domain.errors import Invalid
from grader.domain.people import Scope
from grader.services import browse, tokens
from grader.services import sign_in as doors
from grader.web.context import context, current_user, services
from grader.web.look import THEMES
from grader.web.pages.door import chosen_twice, own_address
from grader.web.pages.session import open_session

if TYPE_CHECKING:
    from collections.abc import Mapping

    from werkzeug import Response

blueprint = APIBlueprint("profile", __name__, enable_openapi=False)

Thing = TypeVar("Thing")
_DAYS = (7, 30, 180)
_SCOPES = {scope.value: scope for scope in Scope if scope.is_for_api}
_YEAR = 365 * 24 * 3600


@blueprint.get("/profile")
def profile() -> str:
    """Show the reader's tokens and the forms."""
    return _shown()


@blueprint.post("/profile/tokens")
def make_token() -> str | tuple[str, int]:
    """Make a token and show its secret, this once."""
    form, needs = request.form, services()
    try:
        days = _one_of(form.get("days", ""), {str(days): days for days in _DAYS}, "days")
        scope = _one_of(form.get("scope", ""), _SCOPES, "scope")
        token, secret = tokens.issue(
            needs.make_uow(),
            needs.clock,
            user=current_user(),
            name=form.get("name", ""),
            scope=scope,
            expires=needs.clock.now() + timedelta(days=days),
        )
    except Invalid as error:
        return _shown(problem=error), 422
    return _shown(made=token.name, secret=secret)


@blueprint.post("/profile/tokens/<int:token_id>/revoke")
def revoke_token(token_id: int) -> Response:
    """Close a token for good."""
    tokens.revoke(services().make_uow(), services().clock, user=current_user(), token_id=token_id)
    return redirect(url_for("pages.profile.profile", told="revoked"), 303)


@blueprint.post("/profile/password")
def change_password() -> Response | tuple[str, int]:
    """Change the password, which signs every other browser out."""
    needs, user, limit = services(), current_user(), context().sign_in_limit
    limit.count(user.login)  # who has found a browser that is signed in guesses no faster than at the door
    try:
        secret = doors.change_password(
            needs.make_uow(),
            needs.clock,
            needs.passwords,
            user=user,
            old=request.form.get("old", ""),
            new=chosen_twice("new"),
        )
    except Invalid as error:
        return _shown(problem=error), 422
    limit.forget(user.login)
    open_session(secret)
    return redirect(url_for("pages.profile.profile", told="password"), 303)


@blueprint.post("/theme")
def choose_theme() -> Response:
    """Keep the theme, or go back to the browser's own; return to where the reader was."""
    response = redirect(own_address(request.form.get("next")), 303)
    chosen = request.form.get("theme", "")
    if chosen in THEMES:
        response.set_cookie("theme", chosen, max_age=_YEAR, samesite="Lax", httponly=True, secure=_is_secure())
    else:
        response.delete_cookie("theme")
    return response


def _is_secure() -> bool:
    return services().url.startswith("https://")


def _one_of(text: str, known: Mapping[str, Thing], field: str) -> Thing:
    if text not in known:
        raise Invalid(f"{field} must be one of: {', '.join(known)}", field=field)
    return known[text]


def _shown(*, made: str = "", secret: str = "", problem: Invalid | None = None) -> str:
    needs, user = services(), current_user()
    return render_template(
        "profile.html",
        tokens=tokens.of_user(needs.make_uow(), needs.clock, user=user),
        courses=[course for course, _ in browse.courses(needs.make_uow(), user=user)],
        made=made,
        secret=secret,
        problem=problem,
        told=request.args.get("told", ""),
        days=_DAYS,
        server=needs.url or request.host_url.rstrip("/"),
    )
