"""A course's endpoints: where its webhooks go to and come from. Instructors make and change them; the staff looks.

Secrets are shown once, when they are made. What is kept of them, and of headers' values, is sealed.
"""

from __future__ import annotations

import secrets
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from grader.domain.audit import Deed
from grader.domain.errors import Conflict, Invalid, NotFound, Unavailable
from grader.domain.lms.endpoint import OVERLAP, Endpoint
from grader.domain.lms.endpoint_draft import MOST_ENDPOINTS, EndpointDraft, host_of
from grader.domain.lms.event import Draft, EventType
from grader.domain.lms.signature import SECRET_BYTES, new_secret
from grader.domain.permissions import Action
from grader.services.endpoint_secrets import headers_of, sealed_headers
from grader.services.enrol import allowed

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import datetime

    from grader.domain.lms.delivery import Delivery
    from grader.domain.lms.receipt import Receipt
    from grader.domain.people import Course, Role, User
    from grader.ports import Clock, UnitOfWork
    from grader.ports.outside import Vault

__all__ = [
    "EndpointDraft",
    "Listed",
    "One",
    "change",
    "listed",
    "make",
    "one",
    "remove",
    "rotate",
    "send_test",
    "switch",
]

SHOWN_RECEIPTS = 20
_KEY_BYTES = 16


@dataclass(frozen=True)
class Listed:
    """A course's endpoints, oldest first; removed ones are left out."""

    course: Course
    role: Role
    endpoints: Sequence[Endpoint]


@dataclass(frozen=True)
class One:
    """One endpoint: what of its headers may be shown, and the newest webhooks that it sent us."""

    course: Course
    role: Role
    endpoint: Endpoint
    header_names: Sequence[str]
    received: Sequence[Receipt]


def listed(uow: UnitOfWork, *, user: User, course_slug: str) -> Listed:
    """Return the course's endpoints; Forbidden for students."""
    with uow.reading():
        course, enrolment = allowed(uow, user, course_slug, Action.SEE_DELIVERIES)
        return Listed(course, enrolment.role, uow.endpoints.of_course(course.id))


def one(uow: UnitOfWork, vault: Vault, *, user: User, course_slug: str, endpoint_id: int) -> One:
    """Return one endpoint; NotFound when the course has none of this number."""
    with uow.reading():
        course, enrolment = allowed(uow, user, course_slug, Action.SEE_DELIVERIES)
        endpoint = _of(uow, course, endpoint_id)
        received = uow.received.of_endpoint(endpoint.id, SHOWN_RECEIPTS)
    return One(course, enrolment.role, endpoint, sorted(_readable(vault, endpoint)), received)


def make(
    uow: UnitOfWork, clock: Clock, vault: Vault, *, user: User, course_slug: str, draft: EndpointDraft
) -> tuple[Endpoint, str]:
    """Keep a new endpoint; return it and its secret, which is shown this once. Invalid says what can't be so."""
    draft, now, secret = draft.checked(), clock.now(), new_secret(secrets.token_bytes(SECRET_BYTES))
    with uow.writing():
        course, _ = allowed(uow, user, course_slug, Action.CHANGE_LMS)
        if len(uow.endpoints.of_course(course.id)) >= MOST_ENDPOINTS:
            raise Conflict(f"a course has at most {MOST_ENDPOINTS} endpoints: remove one first")
        key, headers = secrets.token_urlsafe(_KEY_BYTES), sealed_headers(vault, _values(draft.headers, {}))
        made = uow.endpoints.add(
            Endpoint(
                0, key, course.id, draft.name, draft.url, draft.events, draft.receives, vault.seal(secret), now, headers
            )
        )
        _note(uow, Deed.ENDPOINT_MADE, made, now, _said(made, draft.headers))
        uow.commit()
    return made, secret


def change(
    uow: UnitOfWork,
    clock: Clock,
    vault: Vault,
    *,
    user: User,
    course_slug: str,
    endpoint_id: int,
    draft: EndpointDraft,
) -> Endpoint:
    """Keep an endpoint as *draft* says; Invalid says what can't be so.

    A header without a value keeps the one it has, while what is sent goes to the same host: whoever may change the
    address must not learn by that what another instructor wrote.
    """
    draft, now = draft.checked(), clock.now()
    with uow.writing():
        course, _ = allowed(uow, user, course_slug, Action.CHANGE_LMS)
        before = _held(uow, course, endpoint_id)
        kept = _readable(vault, before)
        moved = _origin(before.url) != _origin(draft.url)
        headers = _values(draft.headers, {} if moved else kept)
        sealed = before.headers if headers == kept and kept else sealed_headers(vault, headers)
        after = replace(
            before, name=draft.name, url=draft.url, events=draft.events, receives=draft.receives, headers=sealed
        )
        if after.url != before.url:
            uow.endpoints.arrived(before.id)  # that nothing arrived says nothing of another address
            after = replace(after, failing=None)
        uow.endpoints.change(after)
        said = _difference(_said(before, kept), _said(after, headers))
        said |= {"address": "changed"} if after.url != before.url else {}
        said |= {"headers' values": "changed"} if any(headers[name] != kept.get(name) for name in headers) else {}
        _note(uow, Deed.ENDPOINT_CHANGED, after, now, said)
        uow.commit()
    return after


