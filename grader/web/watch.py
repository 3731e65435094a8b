"""The events of one submission, as an answer: the API and the pages tell them in their own words."""

from __future__ import annotations

from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING

from flask import Response, request

from grader.domain.errors import DatabaseBusy, NotFound
from grader.services import follow
from grader.web.context import context, current_user, services
from grader.web.streams import MIMETYPE, Snapshot, events

if TYPE_CHECKING:
    from collections.abc import Callable


def watch(submission_id: int, tell: Callable[[follow.SubmissionView], str]) -> Response:
    """Answer with what *tell* says of the submission, in one line, now and whenever that changes.

    Who comes back after the end and has seen it is told to stay away.
    """
    needs, user, streams = services(), current_user(), context().streams

    def look() -> Snapshot:
        view = follow.follow(needs.make_uow(), needs.clock, user=user, submission_id=submission_id)
        return Snapshot(tell(view), is_final=view.state.is_final)

    def look_again() -> Snapshot | None:
        try:
            return look()
        except (DatabaseBusy, NotFound):  # the next look may do better; who left the course is told on return
            return None

    first = look()  # before the answer begins, so that its errors are proper answers
    if first.is_final and request.headers.get("Last-Event-ID") == first.end_id:
        return Response(status=204)
    has_place = streams.enter(user.id)
    pace = needs.pace if has_place else replace(needs.pace, lifetime=0)
    response = Response(events(first, look_again, pace=pace, wait=streams.wait), mimetype=MIMETYPE)
    response.headers["X-Accel-Buffering"] = "no"  # nginx would hold events back
    if has_place:
        response.call_on_close(partial(streams.leave, user.id))
    return response
