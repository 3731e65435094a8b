"""A course's platforms (LMSes): its staff looks, who teaches it connects, changes, tests and removes them.

A platform is begun with what is known before: its addresses of ours must exist before the LMS gives its own.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from grader.domain.audit import Deed
from grader.domain.errors import Conflict, Invalid, NotFound
from grader.domain.lms.platform import Family, Platform
from grader.domain.lms.platform_draft import MOST_PLATFORMS, PlatformDraft
from grader.domain.permissions import Action
from grader.services.connect import new_key
from grader.services.enrol import allowed

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from grader.domain.lms.platform import Context, LineItem
    from grader.domain.people import Course, Role, User
    from grader.ports import Clock, UnitOfWork
    from grader.ports.outside import Gradebooks

__all__ = [
    "Checked",
    "Connection",
    "Overview",
    "PlatformDraft",
    "Step",
    "begin",
    "change",
    "check",
    "connect",
    "free",
    "one",
    "overview",
    "remove",
]


@dataclass(frozen=True)
class Connection:
    """A platform's course that is bound to ours, with the columns of its gradebook that take scores."""

    context: Context
    platform: Platform
    line_items: Sequence[LineItem]


@dataclass(frozen=True)
class Overview:
    """A course's own platforms, oldest first, and every platform's course that is bound to it, shared ones' too."""

    course: Course
    role: Role
    platforms: Sequence[Platform]
    connections: Sequence[Connection]

    @property
    def own(self) -> frozenset[int]:
        """The ids of the platforms that this course may change."""
        return frozenset(platform.id for platform in self.platforms)


@dataclass(frozen=True)
class Step:
    """One step of a connection test; *wrong* is what does not work and what to do, empty for what works."""

    name: str
    wrong: str = ""


@dataclass(frozen=True)
class Checked:
    """What a connection test found: all steps up to the first that fails."""

    course: Course
    role: Role
    platform: Platform
    steps: Sequence[Step]

    @property
    def works(self) -> bool:
        """Whether no step failed."""
        return not any(step.wrong for step in self.steps)


def overview(uow: UnitOfWork, *, user: User, course_slug: str, changes: bool = False) -> Overview:
    """Return what the course is connected with; Forbidden for students, and who *changes* it must teach it."""
    with uow.reading():
        action = Action.CHANGE_LMS if changes else Action.SEE_DELIVERIES
        course, enrolment = allowed(uow, user, course_slug, action)
        return _seen(uow, course, enrolment.role)


def one(uow: UnitOfWork, *, user: User, course_slug: str, platform_id: int) -> tuple[Overview, Platform]:
    """Return one of the course's own platforms amid all; NotFound when the course has none of this number."""
    with uow.reading():
        course, enrolment = allowed(uow, user, course_slug, Action.SEE_DELIVERIES)
        return _seen(uow, course, enrolment.role), _own(uow, course, platform_id)


def begin(uow: UnitOfWork, clock: Clock, *, user: User, course_slug: str, draft: PlatformDraft) -> Platform:
    """Keep a platform with as much as is known, so that the LMS can be told our addresses for it."""
    return _kept(uow, clock, user, course_slug, draft.checked)


def connect(uow: UnitOfWork, clock: Clock, *, user: User, course_slug: str, draft: PlatformDraft) -> Platform:
    """Connect a platform of which all is known; Invalid names what is missing."""
    return _kept(uow, clock, user, course_slug, draft.whole)


def change(
    uow: UnitOfWork, clock: Clock, *, user: User, course_slug: str, platform_id: int, draft: PlatformDraft
) -> Platform:
    """Keep what the LMS says of itself now; one that was begun is connected by it."""
    with uow.writing():
        course, _ = allowed(uow, user, course_slug, Action.CHANGE_LMS)
        before = _own(uow, course, platform_id)
        after = replace(before, **vars(draft.whole()))
        detail = difference(before, after)
        if detail:
            uow.platforms.change(after)
            deed = Deed.LMS_CHANGED if before.is_finished else Deed.LMS_CONNECTED
            uow.audit.add(deed, when=clock.now(), what=after.name, course_id=course.id, detail=detail)
            uow.commit()
    return after


def remove(uow: UnitOfWork, clock: Clock, *, user: User, course_slug: str, platform_id: int) -> Platform:
    """Send nothing more to a platform, and let nobody come from it; scores stay here and there."""
    now = clock.now()
    with uow.writing():
        course, _ = allowed(uow, user, course_slug, Action.CHANGE_LMS)
        platform = _own(uow, course, platform_id)
        uow.platforms.change(replace(platform, removed=now))
        uow.audit.add(Deed.LMS_REMOVED, when=now, what=platform.name, course_id=course.id)
        uow.commit()
    return platform


