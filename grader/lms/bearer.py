"""Requests that bring a platform's token, and the lists that come in pages.

A token goes to the addresses that a launch verified and to pages of the same origin, nowhere else: who answers us must
not choose who gets it.
"""

from __future__ import annotations

import json
import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING
from urllib.parse import urljoin, urlsplit

from grader.domain.errors import Unavailable
from grader.lms.outgoing import MOST_BYTES

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from grader.domain.lms.platform import Platform
    from grader.lms.outgoing import Outgoing, Reply
    from grader.lms.tokens import Tokens

MOST_PAGES = 500
"""Of one list: 50,000 members."""

MOST_SECONDS = 300.0
"""In which all pages of a list must have come."""

_PAGE_BYTES = 4 * 2**20
_OK = range(200, 300)
_UNAUTHORISED = 401
_PORTS = {"http": 80, "https": 443}
_NEXT = re.compile(r'<([^<>]*)>\s*((?:;\s*[\w*]+\s*=\s*(?:"[^"]*"|[^\s",;]+)\s*)*)')
_REL = re.compile(r';\s*rel\s*=\s*(?:"([^"]*)"|([^\s",;]+))', re.IGNORECASE)


@dataclass(frozen=True)
class Ask:
    """One request to a platform's service: what it may do (*scopes*), what is sent, which form the answer has."""

    scopes: Sequence[str]
    accept: str = "*/*"
    content: str = ""  # the body's type
    body: bytes | None = None
    most_bytes: int = MOST_BYTES

    @property
    def headers(self) -> dict[str, str]:
        """What goes beside the token."""
        return {"Accept": self.accept} | ({"Content-Type": self.content} if self.content else {})


@dataclass(frozen=True)
class Bearer:
    """Asks with a token; one that is refused is renewed once."""

    outgoing: Outgoing
    tokens: Tokens = field(repr=False)

    def ask(self, platform: Platform, method: str, url: str, ask: Ask) -> Reply:
        """Return what comes back; Unavailable when there is no token."""
        token = self.tokens.token(platform, ask.scopes)
        reply = self._send(method, url, ask, token)
        if reply.status == _UNAUTHORISED:
            reply = self._send(method, url, ask, self.tokens.token(platform, ask.scopes, refused=token))
        return reply

    def pages(self, platform: Platform, url: str, ask: Ask) -> Iterator[object]:
        """Yield each page's JSON; Unavailable when one can't be read, is elsewhere, came before, or is one too many."""
        start, seen, seconds = url, set[str](), 0.0
        while url:
            if url in seen or len(seen) >= MOST_PAGES or seconds > MOST_SECONDS:
                raise Unavailable(f"the platform's list has no end: {len(seen)} pages came in {seconds:.0f} s")
            seen.add(url)
            reply = self.ask(platform, "GET", url, ask)
            seconds += reply.seconds
            yield parsed(reply)
            url = _following(start, url, reply)

    def _send(self, method: str, url: str, ask: Ask, token: str) -> Reply:
        headers = ask.headers | {"Authorization": f"Bearer {token}"}
        return self.outgoing.request(method, url, headers=headers, body=ask.body, most_bytes=ask.most_bytes)


def listing(scopes: Sequence[str], accept: str) -> Ask:
    """Return how to ask for a page of a list."""
    return Ask(scopes, accept, most_bytes=_PAGE_BYTES)


def parsed(reply: Reply) -> object:
    """Return an answer's JSON; Unavailable says what came instead."""
    if reply.status is None:
        raise Unavailable(f"the platform can't be asked: {reply.problem}")
    if reply.status not in _OK:
        raise Unavailable(f"the platform answered {reply.status}{_words(reply.body)}")
    if reply.cut:
        raise Unavailable(f"the platform answered more than {len(reply.body)} bytes at once")
    try:
        answer: object = json.loads(reply.body)
    except (ValueError, RecursionError):
        raise Unavailable(f"the platform answered {reply.status}, but not with JSON{_words(reply.body)}") from None
    return answer


def same_origin(one: str, other: str) -> bool:
    """Whether two addresses belong to one host, port and scheme.

    >>> same_origin("https://lms.example/a", "https://lms.example:443/b"), same_origin("https://a.b", "http://a.b")
    (True, False)
    """
    try:
        return _origin(one) == _origin(other)
    except ValueError:
        return False


def next_link(header: str) -> str:
    """Return the address of the page that follows by a `Link` header, empty when this is the last one.

    >>> next_link('<https://lms.example/m?p=1>; rel="first", <https://lms.example/m?p=3>; rel="next"')
    'https://lms.example/m?p=3'
    """
    for address, parameters in _NEXT.findall(header):
        rels = [quoted or plain for quoted, plain in _REL.findall(parameters)]
        if any("next" in rel.lower().split() for rel in rels[:1]):
            return str(address).strip()
    return ""


def _following(start: str, url: str, reply: Reply) -> str:
    link = next_link(reply.headers.get("link", ""))
    if not link:
        return ""
    try:
        following = urljoin(url, link)
    except ValueError:
        following = link
    if not same_origin(start, following):
        raise Unavailable(
            f"the platform's next page is elsewhere ({following[:200]}): it is not asked, since it would get the "
            "platform's token; the platform's own address is set wrongly there"
        )
    return following


def _origin(url: str) -> tuple[str, str, int | None]:
    parts = urlsplit(url)
    return parts.scheme, (parts.hostname or "").rstrip("."), parts.port or _PORTS.get(parts.scheme)


def _words(body: bytes) -> str:
    said = " ".join(body[:300].decode(errors="replace").split())
    return f": {said}" if said else ""
