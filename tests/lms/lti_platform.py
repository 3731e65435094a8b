"""A platform of LTI 1.3 that signs whatever a test wants signed."""

from __future__ import annotations

import json
from functools import cache
from typing import TYPE_CHECKING, Any

import jwt

from grader.domain.lms.platform import INSTRUCTOR, LEARNER, SCOPES, Family, Platform
from grader.lms.launches.own_keys import key_set, new_key
from grader.lms.outgoing import Outgoing, Reply
from tests.fakes import NOON

if TYPE_CHECKING:
    from collections.abc import Mapping

    from grader.domain.lms.launch import NewKey

LTI = "https://purl.imsglobal.org/spec/lti/claim"
DL = "https://purl.imsglobal.org/spec/lti-dl/claim"
AGS = "https://purl.imsglobal.org/spec/lti-ags/claim/endpoint"
NRPS = "https://purl.imsglobal.org/spec/lti-nrps/claim/namesroleservice"
ISSUER = "https://lms.example"
CLIENT = "client-7"
NONCE = "a-nonce-of-ours"


@cache
def key(name: str) -> NewKey:
    """Return a key, made once for each *name*: that takes a while."""
    del name
    return new_key()


class Wire(Outgoing):
    """Answers what a test laid down for an address, and keeps what was asked."""

    def __init__(self) -> None:
        super().__init__()
        self.answers: dict[str, Reply] = {}
        self.asked: list[tuple[str, str, Mapping[str, str], bytes | None]] = []

    def request(
        self,
        method: str,
        url: str,
        *,
        headers: Mapping[str, str],
        body: bytes | None = None,
        most_bytes: int = 0,
    ) -> Reply:
        self.asked.append((method, url, headers, body))
        reply = self.answers.get(url, Reply(problem="nobody knows this name"))
        return Reply(reply.status, reply.headers, reply.body[: most_bytes or None], reply.problem)

    def say(self, url: str, answer: object, status: int = 200) -> None:
        """Lay down what *url* answers."""
        self.answers[url] = Reply(status, {}, json.dumps(answer).encode())


def a_platform(**changes: Any) -> Platform:  # noqa: ANN401 - fields of Platform
    """Return a platform as it is kept."""
    told: dict[str, Any] = {
        "id": 1,
        "key": "lms-key",
        "course_id": None,
        "name": "LMS",
        "family": Family.OTHER,
        "issuer": ISSUER,
        "client_id": CLIENT,
        "auth_url": f"{ISSUER}/authorize",
        "token_url": f"{ISSUER}/token",
        "jwks_url": f"{ISSUER}/keys",
        "made": NOON,
    }
    return Platform(**told | changes)


def keys_of(*names: str) -> dict[str, Any]:
    """Return the key set of these keys."""
    return dict(key_set([key(name).public for name in names]))


def claims(**changes: Any) -> dict[str, Any]:  # noqa: ANN401 - claims
    """Return the claims of a student's launch; a name of *changes* is a claim's last part, None leaves it out."""
    now = int(NOON.timestamp())
    told: dict[str, Any] = {
        "iss": ISSUER,
        "aud": CLIENT,
        "exp": now + 300,
        "iat": now,
        "nonce": NONCE,
        "sub": "subject-1",
        "name": "Ada Lovelace",
        "email": "ada@school.example",
        f"{LTI}/version": "1.3.0",
        f"{LTI}/message_type": "LtiResourceLinkRequest",
        f"{LTI}/deployment_id": "deployment-1",
        f"{LTI}/target_link_uri": "https://grader.example/lti/lms-key/launch",
        f"{LTI}/roles": [LEARNER],
        f"{LTI}/context": {"id": "context-1", "title": "Deep learning"},
        f"{LTI}/resource_link": {"id": "link-1", "title": "Pointwise"},
        f"{LTI}/custom": {"item": "exercise:pointwise-conv", "left": "$Canvas.user.id"},
        f"{LTI}/tool_platform": {"product_family_code": "moodle"},
        f"{LTI}/launch_presentation": {"return_url": f"{ISSUER}/back"},
        AGS: {
            "scope": list(SCOPES),
            "lineitems": f"{ISSUER}/context-1/lineitems",
            "lineitem": f"{ISSUER}/context-1/lineitems/1",
        },
        NRPS: {"context_memberships_url": f"{ISSUER}/context-1/members"},
    }
    for name, value in changes.items():
        full = next((known for known in told if known.rsplit("/", 1)[-1] == name), name)
        told[full] = value
    return {name: value for name, value in told.items() if value is not None}


def deep_linking(**settings: Any) -> dict[str, Any]:  # noqa: ANN401 - settings
    """Return the claims of an instructor who wants to pick content."""
    told = {
        "deep_link_return_url": f"{ISSUER}/picked",
        "accept_types": ["ltiResourceLink"],
        "accept_presentation_document_targets": ["iframe"],
        "accept_multiple": True,
        "data": "as it came",
    } | settings
    asked = claims(message_type="LtiDeepLinkingRequest", resource_link=None, custom=None, roles=[INSTRUCTOR])
    return asked | {f"{DL}/deep_linking_settings": told}


def signed(told: Mapping[str, Any], *, by: str = "platform", algorithm: str = "RS256", **header: str) -> str:
    """Return a message with the platform's signature."""
    named = {"kid": key(by).kid} | header
    body = json.dumps(told).encode()  # as it is: the library would refuse to sign some of what must be refused
    return jwt.PyJWS().encode(body, key(by).private, algorithm=algorithm, headers=named)
