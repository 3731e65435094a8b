"""A course itself: its title and end, a copy for the next term, a new one."""

from __future__ import annotations

from typing import TYPE_CHECKING

from apiflask import APIBlueprint
from flask import redirect, render_template, request, url_for

from grader.domain.errors import Conflict, Invalid
from grader.services import courses
from grader.web import fields
from grader.web.context import current_user, services
from grader.web.errors import status_of
from grader.web.pages.staff.frame import Frame

if TYPE_CHECKING:
    from werkzeug import Response

    from grader.domain.errors import Mistake

blueprint = APIBlueprint("course_settings", __name__, enable_openapi=False)

_SETTINGS = "/courses/<name:course>/staff/settings"


@blueprint.get(_SETTINGS)
def settings(course: str) -> str:
    """Show the forms."""
    return _shown(course)


@blueprint.post(_SETTINGS)
def change(course: str) -> Response | tuple[str, int]:
    """Keep the title and the end."""
    form, needs = request.form, services()
    try:
        courses.change(
            needs.make_uow(),
            needs.clock,
            user=current_user(),
            course_slug=course,
            title=form.get("title", ""),
            closes=fields.moment(form, "closes"),
        )
    except Invalid as error:
        return _shown(course, problem=error), status_of(error)
    return redirect(url_for("pages.course_settings.settings", course=course, told="kept"), 303)


@blueprint.post("/courses/<name:course>/staff/copy")
def copy(course: str) -> Response | tuple[str, int]:
    """Copy the course, and go on with the copy's assignments."""
    form, needs = request.form, services()
    try:
        made = courses.copy(
            needs.make_uow(),
            needs.clock,
            user=current_user(),
            course_slug=course,
            slug=form.get("slug", ""),
            title=form.get("title", ""),
            days=fields.number(form, "days") or 0,
            begins=fields.day(form, "begins"),
            staff="staff" in form,
        )
    except (Invalid, Conflict) as error:
        return _shown(course, copy_problem=_of_slug(error)), status_of(error)
    return redirect(url_for("pages.course_settings.settings", course=made.slug, told="copied"), 303)


@blueprint.get("/courses/new")
def ask() -> str:
    """Show the form for a new course."""
    return _asked()


@blueprint.post("/courses/new")
def make() -> Response | tuple[str, int]:
    """Make a course, and go on with its people."""
    form, needs = request.form, services()
    try:
        made = courses.make(
            needs.make_uow(),
            needs.clock,
            needs.catalogue,
            user=current_user(),
            slug=form.get("slug", ""),
            title=form.get("title", ""),
            lesson=form.get("lesson", ""),
            closes=fields.moment(form, "closes"),
        )
    except (Invalid, Conflict) as error:
        return _asked(problem=_of_slug(error)), status_of(error)
    return redirect(url_for("pages.roster.roster", course=made.slug, told="made"), 303)


def _shown(course: str, *, problem: Mistake | None = None, copy_problem: Mistake | None = None) -> str:
    found = courses.settings(services().make_uow(), user=current_user(), course_slug=course)
    return render_template(
        "staff_settings.html",
        frame=Frame(found.course, found.role),
        begins=found.begins,
        problem=problem,
        copy_problem=copy_problem,
        given=request.form,
        told=request.args.get("told", ""),
        most_days=courses.MOST_DAYS,
    )


def _asked(*, problem: Mistake | None = None) -> str:
    needs = services()
    lessons = courses.lessons(needs.make_uow(), needs.catalogue, user=current_user())
    return render_template("course_new.html", lessons=lessons, problem=problem, given=request.form)


def _of_slug(error: Invalid | Conflict) -> Invalid:
    """Return a refusal that stands beside its field: the only thing that can be taken is the slug."""
    return error if isinstance(error, Invalid) else Invalid(str(error), field="slug")
