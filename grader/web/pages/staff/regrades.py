"""Regrades: which there are, start one, watch it, look at what it changes, decide."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from apiflask import APIBlueprint
from flask import Response, make_response, redirect, render_template, request, url_for

from grader.domain.errors import Conflict, Invalid
from grader.domain.inert import inert
from grader.domain.regrade import Choice, Stage
from grader.domain.regrade_difference import Way
from grader.services import regrade as deciding
from grader.services import regrade_start, regrade_view
from grader.web import fields
from grader.web.context import current_user, services
from grader.web.converters import as_id
from grader.web.errors import status_of
from grader.web.pages.staff.frame import Frame
from grader.web.pages.staff.paging import page_of

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    import werkzeug

    from grader.domain.errors import GraderError
    from grader.domain.regrade import Regrade
    from grader.domain.regrade_difference import Change, Difference

blueprint = APIBlueprint("regrades", __name__, enable_openapi=False)

PAGE = 50
"""Submissions on one page: each brings its scenarios along."""

_HERE = "/courses/<name:course>/staff/regrades"
_ONE = f"{_HERE}/<int:regrade_id>"

SHOWN: dict[str, Callable[[Change], bool]] = {
    "all": lambda _: True,
    "falls": lambda change: change.way is Way.FALLS,
    "rises": lambda change: change.way is Way.RISES,
    "scenarios": lambda change: bool(change.changed_pairs),
    "ours": lambda change: change.way is Way.OURS,
}
"""Which submissions a reader may want to see."""


@blueprint.get(_HERE)
def regrades(course: str) -> str:
    """List the course's regrades."""
    needs = services()
    found = regrade_view.regrades(needs.make_uow(), needs.catalogue, user=current_user(), course_slug=course)
    return render_template("staff_regrades.html", found=found, frame=Frame(found.course, found.role))


@blueprint.get(f"{_HERE}/new")
def new(course: str) -> str:
    """Show the form that starts one; `?exercise=` or `?submission=` says of what."""
    return _form(course)


@blueprint.post(f"{_HERE}/new")
def start(course: str) -> werkzeug.Response | tuple[str, int]:
    """Start one; what is wrong stands in the form again."""
    needs = services()
    try:
        started = regrade_start.start(
            needs.make_uow(),
            needs.clock,
            needs.catalogue,
            needs.bell,
            user=current_user(),
            course_slug=course,
            wish=_wish(),
        )
    except (Invalid, Conflict) as error:
        return _form(course, problem=error), status_of(error)
    return _to(course, started)


@blueprint.get(_ONE)
def regrade(course: str, regrade_id: int) -> str:
    """Show how far one is, and what it changes once its runs have ended."""
    needs = services()
    view = regrade_view.look(
        needs.make_uow(), needs.catalogue, user=current_user(), course_slug=course, regrade_id=regrade_id
    )
    show = request.args.get("show", "")
    show = show if show in SHOWN else "all"
    changes = _shown(view.difference, show)
    page = page_of(request.args.get("page", ""), len(changes), PAGE)
    return render_template(
        "staff_regrade.html",
        view=view,
        frame=Frame(view.course, view.role),
        show=show,
        counts={name: len(_shown(view.difference, name)) for name in SHOWN},
        changes=changes[page.start : page.end],
        page=page,
        ways=Way,
        inert=inert,
        moved=sorted(view.difference.moved, key=lambda shift: (shift.by, shift.enrolment_id))
        if view.difference
        else (),
    )


@blueprint.get(f"{_ONE}/progress")
def progress(course: str, regrade_id: int) -> Response:
    """Show the part that changes while it runs; have the page loaded again once that is over."""
    needs = services()
    view = regrade_view.follow(
        needs.make_uow(), needs.catalogue, user=current_user(), course_slug=course, regrade_id=regrade_id
    )
    answer = make_response(
        render_template("part_regrade_progress.html", view=view, said=request.args.get("said", type=int))
    )
    if view.is_over or view.regrade.stage is not Stage.RUNNING:
        answer.headers["HX-Refresh"] = "true"
    return answer


@blueprint.post(f"{_ONE}/apply")
def apply(course: str, regrade_id: int) -> werkzeug.Response:
    """Let it count."""
    return _decided(deciding.apply, course, regrade_id)


@blueprint.post(f"{_ONE}/discard")
def discard(course: str, regrade_id: int) -> werkzeug.Response:
    """Throw it away."""
    return _decided(deciding.discard, course, regrade_id)


@blueprint.post(f"{_ONE}/undo")
def undo(course: str, regrade_id: int) -> werkzeug.Response:
    """Take it back."""
    return _decided(deciding.undo, course, regrade_id)


def _decided(step: Callable[..., Regrade], course: str, regrade_id: int) -> werkzeug.Response:
    needs = services()
    decided = step(needs.make_uow(), needs.clock, user=current_user(), course_slug=course, regrade_id=regrade_id)
    return _to(course, decided)


def _to(course: str, regrade: Regrade) -> werkzeug.Response:
    return redirect(url_for("pages.regrades.regrade", course=course, regrade_id=regrade.id), 303)


def _shown(difference: Difference | None, show: str) -> Sequence[Change]:
    return [change for change in difference.changes if SHOWN[show](change)] if difference else []


def _form(course: str, *, problem: GraderError | None = None) -> str:
    needs = services()
    asked = request.args.get("exercise", "") or request.form.get("exercise", "")
    offer = regrade_view.offer(
        needs.make_uow(),
        needs.catalogue,
        user=current_user(),
        course_slug=course,
        exercise=asked,
        submission_id=as_id(request.args.get("submission", "")),
    )
    return render_template(
        "staff_regrade_new.html",
        offer=offer,
        frame=Frame(offer.course, offer.role),
        given=request.form if problem else None,
        problem=problem,
        longest=regrade_start.LONGEST_REASON,
    )


def _wish() -> regrade_start.Wish:
    form = request.form
    choice = fields.one_of(form, "scope", Choice)
    return regrade_start.Wish(
        exercise=form.get("exercise", ""),
        choice=choice,
        reason=form.get("reason", ""),
        version=form.get("version", ""),
        never_lower="never_lower" in form,
        selection=_numbers(form.get("submissions", "")) if choice is Choice.SELECTION else (),
    )


def _numbers(text: str) -> list[int]:
    """Return submissions' numbers as people write them."""
    found = []
    for word in re.split(r"[\s,;]+", text.strip()):
        number = as_id(word.removeprefix("#"))
        if number is None:
            raise Invalid(f"{word[:40]!r} is no number of a submission", field="submissions")
        found.append(number)
    return found
