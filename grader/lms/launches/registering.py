"""A platform and we introduce ourselves (LTI Dynamic Registration 1.0): its configuration is read, ours is posted."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from pylti1p3.dynamic_registration import DynamicRegistration

from grader.domain.errors import Invalid, Unavailable
from grader.domain.lms.launch import Message, Registration
from grader.domain.lms.platform import SCOPES, Family
from grader.lms.launches.claims import LONGEST_ID, Claims, is_web
from grader.lms.launches.content import family_of

if TYPE_CHECKING:
    from grader.domain.lms.launch import ToolAddresses
    from grader.lms.outgoing import Outgoing, Reply

_PLATFORM = "https://purl.imsglobal.org/spec/lti-platform-configuration"
_TOOL = "https://purl.imsglobal.org/spec/lti-tool-configuration"
_CANVAS = "https://canvas.instructure.com/lti"
_CANVAS_DOMAINS = ("instructure.com", "canvaslms.com")
"""Canvas in the cloud has one issuer, whatever the host that its configuration is read from."""

_MOST_BYTES = 256 * 1024
_MOST_TOKEN = 8192
_SUCCESS = range(200, 300)


class _Tool(DynamicRegistration):
    """What we tell of ourselves."""

    client_name = "grader"
    description = "Quizzes and graded programming exercises on deep learning."

    def __init__(self, addresses: ToolAddresses) -> None:
        self._addresses = addresses

    def get_initiate_login_uri(self) -> str:
        return self._addresses.login

    def get_jwks_uri(self) -> str:
        return self._addresses.keys

    def get_redirect_uris(self) -> list[str]:
        return [self._addresses.launch]

    def get_scopes(self) -> list[str]:
        return list(SCOPES)

    def get_domain(self) -> str:
        return urlsplit(self._addresses.home).netloc

    def get_target_link_uri(self) -> str:
        return self._addresses.launch

    def get_claims(self) -> list[str]:
        return ["iss", "sub", "name", "given_name", "family_name", "email"]

    def get_messages(self) -> list[dict[str, Any]]:
        link = {"type": Message.RESOURCE.value, "target_link_uri": self._addresses.launch, "label": self.client_name}
        places = ["ContentArea", f"{_CANVAS}/assignment_selection"]
        return [link, link | {"type": Message.DEEP_LINK.value, "placements": places}]

    def get_logo_uri(self) -> str:
        return ""

    def told(self) -> bytes:
        """Return the registration as it is posted."""
        registration = self.lti_registration_data()
        del registration["logo_uri"]
        registration[_TOOL][f"{_CANVAS}/privacy_level"] = "public"  # names and addresses, which the roster needs
        return json.dumps(registration).encode()


def register(outgoing: Outgoing, configuration_url: str, token: str | None, tool: ToolAddresses) -> Registration:
    """Return what a platform is after we have registered; Unavailable says at which step that failed."""
    if not is_web(configuration_url):
        raise Unavailable(
            "the platform's configuration has no address that begins with https:// (openid_configuration)"
        )
    if token is not None and not (token.isascii() and token.isprintable() and len(token) <= _MOST_TOKEN):
        raise Unavailable("the platform's registration_token is no token")
    step = "the platform's configuration"
    reply = outgoing.request("GET", configuration_url, headers=_headers(None), most_bytes=_MOST_BYTES)
    try:
        configuration = _answer(reply, step)
        _check_issuer(configuration, configuration_url)
        endpoint = _address(configuration, "registration_endpoint")
        step = "the platform's registration endpoint"
        reply = outgoing.request(
            "POST", endpoint, headers=_headers(token), body=_Tool(tool).told(), most_bytes=_MOST_BYTES
        )
        return _read(configuration, _answer(reply, step))
    except Invalid as error:
        raise Unavailable(f"{step} says what can't be used: {error}") from error


def _read(configuration: Claims, answer: Claims) -> Registration:
    platform = configuration.section(_PLATFORM)
    issuer = configuration.required("issuer")
    return Registration(
        name=urlsplit(issuer).hostname or issuer,
        family=family_of(platform.text("product_family_code")),
        issuer=issuer,
        client_id=answer.required("client_id", LONGEST_ID),
        auth_url=_address(configuration, "authorization_endpoint"),
        token_url=_address(configuration, "token_endpoint"),
        jwks_url=_address(configuration, "jwks_uri"),
        audience=configuration.text("authorization_server"),
        deployment=answer.section(_TOOL).text("deployment_id", LONGEST_ID),
    )


def _check_issuer(configuration: Claims, url: str) -> None:
    """Refuse a configuration that speaks for another host than it lies at."""
    issuer = configuration.required("issuer")
    theirs, here = urlsplit(issuer).hostname or "", urlsplit(url).hostname or ""
    is_canvas = family_of(configuration.section(_PLATFORM).text("product_family_code")) is Family.CANVAS
    if theirs != here and not (is_canvas and _at_canvas(theirs) and _at_canvas(here)):
        raise Invalid(f"its issuer is {issuer[:200]}, but it lies at {here}: a platform speaks for its own host only")


def _at_canvas(host: str) -> bool:
    return any(host == domain or host.endswith(f".{domain}") for domain in _CANVAS_DOMAINS)


def _address(configuration: Claims, key: str) -> str:
    found = configuration.url(key)
    if not found:
        raise Invalid(f"{key} is missing")
    return found


def _headers(token: str | None) -> dict[str, str]:
    given = {"Authorization": f"Bearer {token}"} if token else {}
    return {"Accept": "application/json", "Content-Type": "application/json"} | given


def _answer(reply: Reply, step: str) -> Claims:
    if reply.status is None:
        raise Unavailable(f"{step} can't be reached: {reply.problem}")
    if reply.status not in _SUCCESS:
        raise Unavailable(f"{step} answered {reply.status}: {reply.body[:200].decode(errors='replace')}")
    try:
        answer = json.loads(reply.body)
    except (ValueError, RecursionError):
        answer = None
    if not isinstance(answer, dict):
        raise Unavailable(f"{step} answered what is no JSON object")
    return Claims(answer, "its answer")