def free(uow: UnitOfWork, clock: Clock, *, user: User, course_slug: str, context_id: int) -> Context:
    """Take a shared platform's course off ours: it gets nothing more, until somebody connects it by a code again.

    Conflict for a platform of the course's own, whose courses are bound by themselves: remove that one.
    """
    with uow.writing():
        course, _ = allowed(uow, user, course_slug, Action.CHANGE_LMS)
        context, platform = bound(uow, course, context_id)
        if platform.course_id is not None:
            raise Conflict("this LMS was connected for this course alone: remove the LMS instead")
        uow.platforms.unbind(context.id)
        uow.audit.add(
            Deed.LMS_COURSE_FREED, when=clock.now(), what=context.title or context.key, course_id=course.id, detail={}
        )
        uow.commit()
    return context


def check(
    make_uow: Callable[[], UnitOfWork], gradebooks: Gradebooks, *, user: User, course_slug: str, platform_id: int
) -> Checked:
    """Try a connection step by step, with the newest course of the platform's that opened us; never fails itself.

    Takes as long as the platform does: no unit of work is open meanwhile.
    """
    with make_uow().reading() as uow:
        course, enrolment = allowed(uow, user, course_slug, Action.CHANGE_LMS)
        seen = _seen(uow, course, enrolment.role)
        theirs = [each for each in seen.connections if each.platform.id == platform_id]
        platform = theirs[-1].platform if theirs else _own(uow, course, platform_id)
    if not platform.is_finished:
        unfinished = Step("addresses", "Not all that the LMS shows is pasted here yet: finish the second step first.")
        return Checked(course, enrolment.role, platform, [unfinished])
    found = gradebooks.check(platform, theirs[-1].context if theirs else None)
    return Checked(course, enrolment.role, platform, [Step(name, wrong) for name, wrong in found])


def bound(uow: UnitOfWork, course: Course, context_id: int) -> tuple[Context, Platform]:
    """Return a platform's course that is bound to *course*; NotFound when it is not. For use inside a unit of work."""
    for context, platform in uow.platforms.contexts(course.id):
        if context.id == context_id:
            return context, platform
    raise NotFound(f"no course {context_id} of an LMS is connected to this one")


def difference(before: Platform, after: Platform) -> Mapping[str, str]:
    """Return each field that differs, as "old → new", for the audit log."""
    fields = ("name", "family", "issuer", "client_id", "auth_url", "token_url", "jwks_url", "audience", "deployments")
    told = {field: (_word(getattr(before, field)), _word(getattr(after, field))) for field in fields}
    return {field: f"{old or '–'} → {new or '–'}" for field, (old, new) in told.items() if old != new}


def made(draft: PlatformDraft, course_id: int | None, clock: Clock) -> Platform:
    """Return a new platform as it is kept, of one course, or with None of the operator's."""
    return Platform(id=0, key=new_key(), course_id=course_id, made=clock.now(), **vars(draft))


def _kept(
    uow: UnitOfWork, clock: Clock, user: User, course_slug: str, checked: Callable[[], PlatformDraft]
) -> Platform:
    with uow.writing():
        course, _ = allowed(uow, user, course_slug, Action.CHANGE_LMS)
        draft = checked()  # after who asks: a stranger learns nothing about forms
        if len(uow.platforms.of_course(course.id)) >= MOST_PLATFORMS:
            raise Invalid(f"a course may have at most {MOST_PLATFORMS} LMSes: remove one that is not used")
        platform = uow.platforms.add(made(draft, course.id, clock))
        deed = Deed.LMS_CONNECTED if platform.is_finished else Deed.LMS_BEGUN
        told = {"issuer": platform.issuer, "client": platform.client_id}
        uow.audit.add(deed, when=platform.made, what=platform.name, course_id=course.id, detail=told)
        uow.commit()
    return platform


def _own(uow: UnitOfWork, course: Course, platform_id: int) -> Platform:
    for platform in uow.platforms.of_course(course.id):
        if platform.id == platform_id:
            return platform
    raise NotFound(f"this course has connected no LMS {platform_id}")


def _seen(uow: UnitOfWork, course: Course, role: Role) -> Overview:
    items = uow.line_items.of_course(course.id)
    connections = [
        Connection(context, platform, [item for item in items if item.context_id == context.id])
        for context, platform in uow.platforms.contexts(course.id)
    ]
    return Overview(course, role, uow.platforms.of_course(course.id), connections)


def _word(value: object) -> str:
    if isinstance(value, Family):
        return value.value
    return ", ".join(value) if isinstance(value, tuple) else str(value)
