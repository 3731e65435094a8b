"""LTI messages between platforms and us, on pylti1p3. Fills `ports.Launches`.

adapters       what the library asks for: a request, a session, a registration
claims         a message's claims, each of the kind that it must be
message        which message is taken: by whom it is signed, for whom, when
content        what a message that was taken says
platform_keys  platforms' public keys
own_keys       ours
answering      the answer to a deep linking request
registering    a platform and we introduce ourselves (Dynamic Registration)
"""

from __future__ import annotations

from typing import TYPE_CHECKING
from urllib.parse import urlencode

from grader.domain.errors import Invalid
from grader.lms.launches import own_keys
from grader.lms.launches.answering import answer
from grader.lms.launches.claims import is_web
from grader.lms.launches.content import told
from grader.lms.launches.message import accepted
from grader.lms.launches.platform_keys import PlatformKeys
from grader.lms.launches.registering import register

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from grader.domain.lms.launch import Choice, DeepLink, Launch, LoginRequest, NewKey, Registration, ToolAddresses
    from grader.domain.lms.platform import Platform
    from grader.lms.outgoing import Outgoing
    from grader.ports import Clock

__all__ = ["LtiLaunches"]

_LONGEST_HINT = 8192  # characters; Canvas sends a token of its own


class LtiLaunches:
    """Safe to share among threads. *current_key* returns the key of ours that signs now."""

    def __init__(self, outgoing: Outgoing, clock: Clock, current_key: Callable[[], NewKey]) -> None:
        self._outgoing = outgoing
        self._clock = clock
        self._current_key = current_key
        self._keys = PlatformKeys(outgoing, clock)

    def redirect(self, platform: Platform, asked: LoginRequest, *, state: str, nonce: str, back: str) -> str:
        """Return where a browser goes to sign in at *platform*; Invalid when the request is not from it."""
        _require_from(platform, asked)
        told = {
            "scope": "openid",
            "response_type": "id_token",
            "response_mode": "form_post",
            "prompt": "none",
            "client_id": platform.client_id,
            "redirect_uri": back,
            "login_hint": asked.login_hint,
            "state": state,
            "nonce": nonce,
        }
        if asked.message_hint:
            told["lti_message_hint"] = asked.message_hint
        return f"{platform.auth_url}{'&' if '?' in platform.auth_url else '?'}{urlencode(told)}"

    def read(self, platform: Platform, id_token: str, *, nonce: str) -> Launch:
        """Return what a message says; Invalid says what is wrong with it, Unavailable why it can't be verified."""
        return told(accepted(platform, id_token, nonce=nonce, keys=self._keys, now=self._clock.now()), platform)

    def answer(self, platform: Platform, deep_link: DeepLink, choices: Sequence[Choice]) -> str:
        """Return the signed token that answers a deep linking request."""
        return answer(platform, deep_link, choices, key=self._current_key(), now=self._clock.now())

    def key_set(self, public: Sequence[str]) -> Mapping[str, object]:
        """Return the JWKS of these public keys (PEM)."""
        return own_keys.key_set(public)

    def new_key(self) -> NewKey:
        """Return a new RSA key of ours."""
        return own_keys.new_key()

    def register(self, configuration_url: str, token: str | None, tool: ToolAddresses) -> Registration:
        """Register by itself; Unavailable says at which step it failed."""
        return register(self._outgoing, configuration_url, token, tool)


def _require_from(platform: Platform, asked: LoginRequest) -> None:
    if asked.issuer != platform.issuer:
        raise Invalid(
            f"this address belongs to the platform {platform.issuer}, but {asked.issuer[:200] or 'nobody'} began the "
            "login (iss); check the platform's issuer here and the login address there"
        )
    if asked.client_id and asked.client_id != platform.client_id:
        raise Invalid("the platform began the login with another client id than it has here; compare the two")
    if not asked.login_hint:
        raise Invalid("the platform did not say who signs in (login_hint)")
    if max(len(asked.login_hint), len(asked.message_hint)) > _LONGEST_HINT:
        raise Invalid(f"the platform's login_hint or lti_message_hint is longer than {_LONGEST_HINT} characters")
    if not is_web(platform.auth_url):
        raise Invalid("the platform's login address (authorization URL) is no address of a page; correct it here")
