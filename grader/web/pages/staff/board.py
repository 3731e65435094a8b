"""The live board: queue, workers, the last hour. It looks again by itself, unless it is paused or out of sight."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from apiflask import APIBlueprint
from flask import render_template

from grader.services.board import MOST_FAULTS, Board, board
from grader.web.context import current_user, services
from grader.web.i18n import gettext as _
from grader.web.i18n import ngettext
from grader.web.pages.staff.frame import Frame
from grader.web.waiting import in_words

if TYPE_CHECKING:
    from collections.abc import Sequence

blueprint = APIBlueprint("board", __name__, enable_openapi=False)

LATE = timedelta(minutes=5)
"""A delivery that is due for longer has nobody who sends it."""

_SECOND, _MINUTE, _HOUR, _DAY = (timedelta(seconds=seconds) for seconds in (1, 60, 3600, 86400))


@blueprint.get("/courses/<name:course>/staff/board", endpoint="board")
def show(course: str) -> str:
    """Show how busy the service is now."""
    needs = services()
    view = board(needs.make_uow(), needs.clock, needs.catalogue, user=current_user(), course_slug=course)
    return render_template(
        "staff_board.html",
        frame=Frame(view.course, view.role),
        view=view,
        wait=in_words(view.wait),
        troubles=troubles(view),
        age=age,
        most=MOST_FAULTS,
    )


def troubles(view: Board) -> Sequence[str]:
    """Return what somebody should look after, in sentences; nothing when all is well."""
    found = []
    if not view.alive:
        found.append(_("No worker is alive: nothing is graded until one is started."))
    elif view.silent:
        found.append(ngettext("%(n)s worker is silent.", "%(n)s workers are silent.", view.silent) % {"n": view.silent})
    if view.done.failed:
        said = ngettext(
            "%(n)s run failed by our fault in the last hour.",
            "%(n)s runs failed by our fault in the last hour.",
            view.done.failed,
        )
        found.append(said % {"n": view.done.failed})
    found.extend(_untold(view))
    return found


def _untold(view: Board) -> Sequence[str]:
    """Return what is wrong with what other systems are told."""
    found, due = [], view.told.oldest
    if due is not None and view.now - due > LATE:
        said = _("What other systems are to be told waits for %(age)s: is the dispatcher running?")
        found.append(said % {"age": age(view.now - due)})
    if view.told.dead:
        said = ngettext(
            "%(n)s delivery failed for good in the last hour.",
            "%(n)s deliveries failed for good in the last hour.",
            view.told.dead,
        )
        found.append(said % {"n": view.told.dead})
    return found


def age(length: timedelta) -> str:
    """Return a length of time in its largest unit that is begun, without what is left over."""
    length = max(length, timedelta(0))
    if length < _MINUTE:
        return _("%(n)s s") % {"n": length // _SECOND}
    if length < _HOUR:
        return _("%(n)s min") % {"n": length // _MINUTE}
    if length < _DAY:
        return _("%(n)s h") % {"n": length // _HOUR}
    return _("%(n)s d") % {"n": length // _DAY}
