"""Watch one submission as it is graded, as server-sent events."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from apiflask import APIBlueprint
from flask import Response, request

from grader.domain.errors import DatabaseBusy, NotFound
from grader.services import follow
from grader.web.api.submissions import snapshot
from grader.web.context import context, current_user, services
from grader.web.streams import MIMETYPE, Snapshot, events

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
    needs, user, streams = services(), current_user(), context().streams

    def look() -> Snapshot:
        view = follow.follow(needs.make_uow(), needs.clock, user=user, submission_id=submission_id)
        return Snapshot(snapshot(view).model_dump_json(ensure_ascii=True), is_final=view.state.is_final)

    def look_again() -> Snapshot | None:
        try:
            return look()
        except (DatabaseBusy, NotFound):  # the next look may do better; who left the course is told on return
            return None

    first = look()  # before the answer begins, so that its errors are proper answers
    if first.is_final and request.headers.get("Last-Event-ID") == first.end_id:
        return Response(status=204)
    has_place = streams.enter()
    pace = needs.pace if has_place else replace(needs.pace, lifetime=0)
    response = Response(events(first, look_again, pace=pace, wait=streams.wait), mimetype=MIMETYPE)
    response.headers["X-Accel-Buffering"] = "no"  # nginx would hold events back
    if has_place:
        response.call_on_close(streams.leave)
    return response
