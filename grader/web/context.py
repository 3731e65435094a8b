"""What views reach for: the needs of this app, and who is signed in."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, cast

from flask import current_app, g, has_request_context, request

from grader.domain.audit import Origin
from grader.domain.errors import Conflict
from grader.web.streams import Pace, Streams

if TYPE_CHECKING:
    from collections.abc import Callable

    from flask import Flask

    from grader.domain.people import User
    from grader.ports import Bell, Catalogue, Clock, Passwords, UnitOfWork
    from grader.ports.outside import Gradebooks, Launches, Vault
    from grader.web.limits import Limit

LOOKS = ("GET", "HEAD", "OPTIONS")
"""Methods that change nothing."""

_KEY = "grader"


@dataclass(frozen=True)
class Services:
    """All that the web app needs from outside, with what an operator may want otherwise.

    *streams* is how many readers of events may watch at once, each of which holds a thread; others are told to come
    back, so it must be below the server's number of threads. *change_limit* is for all that one person saves, more
    often than any page does by itself. *url* is where browsers reach the pages, empty where nobody said; *proxies* is
    how many of ours each request passes. Without *launches*, *vault* and *gradebooks* no other system is connected;
    *launch_limit* is of one address, behind which a whole lecture hall may sit; *hook_limit* of one endpoint's
    webhooks, *forged_limit* of those from one address that it did not sign. *session_secret* signs what browsers hold,
    and opens nothing by itself.
    """

    make_uow: Callable[[], UnitOfWork]
    clock: Clock
    catalogue: Catalogue
    bell: Bell
    passwords: Passwords
    session_secret: str = field(repr=False)
    url: str = ""
    proxies: int = 0
    launches: Launches | None = None
    vault: Vault | None = None
    gradebooks: Gradebooks | None = None
    submit_limit: str = "30 per minute"
    launch_limit: str = "600 per minute"
    hook_limit: str = "600 per minute"
    forged_limit: str = "30 per minute"
    sign_in_limit: str = "10 per minute"
    change_limit: str = "120 per minute"
    streams: int = 12
    pace: Pace = field(default_factory=Pace)


@dataclass(frozen=True)
class Context:
    """The needs, and what the app keeps between requests."""

    services: Services
    streams: Streams
    submit_limit: Limit
    sign_in_limit: Limit
    change_limit: Limit
    launch_limit: Limit
    hook_limit: Limit
    forged_limit: Limit


def attach(app: Flask, context: Context) -> None:
    """Give *app* its context; its units of work tell the audit log who makes a request."""
    needs = replace(context.services, make_uow=_signed(context.services.make_uow))
    app.extensions[_KEY] = replace(context, services=needs)


def _signed(make_uow: Callable[[], UnitOfWork]) -> Callable[[], UnitOfWork]:
    def make() -> UnitOfWork:
        uow = make_uow()
        if has_request_context():
            uow.origin = origin()
        return uow

    return make


def origin() -> Origin:
    """Return where this request comes from; nobody is signed in at the door."""
    user: User | None = g.get("user")
    via = "api" if request.path.startswith("/api/") else "page"
    return Origin(user.login if user else "", via, request.remote_addr or "")


def context_of(app: Flask) -> Context:
    """Return what `attach` gave to *app*."""
    return cast("Context", app.extensions[_KEY])


def context() -> Context:
    """Return the context of the app that answers this request."""
    return cast("Context", current_app.extensions[_KEY])


def services() -> Services:
    """Return the needs of the app that answers this request."""
    return context().services


def vault() -> Vault:
    """Return what seals secrets; Conflict where the operator has not set that up."""
    found = services().vault
    if found is None:
        raise Conflict("this service sends and takes no webhooks: its operator sets GRADER_LMS_SECRET first")
    return found


def sign_in(user: User) -> None:
    """Say who makes this request; LimitReached when they change something too often, whatever it is."""
    if request.method not in LOOKS:
        context().change_limit.count(user.id)
    g.user = user


def current_user() -> User:
    """Return who makes this request; only for views behind `auth`."""
    return cast("User", g.user)
