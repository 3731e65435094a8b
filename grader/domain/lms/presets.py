"""Where each family of platforms has its addresses: known before anybody pastes them.

>>> preset(Family.MOODLE, "https://moodle.example/").auth_url
'https://moodle.example/mod/lti/auth.php'
"""

from __future__ import annotations

import re
from dataclasses import replace
from typing import Any

from grader.domain.lms.platform import Family
from grader.domain.lms.platform_draft import PlatformDraft

_CANVAS = "https://sso.canvaslms.com"
_BLACKBOARD = "https://developer.blackboard.com/api/v1"

_SITE = "{site}"
_PRESETS = {
    Family.CANVAS: PlatformDraft(
        "Canvas",
        Family.CANVAS,
        issuer="https://canvas.instructure.com",
        auth_url=f"{_CANVAS}/api/lti/authorize_redirect",
        token_url=f"{_CANVAS}/login/oauth2/token",
        jwks_url=f"{_CANVAS}/api/lti/security/jwks",
    ),
    Family.MOODLE: PlatformDraft(
        "Moodle",
        Family.MOODLE,
        issuer=_SITE,
        auth_url=f"{_SITE}/mod/lti/auth.php",
        token_url=f"{_SITE}/mod/lti/token.php",
        jwks_url=f"{_SITE}/mod/lti/certs.php",
    ),
    Family.OPEN_EDX: PlatformDraft(
        "Open edX", Family.OPEN_EDX, issuer=_SITE, auth_url=f"{_SITE}/api/lti_consumer/v1/launch/"
    ),
    Family.BRIGHTSPACE: PlatformDraft(
        "Brightspace",
        Family.BRIGHTSPACE,
        issuer=_SITE,
        auth_url=f"{_SITE}/d2l/lti/authenticate",
        token_url="https://auth.brightspace.com/core/connect/token",  # noqa: S106 - an address
        jwks_url=f"{_SITE}/d2l/.well-known/jwks",
        audience="https://api.brightspace.com/auth/token",
    ),
    Family.BLACKBOARD: PlatformDraft(
        "Blackboard",
        Family.BLACKBOARD,
        issuer="https://blackboard.com",
        auth_url=f"{_BLACKBOARD}/gateway/oidcauth",
        token_url=f"{_BLACKBOARD}/gateway/oauth2/jwttoken",
    ),
    Family.OTHER: PlatformDraft("LMS"),
}
_FILLED = ("issuer", "auth_url", "token_url", "jwks_url", "audience")


def preset(family: Family, site: str, name: str = "") -> PlatformDraft:
    """Return what is known of a platform whose pages begin with *site*; what needs that is empty without it."""
    known = _PRESETS[family]
    base = re.sub(r"/+$", "", site.strip())
    told: dict[str, Any] = {field: _filled(getattr(known, field), base) for field in _FILLED}
    return replace(known, name=name.strip() or known.name, **told)


def needs_site(family: Family) -> bool:
    """Whether its addresses lie at the institution's own host."""
    return any(_SITE in getattr(_PRESETS[family], field) for field in _FILLED)


def _filled(template: str, site: str) -> str:
    return "" if _SITE in template and not site else template.replace(_SITE, site)
