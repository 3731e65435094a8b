"""Run earlier submissions again, look at what that changes, apply it, throw it away, undo it; for instructors."""

from collections.abc import Callable
from typing import Annotated, Any

from apiflask import APIBlueprint
from flask import url_for
from pydantic import Field

from grader.domain.regrade import Choice, Regrade
from grader.services import regrade as deciding
from grader.services import regrade_start, regrade_view
from grader.web.api.regrade_report import RegradeOut, RegradesOut, line_out, regrade_out
from grader.web.bodies import Body, described, read_json
from grader.web.context import current_user, services

blueprint = APIBlueprint("regrades", __name__, tag="Regrades")

_INSTRUCTORS: dict[int | str, Any] = {403: {"description": "You are no instructor of this course"}}
_DECIDING: dict[int | str, Any] = _INSTRUCTORS | {
    409: {"description": "Its runs have not all ended, or something else was decided"}
}
_ONE = "/courses/<name:course>/regrades/<int:regrade_id>"


class RegradeIn(Body):
    """What to run again."""

    exercise: Annotated[str, Field(description="the slug of an exercise")]
    reason: Annotated[str, Field(description="a text of 1 to 500 characters")]
    scope: Annotated[Choice, Field(strict=False, description="all, latest, best or selection")] = Choice.ALL
    version: Annotated[str, Field(description="a content of the exercise, or empty for any")] = ""
    never_lower: Annotated[bool, Field(description="true or false")] = False
    submissions: list[Annotated[int, Field(ge=1, le=2**31 - 1)]] = Field(
        default_factory=list, description="a list of submissions' numbers"
    )


@blueprint.get("/courses/<name:course>/regrades")
@blueprint.output(RegradesOut)
@blueprint.doc(responses=_INSTRUCTORS)
def list_regrades(course: str) -> RegradesOut:
    """List the regrades of a course that you instruct, newest first."""
    needs = services()
    found = regrade_view.regrades(needs.make_uow(), needs.catalogue, user=current_user(), course_slug=course)
    return RegradesOut(course=found.course.slug, regrades=[line_out(*line) for line in found.lines])


@blueprint.post("/courses/<name:course>/regrades")
@blueprint.output(RegradeOut, status_code=202, description="Its runs wait behind all live work")
@blueprint.doc(
    responses={
        **_INSTRUCTORS,
        409: {"description": "Another regrade of the exercise is not decided, or the exercise is broken"},
        422: {"description": "Nothing fits, or there is no reason"},
    },
    extensions={"requestBody": described(RegradeIn)},
)
def start_regrade(course: str) -> tuple[RegradeOut, int, dict[str, str]]:
    """Run submissions again that are graded; no grade changes before you apply it."""
    needs, given = services(), read_json(RegradeIn)
    started = regrade_start.start(
        needs.make_uow(),
        needs.clock,
        needs.catalogue,
        needs.bell,
        user=current_user(),
        course_slug=course,
        wish=regrade_start.Wish(
            exercise=given.exercise,
            choice=given.scope,
            reason=given.reason,
            version=given.version,
            never_lower=given.never_lower,
            selection=given.submissions,
        ),
    )
    url = url_for("v1.regrades.get_regrade", course=course, regrade_id=started.id)
    return _shown(course, started.id), 202, {"Location": url}


@blueprint.get(_ONE)
@blueprint.output(RegradeOut)
@blueprint.doc(responses=_INSTRUCTORS)
def get_regrade(course: str, regrade_id: int) -> RegradeOut:
    """Show how far a regrade is, and what it changes once all its runs have ended."""
    return _shown(course, regrade_id)


@blueprint.post(f"{_ONE}/apply")
@blueprint.output(RegradeOut)
@blueprint.doc(responses=_DECIDING)
def apply_regrade(course: str, regrade_id: int) -> RegradeOut:
    """Let its runs count; students see the new results at once. A second time changes nothing."""
    return _decided(deciding.apply, course, regrade_id)


@blueprint.post(f"{_ONE}/discard")
@blueprint.output(RegradeOut)
@blueprint.doc(responses=_DECIDING)
def discard_regrade(course: str, regrade_id: int) -> RegradeOut:
    """Throw it away: what waits is not run any more, and nothing of it ever counts."""
    return _decided(deciding.discard, course, regrade_id)


@blueprint.post(f"{_ONE}/undo")
@blueprint.output(RegradeOut)
@blueprint.doc(responses=_DECIDING)
def undo_regrade(course: str, regrade_id: int) -> RegradeOut:
    """Take back one that was applied; what was graded later stays as it is."""
    return _decided(deciding.undo, course, regrade_id)


def _decided(step: Callable[..., Regrade], course: str, regrade_id: int) -> RegradeOut:
    needs = services()
    step(needs.make_uow(), needs.clock, user=current_user(), course_slug=course, regrade_id=regrade_id)
    return _shown(course, regrade_id)


def _shown(course: str, regrade_id: int) -> RegradeOut:
    needs = services()
    view = regrade_view.look(
        needs.make_uow(), needs.catalogue, user=current_user(), course_slug=course, regrade_id=regrade_id
    )
    return regrade_out(view)
