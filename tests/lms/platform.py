"""A platform that behaves as the big ones do where they differ, and fails as it is told.

Token endpoint (assertion verified, jti burnt, tokens that expire), key set, line items, scores, results, members. It
stands where `Outgoing` does, so nothing goes over a network.
"""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import lru_cache
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qs, parse_qsl, urlsplit

import jwt
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import rsa

from grader.domain.lms.launch import NewKey
from grader.domain.lms.platform import (
    LINE_ITEM_SCOPE,
    MEMBERS_SCOPE,
    RESULT_SCOPE,
    SCOPES,
    SCORE_SCOPE,
    Context,
    Family,
    LineItem,
    Platform,
)
from grader.domain.scoring import ItemKind
from grader.lms.outgoing import Outgoing, Reply
from tests.fakes import NOON, FixedClock

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

HOST = "https://lms.example"
TOKEN, KEYS, ITEMS, MEMBERS = f"{HOST}/token", f"{HOST}/keys", f"{HOST}/items", f"{HOST}/members"
CLIENT = "client-7"
_READ_ITEMS = SCOPES[1]


@lru_cache
def a_key(kid: str = "ours") -> NewKey:
    """Return a key pair, made once for each name."""
    key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    private = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    public = key.public_key().public_bytes(serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo)
    return NewKey(kid, public=public.decode(), private=private.decode())


def a_platform(**changes: Any) -> Platform:  # noqa: ANN401 - fields of Platform
    given: dict[str, Any] = {
        "id": 1,
        "key": "lms",
        "course_id": 1,
        "name": "Campus",
        "family": Family.OTHER,
        "issuer": HOST,
        "client_id": CLIENT,
        "auth_url": f"{HOST}/auth",
        "token_url": TOKEN,
        "jwks_url": KEYS,
        "made": NOON,
    }
    return Platform(**(given | changes))


def a_context(**changes: Any) -> Context:  # noqa: ANN401 - fields of Context
    services: dict[str, Any] = {"line_items_url": ITEMS, "members_url": MEMBERS, "scopes": SCOPES}
    given: dict[str, Any] = {"id": 1, "platform_id": 1, "deployment": "d", "key": "c", "title": "DL", "course_id": 1}
    return Context(**(given | services | changes))


def a_line_item(url: str = f"{ITEMS}/1", **changes: Any) -> LineItem:  # noqa: ANN401 - fields of LineItem
    given: dict[str, Any] = {
        "id": 1,
        "context_id": 1,
        "kind": ItemKind.EXERCISE,
        "item": "pointwise-conv",
        "label": "Conv",
    }
    return LineItem(**(given | {"url": url, "max_points": 100} | changes))


@dataclass
class Score:
    """What a gradebook shows of one student, and how often that was a new attempt there."""

    timestamp: datetime
    points: float | None
    max_points: float = 100
    attempts: int = 0


