"""What an instructor wants an endpoint to be, and what of that can't be."""

from __future__ import annotations

import re
from collections.abc import Mapping  # noqa: TC003 - a field's type, kept at run time
from dataclasses import dataclass, field, replace
from urllib.parse import urlsplit

from grader.domain.errors import Invalid
from grader.domain.inert import inert
from grader.domain.lms.event import EventType

MOST_ENDPOINTS = 20
"""Of one course: each event is written once for each."""

LONGEST_NAME = 100
LONGEST_URL = 2000
MOST_HEADERS = 10
LONGEST_HEADER = 1000

_TOKEN = re.compile(r"[A-Za-z0-9!#$%&'*+.^_`|~-]{1,100}")  # RFC 9110
_VALUE = re.compile(r"[\x21-\x7e](?:[\x20-\x7e]*[\x21-\x7e])?")
_OURS = ("webhook-", "content-", "proxy-", "sec-")
_CONNECTIONS = frozenset(
    {"accept-encoding", "connection", "cookie", "expect", "host", "keep-alive", "te", "trailer", "transfer-encoding",
     "upgrade"}
)  # fmt: skip


@dataclass(frozen=True)
class EndpointDraft:
    """An endpoint as it is asked for; *events* empty wants all of them.

    *url* empty: it only sends us webhooks. A header without a value keeps the one that it has.
    """

    name: str
    url: str = ""
    events: frozenset[EventType] = frozenset()
    receives: bool = False
    headers: Mapping[str, str] = field(default_factory=dict)

    def checked(self) -> EndpointDraft:
        """Return it without blanks around its parts; Invalid names the field that can't be so."""
        headers = {name.strip(): value.strip() for name, value in self.headers.items()}
        draft = replace(self, name=self.name.strip(), url=self.url.strip(), headers=headers)
        _check_name(draft.name)
        if draft.url:
            check_url(draft.url)
        elif not draft.receives:
            raise Invalid("give a url to send events to, or let it send us webhooks: now it does neither", field="url")
        if EventType.TEST in draft.events:
            raise Invalid(f"{EventType.TEST.value} can't be picked: it is sent when you ask for it", field="events")
        _check_headers(draft.headers)
        return draft


def check_url(url: str) -> None:
    """Invalid when nothing can be sent to *url*. Whether it is private is only seen when it is connected to.

    >>> check_url("https://hooks.example/grader?key=7")
    """
    if len(url) > LONGEST_URL:
        raise Invalid(f"the url must have at most {LONGEST_URL} characters", field="url")
    if inert(url) != url or any(each.isspace() or each == "\\" for each in url):
        raise Invalid("the url contains a blank, a backslash or what can't be seen: type it anew", field="url")
    try:
        parts = urlsplit(url)
        host, _ = parts.hostname, parts.port
    except ValueError as error:
        raise Invalid(f"this is no url: {error}", field="url") from None
    if parts.scheme not in {"https", "http"} or not host:
        raise Invalid(
            "the url must begin with https:// and a host's name; http:// works for those hosts alone that the operator "
            "lists in GRADER_PRIVATE_HOSTS",
            field="url",
        )
    if "@" in parts.netloc:
        raise Invalid("the url must hold no name and password: use a header, such as Authorization", field="url")


def host_of(url: str) -> str:
    """Return a url's host and port, all of it that is no secret.

    >>> host_of("https://hooks.example:8443/T0/B0/secret"), host_of("")
    ('hooks.example:8443', '')
    """
    return urlsplit(url).netloc.lower()


def _check_name(name: str) -> None:
    if not 0 < len(name) <= LONGEST_NAME:
        raise Invalid(f"the name must have 1 to {LONGEST_NAME} characters", field="name")
    if inert(name) != name:
        raise Invalid(f"the name '{inert(name)}' contains what can't be seen: type it anew", field="name")


def _check_headers(headers: Mapping[str, str]) -> None:
    if len(headers) > MOST_HEADERS:
        raise Invalid(f"at most {MOST_HEADERS} headers may be added", field="headers")
    if len({name.lower() for name in headers}) < len(headers):
        raise Invalid("a header stands there twice", field="headers")
    for name, value in headers.items():
        if not _TOKEN.fullmatch(name):
            raise Invalid(f"'{inert(name)}' is no header's name: use letters, digits and dashes", field="headers")
        if name.lower().startswith(_OURS) or name.lower() in _CONNECTIONS:
            raise Invalid(f"the header {name} can't be set: we set it, or the connection does", field="headers")
        if value and not (len(value) <= LONGEST_HEADER and _VALUE.fullmatch(value)):
            raise Invalid(
                f"the header {name} must have 1 to {LONGEST_HEADER} characters of printable ASCII", field="headers"
            )
