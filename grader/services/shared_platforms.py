"""Platforms that the operator connects, for many courses: each is then bound by who teaches it, with a code."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from grader.domain.audit import Deed
from grader.domain.errors import NotFound
from grader.services.platforms import difference, made

if TYPE_CHECKING:
    from collections.abc import Sequence

    from grader.domain.lms.platform import Platform
    from grader.domain.lms.platform_draft import PlatformDraft
    from grader.ports import Clock, UnitOfWork


def listed(uow: UnitOfWork) -> Sequence[Platform]:
    """Return the operator's platforms, oldest first."""
    with uow.reading():
        return uow.platforms.of_course(None)


def connect(uow: UnitOfWork, clock: Clock, *, draft: PlatformDraft) -> Platform:
    """Keep a platform for all courses, finished or only begun."""
    platform = made(draft.checked(), None, clock)
    with uow.writing():
        kept = uow.platforms.add(platform)
        deed = Deed.LMS_CONNECTED if kept.is_finished else Deed.LMS_BEGUN
        told = {"issuer": kept.issuer, "client": kept.client_id}
        uow.audit.add(deed, when=kept.made, what=kept.name, detail=told)
        uow.commit()
    return kept


def change(uow: UnitOfWork, clock: Clock, *, key: str, draft: PlatformDraft) -> Platform:
    """Keep what the LMS says of itself now; Invalid names what is missing, NotFound when none has this key."""
    with uow.writing():
        before = _own(uow, key)
        after = replace(before, **vars(draft.whole()))
        detail = difference(before, after)
        if detail:
            uow.platforms.change(after)
            deed = Deed.LMS_CHANGED if before.is_finished else Deed.LMS_CONNECTED
            uow.audit.add(deed, when=clock.now(), what=after.name, detail=detail)
            uow.commit()
    return after


def remove(uow: UnitOfWork, clock: Clock, *, key: str) -> Platform:
    """Send nothing more to a platform, of whatever course, and let nobody come from it."""
    now = clock.now()
    with uow.writing():
        platform = _own(uow, key)
        uow.platforms.change(replace(platform, removed=now))
        uow.audit.add(Deed.LMS_REMOVED, when=now, what=platform.name)
        uow.commit()
    return platform


def _own(uow: UnitOfWork, key: str) -> Platform:
    for platform in uow.platforms.of_course(None):
        if platform.key == key:
            return platform
    raise NotFound(f"the operator has connected no LMS with the key {key!r}")