@dataclass
class FakePlatform(Outgoing):
    """*wrong* is asked before every request to a service; a Reply of its own is what comes back instead.

    A request that goes through and whose answer gets lost is one whose *lost* is set to a Reply.
    """

    clock: FixedClock = field(default_factory=FixedClock)
    family: Family = Family.OTHER
    lasts: int = 3600
    page: int = 2
    wrong: Callable[[str, str], Reply | None] = lambda _method, _url: None
    lost: Reply | None = None
    token_answer: Reply | None = None
    members: list[dict[str, Any]] = field(default_factory=list)
    items: dict[str, dict[str, Any]] = field(default_factory=dict)
    scores: dict[tuple[str, str], Score] = field(default_factory=dict)
    asked: list[tuple[str, str]] = field(default_factory=list)
    assertions: list[dict[str, Any]] = field(default_factory=list)
    headers: list[Mapping[str, str]] = field(default_factory=list)
    _tokens: dict[str, tuple[datetime, frozenset[str]]] = field(default_factory=dict)

    def request(
        self,
        method: str,
        url: str,
        *,
        headers: Mapping[str, str],
        body: bytes | None = None,
        most_bytes: int = 4096,
    ) -> Reply:
        self.asked.append((method, url))
        self.headers.append(headers)
        if not url.startswith(f"{HOST}/"):
            return Reply(problem="no such host")
        if url == TOKEN:
            return _cut(self.token_answer or self._give(dict(parse_qsl((body or b"").decode()))), most_bytes)
        if url == KEYS:
            return _cut(_answer(200, {"keys": [{"kty": "RSA", "kid": "theirs"}]}), most_bytes)
        wrong = self.wrong(method, url)
        reply = wrong or self._serve(method, url, headers, body or b"")
        if self.lost is not None and wrong is None and method == "POST":
            reply, self.lost = self.lost, None
        return _cut(reply, most_bytes)

    def revoke(self) -> None:
        """Forget all tokens that were given out."""
        self._tokens.clear()

    def shown(self, url: str, subject: str) -> float | None:
        """Return what a student's cell holds."""
        score = self.scores.get((_bare(url), subject))
        return score.points if score else None

    def times(self, method: str, url: str) -> int:
        return sum(asked == (method, url) for asked in self.asked)

    def _give(self, form: Mapping[str, str]) -> Reply:
        try:
            claims = jwt.decode(
                form["client_assertion"],
                a_key().public,
                algorithms=["RS256"],
                audience=TOKEN,
                issuer=CLIENT,
                options={"verify_exp": False, "verify_iat": False},
            )
        except (KeyError, jwt.InvalidTokenError) as error:
            return _answer(400, {"error": "invalid_client", "error_description": str(error)})
        now, burnt = self.clock.now().timestamp(), [seen["jti"] for seen in self.assertions]
        if not claims["iat"] - 60 <= now < claims["exp"] or claims["jti"] in burnt:
            return _answer(400, {"error": "invalid_client", "error_description": "expired or used before"})
        self.assertions.append(claims)
        token = hashlib.sha256(claims["jti"].encode()).hexdigest()
        self._tokens[token] = self.clock.now() + timedelta(seconds=self.lasts), frozenset(form["scope"].split())
        given = {"access_token": token, "token_type": "Bearer", "expires_in": self.lasts, "scope": form["scope"]}
        return _answer(200, given)

    def _may(self, headers: Mapping[str, str], *scopes: str) -> bool:
        until, granted = self._tokens.get(headers["Authorization"].removeprefix("Bearer "), (NOON, frozenset()))
        return self.clock.now() < until and bool(granted & set(scopes))

    def _serve(self, method: str, url: str, headers: Mapping[str, str], body: bytes) -> Reply:
        parts = urlsplit(url)
        leaf = parts.path.rpartition("/")[2]
        scopes, serve = {
            ("GET", "items"): ((LINE_ITEM_SCOPE, _READ_ITEMS), self._line_items),
            ("POST", "items"): ((LINE_ITEM_SCOPE,), self._make),
            ("POST", "scores"): ((SCORE_SCOPE,), self._score),
            ("GET", "results"): ((RESULT_SCOPE,), self._results),
            ("GET", "members"): ((MEMBERS_SCOPE,), self._members),
        }.get((method, leaf), ((), None))
        if serve is None:
            return _answer(404, {"error": "no such service"})
        return serve(url, body) if self._may(headers, *scopes) else _answer(401, {"error": "token"})

    def _line_items(self, url: str, _: bytes) -> Reply:
        wanted = parse_qs(urlsplit(url).query)
        asked = {"resourceId": wanted.get("resource_id"), "tag": wanted.get("tag")}
        found = [item for item in self.items.values() if all(v in (None, [item.get(k)]) for k, v in asked.items())]
        return self._paged(url, found, lambda page: page)

    def _make(self, _: str, body: bytes) -> Reply:
        query = "?type_id=1" if self.family is Family.MOODLE else ""
        item = json.loads(body) | {"id": f"{ITEMS}/{len(self.items) + 1}{query}"}
        self.items[item["id"]] = item
        return _answer(201, item)

    def _score(self, url: str, body: bytes) -> Reply:
        told = json.loads(body)
        place = _bare(url).removesuffix("/scores"), told["userId"]
        stamp, before = datetime.fromisoformat(told["timestamp"]), self.scores.get(place)
        if before is not None and stamp <= before.timestamp:
            is_moodle = self.family is Family.MOODLE
            return _answer(409 if is_moodle else 400, {"timestamp": "only a later one"})
        is_final = told["gradingProgress"] == "FullyGraded" and "scoreGiven" in told
        if is_final and told.get("scoreMaximum", 0) <= 0:
            return _answer(400, {"scoreMaximum": "must be positive"})
        counts = told.get("https://canvas.instructure.com/lti/submission", {}).get("new_submission", True)
        attempts = (before.attempts if before else 0) + (self.family is Family.CANVAS and bool(counts))
        self.scores[place] = Score(
            stamp, told["scoreGiven"] if is_final else None, told.get("scoreMaximum", 100), attempts
        )
        return _answer(200, {})

    def _results(self, url: str, _: bytes) -> Reply:
        item = _bare(url).removesuffix("/results")
        found = [
            {"userId": subject, "resultScore": score.points, "resultMaximum": score.max_points}
            for (of, subject), score in sorted(self.scores.items())
            if of == item and score.points is not None
        ]
        return self._paged(url, found, lambda page: page)

    def _members(self, url: str, _: bytes) -> Reply:
        return self._paged(url, self.members, lambda page: {"id": MEMBERS, "members": page})

    def _paged(self, url: str, found: list[dict[str, Any]], form: Callable[[list[dict[str, Any]]], object]) -> Reply:
        bare, start = _bare(url), int(parse_qs(urlsplit(url).query).get("start", ["0"])[0])
        link = f'<{bare}?start={start + self.page}>; rel="next"'
        headers = {"link": link} if start + self.page < len(found) else {}
        return _answer(200, form(found[start : start + self.page]), headers)


def _bare(url: str) -> str:
    return urlsplit(url)._replace(query="").geturl()


def _answer(status: int, told: object, headers: Mapping[str, str] | None = None) -> Reply:
    return Reply(status, headers or {}, json.dumps(told).encode())


def _cut(reply: Reply, most_bytes: int) -> Reply:
    return Reply(
        reply.status,
        reply.headers,
        reply.body[:most_bytes],
        reply.problem,
        reply.seconds,
        cut=len(reply.body) > most_bytes,
    )
