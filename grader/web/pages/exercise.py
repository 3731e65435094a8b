"""An exercise: its statement beside an editor, the draft, handing in."""

from __future__ import annotations

from contextlib import suppress
from typing import TYPE_CHECKING

from apiflask import APIBlueprint
from flask import Response, jsonify, redirect, render_template, request, url_for

from grader.domain.errors import Conflict, Invalid, LimitReached, TooLarge
from grader.services import drafts
from grader.services.submit import submit
from grader.services.workbench import Workbench, workbench
from grader.web.context import context, current_user, services
from grader.web.converters import as_id
from grader.web.downloads import file
from grader.web.errors import status_of
from grader.web.pages.sources import allow_source, as_text, given_source

if TYPE_CHECKING:
    from werkzeug import Response as Redirection

    from grader.domain.errors import Mistake

blueprint = APIBlueprint("exercise", __name__, enable_openapi=False)
blueprint.before_app_request(allow_source)  # of the app: before anybody looks for the form's token

_STARTER = "starter"
_SHOWN = 5  # attempts below the editor; all are in the history


@blueprint.get("/courses/<name:course>/exercises/<name:exercise>")
def exercise(course: str, exercise: str) -> str:
    """Show the statement and the editor."""
    start = request.args.get("origin", "")
    bench = _bench(course, exercise, origin_id=as_id(start))
    return _shown(bench, bench.exercise.starter if start == _STARTER else bench.source, start=start)


@blueprint.post("/courses/<name:course>/exercises/<name:exercise>")
def hand_in(course: str, exercise: str) -> Redirection | tuple[str, int, dict[str, str]]:
    """Hand in; a source that is refused stays in the editor, beside the reason."""
    data, needs, user = given_source(), services(), current_user()
    try:
        context().submit_limit.count(user.id)
        submission = submit(
            needs.make_uow(),
            needs.clock,
            needs.catalogue,
            needs.bell,
            user=user,
            course_slug=course,
            exercise_slug=exercise,
            data=data,
        )
    except (Invalid, TooLarge, LimitReached, Conflict) as error:
        return _refused(course, exercise, data, error)
    return redirect(url_for("pages.submission.submission", submission_id=submission.id), 303)


@blueprint.put("/courses/<name:course>/exercises/<name:exercise>/draft")
def save_draft(course: str, exercise: str) -> Response | tuple[Response, int]:
    """Keep what is in the editor, and say what is wrong with it; for the page's script."""
    try:
        problem = _save(course, exercise, request.form.get("source", ""))
    except (Invalid, TooLarge) as error:
        return jsonify(saved=None, problem=_told(error)), status_of(error)
    return jsonify(saved=services().clock.now().isoformat(), problem=_told(problem))


@blueprint.post("/courses/<name:course>/exercises/<name:exercise>/draft")
def keep_draft(course: str, exercise: str) -> Redirection | tuple[str, int, dict[str, str]]:
    """Keep what is in the editor; for browsers without scripts."""
    data = given_source()
    try:
        _save(course, exercise, as_text(data))
    except (Invalid, TooLarge) as error:
        return _refused(course, exercise, data, error)
    return redirect(url_for("pages.exercise.exercise", course=course, exercise=exercise, told="saved"), 303)


@blueprint.get("/courses/<name:course>/exercises/<name:exercise>/draft")
def download(course: str, exercise: str) -> Response:
    """Give what lies on the bench as a file."""
    bench = _bench(course, exercise)
    return file(bench.source, f"{bench.exercise.slug}.py", "text/x-python; charset=utf-8")


def _bench(course: str, exercise: str, *, origin_id: int | None = None) -> Workbench:
    needs = services()
    return workbench(
        needs.make_uow(),
        needs.clock,
        needs.catalogue,
        user=current_user(),
        course_slug=course,
        exercise_slug=exercise,
        origin_id=origin_id,
    )


def _save(course: str, exercise: str, source: str) -> Invalid | None:
    needs = services()
    return drafts.save(
        needs.make_uow(),
        needs.clock,
        needs.catalogue,
        user=current_user(),
        course_slug=course,
        exercise_slug=exercise,
        source=source,
    )


def _refused(course: str, exercise: str, data: bytes, error: Mistake) -> tuple[str, int, dict[str, str]]:
    """Show the page again with what was sent, which is kept as the draft where it can be."""
    source = request.form.get("source", "") if isinstance(error, TooLarge) else as_text(data)
    with suppress(Invalid, TooLarge):
        _save(course, exercise, source)
    retry_after = getattr(error, "retry_after", None)
    headers = {} if retry_after is None else {"Retry-After": str(retry_after)}
    return _shown(_bench(course, exercise), source, problem=error), status_of(error), headers


def _shown(bench: Workbench, source: str, *, start: str = "", problem: Mistake | None = None) -> str:
    return render_template(
        "exercise.html",
        bench=bench,
        source=source,
        start=start,
        problem=problem,
        told=request.args.get("told", ""),
        wait=max(context().submit_limit.wait(current_user().id), bench.wait(services().clock.now())),
        left_attempts=bench.left,
        shown=_SHOWN,
    )


def _told(problem: Mistake | None) -> dict[str, object] | None:
    return None if problem is None else {"message": str(problem), "line": getattr(problem, "line", None)}
