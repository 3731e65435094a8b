"""An instructor picks quizzes and exercises that become links in the LMS (deep linking)."""

from __future__ import annotations

from dataclasses import asdict
from typing import TYPE_CHECKING

from apiflask import APIBlueprint
from flask import render_template, request

from grader.domain.errors import Forbidden, Invalid
from grader.domain.lms.launch import DeepLink
from grader.services import deep_link as choosing
from grader.services import launch
from grader.web.context import current_user, services
from grader.web.errors import status_of
from grader.web.framing import allow_form
from grader.web.i18n import gettext as _
from grader.web.lti import sealed
from grader.web.lti.addresses import launches, of_platform
from grader.web.lti.problem import at_step

if TYPE_CHECKING:
    from grader.domain.lms.launch import Launch
    from grader.domain.lms.platform import Platform
    from grader.domain.people import Course, User

blueprint = APIBlueprint("picking", __name__, enable_openapi=False)


def form(platform: Platform, asked: Launch, course: Course, user: User) -> str:
    """Return the page with what may be picked."""
    if asked.deep_link is None:
        raise Invalid("the platform did not say where the choice goes")
    told = {"platform": platform.key, "course": course.slug, "user": user.id, "link": asdict(asked.deep_link)}
    return _shown(platform.key, course.slug, user, asked.deep_link, sealed.seal(sealed.CHOICE, told))


@blueprint.post("/pick")
def pick() -> str | tuple[str, int]:
    """Sign the choice, and let the browser carry it to the platform."""
    at_step(_("Your choice was looked at"))
    field, user = request.form.get("asked", ""), current_user()
    told = sealed.opened(sealed.CHOICE, field)
    if told["user"] != user.id:
        raise Forbidden("somebody else began this choice in this browser: open the link in your LMS again")
    asked, needs = DeepLink(**told["link"]), services()
    platform = launch.platform_of(needs.make_uow(), told["platform"])
    address = of_platform(platform.key).launch
    _course, choices = choosing.offered(
        needs.make_uow(), needs.catalogue, user=user, course_slug=told["course"], address=address
    )
    try:
        token = choosing.answer(launches(), platform, asked, choices, request.form.getlist("item"))
    except Invalid as error:
        return _shown(platform.key, told["course"], user, asked, field, problem=error), status_of(error)
    allow_form(asked.return_url)
    return render_template("lti_answer.html", address=asked.return_url, token=token)


def _shown(
    key: str, course_slug: str, user: User, asked: DeepLink, field: str, *, problem: Invalid | None = None
) -> str:
    needs = services()
    course, choices = choosing.offered(
        needs.make_uow(), needs.catalogue, user=user, course_slug=course_slug, address=of_platform(key).launch
    )
    named = [(choosing.name_of(choice), choice) for choice in choices]
    return render_template(
        "lti_pick.html", course=course, choices=named, takes_many=asked.takes_many, field=field, problem=problem
    )
