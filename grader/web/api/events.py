"""Watch one submission as it is graded, as server-sent events."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from apiflask import APIBlueprint

from grader.web.api.submissions import snapshot
from grader.web.streams import MIMETYPE
from grader.web.watch import watch as watched

if TYPE_CHECKING:
    from flask import Response

    from grader.services.follow import SubmissionView

blueprint = APIBlueprint("events", __name__, tag="Submissions")

_ABOUT = (
    "The first event `snapshot` says how the submission stands (what GET of the submission says, without the "
    "source), each later one that something changed; `end` says that it is final. Whoever comes back is shown "
    "the present snapshot first."
)
_ANSWERS: dict[int | str, Any] = {
    200: {"description": _ABOUT, "content": {MIMETYPE: {"schema": {"type": "string"}}}},
    204: {"description": "Nothing happened since the end that Last-Event-ID names: don't come back"},
}


@blueprint.get("/submissions/<int:submission_id>/events")
@blueprint.doc(responses=_ANSWERS)
def watch(submission_id: int) -> Response:
    """Watch how a submission is graded, as server-sent events."""
    return watched(submission_id, _as_json)


def _as_json(view: SubmissionView) -> str:
    return snapshot(view).model_dump_json(ensure_ascii=True)
