"""LTI 1.3: platforms, the courses that they have, who is in them, the columns of their gradebooks."""

from __future__ import annotations

import enum
from dataclasses import dataclass
from datetime import datetime  # noqa: TC003 - a field's type, kept at run time
from typing import TYPE_CHECKING

from grader.domain.people import Role
from grader.domain.scoring import ItemKind  # noqa: TC001 - a field's type, kept at run time

if TYPE_CHECKING:
    from collections.abc import Iterable

_MEMBERSHIP = "http://purl.imsglobal.org/vocab/lis/v2/membership"
LEARNER = f"{_MEMBERSHIP}#Learner"
INSTRUCTOR = f"{_MEMBERSHIP}#Instructor"
ASSISTANT = f"{_MEMBERSHIP}/Instructor#TeachingAssistant"

_AGS = "https://purl.imsglobal.org/spec/lti-ags/scope"
LINE_ITEM_SCOPE = f"{_AGS}/lineitem"
SCORE_SCOPE = f"{_AGS}/score"
RESULT_SCOPE = f"{_AGS}/result.readonly"
MEMBERS_SCOPE = "https://purl.imsglobal.org/spec/lti-nrps/scope/contextmembership.readonly"
SCOPES = (LINE_ITEM_SCOPE, f"{_AGS}/lineitem.readonly", SCORE_SCOPE, RESULT_SCOPE, MEMBERS_SCOPE)


class Family(enum.Enum):
    """Whose software a platform is: some need a word of their own."""

    CANVAS = "canvas"
    MOODLE = "moodle"
    OPEN_EDX = "openedx"
    BRIGHTSPACE = "brightspace"
    BLACKBOARD = "blackboard"
    OTHER = "other"


@dataclass(frozen=True)
class Platform:
    """An LMS that may launch us. *key* stands in our addresses for it, so that each has its own.

    One that a course's instructor connected serves that course alone: whatever its keys sign can reach no other.
    *course_id* is None for one that the operator connected: its courses are bound one by one, each by an instructor of
    ours with a code. *deployments* empty: the first that launches is kept. What the LMS has not told yet is empty.
    """

    id: int
    key: str
    course_id: int | None
    name: str
    family: Family
    issuer: str
    client_id: str
    auth_url: str
    token_url: str
    jwks_url: str
    made: datetime
    audience: str = ""  # of token requests, where it is not the token's address
    deployments: tuple[str, ...] = ()
    failing: datetime | None = None  # since when it takes no score
    removed: datetime | None = None

    @property
    def is_finished(self) -> bool:
        """Whether the LMS has told all that we need: before that, only our addresses for it are known."""
        return all((self.issuer, self.client_id, self.auth_url, self.token_url, self.jwks_url))


@dataclass(frozen=True)
class Context:
    """A platform's course; *course_id* is ours, None until an instructor of ours has bound it."""

    id: int
    platform_id: int
    deployment: str
    key: str  # its id there
    title: str
    course_id: int | None
    line_items_url: str = ""  # empty: the platform lends no gradebook
    members_url: str = ""  # empty: nor its list of members
    scopes: tuple[str, ...] = ()
    synced: datetime | None = None  # when its members were last read
    sync_note: str = ""


@dataclass(frozen=True)
class Member:
    """Somebody of a platform's course, and who that is here; *subject* is the id there, `sub` and `user_id`."""

    context_id: int
    subject: str
    user_id: int
    ended: datetime | None = None


@dataclass(frozen=True)
class LineItem:
    """A column of a platform's gradebook that takes the scores of one item of ours."""

    id: int
    context_id: int
    kind: ItemKind
    item: str
    url: str
    label: str
    max_points: int
    resource_link: str = ""  # the link in the LMS that it belongs to; empty when we made it
    made: datetime | None = None
    removed: datetime | None = None


def role_of(roles: Iterable[str]) -> Role:
    """Return what somebody is in a course by a platform's words; what is unknown is a student: the least.

    >>> [role_of(roles).value for roles in ([LEARNER], [INSTRUCTOR, ASSISTANT], ["Instructor"], [])]
    ['student', 'assistant', 'instructor', 'student']
    """
    given = set(roles)
    if ASSISTANT in given or "TeachingAssistant" in given:  # platforms send the main role beside the finer one
        return Role.ASSISTANT
    return Role.INSTRUCTOR if given & {INSTRUCTOR, "Instructor"} else Role.STUDENT
