"""Bodies of webhooks become what they say; what is wrong is told with the path of its field."""

from collections.abc import Callable, Mapping
from typing import Annotated, Any, Literal

from pydantic import Field

from grader.domain.lms.incoming import (
    AssignmentUpdated,
    EnrolmentRemoved,
    EnrolmentUpserted,
    Incoming,
    IncomingType,
    SubmissionCreated,
    Unknown,
)
from grader.domain.people import Role
from grader.domain.scoring import ItemKind
from grader.web.api.assignments import TermsIn, as_terms
from grader.web.bodies import Body, fit, fit_json

_DATA = "data"

Login = Annotated[str, Field(description="a login, a text of 1 to 200 characters")]
Slug = Annotated[str, Field(max_length=200, description="the name of an item as its address has it")]


class EnvelopeIn(Body, extra="ignore"):
    """A message as Standard Webhooks has it; what else stands there means nothing here."""

    type: Annotated[str, Field(pattern=r"^[\w.-]{1,100}$", description="a type like enrolment.upserted")]
    data: Annotated[dict[str, Any], Field(description="an object with what the type says")]


class UpsertedIn(Body):
    """Somebody is in the course."""

    login: Login
    name: Annotated[str | None, Field(description="a text of 1 to 200 characters, or null")] = None
    role: Annotated[Literal["student", "assistant"] | None, Field(description="student, assistant or null")] = None
    section: Annotated[str | None, Field(description="a text of at most 40 characters, or null")] = None


class RemovedIn(Body):
    """Somebody left the course."""

    login: Login


class UpdatedIn(TermsIn):
    """An item's terms; what is left out stays as it is."""

    kind: Annotated[ItemKind, Field(strict=False, description="exercise or quiz")]
    item: Slug


class CreatedIn(Body):
    """A student's code."""

    login: Login
    exercise: Slug
    source: Annotated[str, Field(description="the Python source as a string")]


def read(body: bytes) -> Incoming | Unknown:
    """Return what a body says: 400 for what is no JSON, Invalid for what does not fit its type."""
    envelope = fit_json(EnvelopeIn, body)
    known = {each.value: each for each in IncomingType}
    if envelope.type not in known:
        return Unknown(envelope.type)
    return _READERS[known[envelope.type]](envelope.data)


def _upserted(data: Mapping[str, Any]) -> Incoming:
    given = fit(UpsertedIn, data, within=_DATA)
    return EnrolmentUpserted(given.login, given.name, Role(given.role) if given.role else None, given.section)


def _removed(data: Mapping[str, Any]) -> Incoming:
    return EnrolmentRemoved(fit(RemovedIn, data, within=_DATA).login)


def _updated(data: Mapping[str, Any]) -> Incoming:
    given = fit(UpdatedIn, data, within=_DATA)
    return AssignmentUpdated(given.kind, given.item, as_terms(given, given.model_fields_set - {"kind", "item"}))


def _created(data: Mapping[str, Any]) -> Incoming:
    given = fit(CreatedIn, data, within=_DATA)
    return SubmissionCreated(given.login, given.exercise, given.source)


_READERS: Mapping[IncomingType, Callable[[Mapping[str, Any]], Incoming]] = {
    IncomingType.ENROLMENT_UPSERTED: _upserted,
    IncomingType.ENROLMENT_REMOVED: _removed,
    IncomingType.ASSIGNMENT_UPDATED: _updated,
    IncomingType.SUBMISSION_CREATED: _created,
}
