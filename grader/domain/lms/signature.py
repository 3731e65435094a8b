"""Standard Webhooks 1.0.0: sign a message, verify one.

Signed are the id, the time of this attempt in Unix seconds and the exact body, by HMAC-SHA256. While a secret is being
rotated a message carries a signature of each.

>>> body = b'{"type":"contact.created","timestamp":"2022-11-03T20:26:10.344522Z",'
>>> body += b'"data":{"id":"1f81eb52-5198-4599-803e-771906343485"}}'
>>> sign("whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw", "msg_2KWPBgLlAfxdpx2AI54pPJ85f4W", 1674087231, body)
'v1,ARw42xaAApl/nxRo+iPGYwSaMQaOwMo2eyH5JBRA+bQ='
"""

from __future__ import annotations

import base64
import binascii
import hmac
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

from grader.domain.errors import Invalid

if TYPE_CHECKING:
    from collections.abc import Iterable

PREFIX = "whsec_"
SECRET_BYTES = 32
TOLERANCE = timedelta(minutes=5)
"""How far a message's clock may be from ours."""

ID, TIMESTAMP, SIGNATURE = "webhook-id", "webhook-timestamp", "webhook-signature"
_LONGEST_ID = 256
_MOST_SIGNATURES = 10


class BadSignature(Exception):
    """A message that is not from who it says, or not from now; the text says which."""


def new_secret(random: bytes) -> str:
    """Return a secret of 24 to 64 *random* bytes, as receivers are given it."""
    return PREFIX + base64.b64encode(random).decode()


def sign(secret: str, message_id: str, timestamp: int, body: bytes) -> str:
    """Return the signature of one message under one secret."""
    signed = b".".join((message_id.encode(), str(timestamp).encode(), body))
    return "v1," + base64.b64encode(hmac.digest(_key(secret), signed, "sha256")).decode()


def headers(secrets: Iterable[str], message_id: str, now: datetime, body: bytes) -> dict[str, str]:
    """Return the headers of a message that is sent at *now*, signed with each of *secrets*."""
    timestamp = int(now.timestamp())
    signatures = [sign(secret, message_id, timestamp, body) for secret in secrets]
    return {ID: message_id, TIMESTAMP: str(timestamp), SIGNATURE: " ".join(signatures)}


def verify(secrets: Iterable[str], given: dict[str, str], now: datetime, body: bytes) -> str:
    """Return the id of a message that one of *secrets* signed not long ago; BadSignature says what is wrong with it.

    *given* are its headers, names in lower case.
    """
    message_id, signatures = given.get(ID, ""), given.get(SIGNATURE, "").split()[:_MOST_SIGNATURES]
    if not (0 < len(message_id) <= _LONGEST_ID and message_id.isascii() and message_id.isprintable()):
        raise BadSignature(f"the header {ID} is missing or too long")
    if not signatures:
        raise BadSignature(f"the header {SIGNATURE} is missing")
    timestamp = _timestamp(given.get(TIMESTAMP, ""), now)
    expected = [sign(secret, message_id, timestamp, body).encode() for secret in secrets]
    given_bytes = [signature.encode("utf-8", "replace") for signature in signatures]
    if not any([hmac.compare_digest(ours, theirs) for ours in expected for theirs in given_bytes]):  # noqa: C419 - all
        raise BadSignature("the signature is wrong: sign id, timestamp and the exact body with this endpoint's secret")
    return message_id


def _timestamp(given: str, now: datetime) -> int:
    if not (given.isascii() and given.isdecimal() and len(given) <= len(str(2**40))):
        raise BadSignature(f"the header {TIMESTAMP} must be in Unix seconds")
    off = abs(int(given) - int(now.timestamp()))
    if off > TOLERANCE.total_seconds():
        minutes = int(TOLERANCE.total_seconds() // 60)
        raise BadSignature(
            f"the message's clock is {off} s from ours, {minutes} minutes are taken; here it is "
            f"{now.astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}"
        )
    return int(given)


def _key(secret: str) -> bytes:
    try:
        return base64.b64decode(secret.removeprefix(PREFIX), validate=True)
    except binascii.Error as error:
        raise Invalid("a secret is whsec_ and base64", field="secret") from error