def remove(uow: UnitOfWork, clock: Clock, *, user: User, course_slug: str, endpoint_id: int) -> None:
    """Send nothing more to an endpoint, and take nothing from it; its deliveries stay in the log."""
    now = clock.now()
    with uow.writing():
        course, _ = allowed(uow, user, course_slug, Action.CHANGE_LMS)
        endpoint = _held(uow, course, endpoint_id)
        uow.endpoints.change(replace(endpoint, removed=now, secret="", old_secret="", old_until=None, headers=""))
        _note(uow, Deed.ENDPOINT_REMOVED, endpoint, now, {})
        uow.commit()


def rotate(
    uow: UnitOfWork, clock: Clock, vault: Vault, *, user: User, course_slug: str, endpoint_id: int
) -> tuple[Endpoint, str]:
    """Make an endpoint's secret anew and return it, which is shown this once; the old one is good for OVERLAP."""
    now, secret = clock.now(), new_secret(secrets.token_bytes(SECRET_BYTES))
    with uow.writing():
        course, _ = allowed(uow, user, course_slug, Action.CHANGE_LMS)
        before = _held(uow, course, endpoint_id)
        old, until = (before.secret, now + OVERLAP) if _opens(vault, before.secret) else ("", None)
        after = replace(before, secret=vault.seal(secret), old_secret=old, old_until=until)
        uow.endpoints.change(after)
        _note(uow, Deed.ENDPOINT_ROTATED, after, now, {"old good until": str(until)} if until else {})
        uow.commit()
    return after, secret


def switch(uow: UnitOfWork, clock: Clock, *, user: User, course_slug: str, endpoint_id: int, on: bool) -> Endpoint:
    """Send nothing more to an endpoint, or send again: what waited meanwhile, too."""
    now = clock.now()
    with uow.writing():
        course, _ = allowed(uow, user, course_slug, Action.CHANGE_LMS)
        before = _held(uow, course, endpoint_id)
        if on == (before.off is None):
            return before
        if on:
            uow.endpoints.arrived(before.id)  # it is given its five days anew
            after = replace(before, off=None, off_because="", failing=None)
        else:
            after = replace(before, off=now, off_because=f"switched off by {user.login}")
        uow.endpoints.change(after)
        _note(uow, Deed.ENDPOINT_CHANGED, after, now, {"sending": "off → on" if on else "on → off"})
        uow.commit()
    return after


def send_test(uow: UnitOfWork, clock: Clock, *, user: User, course_slug: str, endpoint_id: int) -> Delivery:
    """Send an event that means nothing to one endpoint; Conflict when nothing is sent to it."""
    now = clock.now()
    with uow.writing():
        course, _ = allowed(uow, user, course_slug, Action.CHANGE_LMS)
        endpoint = _of(uow, course, endpoint_id)
        if not endpoint.url:
            raise Conflict("this endpoint has no url that a test could be sent to: give it one first")
        if endpoint.off is not None:
            raise Conflict("this endpoint is switched off: switch it on first")
        data = {"course": course.slug, "endpoint": endpoint.name}
        (event,) = uow.outbox.add([Draft(EventType.TEST, data)], course_id=course.id, made=now)
        delivery = uow.outbox.add_delivery(event, endpoint.id, made=now)
        uow.commit()
    return delivery


def _of(uow: UnitOfWork, course: Course, endpoint_id: int) -> Endpoint:
    """Return an endpoint of *course*; NotFound for any other."""
    endpoint = uow.endpoints.get(endpoint_id)
    if endpoint.course_id != course.id or endpoint.removed is not None:
        raise NotFound(f"there is no endpoint {endpoint_id}")
    return endpoint


def _held(uow: UnitOfWork, course: Course, endpoint_id: int) -> Endpoint:
    """Do that for a change: who rotates, changes and switches off at once must not undo each other's."""
    _of(uow, course, endpoint_id)
    uow.endpoints.hold(endpoint_id)
    return _of(uow, course, endpoint_id)


def _readable(vault: Vault, endpoint: Endpoint) -> Mapping[str, str]:
    """Return the headers, none when another key sealed them: nobody can read them any more."""
    try:
        return headers_of(vault, endpoint)
    except Unavailable:
        return {}


def _opens(vault: Vault, sealed: str) -> bool:
    try:
        vault.open(sealed)
    except Unavailable:
        return False
    return True


def _values(wanted: Mapping[str, str], kept: Mapping[str, str]) -> dict[str, str]:
    """Return all headers with their values, those without one as they were *kept*."""
    known = {name.lower(): value for name, value in kept.items()}
    values = {name: value or known.get(name.lower(), "") for name, value in wanted.items()}
    for name, value in values.items():
        if not value:
            raise Invalid(f"give the header {name} a value: none is kept for this address", field="headers")
    return values


def _origin(url: str) -> tuple[str, str]:
    return url.partition(":")[0].lower(), host_of(url)


def _said(endpoint: Endpoint, headers: Mapping[str, str]) -> dict[str, str]:
    """Return what the audit log says of an endpoint: the address may hold a secret, so its host alone."""
    return {
        "name": endpoint.name,
        "host": host_of(endpoint.url) or "–",
        "events": ", ".join(sorted(kind.value for kind in endpoint.events)) or "all",
        "receives": "yes" if endpoint.receives else "no",
        "headers": ", ".join(sorted(headers)) or "–",
    }


def _difference(before: Mapping[str, str], after: Mapping[str, str]) -> dict[str, str]:
    return {name: f"{before[name]} → {now}" for name, now in after.items() if now != before[name]}


def _note(uow: UnitOfWork, deed: Deed, endpoint: Endpoint, now: datetime, detail: Mapping[str, str]) -> None:
    uow.audit.add(deed, when=now, what=f"endpoint {endpoint.name}", course_id=endpoint.course_id, detail=detail)
