"""Which message is taken: signed by the platform whose address it came to, for us, now, in answer to our login.

The library checks form, signature and what a message of each kind must hold; who, when and for whom is checked here,
by our own clock and with our own sentences, because it takes the first of several audiences without its `azp`.
"""

from __future__ import annotations

import hmac
from typing import TYPE_CHECKING, Any

from pylti1p3.exception import LtiException
from pylti1p3.message_launch import MessageLaunch

from grader.domain.errors import Invalid
from grader.domain.lms.launch import Message
from grader.lms.launches.adapters import NoCookies, OneNonce, OnePlatform, TokenRequest
from grader.lms.launches.claims import DEEP_LINKING, LONGEST_ID, LTI, Claims

if TYPE_CHECKING:
    from datetime import datetime

    from pylti1p3.registration import TKeySet

    from grader.domain.lms.platform import Platform
    from grader.lms.launches.platform_keys import PlatformKeys

LEEWAY = 5 * 60.0
"""Seconds by which a platform's clock may differ from ours."""

MOST_BYTES = 64 * 1024
"""Of a message."""

_VERSION = "1.3.0"
_ALGORITHM = "RS256"


class _Launch(MessageLaunch[TokenRequest, OnePlatform, OneNonce, NoCookies]):
    """The library's steps, walked one by one."""

    def __init__(self, platform: Platform, id_token: str, nonce: str, keys: PlatformKeys) -> None:
        request = TokenRequest(id_token)
        super().__init__(
            request, OnePlatform(platform), session_service=OneNonce(request, nonce), cookie_service=NoCookies()
        )
        self.set_auto_validation(enable=False)
        never: Any = dict.fromkeys(("verify_aud", "verify_exp", "verify_iat", "verify_nbf", "verify_sub"), False)
        self.set_jwt_verify_options(never)  # by our own clock, below
        self._platform = platform
        self._keys = keys

    def _get_request_param(self, key: str) -> str:
        return self._request.get_param(key)

    def get_client_id(self) -> str:
        return self._platform.client_id

    def validate_jwt_format(self) -> _Launch:
        """Take the message apart; a claim that is null is as good as none."""
        super().validate_jwt_format()
        body: Any = {name: value for name, value in _object(self._jwt.get("body"), "body").items() if value is not None}
        self._jwt["body"] = body
        return self

    def fetch_public_key(self, key_set_url: str) -> TKeySet:
        return self._keys.having(key_set_url, str(self.header.get("kid")))

    @property
    def header(self) -> dict[str, object]:
        """What the message says of its signature."""
        return _object(self._jwt.get("header"), "header")

    @property
    def claims(self) -> Claims:
        """What it says."""
        return Claims(_object(self._jwt.get("body"), "body"))


def accepted(platform: Platform, id_token: str, *, nonce: str, keys: PlatformKeys, now: datetime) -> Claims:
    """Return a message's claims; Invalid says which check it fails, Unavailable why its key can't be fetched."""
    if not id_token:
        raise Invalid("the platform sent no message (id_token)")
    if len(id_token) > MOST_BYTES:
        raise Invalid(f"the platform's message is longer than {MOST_BYTES} bytes")
    launch = _Launch(platform, id_token, nonce, keys)
    try:
        launch.validate_jwt_format()
        _check_header(launch.header)
        _check_issuer(launch.claims, platform)
        launch.validate_registration().validate_jwt_signature()
        _check_audience(launch.claims, platform)
        _check_times(launch.claims, now.timestamp())
        _check_nonce(launch.claims, nonce)
        _check_kind(launch.claims)
        launch.validate_nonce().validate_message()
    except LtiException as error:
        raise Invalid(_sentence(str(error))) from error
    return launch.claims


def _check_header(header: dict[str, object]) -> None:
    if header.get("alg") != _ALGORITHM:
        raise Invalid(f"the message is signed with {str(header.get('alg'))[:20]}; only {_ALGORITHM} is taken")
    if not isinstance(header.get("kid"), str) or not header["kid"]:
        raise Invalid("the message does not name its key (kid)")


def _check_issuer(claims: Claims, platform: Platform) -> None:
    if claims.required("iss") != platform.issuer:
        raise Invalid(
            f"the message is from {claims.text('iss')[:200]}, but this address belongs to {platform.issuer} (iss)"
        )


def _check_audience(claims: Claims, platform: Platform) -> None:
    single = isinstance(claims.told.get("aud"), str)
    audience = [claims.required("aud")] if single else claims.texts("aud")
    if platform.client_id not in audience:
        raise Invalid("the message is for another tool: its aud is not our client id; compare the client ids")
    party = claims.text("azp")
    if len(audience) > 1 and not party:
        raise Invalid("the message is for several tools and does not say for which of them (azp)")
    if party and party != platform.client_id:
        raise Invalid("the message was made for another tool: its azp is not our client id")


def _check_times(claims: Claims, now: float) -> None:
    if claims.seconds("exp") <= now - LEEWAY:
        raise Invalid("the message has expired (exp): open the link again; if that does not help, a clock is wrong")
    if claims.seconds("iat") > now + LEEWAY:
        raise Invalid("the message is from the future (iat): the platform's clock and ours differ by over 5 minutes")
    if "nbf" in claims.told and claims.seconds("nbf") > now + LEEWAY:
        raise Invalid("the message is not good yet (nbf): the platform's clock and ours differ by over 5 minutes")


def _check_nonce(claims: Claims, nonce: str) -> None:
    if not hmac.compare_digest(claims.required("nonce").encode(), nonce.encode()):
        raise Invalid("the message does not answer this login (nonce): open the link again")


def _check_kind(claims: Claims) -> None:
    version = claims.text(f"{LTI}/version")
    if version != _VERSION:
        raise Invalid(f"the message is of LTI {version[:20] or 'unknown'}; only {_VERSION} is taken (version)")
    kind = claims.text(f"{LTI}/message_type")
    if kind not in {message.value for message in Message}:
        known = " and ".join(message.value for message in Message)
        raise Invalid(f"the message is a {kind[:60] or 'nothing'}; {known} are taken (message_type)")
    claims.required("sub", LONGEST_ID)
    claims.required(f"{LTI}/deployment_id", LONGEST_ID)
    claims.texts(f"{LTI}/roles")
    for key in (f"{LTI}/resource_link", f"{LTI}/context", f"{DEEP_LINKING}/deep_linking_settings"):
        claims.section(key)


def _object(value: object, name: str) -> dict[str, Any]:
    if not isinstance(value, dict):
        raise Invalid(f"the message's {name} is no JSON object")
    return value


def _sentence(said: str) -> str:
    """Return what the library says as a sentence of ours.

    >>> _sentence("Missing Resource Link Id")
    'the message is not taken: missing Resource Link Id'
    """
    return f"the message is not taken: {said[:1].lower()}{said[1:300].rstrip('.')}"
