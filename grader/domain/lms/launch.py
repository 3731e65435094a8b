"""Messages of LTI 1.3 between a platform and us, taken apart."""

from __future__ import annotations

import enum
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from grader.domain.lms.platform import Family

if TYPE_CHECKING:
    from collections.abc import Mapping

    from grader.domain.scoring import ItemKind

LOGIN = timedelta(minutes=10)
"""In which a login comes back from the platform."""

CODE = timedelta(hours=1)
"""In which an instructor carries a code to the LMS."""

KEY_OVERLAP = timedelta(days=7)
"""For which an old key stays in our key set: platforms cache it."""


@dataclass(frozen=True)
class LoginRequest:
    """What a platform says when it sends a browser to log in (OIDC third-party initiated login)."""

    issuer: str
    login_hint: str
    target: str  # where the person wants to go in the end
    message_hint: str = ""
    client_id: str = ""
    deployment: str = ""


@dataclass(frozen=True)
class Login:
    """A login under way; *state* and *nonce* are good once, and for one browser."""

    state: str
    nonce: str
    platform_id: int
    expires: datetime


class Message(enum.Enum):
    """What a platform's message wants."""

    RESOURCE = "LtiResourceLinkRequest"
    DEEP_LINK = "LtiDeepLinkingRequest"


@dataclass(frozen=True)
class Person:
    """Somebody as a platform describes them; what it keeps to itself is empty."""

    subject: str
    roles: tuple[str, ...] = ()
    name: str = ""
    email: str = ""
    login: str = ""  # the institution's own id (lis_person_sourcedid), or the platform's user name
    active: bool = True


@dataclass(frozen=True)
class DeepLink:
    """Where a choice of content goes; *data* is the platform's and goes back as it came."""

    return_url: str
    deployment: str
    data: str | None = None
    takes_many: bool = True
    takes_line_items: bool = True


@dataclass(frozen=True)
class Launch:
    """A verified message. *custom* are the parameters that stand in the link, *line_item* the link's own column."""

    message: Message
    deployment: str
    person: Person
    context_key: str
    context_title: str = ""
    resource_link: str = ""
    resource_title: str = ""
    custom: Mapping[str, str] = field(default_factory=dict)
    line_items_url: str = ""
    line_item: str = ""
    members_url: str = ""
    scopes: tuple[str, ...] = ()
    family: Family = Family.OTHER
    return_url: str = ""
    deep_link: DeepLink | None = None


@dataclass(frozen=True)
class Choice:
    """An item that an instructor picked to be a link in the LMS."""

    kind: ItemKind
    item: str
    title: str
    max_points: int
    address: str


@dataclass(frozen=True)
class Code:
    """Lets who carries it bind something of an LMS to a course; only a hash of it is kept."""

    hash: str
    course_id: int
    by: str  # the login of the instructor who made it
    expires: datetime


@dataclass(frozen=True)
class ToolKey:
    """A key of ours; the private half is sealed, *retires* is when it leaves the key set."""

    kid: str
    private: str
    public: str
    made: datetime
    retires: datetime | None = None


@dataclass(frozen=True)
class NewKey:
    """A key as it was made, both halves in PEM."""

    kid: str
    public: str
    private: str = field(repr=False)


@dataclass(frozen=True)
class ToolAddresses:
    """Our addresses for one platform, as it must know them."""

    home: str
    login: str
    launch: str
    keys: str


@dataclass(frozen=True)
class Registration:
    """What a platform answered to a registration: all that a Platform needs."""

    name: str
    family: Family
    issuer: str
    client_id: str
    auth_url: str
    token_url: str
    jwks_url: str
    audience: str = ""
    deployment: str = ""
