"""LMSes of a course: which there are, connect one in two steps, test it, change it, remove it, make a code."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from apiflask import APIBlueprint
from flask import redirect, render_template, request, url_for

from grader.domain.errors import Invalid
from grader.domain.lms.platform import Family
from grader.domain.lms.presets import preset
from grader.services import connect, lms_state, platforms
from grader.web import fields, lms_words
from grader.web.context import current_user, services
from grader.web.errors import status_of
from grader.web.lms_calls import gradebooks, registration_link
from grader.web.lti.addresses import of_platform
from grader.web.pages.staff.frame import Frame

if TYPE_CHECKING:
    from collections.abc import Mapping

    from werkzeug import Response

    from grader.domain.errors import Mistake
    from grader.domain.lms.platform import Platform

blueprint = APIBlueprint("lms", __name__, enable_openapi=False)

_LMS = "/courses/<name:course>/staff/lms"
_ONE = f"{_LMS}/platforms/<int:platform_id>"
_THEIRS = ("issuer", "client_id", "auth_url", "token_url", "jwks_url", "audience")


@blueprint.get(_LMS)
def lms(course: str) -> str:
    """Show what the course is connected with."""
    needs, user = services(), current_user()
    found = platforms.overview(needs.make_uow(), user=user, course_slug=course)
    _course, columns = lms_state.of_course(needs.make_uow(), user=user, course_slug=course)
    return render_template(
        "staff_lms.html",
        frame=Frame(found.course, found.role),
        found=found,
        columns=columns,
        words=lms_words,
        told=request.args.get("told", ""),
        **set_up(),
    )


@blueprint.post(f"{_LMS}/code")
def code(course: str) -> str:
    """Show a code that connects, this once, and the address at which an LMS registers us with it."""
    needs, user = services(), current_user()
    made, until = connect.new_code(needs.make_uow(), needs.clock, user=user, course_slug=course)
    found = platforms.overview(needs.make_uow(), user=user, course_slug=course)
    return render_template(
        "staff_lms_code.html",
        frame=Frame(found.course, found.role),
        code=made,
        until=until,
        address=registration_link(made),
        **set_up(),
    )


@blueprint.get(f"{_LMS}/new")
def ask(course: str) -> str:
    """Ask which LMS is to be connected."""
    return _asked(course)


@blueprint.post(f"{_LMS}/new")
def begin(course: str) -> Response | tuple[str, int]:
    """Keep what is known of its kind, and go on with the addresses to copy."""
    form, needs = request.form, services()
    try:
        draft = preset(fields.one_of(form, "family", Family), form.get("site", ""), form.get("name", ""))
        platform = platforms.begin(needs.make_uow(), needs.clock, user=current_user(), course_slug=course, draft=draft)
    except Invalid as error:
        return _asked(course, problem=_of_site(error)), status_of(error)
    return redirect(url_for("pages.lms.platform", course=course, platform_id=platform.id), 303)


@blueprint.get(_ONE)
def platform(course: str, platform_id: int) -> str:
    """Show our addresses for an LMS, and what it told."""
    return _shown(course, platform_id)


@blueprint.post(_ONE)
def change(course: str, platform_id: int) -> Response | tuple[str, int]:
    """Keep what the LMS shows."""
    needs = services()
    try:
        platforms.change(
            needs.make_uow(),
            needs.clock,
            user=current_user(),
            course_slug=course,
            platform_id=platform_id,
            draft=_draft(request.form),
        )
    except Invalid as error:
        return _shown(course, platform_id, problem=error), status_of(error)
    return redirect(url_for("pages.lms.platform", course=course, platform_id=platform_id, told="kept"), 303)


@blueprint.post(f"{_ONE}/check")
def check(course: str, platform_id: int) -> str:
    """Test the connection."""
    user, asked = current_user(), services().make_uow
    checked = platforms.check(asked, gradebooks(), user=user, course_slug=course, platform_id=platform_id)
    if checked.platform.course_id is None:
        frame = Frame(checked.course, checked.role)
        return render_template("staff_lms_check.html", frame=frame, checked=checked, words=lms_words, **set_up())
    return _shown(course, platform_id, checked=checked)


@blueprint.post(f"{_ONE}/remove")
def remove(course: str, platform_id: int) -> Response:
    """Let go of an LMS."""
    needs = services()
    platforms.remove(needs.make_uow(), needs.clock, user=current_user(), course_slug=course, platform_id=platform_id)
    return redirect(url_for("pages.lms.lms", course=course, told="removed"), 303)


def set_up() -> Mapping[str, bool]:
    """Return whether the operator has set up what an LMS needs, for `staff_lms_parts.html`."""
    needs = services()
    return {"is_set_up": needs.gradebooks is not None, "is_secure": needs.url.startswith("https://")}


def _asked(course: str, *, problem: Mistake | None = None) -> str:
    found = platforms.overview(services().make_uow(), user=current_user(), course_slug=course, changes=True)
    return render_template(
        "staff_lms_new.html",
        frame=Frame(found.course, found.role),
        words=lms_words,
        problem=problem,
        given=request.form if problem else None,
        **set_up(),
    )


def _shown(
    course: str, platform_id: int, *, problem: Mistake | None = None, checked: platforms.Checked | None = None
) -> str:
    found, one = platforms.one(services().make_uow(), user=current_user(), course_slug=course, platform_id=platform_id)
    return render_template(
        "staff_lms_platform.html",
        frame=Frame(found.course, found.role),
        platform=one,
        ours=lms_words.ours(one.family, of_platform(one.key)),
        opened=[each for each in found.connections if each.platform.id == one.id],
        theirs=_told(one),
        words=lms_words,
        problem=problem,
        given=request.form if problem else None,
        checked=checked,
        told=request.args.get("told", ""),
        **set_up(),
    )


def _told(platform: Platform) -> Mapping[str, str]:
    return {name: getattr(platform, name) for name in _THEIRS} | {"deployments": ", ".join(platform.deployments)}


def _draft(form: Mapping[str, str]) -> platforms.PlatformDraft:
    told = {name: form.get(name, "") for name in _THEIRS}
    return platforms.PlatformDraft(
        name=form.get("name", ""),
        family=fields.one_of(form, "family", Family),
        deployments=tuple(re.split(r"[,\s]+", form.get("deployments", "").strip())),
        **told,
    )


def _of_site(error: Invalid) -> Invalid:
    """Return a refusal that stands beside its field: what is wrong with an address comes from the site."""
    return error if error.field in {"name", "family"} else Invalid(str(error), field="site")
