"""What each family of platforms calls what is copied from here to there, and from there to here; in its own English.

Names of fields there are not translated: who looks for one reads it as its LMS writes it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from grader.domain.lms.platform import Family
from grader.domain.lms.presets import needs_site, preset
from grader.web.i18n import gettext as _

if TYPE_CHECKING:
    from collections.abc import Sequence

    from grader.domain.lms.launch import ToolAddresses

_NAMES = {
    Family.CANVAS: "Canvas",
    Family.MOODLE: "Moodle",
    Family.OPEN_EDX: "Open edX",
    Family.BRIGHTSPACE: "Brightspace",
    Family.BLACKBOARD: "Blackboard",
}

OURS = {
    Family.CANVAS: ("OpenID Connect Initiation Url", "Target Link URI; Redirect URIs", "Public JWK URL", ""),
    Family.MOODLE: (
        "Initiate login URL",
        "Tool URL; Redirection URI(s); Content Selection URL",
        "Public keyset (of type Keyset URL)",
        "",
    ),
    Family.OPEN_EDX: (
        "Tool Initiate Login URL (OIDC)",
        "Launch URL; Registered Redirect URIs; Deep Linking Launch URL",
        "Tool Keyset URL",
        "",
    ),
    Family.BRIGHTSPACE: ("OpenID Connect Login URL", "Target Link URI; Redirect URLs", "Keyset URL", "Domain"),
    Family.BLACKBOARD: ("Login Initiation URL", "Tool Redirect URL(s); Target Link URI", "Tool JWKS URL", "Domain(s)"),
    Family.OTHER: ("Initiate login URL", "Launch URL, redirect URI, deep linking URL", "Key set URL (JWKS)", "Domain"),
}
"""Where our login, launch, key set and home go to there, as that names its fields."""

THEIRS = {
    Family.CANVAS: {"client_id": "the number in the Details column", "deployments": "Deployment ID"},
    Family.MOODLE: {
        "issuer": "Platform ID",
        "client_id": "Client ID",
        "auth_url": "Authentication request URL",
        "token_url": "Access token URL",
        "jwks_url": "Public keyset URL",
        "deployments": "Deployment ID",
    },
    Family.OPEN_EDX: {
        "client_id": "Client ID",
        "auth_url": "Login URL",
        "token_url": "Access Token URL",
        "jwks_url": "Keyset URL",
        "deployments": "Deployment ID",
    },
    Family.BRIGHTSPACE: {
        "issuer": "Issuer",
        "client_id": "Client Id",
        "auth_url": "OpenID Connect Authentication Endpoint",
        "token_url": "Brightspace OAuth2 Access Token URL",
        "jwks_url": "Brightspace Keyset URL",
        "audience": "Brightspace OAuth2 Audience",
        "deployments": "Deployment Id",
    },
    Family.BLACKBOARD: {
        "issuer": "Issuer",
        "client_id": "Application ID",
        "auth_url": "OIDC auth request endpoint",
        "token_url": "Auth token endpoint",
        "jwks_url": "Public keyset URL",
        "deployments": "Deployment ID",
    },
    Family.OTHER: {},
}
"""Where what we need stands there, by the field that it goes to here."""


class Ours(NamedTuple):
    """One of our addresses, for a copy button; *there* are the fields that it goes to."""

    id: str
    label: str
    address: str
    there: str


def family_name(family: Family) -> str:
    """Return what a family is called."""
    return _NAMES.get(family) or _("another LMS")


def families() -> Sequence[tuple[str, str]]:
    """Return what may be chosen, value and name."""
    return [(family.value, family_name(family)) for family in Family]


def at_own_site() -> str:
    """Return the names of those families whose addresses lie at the institution's own host."""
    return ", ".join(_NAMES[family] for family in Family if family in _NAMES and needs_site(family))


def ours(family: Family, addresses: ToolAddresses) -> Sequence[Ours]:
    """Return our addresses, in the order in which they are copied."""
    login, launch, keys, home = OURS[family]
    return [
        Ours("login", _("Login"), addresses.login, login),
        Ours("launch", _("Launch, redirect and deep linking"), addresses.launch, launch),
        Ours("keys", _("Key set"), addresses.keys, keys),
        Ours("home", _("Domain"), addresses.home, home),
    ]


def known(family: Family) -> frozenset[str]:
    """Return the fields that are the same wherever this family runs, and need not be pasted."""
    draft = preset(family, "")
    return frozenset(field for field in ("issuer", "auth_url", "token_url", "jwks_url") if getattr(draft, field))


def step(name: str) -> str:
    """Return the name of a connection test's step, in words."""
    words = {
        "addresses": _("What the LMS told"),
        "key set": _("Its keys can be read"),
        "token": _("It gives us a token for its services"),
        "course": _("A course of it has opened us"),
        "line items": _("Its gradebook can be read"),
        "members": _("Its list of members can be read"),
    }
    return words.get(name, name)
