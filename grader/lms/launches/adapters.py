"""What pylti1p3 asks its surroundings for. Nothing is kept here: state and nonce are burnt by our own records."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from pylti1p3.cookie import CookieService
from pylti1p3.deployment import Deployment
from pylti1p3.exception import LtiException
from pylti1p3.registration import Registration
from pylti1p3.request import Request
from pylti1p3.session import SessionService
from pylti1p3.tool_config.abstract import ToolConfAbstract

if TYPE_CHECKING:
    from grader.domain.lms.platform import Platform


class TokenRequest(Request):
    """The form that a platform posts."""

    def __init__(self, id_token: str) -> None:
        self._form = {"id_token": id_token}

    @property
    def session(self) -> dict[str, Any]:
        """Nothing is kept between requests."""
        return {}

    def is_secure(self) -> bool:
        """Asked for cookies only, which are ours."""
        return True

    def get_param(self, key: str) -> str:
        """Return a field of the form."""
        return self._form.get(key, "")


class NoCookies(CookieService):
    """Cookies are the web layer's."""

    def get_cookie(self, name: str) -> str | None:  # noqa: ARG002 - the library's signature
        """Return none."""
        return None

    def set_cookie(self, name: str, value: str | int, exp: int | None = 3600) -> None:
        """Set none."""


class OneNonce(SessionService):
    """Knows the one nonce that the answered login was given."""

    def __init__(self, request: Request, nonce: str) -> None:
        super().__init__(request)
        self._nonce = nonce

    def check_nonce(self, nonce: str) -> bool:
        """Whether *nonce* is that one."""
        return nonce == self._nonce


class OnePlatform(ToolConfAbstract[TokenRequest]):
    """Knows the platform at whose address the message came, whatever the message says of itself."""

    def __init__(self, platform: Platform) -> None:
        self._platform = platform

    def check_iss_has_one_client(self, iss: str) -> bool:
        """Whether *iss* is the platform: it has one client id here."""
        return iss == self._platform.issuer

    def find_registration_by_issuer(self, iss: str, *_: object, **__: object) -> Registration:  # noqa: ARG002 - asked above
        """Return the platform."""
        return registration(self._platform)

    def find_registration_by_params(self, iss: str, client_id: str, *_: object, **__: object) -> Registration:
        """Asked for another issuer only, which is no platform's."""
        raise LtiException(f"no platform {iss} with client {client_id}")

    def find_deployment(self, iss: str, deployment_id: str) -> Deployment:  # noqa: ARG002 - the library's signature
        """Return any: which are the platform's is in our records."""
        return Deployment().set_deployment_id(deployment_id)

    def find_deployment_by_params(
        self, iss: str, deployment_id: str, client_id: str, *_: object, **__: object
    ) -> Deployment:
        """Asked for another issuer only."""
        raise LtiException(f"no platform {iss} with client {client_id} and deployment {deployment_id}")


def registration(platform: Platform) -> Registration:
    """Return a platform as the library knows it."""
    return (
        Registration()
        .set_issuer(platform.issuer)
        .set_client_id(platform.client_id)
        .set_auth_login_url(platform.auth_url)
        .set_auth_token_url(platform.token_url)
        .set_key_set_url(platform.jwks_url)
    )
