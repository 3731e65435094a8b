"""What an instructor or the operator says a platform is, and what of that can't be."""

from __future__ import annotations

from dataclasses import dataclass, replace
from urllib.parse import urlsplit

from grader.domain.errors import Invalid
from grader.domain.inert import inert
from grader.domain.lms.platform import Family

MOST_PLATFORMS = 50
"""Of one course: each component of Open edX is one, since it has a client id of its own."""

LONGEST_NAME = 100
LONGEST_ADDRESS = 2000
LONGEST_ID = 255
MOST_DEPLOYMENTS = 20

ADDRESSES = ("auth_url", "token_url", "jwks_url")
NEEDED = ("issuer", "client_id", *ADDRESSES)
"""Without these nobody can come from a platform: all of them are there once it is connected."""


@dataclass(frozen=True)
class PlatformDraft:
    """A platform as it is typed in; what the LMS has not told yet is empty, and so is all of it in the first step.

    *deployments* empty: the first that launches is kept. *audience* empty: the token's address.
    """

    name: str
    family: Family = Family.OTHER
    issuer: str = ""
    client_id: str = ""
    auth_url: str = ""
    token_url: str = ""
    jwks_url: str = ""
    audience: str = ""
    deployments: tuple[str, ...] = ()

    def checked(self) -> PlatformDraft:
        """Return it without blanks around its parts; Invalid names the field that can't be so."""
        told = {name: getattr(self, name).strip() for name in ("name", *NEEDED, "audience")}
        deployments = tuple(dict.fromkeys(filter(None, (each.strip() for each in self.deployments))))
        draft = replace(self, deployments=deployments, **told)
        _check_text(draft.name, "name", LONGEST_NAME)
        if not draft.name:
            raise Invalid("say what the LMS is called here, such as Canvas", field="name")
        for field in ("issuer", "audience"):
            _check_text(getattr(draft, field), field, LONGEST_ADDRESS)
        _check_text(draft.client_id, "client_id", LONGEST_ID)
        for field in ADDRESSES:
            if getattr(draft, field):
                check_address(getattr(draft, field), field)
        if len(deployments) > MOST_DEPLOYMENTS:
            raise Invalid(f"at most {MOST_DEPLOYMENTS} deployments may be listed", field="deployments")
        for each in deployments:
            _check_text(each, "deployments", LONGEST_ID)
        return draft

    def whole(self) -> PlatformDraft:
        """Return it `checked`; Invalid names the first thing that is still missing."""
        draft = self.checked()
        for field in NEEDED:
            if not getattr(draft, field):
                raise Invalid(f"the {_WORDS[field]} is missing: the LMS shows it once the tool was added", field=field)
        return draft


def check_address(url: str, field: str) -> None:
    """Invalid when *url* is no address of the web; whether it is private is only seen when it is connected to.

    >>> check_address("https://moodle.example/mod/lti/auth.php", "auth_url")
    """
    _check_text(url, field, LONGEST_ADDRESS)
    try:
        parts = urlsplit(url)
        host, _ = parts.hostname, parts.port
    except ValueError:
        parts, host = urlsplit(""), None
    is_plain = not any(each.isspace() or each in "\\<>\"'`" for each in url)
    if not is_plain or parts.scheme not in {"https", "http"} or not host or "@" in parts.netloc:
        raise Invalid(
            f"the {_WORDS[field]} must be an address that begins with https:// and a host's name; http:// works for "
            "those hosts alone that the operator lists in GRADER_PRIVATE_HOSTS",
            field=field,
        )


def _check_text(text: str, field: str, longest: int) -> None:
    if len(text) > longest:
        raise Invalid(f"the {_WORDS[field]} must have at most {longest} characters", field=field)
    if inert(text) != text:
        raise Invalid(f"the {_WORDS[field]} contains what can't be seen: type it anew", field=field)


_WORDS = {
    "name": "name",
    "issuer": "issuer",
    "client_id": "client id",
    "auth_url": "login address of the LMS",
    "token_url": "token address",
    "jwks_url": "address of its key set",
    "audience": "audience",
    "deployments": "deployment id",
}
