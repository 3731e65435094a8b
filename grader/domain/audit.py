"""Who did what to which score, role or token, when and from where. Entries are added, never changed."""

from __future__ import annotations

import enum
from collections.abc import Mapping  # noqa: TC003 - a field's type, kept at run time
from dataclasses import dataclass, field
from datetime import datetime  # noqa: TC003 - the same
from typing import NamedTuple


class Deed(enum.Enum):
    """What can be done; the value's first word says to what."""

    COURSE_MADE = "course.made"
    COURSE_CHANGED = "course.changed"
    ENROLLED = "roster.enrolled"
    ROLE_CHANGED = "roster.role"
    SECTION_CHANGED = "roster.section"
    REMOVED = "roster.removed"
    RESTORED = "roster.restored"
    INVITED = "roster.invited"
    ASSIGNMENT_SET = "assignment.set"
    EXTENDED = "assignment.extended"
    EXTENSION_ENDED = "assignment.extension_ended"
    OVERRIDDEN = "grade.overridden"
    OVERRIDE_WITHDRAWN = "grade.override_withdrawn"
    EXPORTED = "grade.exported"
    REGRADE_STARTED = "regrade.started"
    REGRADE_APPLIED = "regrade.applied"
    REGRADE_DISCARDED = "regrade.discarded"
    REGRADE_UNDONE = "regrade.undone"
    HANDED_IN = "submission.handed_in"  # by an endpoint, for a student
    RERUN = "submission.rerun"
    COMMENTED = "comment.made"
    COMMENT_WITHDRAWN = "comment.withdrawn"
    ENDPOINT_MADE = "endpoint.made"
    ENDPOINT_CHANGED = "endpoint.changed"
    ENDPOINT_REMOVED = "endpoint.removed"
    ENDPOINT_ROTATED = "endpoint.rotated"
    ENDPOINT_OFF = "endpoint.off"  # switched off by the service: it failed for too long, or wants nothing more
    DELIVERIES_REPLAYED = "deliveries.replayed"
    LMS_CODE_MADE = "lms.code_made"
    LMS_BEGUN = "lms.begun"
    LMS_CONNECTED = "lms.connected"
    LMS_CHANGED = "lms.changed"
    LMS_REMOVED = "lms.removed"
    LMS_COURSE_FREED = "lms.course_freed"
    LMS_COURSE_BOUND = "lms.course_bound"
    LMS_MEMBERS_READ = "lms.members_read"
    LMS_COLUMN_MADE = "lms.column_made"
    LMS_COLUMN_REMOVED = "lms.column_removed"
    LMS_SCORES_RESENT = "lms.scores_resent"
    TOKEN_ISSUED = "token.issued"  # noqa: S105 - no secret
    TOKEN_REVOKED = "token.revoked"  # noqa: S105 - the same
    PASSWORD_SET = "password.set"  # noqa: S105 - the same


@dataclass(frozen=True)
class Origin:
    """Where a change comes from: a login, empty for the service itself; page, API, terminal; the network address.

    By a webhook it is "endpoint" and the endpoint's name, which no login is: logins hold no blank.
    """

    actor: str = ""
    via: str = "service"
    address: str = ""


@dataclass(frozen=True)
class Entry:
    """One line of the log; *user_id* is whom it concerns, *what* names the thing, *detail* says before and after."""

    id: int
    made: datetime
    origin: Origin
    deed: str  # a Deed's value, or one that a later version wrote
    course_id: int | None
    user_id: int | None
    what: str
    detail: Mapping[str, str] = field(default_factory=dict)


class Note(NamedTuple):
    """What an entry says about one person, when many are changed at once."""

    deed: Deed
    what: str
    user_id: int
    detail: Mapping[str, str] = {}


@dataclass(frozen=True)
class Filter:
    """Which entries are wanted; empty is any. *before* is an id: the page that follows."""

    actor: str = ""
    deed: str = ""  # or its first word
    user_id: int | None = None
    since: datetime | None = None
    until: datetime | None = None
    before: int | None = None
