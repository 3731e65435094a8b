"""A course's assignments: the terms of all, the form of one, extensions of single students."""

from __future__ import annotations

from datetime import timedelta
from fractions import Fraction
from typing import TYPE_CHECKING

from apiflask import APIBlueprint
from flask import redirect, render_template, request, url_for

from grader.domain.assignment import Extension, Terms
from grader.domain.errors import Conflict, Invalid, NotFound
from grader.domain.scoring import ItemKind, Keep, Late
from grader.services import assignments as plans
from grader.web import fields
from grader.web.context import current_user, services
from grader.web.errors import status_of
from grader.web.pages.staff.frame import Frame

if TYPE_CHECKING:
    from collections.abc import Mapping

    from werkzeug import Response

    from grader.domain.errors import Mistake
    from grader.services.assignments import Plan

blueprint = APIBlueprint("assignments", __name__, enable_openapi=False)

_PERCENT = 100
_ONE = "pages.assignments.assignment"
_ITEM = "/courses/<name:course>/staff/assignments/<kind:kind>/<name:item>"


@blueprint.get("/courses/<name:course>/staff/assignments")
def assignments(course: str) -> str:
    """List the course's assignments with their terms."""
    plan = _plan(course)
    return render_template("staff_assignments.html", plan=plan, frame=Frame(plan.course, plan.role))


@blueprint.get(_ITEM)
def assignment(course: str, kind: ItemKind, item: str) -> str:
    """Show one item's terms, and who has others."""
    return _shown(course, kind, item)


@blueprint.post(_ITEM)
def set_terms(course: str, kind: ItemKind, item: str) -> Response | tuple[str, int]:
    """Keep an item's terms; what is wrong stands beside its field."""
    needs = services()
    try:
        changed = plans.set_terms(
            needs.make_uow(),
            needs.clock,
            needs.catalogue,
            user=current_user(),
            course_slug=course,
            kind=kind,
            slug=item,
            terms=_terms(request.form),
        )
    except Invalid as error:
        return _shown(course, kind, item, problem=error), status_of(error)
    return redirect(url_for(_ONE, course=course, kind=kind, item=item, told="kept", changed=changed), 303)


@blueprint.post(f"{_ITEM}/extensions")
def extend(course: str, kind: ItemKind, item: str) -> Response | tuple[str, int]:
    """Give a student other terms, or take them back."""
    needs, form = services(), request.form
    try:
        extension = None if "end" in form else _extension(form)
        plans.extend(
            needs.make_uow(),
            needs.clock,
            needs.catalogue,
            user=current_user(),
            course_slug=course,
            login=form.get("login", ""),
            kind=kind,
            slug=item,
            extension=extension,
        )
    except (Invalid, Conflict, NotFound) as error:
        return _shown(course, kind, item, extension_problem=error), status_of(error)
    if form.get("back") == "student":
        return redirect(url_for("pages.student.student", course=course, login=form.get("login", "")), 303)
    told = "extended" if extension else "ended"
    return redirect(url_for(_ONE, course=course, kind=kind, item=item, told=told, _anchor="extensions"), 303)


def _plan(course: str) -> Plan:
    needs = services()
    return plans.plan(needs.make_uow(), needs.catalogue, user=current_user(), course_slug=course)


def _shown(
    course: str, kind: ItemKind, item: str, *, problem: Mistake | None = None, extension_problem: Mistake | None = None
) -> str:
    plan = _plan(course)
    return render_template(
        "staff_assignment.html",
        frame=Frame(plan.course, plan.role),
        plan=plan,
        view=plan.find(kind, item),
        problem=problem,
        extension_problem=extension_problem,
        given=request.form,
        told=request.args.get("told", ""),
        changed=request.args.get("changed", default=0, type=int),
        login=request.args.get("student", ""),
        lates=[each.value for each in Late],
        keeps=[each.value for each in Keep],
    )


def _terms(form: Mapping[str, str]) -> Terms:
    percent = fields.fraction(form, "loss")
    weight = fields.fraction(form, "weight")
    return Terms(
        opens=fields.moment(form, "opens"),
        due=fields.moment(form, "due"),
        closes=fields.moment(form, "closes"),
        late=fields.one_of(form, "late", Late),
        loss=Fraction(1, 10) if percent is None else percent / _PERCENT,
        grace=fields.length(form, "grace", timedelta(minutes=1)),
        attempts=fields.number(form, "attempts"),
        cooldown=fields.length(form, "cooldown", timedelta(minutes=1)),
        keep=fields.one_of(form, "keep", Keep) if form.get("keep") else None,
        weight=Fraction(1) if weight is None else weight,
        offered="offered" in form,
    )


def _extension(form: Mapping[str, str]) -> Extension:
    return Extension(
        due=fields.moment(form, "due"),
        closes=fields.moment(form, "closes"),
        attempts=fields.number(form, "attempts") or 0,
        reason=form.get("reason", "").strip(),
    )
