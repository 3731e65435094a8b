"""Webhooks come in: an endpoint's key, its signature, and each message done once, all of it or nothing.

What an endpoint may do is its instructor's delegation, and stands in `receive_changes`.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from grader.domain.errors import Invalid, NotFound
from grader.domain.lms.incoming import IncomingType, Unknown
from grader.domain.lms.signature import verify
from grader.services.endpoint_secrets import signing
from grader.services.receive_changes import prepared

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from datetime import datetime

    from grader.domain.lms.endpoint import Endpoint
    from grader.domain.lms.incoming import Incoming
    from grader.domain.people import User
    from grader.ports import Bell, Catalogue, Clock, UnitOfWork
    from grader.ports.outside import Vault
    from grader.services.receive_changes import Change, Done

MOST_BYTES = 64 * 1024
"""Of a message; one with a source may have what that takes, besides."""

_LONGEST_ESCAPE = 6  # bytes that JSON may spend on one byte of source: \u000a


@dataclass(frozen=True)
class Door:
    """An endpoint at whose address somebody knocks, and how many bytes they may bring."""

    endpoint: Endpoint
    most_bytes: int


def door(uow: UnitOfWork, catalogue: Catalogue, key: str) -> Door:
    """Return the endpoint with this key; NotFound, which tells nothing, when none takes messages there."""
    with uow.reading():
        endpoint = _receiving(uow, key)
        lesson = uow.courses.get(endpoint.course_id).lesson
    try:
        sources = [exercise.limits.source_kib for exercise in catalogue.exercises(lesson)]
    except NotFound:  # the lesson has gone: nothing can be handed in
        sources = []
    return Door(endpoint, MOST_BYTES + max(sources, default=0) * 1024 * _LONGEST_ESCAPE)


def signed(clock: Clock, vault: Vault, endpoint: Endpoint, headers: Mapping[str, str], body: bytes) -> str:
    """Return the id of a message that the endpoint signed not long ago; BadSignature for any other.

    *headers* have their names in lower case.
    """
    now = clock.now()
    return verify(signing(vault, endpoint, now), dict(headers), now, body)


def receive(
    uow: UnitOfWork,
    clock: Clock,
    catalogue: Catalogue,
    bell: Bell,
    *,
    endpoint: Endpoint,
    message_id: str,
    message: Incoming | Unknown,
    admit: Callable[[User], None],
) -> Mapping[str, object]:
    """Do what a message says, and return the answer; one that was done before gets the answer that it got then.

    Invalid names the field of the body; Forbidden, Conflict, LimitReached and TooLarge are those of the same change
    made by a person, and nothing is changed. *admit* refuses a student who hands in too often.
    """
    if isinstance(message, Unknown):
        known = ", ".join(each.value for each in IncomingType)
        return {"type": message.name, "result": "ignored", "known": known}
    now = clock.now()
    uow.origin = replace(uow.origin, actor=f"endpoint {endpoint.name}", via="webhook")  # no login holds a blank
    with uow.reading():
        earlier = uow.received.find(endpoint.id, message_id)
        lesson = uow.courses.get(endpoint.course_id).lesson
    if earlier is not None:
        return earlier.answer
    try:
        change = prepared(message, catalogue, lesson, admit)  # outside: no lock while parsing
        answer, done = _once(uow, endpoint, message_id, message.type, change=change, now=now)
    except Invalid as error:
        field = f"data.{error.field}" if error.field else "data"
        raise Invalid(str(error), field=field, line=error.line) from error
    if done is not None and done.run_id is not None:
        bell.ring(done.run_id)
    return answer


def _once(
    uow: UnitOfWork, endpoint: Endpoint, message_id: str, kind: IncomingType, *, change: Change, now: datetime
) -> tuple[Mapping[str, object], Done | None]:
    """Make *change* unless another with this id is through; return the answer, and what was done if it was."""
    with uow.writing():
        _receiving(uow, endpoint.key)  # nobody removed it meanwhile
        if not uow.received.add(endpoint.id, message_id, kind.value, when=now):
            earlier = uow.received.find(endpoint.id, message_id)
            return (earlier.answer if earlier else {}), None
        done = change(uow, uow.courses.get(endpoint.course_id), now)
        answer = {"type": kind.value, "result": "done", **done.told}
        uow.received.answered(endpoint.id, message_id, answer, submission_id=done.submission_id)
        uow.commit()
    return answer, done


def _receiving(uow: UnitOfWork, key: str) -> Endpoint:
    endpoint = uow.endpoints.by_key(key)
    if endpoint is None or not endpoint.receives:
        raise NotFound("there is nothing at this address")
    return endpoint
