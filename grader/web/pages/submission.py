"""How a submission goes on, and what it got; alive while it is graded. Its course's staff sees all there is of it."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from apiflask import APIBlueprint
from flask import render_template

from grader.domain.errors import BadExercise, NotFound
from grader.domain.inert import inert
from grader.services import comment, follow, inspect_submission
from grader.web import result, waiting, watch
from grader.web.context import current_user, services
from grader.web.lines import broken_after, numbered

if TYPE_CHECKING:
    from flask import Response

    from grader.domain.errors import Invalid
    from grader.domain.people import Course
    from grader.services.follow import SubmissionView
    from grader.services.inspect_submission import Inspection, StaffView

blueprint = APIBlueprint("submission", __name__, enable_openapi=False)


@dataclass(frozen=True)
class Typed:
    """What is in the form for a comment."""

    line: str = ""
    text: str = ""


_NOTHING = Typed()


@blueprint.get("/submissions/<int:submission_id>")
def submission(submission_id: int) -> str:
    """Show how a submission stands: one's own, or any of a course of whose staff one is."""
    return shown(submission_id)


@blueprint.get("/submissions/<int:submission_id>/live")
def live(submission_id: int) -> str:
    """Show the part of the page that changes."""
    return render_template("part_live.html", **_standing(submission_id))


@blueprint.get("/submissions/<int:submission_id>/events")
def events(submission_id: int) -> Response:
    """Tell that something changed, for the page's script; `live` shows what."""
    return watch.watch(submission_id, _as_words)


def shown(submission_id: int, *, typed: Typed = _NOTHING, problem: Invalid | None = None) -> str:
    """Return a submission's page; *typed* is a comment that was refused, *problem* says why."""
    standing = _standing(submission_id)
    view: SubmissionView = standing["view"]
    found = inspect_submission.inspect(services().make_uow(), user=current_user(), submission_id=submission_id)
    source = view.submission.source
    return render_template(
        "submission.html",
        **standing,
        inspection=_inert(found),
        title=title_of(view.course, view.submission.exercise),
        source=inert(source, kept="\n\r\t"),
        stretches=broken_after(numbered(source), {each.line for each in found.comments if each.line}),
        typed=typed,
        problem=problem,
        longest=comment.LONGEST,
        most_attempts=inspect_submission.MOST_ATTEMPTS,
    )


def _standing(submission_id: int) -> dict[str, Any]:
    """Return what the part that changes is made from."""
    needs, user = services(), current_user()
    view = follow.follow(needs.make_uow(), needs.clock, user=user, submission_id=submission_id)
    return {
        "view": view,
        "is_own": view.student.id == user.id,
        "is_open": view.course.is_open(needs.clock.now()),
        "result": result.told(view.report) if view.report else None,
        "steps": waiting.steps(view.progress),
        "wait": waiting.in_words(view.wait),
        "fault": inert(view.fault, kept="\n\t"),
    }


def _inert(found: Inspection) -> Inspection:
    """Return *found* with what people and workers wrote so that nothing obeys it."""
    comments = [replace(each, text=inert(each.text, kept="\n\t")) for each in found.comments]
    return replace(found, comments=comments, staff=found.staff and _inert_staff(found.staff))


def _inert_staff(staff: StaffView) -> StaffView:
    return replace(staff, runs=[replace(each, fault=inert(each.fault, kept="\n\t")) for each in staff.runs])


def title_of(course: Course, exercise: str) -> str:
    """Return an exercise's title, its slug when its folder is gone or broken: old work can be read all the same."""
    try:
        return services().catalogue.exercise(course.lesson, exercise).title
    except (NotFound, BadExercise):
        return exercise


def _as_words(view: SubmissionView) -> str:
    return " ".join(map(str, (view.state.value, view.place, view.progress, view.wait)))
