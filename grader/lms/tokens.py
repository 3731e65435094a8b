"""Access tokens of platforms (OAuth 2.0 client credentials, with an assertion that our key signs).

One is kept for each platform and set of scopes until a minute before it expires. A platform that is slow or down keeps
nobody waiting who asks another one.
"""

from __future__ import annotations

import json
import re
import secrets
import threading
from collections import defaultdict
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, TypeAlias
from urllib.parse import urlencode

import jwt

from grader.domain.errors import Unavailable

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from grader.domain.lms.launch import NewKey
    from grader.domain.lms.platform import Platform
    from grader.lms.outgoing import Outgoing, Reply
    from grader.ports import Clock

MARGIN = timedelta(seconds=60)
"""How long before its end a token is not used any more."""

LONGEST = timedelta(days=1)
"""For which a token is kept, whatever the platform says."""

ASSERTION = timedelta(minutes=5)
"""How long what we sign is good for."""

_ASSERTION_TYPE = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"
_TOKEN = re.compile(r"[\x21-\x7e]{1,16384}")  # it becomes part of a header
_MOST_BYTES = 64 * 1024
_MOST_SAID = 300  # characters of a platform's own words
_SILENT = 300  # seconds that a token lasts whose end the platform does not tell
_OK = 200

_Key: TypeAlias = "tuple[object, ...]"


@dataclass
class _Slot:
    """A token, and who fetches a new one: the others wait for that, and use it, or fail with it."""

    lock: threading.Lock = field(default_factory=threading.Lock)
    token: str = field(default="", repr=False)
    until: datetime | None = None
    failures: int = 0
    why: str = ""  # the last one


class Tokens:
    """Safe to share among threads. *current_key* returns the key of ours that signs now."""

    def __init__(self, outgoing: Outgoing, clock: Clock, current_key: Callable[[], NewKey]) -> None:
        self._outgoing = outgoing
        self._clock = clock
        self._current_key = current_key
        self._slots: defaultdict[_Key, _Slot] = defaultdict(_Slot)

    def token(self, platform: Platform, scopes: Sequence[str], *, refused: str = "") -> str:
        """Return a token for *scopes*, another one than *refused*; Unavailable says why there is none."""
        slot = self._slot(platform, scopes)
        failures = slot.failures
        with slot.lock:
            now = self._clock.now()
            if slot.failures > failures:  # one after the other would wait as long again, beyond all their claims
                raise Unavailable(slot.why)
            if slot.token and slot.token != refused and slot.until is not None and now < slot.until:
                return slot.token
            return self._fill(slot, platform, scopes, now)

    def renew(self, platform: Platform, scopes: Sequence[str]) -> str:
        """Return a token that was fetched just now; Unavailable says why there is none."""
        slot = self._slot(platform, scopes)
        with slot.lock:
            return self._fill(slot, platform, scopes, self._clock.now())

    def _fill(self, slot: _Slot, platform: Platform, scopes: Sequence[str], now: datetime) -> str:
        slot.token = ""
        try:
            slot.token, lasts = self._fetch(platform, scopes, now)
        except Unavailable as error:
            slot.failures, slot.why = slot.failures + 1, str(error)
            raise
        slot.until = now + lasts - MARGIN
        return slot.token

    def _slot(self, platform: Platform, scopes: Sequence[str]) -> _Slot:
        where = (platform.id, platform.client_id, platform.token_url, platform.audience)
        return self._slots[*where, tuple(sorted(scopes))]

    def _fetch(self, platform: Platform, scopes: Sequence[str], now: datetime) -> tuple[str, timedelta]:
        form = {
            "grant_type": "client_credentials",
            "client_assertion_type": _ASSERTION_TYPE,
            "client_assertion": self._assertion(platform, now),
            "scope": " ".join(scopes),
        }
        headers = {"Content-Type": "application/x-www-form-urlencoded", "Accept": "application/json"}
        reply = self._outgoing.request(
            "POST", platform.token_url, headers=headers, body=urlencode(form).encode(), most_bytes=_MOST_BYTES
        )
        return _read(reply)

    def _assertion(self, platform: Platform, now: datetime) -> str:
        key = self._current_key()
        claims = {
            "iss": platform.client_id,
            "sub": platform.client_id,
            "aud": platform.audience or platform.token_url,
            "iat": int(now.timestamp()),
            "exp": int((now + ASSERTION).timestamp()),
            "jti": secrets.token_urlsafe(16),
        }
        return jwt.encode(claims, key.private, algorithm="RS256", headers={"kid": key.kid})


def _read(reply: Reply) -> tuple[str, timedelta]:
    """Return the token and how long it lasts."""
    if reply.status is None:
        raise Unavailable(f"the platform gave no access token: {reply.problem}; check its token address")
    answer = _json(reply.body)
    if reply.status != _OK:
        raise Unavailable(
            f"the platform gave no access token: it answered {reply.status}{_words(answer)}; check that it knows our "
            "client id and the address of our keys, and that its clock and ours agree"
        )
    token = answer.get("access_token")
    if not isinstance(token, str) or not _TOKEN.fullmatch(token):
        raise Unavailable("the platform answered 200, but without an access token; check its token address")
    return token, _lasts(answer.get("expires_in"))


def _json(body: bytes) -> dict[str, object]:
    try:
        answer = json.loads(body)
    except (ValueError, RecursionError):
        return {}
    return answer if isinstance(answer, dict) else {}


def _words(answer: dict[str, object]) -> str:
    said = ": ".join(str(answer[name]) for name in ("error", "error_description") if answer.get(name))
    return f" ({said[:_MOST_SAID]})" if said else ""


def _lasts(expires_in: object) -> timedelta:
    """Return how long a token lasts; some platforms write the seconds as a string.

    >>> [_lasts(told).total_seconds() for told in ("3600", None, -1, 1e300)]
    [3600.0, 300.0, 0.0, 86400.0]
    """
    try:
        seconds = float(str(expires_in))
    except ValueError:
        seconds = _SILENT
    return timedelta(seconds=min(max(seconds, 0.0), LONGEST.total_seconds()))
