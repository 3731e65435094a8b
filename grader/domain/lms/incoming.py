"""What others may tell us by webhook: who is in a course, an item's terms, a student's code."""

from __future__ import annotations

import enum
from collections.abc import Mapping  # noqa: TC003 - a field's type, kept at run time
from dataclasses import dataclass
from typing import ClassVar, TypeAlias

from grader.domain.people import Role  # noqa: TC001 - the same
from grader.domain.scoring import ItemKind  # noqa: TC001 - the same


class IncomingType(enum.Enum):
    """The types that mean something here; others are ignored, as Standard Webhooks wants it."""

    ENROLMENT_UPSERTED = "enrolment.upserted"
    ENROLMENT_REMOVED = "enrolment.removed"
    ASSIGNMENT_UPDATED = "assignment.updated"
    SUBMISSION_CREATED = "submission.created"


@dataclass(frozen=True)
class EnrolmentUpserted:
    """Somebody is in the course; None leaves a thing as it is."""

    type: ClassVar = IncomingType.ENROLMENT_UPSERTED
    login: str
    name: str | None = None
    role: Role | None = None
    section: str | None = None


@dataclass(frozen=True)
class EnrolmentRemoved:
    """Somebody left it."""

    type: ClassVar = IncomingType.ENROLMENT_REMOVED
    login: str


@dataclass(frozen=True)
class AssignmentUpdated:
    """An item has other terms: *changes* are fields of Terms, all others stay as they are."""

    type: ClassVar = IncomingType.ASSIGNMENT_UPDATED
    kind: ItemKind
    item: str
    changes: Mapping[str, object]


@dataclass(frozen=True)
class SubmissionCreated:
    """A student's code."""

    type: ClassVar = IncomingType.SUBMISSION_CREATED
    login: str
    exercise: str
    source: str


@dataclass(frozen=True)
class Unknown:
    """A type that means nothing here."""

    name: str


Incoming: TypeAlias = EnrolmentUpserted | EnrolmentRemoved | AssignmentUpdated | SubmissionCreated
