"""What can be done, in words; a later version's deed is told as it is written."""

from __future__ import annotations

from typing import TYPE_CHECKING

from grader.domain.audit import Deed
from grader.web.i18n import gettext as _

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from grader.domain.audit import Entry, Origin


def deeds() -> Mapping[str, str]:
    """Return each deed in words, in the order of the list that one chooses from."""
    words = {
        Deed.OVERRIDDEN: _("set a grade by hand"),
        Deed.OVERRIDE_WITHDRAWN: _("took back a grade set by hand"),
        Deed.EXPORTED: _("took out a file"),
        Deed.REGRADE_STARTED: _("started a regrade"),
        Deed.REGRADE_APPLIED: _("applied a regrade"),
        Deed.REGRADE_DISCARDED: _("threw a regrade away"),
        Deed.REGRADE_UNDONE: _("undid a regrade"),
        Deed.ASSIGNMENT_SET: _("set an assignment's terms"),
        Deed.EXTENDED: _("gave more time or attempts"),
        Deed.EXTENSION_ENDED: _("took an extension back"),
        Deed.HANDED_IN: _("handed in for a student"),
        Deed.RERUN: _("had a submission graded again"),
        Deed.COMMENTED: _("commented on a submission"),
        Deed.COMMENT_WITHDRAWN: _("took a comment back"),
        Deed.ENROLLED: _("took somebody into the course"),
        Deed.ROLE_CHANGED: _("changed a role"),
        Deed.SECTION_CHANGED: _("changed a section"),
        Deed.REMOVED: _("took somebody out of the course"),
        Deed.RESTORED: _("took somebody back into the course"),
        Deed.INVITED: _("invited somebody to choose a password"),
        Deed.COURSE_MADE: _("made the course"),
        Deed.COURSE_CHANGED: _("changed the course"),
        Deed.ENDPOINT_MADE: _("made an endpoint for webhooks"),
        Deed.ENDPOINT_CHANGED: _("changed an endpoint"),
        Deed.ENDPOINT_REMOVED: _("removed an endpoint"),
        Deed.ENDPOINT_ROTATED: _("made an endpoint's secret anew"),
        Deed.ENDPOINT_OFF: _("switched off an endpoint that takes nothing"),
        Deed.DELIVERIES_REPLAYED: _("sent again what had failed"),
        Deed.LMS_CODE_MADE: _("made a code that connects an LMS"),
        Deed.LMS_BEGUN: _("began to connect an LMS"),
        Deed.LMS_CONNECTED: _("connected an LMS"),
        Deed.LMS_CHANGED: _("changed how an LMS is connected"),
        Deed.LMS_REMOVED: _("removed an LMS"),
        Deed.LMS_COURSE_FREED: _("disconnected a course of an LMS"),
        Deed.LMS_COURSE_BOUND: _("connected a course of an LMS"),
        Deed.LMS_MEMBERS_READ: _("had an LMS say who is in its course"),
        Deed.LMS_COLUMN_MADE: _("made a column in an LMS"),
        Deed.LMS_COLUMN_REMOVED: _("sends an LMS's column nothing more"),
        Deed.LMS_SCORES_RESENT: _("sent scores to an LMS again"),
        Deed.TOKEN_ISSUED: _("made a token"),
        Deed.TOKEN_REVOKED: _("revoked tokens"),
        Deed.PASSWORD_SET: _("set a password"),
    }
    return {deed.value: said for deed, said in words.items()}


def groups() -> Mapping[str, str]:
    """Return what deeds are about, in words."""
    return {
        "grade": _("Grades"),
        "regrade": _("Regrades"),
        "assignment": _("Assignments"),
        "submission": _("Submissions"),
        "comment": _("Comments"),
        "roster": _("People"),
        "course": _("The course"),
        "lms": _("The LMS"),
        "endpoint": _("Endpoints"),
        "deliveries": _("Deliveries"),
        "token": _("Tokens"),
        "password": _("Passwords"),
    }


def actor(origin: Origin) -> str:
    """Return who did it where no login says so; else empty."""
    if origin.actor:
        return ""
    return _("the service itself") if origin.via == "service" else _("somebody who was not signed in")


def way(origin: Origin) -> str:
    """Return from where it was done."""
    ways = {
        "page": _("on a page"),
        "api": _("by the API"),
        "webhook": _("by a webhook"),
        "terminal": _("at the server's terminal"),
        "service": "",
    }
    return ways.get(origin.via, origin.via)


def change(entry: Entry) -> tuple[str, str] | None:
    """Return what was before and what is after, where an entry says both."""
    before, after = entry.detail.get("before"), entry.detail.get("after")
    return None if before is None or after is None else (before, after)


def rest(entry: Entry) -> Sequence[tuple[str, str]]:
    """Return what else an entry says."""
    said = ("before", "after") if change(entry) else ()
    return [(name, value) for name, value in entry.detail.items() if name not in said and value]
