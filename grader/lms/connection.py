"""Does a connection to a platform work? Each step asks for one thing, and builds on those before it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from grader.domain.errors import Unavailable
from grader.domain.lms.platform import LINE_ITEM_SCOPE, MEMBERS_SCOPE, SCOPES, SCORE_SCOPE
from grader.lms.bearer import Ask, listing, parsed

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from grader.domain.lms.platform import Context, Platform
    from grader.lms.bearer import Bearer
    from grader.lms.outgoing import Outgoing

_ITEMS_READ = next(scope for scope in SCOPES if scope.endswith("lineitem.readonly"))
_KEYS_BYTES = 256 * 1024


@dataclass(frozen=True)
class Connection:
    """Tries one platform; a course of it, when one has launched, says which services it lends."""

    outgoing: Outgoing
    bearer: Bearer

    def check(self, platform: Platform, context: Context | None) -> Sequence[tuple[str, str]]:
        """Return (step, what is wrong) until one fails; what is wrong is empty for those that work."""
        done: list[tuple[str, str]] = []
        for name, wrong in self._steps(platform, context):
            done.append((name, wrong))
            if wrong:
                break
        return done

    def _steps(self, platform: Platform, context: Context | None) -> Iterator[tuple[str, str]]:
        yield "key set", self._keys(platform)
        yield "token", self._token(platform, context)
        if context is None:
            yield "course", "No course of it has opened us yet: open a link to us in the LMS once, then check again."
            return
        yield "line items", self._line_items(platform, context)
        yield "members", self._members(platform, context)

    def _keys(self, platform: Platform) -> str:
        headers = {"Accept": "application/json"}
        reply = self.outgoing.request("GET", platform.jwks_url, headers=headers, most_bytes=_KEYS_BYTES)
        try:
            found = parsed(reply)
        except Unavailable as error:
            return f"Its keys can't be read at {platform.jwks_url}: {error}. Check the address of its key set."
        keys = found.get("keys") if isinstance(found, dict) else None
        if isinstance(keys, list) and any(isinstance(key, dict) and key.get("kty") == "RSA" for key in keys):
            return ""
        return f"What is at {platform.jwks_url} holds no RSA key. Check the address of its key set."

    def _token(self, platform: Platform, context: Context | None) -> str:
        scopes = tuple(scope for scope in SCOPES if scope in context.scopes) if context else ()
        try:
            self.bearer.tokens.renew(platform, scopes or (SCORE_SCOPE,))
        except Unavailable as error:
            return _sentence(error)
        return ""

    def _line_items(self, platform: Platform, context: Context) -> str:
        if not context.line_items_url:
            return "It lends no gradebook: switch on Assignment and Grade Services for this tool there."
        scope = LINE_ITEM_SCOPE if LINE_ITEM_SCOPE in context.scopes else _ITEMS_READ
        accept = "application/vnd.ims.lis.v2.lineitemcontainer+json"
        return self._reads(platform, context.line_items_url, listing((scope,), accept))

    def _members(self, platform: Platform, context: Context) -> str:
        if not context.members_url:
            return "It lends no list of members: switch on Names and Role Provisioning Services for this tool there."
        accept = "application/vnd.ims.lti-nrps.v2.membershipcontainer+json"
        return self._reads(platform, context.members_url, listing((MEMBERS_SCOPE,), accept))

    def _reads(self, platform: Platform, url: str, ask: Ask) -> str:
        try:
            parsed(self.bearer.ask(platform, "GET", url, ask))
        except Unavailable as error:
            return f"{_sentence(error)} Check that this tool may use the service there."
        return ""


def _sentence(error: Unavailable) -> str:
    text = str(error)
    return f"{text[:1].upper()}{text[1:]}."
