"""Somebody opens a link in a platform and arrives here: a login is begun, its message comes back, once.

Who arrives is confined to the course that the platform's course is bound to.
"""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING

from grader.domain.errors import Conflict, Forbidden, Invalid, NotFound
from grader.domain.inert import inert
from grader.domain.lms.arrival import item_of
from grader.domain.lms.launch import LOGIN, Login, Message
from grader.domain.lms.platform import Context, role_of
from grader.domain.people import Scope
from grader.services import tokens
from grader.services.arrive import Arriving, arrive

if TYPE_CHECKING:
    from datetime import datetime

    from grader.domain.lms.launch import Launch, LoginRequest
    from grader.domain.lms.platform import Platform
    from grader.domain.people import Course, User
    from grader.domain.scoring import ItemKind
    from grader.ports import Catalogue, Clock, UnitOfWork
    from grader.ports.outside import Launches

SESSION = timedelta(hours=12)
"""How long a launch opens a course: a day's work; the link in the LMS opens it again."""

_BYTES = 32
_USED = "this login was used already, took longer than ten minutes or is none of ours: open the link in your LMS again"


@dataclass(frozen=True)
class Begun:
    """Where the browser goes to sign in, and the state that it must bring back."""

    address: str
    state: str


@dataclass(frozen=True)
class Arrival:
    """What came of a message. Without a *course* nobody is signed in: who teaches it must connect it by a code."""

    platform: Platform
    launch: Launch
    context: Context
    course: Course | None = None
    user: User | None = None
    secret: str = ""
    item: tuple[ItemKind, str] | None = None


def platform_of(uow: UnitOfWork, key: str) -> Platform:
    """Return the platform at whose address somebody knocks; NotFound when it is none's (any more).

    Conflict when the LMS has not told all that we need yet.
    """
    with uow.reading():
        found = uow.platforms.by_key(key)
    if found is None:
        raise NotFound("no LMS is connected at this address (any more): ask who teaches the course to connect it again")
    if not found.is_finished:
        raise Conflict(
            "this LMS is connected by half: who teaches the course pastes what the LMS shows on the course's page "
            "about the LMS here"
        )
    return found


def begin(uow: UnitOfWork, clock: Clock, launches: Launches, *, key: str, asked: LoginRequest, back: str) -> Begun:
    """Begin a login; Invalid when it does not come from the platform. *back* is where the message then comes to."""
    platform = platform_of(uow, key)
    now, state, nonce = clock.now(), secrets.token_urlsafe(_BYTES), secrets.token_urlsafe(_BYTES)
    address = launches.redirect(platform, asked, state=state, nonce=nonce, back=back)
    with uow.noting():
        uow.logins.forget(now)
        uow.logins.start(Login(state, nonce, platform.id, now + LOGIN))
        uow.commit()
    return Begun(address, state)


def finish(
    uow: UnitOfWork, clock: Clock, launches: Launches, catalogue: Catalogue, *, key: str, state: str, id_token: str
) -> Arrival:
    """Take the message that answers a login, and let its person in.

    Conflict when the login was used; Invalid when the message is not to be trusted, Unavailable when the platform's
    keys can't be read; Forbidden for who may not come in.
    """
    platform = platform_of(uow, key)
    login = _burnt(uow, platform, state, clock.now())
    launch = launches.read(platform, id_token, nonce=login.nonce)
    context = _context(uow, platform, launch)
    if context.course_id is None:
        return _unbound(platform, launch, context)
    arriving = Arriving(platform, launch, context, clock.now())
    try:
        user, course, item = arrive(uow, catalogue, arriving)
    except Conflict:  # the same person came by another tab at the same moment
        user, course, item = arrive(uow, catalogue, arriving)
    secret = _session(uow, user, course, arriving.now)
    return Arrival(platform, launch, context, course, user, secret, item)


def person_of(uow: UnitOfWork, user_id: int) -> User:
    """Return whose session a link continues."""
    with uow.reading():
        return uow.users.get(user_id)


def again(uow: UnitOfWork, clock: Clock, *, user_id: int, hashed: str) -> str:
    """Return the secret of a session like that of a launch whose token has this hash; Conflict when that has ended."""
    now = clock.now()
    with uow.writing():
        first = uow.tokens.by_hash(hashed)
        if first is None or first.user_id != user_id or first.course_id is None or not first.is_valid(now):
            raise Conflict("the session that this link continues has ended: open the link in your LMS again")
        user = uow.users.get(user_id)
        _, secret = tokens.add(
            uow,
            user=user,
            name=first.name,
            scope=Scope.SESSION,
            created=now,
            expires=first.expires,
            course_id=first.course_id,
        )
        uow.commit()
    return secret


def _burnt(uow: UnitOfWork, platform: Platform, state: str, now: datetime) -> Login:
    with uow.writing():
        login = uow.logins.burn(state)
        uow.commit()  # whatever comes of the message: it is good for one try
    if login is None or login.expires <= now or login.platform_id != platform.id:
        raise Conflict(_USED)
    return login


def _context(uow: UnitOfWork, platform: Platform, launch: Launch) -> Context:
    """Return the platform's course, bound when the platform is one course's own."""
    with uow.writing():
        if not uow.platforms.take_deployment(platform.id, launch.deployment):
            raise Invalid(
                "the message is from another deployment than the platform's (deployment_id): add it to the platform "
                "here, if the tool was added there a second time"
            )
        if launch.family is not platform.family:
            uow.platforms.set_family(platform.id, launch.family)
        kept = uow.platforms.put_context(_told(platform, launch))
        if kept.course_id is None and platform.course_id is not None:
            uow.platforms.bind(kept.id, platform.course_id)
            kept = uow.platforms.context(kept.id)
        uow.commit()
    return kept


def _told(platform: Platform, launch: Launch) -> Context:
    return Context(
        id=0,
        platform_id=platform.id,
        deployment=launch.deployment,
        key=launch.context_key,
        title=inert(launch.context_title),
        course_id=None,
        line_items_url=launch.line_items_url,
        members_url=launch.members_url,
        scopes=launch.scopes,
    )


def _unbound(platform: Platform, launch: Launch, context: Context) -> Arrival:
    if not role_of(launch.person.roles).is_staff:
        raise Forbidden(
            "this course of your LMS is not connected to one here yet: whoever teaches it opens this link once and "
            "connects it"
        )
    return Arrival(platform, launch, context, item=item_of(launch.custom))


def _session(uow: UnitOfWork, user: User, course: Course, now: datetime) -> str:
    with uow.writing():
        _, secret = tokens.add(
            uow,
            user=user,
            name="launch",
            scope=Scope.SESSION,
            created=now,
            expires=now + SESSION,
            course_id=course.id,
        )
        uow.commit()
    return secret


def is_for_content(arrival: Arrival) -> bool:
    """Whether the message wants content to be picked."""
    return arrival.launch.message is Message.DEEP_LINK
