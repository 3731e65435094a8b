"""Platforms and their courses are connected to courses of ours, by who carries a code from here to there."""

from __future__ import annotations

import hashlib
import secrets
from dataclasses import replace
from typing import TYPE_CHECKING

from grader.domain.audit import Deed
from grader.domain.errors import Conflict, Invalid, Unavailable
from grader.domain.lms.launch import CODE, Code
from grader.domain.lms.platform import Platform
from grader.domain.permissions import Action
from grader.services.catch_up import send_missing
from grader.services.enrol import allowed

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

    from grader.domain.lms.launch import Registration, ToolAddresses
    from grader.domain.lms.platform import Context
    from grader.domain.people import Course, User
    from grader.ports import Clock, UnitOfWork
    from grader.ports.outside import Launches

_CODE_BYTES = 16
_KEY_BYTES = 12
_LONGEST_CODE = 100
_STALE = "this code was used, has expired or is none: make a new one on the course's page about its LMS"


def new_code(uow: UnitOfWork, clock: Clock, *, user: User, course_slug: str) -> tuple[str, datetime]:
    """Return a code for a course, good once, and until when; it is shown this once and kept nowhere."""
    now, code = clock.now(), secrets.token_urlsafe(_CODE_BYTES)
    with uow.writing():
        course, _ = allowed(uow, user, course_slug, Action.CHANGE_LMS)
        uow.logins.add_code(Code(_hashed(code), course.id, user.login, now + CODE))
        uow.audit.add(Deed.LMS_CODE_MADE, when=now, what=course.slug, course_id=course.id)
        uow.commit()
    return code, now + CODE


def context_of(uow: UnitOfWork, context_id: int) -> tuple[Context, Platform]:
    """Return a platform's course and the platform; NotFound when there is none."""
    with uow.reading():
        context = uow.platforms.context(context_id)
        return context, uow.platforms.get(context.platform_id)


def bind(uow: UnitOfWork, clock: Clock, *, context_id: int, code: str) -> Course:
    """Bind a platform's course to the one that *code* is for; Invalid for no such code, Conflict when it is bound."""
    now = clock.now()
    with uow.writing():
        used = _used(uow, code, now)
        context = uow.platforms.context(context_id)
        if not uow.platforms.bind(context_id, used.course_id):
            raise Conflict("this course of your LMS is connected already: open the link there again")
        columns = [column.id for column in uow.line_items.of_context(context_id)]
        send_missing(uow, uow.platforms.context(context_id), now, columns=columns, anew=True)  # it may be back
        uow.origin = replace(uow.origin, actor=used.by)
        uow.audit.add(
            Deed.LMS_COURSE_BOUND, when=now, what=context.title or context.key, course_id=used.course_id, detail={}
        )
        course = uow.courses.get(used.course_id)
        uow.commit()
    return course


def register(
    uow: UnitOfWork,
    clock: Clock,
    launches: Launches,
    *,
    code: str,
    configuration_url: str,
    token: str | None,
    addresses: Callable[[str], ToolAddresses],
) -> Platform:
    """Let a platform register us for the course that *code* is for; Unavailable says at which step that failed.

    *addresses* are ours for a platform's key. The code is used up, whatever comes of it: who has it tries once.
    """
    now, key = clock.now(), new_key()
    with uow.writing():
        used = _used(uow, code, now)
        uow.commit()
    try:
        found = launches.register(configuration_url, token, addresses(key))
    except Unavailable as error:
        raise Unavailable(f"{error}; make a new code before you try again, this one is used up") from error
    uow.origin = replace(uow.origin, actor=used.by)
    with uow.writing():
        platform = uow.platforms.add(_platform(found, key, used.course_id, now))
        told = {"issuer": platform.issuer, "client": platform.client_id, "by": "dynamic registration"}
        uow.audit.add(Deed.LMS_CONNECTED, when=now, what=platform.name, course_id=used.course_id, detail=told)
        uow.commit()
    return platform


def new_key() -> str:
    """Return what stands in our addresses for a new platform."""
    return secrets.token_hex(_KEY_BYTES)


def _platform(found: Registration, key: str, course_id: int, now: datetime) -> Platform:
    return Platform(
        id=0,
        key=key,
        course_id=course_id,
        name=found.name,
        family=found.family,
        issuer=found.issuer,
        client_id=found.client_id,
        auth_url=found.auth_url,
        token_url=found.token_url,
        jwks_url=found.jwks_url,
        made=now,
        audience=found.audience,
        deployments=(found.deployment,) if found.deployment else (),
    )


def _used(uow: UnitOfWork, code: str, now: datetime) -> Code:
    found = uow.logins.use_code(_hashed(code.strip()[:_LONGEST_CODE]), now)
    if found is None:
        raise Invalid(_STALE, field="code")
    return found


def _hashed(code: str) -> str:
    """Return what is kept of *code*: with 128 random bits in it, a fast hash can't be searched."""
    return hashlib.sha256(code.encode("utf-8", "surrogatepass")).hexdigest()
