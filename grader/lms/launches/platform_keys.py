"""Platforms' public keys, kept for an hour; a key that is not among them is looked for anew, once a minute at most."""

from __future__ import annotations

import json
import threading
from collections import OrderedDict
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any, cast

from grader.domain.errors import Invalid, Unavailable

if TYPE_CHECKING:
    from pylti1p3.registration import TKeySet

    from grader.lms.outgoing import Outgoing
    from grader.ports import Clock

KEPT = timedelta(hours=1)
PAUSE = timedelta(minutes=1)
"""Between two looks at the same address: anybody can make up a key id."""

_MOST_BYTES = 256 * 1024
_MOST_KEYS = 100
_MOST_URLS = 1000
_OK = 200


@dataclass
class _Slot:
    """One address's keys, and who looks at it: the others wait for that."""

    lock: threading.Lock = field(default_factory=threading.Lock)
    keys: list[dict[str, Any]] = field(default_factory=list)
    read: datetime | None = None
    looked: datetime | None = None
    problem: str = ""


class PlatformKeys:
    """Safe to share among threads; who waits for one platform waits for no other."""

    def __init__(self, outgoing: Outgoing, clock: Clock) -> None:
        self._outgoing = outgoing
        self._clock = clock
        self._slots = OrderedDict[str, _Slot]()
        self._lock = threading.Lock()

    def having(self, url: str, kid: str) -> TKeySet:
        """Return the key set with the key *kid*; Invalid when it is not there, Unavailable when nobody answers."""
        slot = self._slot(url)
        with slot.lock:
            now = self._clock.now()
            is_fresh = slot.read is not None and now - slot.read < KEPT
            if (not is_fresh or not _among(slot.keys, kid)) and self._may_look(slot, now):
                self._look(slot, url, now)
            if slot.problem and not (is_fresh and _among(slot.keys, kid)):
                raise Unavailable(f"the platform's keys can't be read: {slot.problem}; check the address of its keys")
            keys = _among(slot.keys, kid)
        if not keys:
            raise Invalid("the message is signed with a key that is not among the platform's keys (kid); try again")
        return cast("TKeySet", {"keys": keys})

    def _slot(self, url: str) -> _Slot:
        with self._lock:
            slot = self._slots.setdefault(url, _Slot())
            self._slots.move_to_end(url)
            if len(self._slots) > _MOST_URLS:
                self._slots.popitem(last=False)
            return slot

    def _may_look(self, slot: _Slot, now: datetime) -> bool:
        return slot.looked is None or not timedelta(0) <= now - slot.looked < PAUSE

    def _look(self, slot: _Slot, url: str, now: datetime) -> None:
        slot.looked = now
        reply = self._outgoing.request("GET", url, headers={"Accept": "application/json"}, most_bytes=_MOST_BYTES)
        slot.problem = reply.problem
        if reply.status is not None:
            slot.problem = "" if reply.status == _OK else f"it answered {reply.status}"
        keys = [] if slot.problem else _usable(reply.body)
        if not slot.problem and not keys:
            slot.problem = "what it answered is no key set with an RSA key for RS256"
        if not slot.problem:
            slot.keys, slot.read = keys, now


def _usable(body: bytes) -> list[dict[str, Any]]:
    """Return the keys that may sign a message."""
    try:
        answer = json.loads(body)
    except (ValueError, RecursionError):
        return []
    keys = answer.get("keys") if isinstance(answer, dict) else None
    return [key for key in keys[:_MOST_KEYS] if _signs(key)] if isinstance(keys, list) else []


def _signs(key: object) -> bool:
    if not isinstance(key, dict) or not all(isinstance(key.get(name), str) for name in ("kid", "n", "e")):
        return False
    return key.get("kty") == "RSA" and key.get("use", "sig") == "sig" and key.get("alg", "RS256") == "RS256"


def _among(keys: list[dict[str, Any]], kid: str) -> list[dict[str, Any]]:
    """Return the key *kid*, its public parts only."""
    public = ("kty", "kid", "n", "e", "alg", "use")
    return [{name: key[name] for name in public if name in key} for key in keys if key["kid"] == kid]
