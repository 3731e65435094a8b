"""A platform and we introduce ourselves."""

from __future__ import annotations

import json
from typing import Any

import pytest

from grader.domain.errors import Unavailable
from grader.domain.lms.launch import Registration, ToolAddresses
from grader.domain.lms.platform import SCOPES, Family
from grader.lms.launches import LtiLaunches
from grader.lms.outgoing import Reply
from tests.fakes import FixedClock
from tests.lms.lti_platform import Wire, key

_PLATFORM = "https://purl.imsglobal.org/spec/lti-platform-configuration"
_TOOL = "https://purl.imsglobal.org/spec/lti-tool-configuration"
_HOME = "https://grader.example"
_OURS = ToolAddresses(_HOME, f"{_HOME}/lti/k/login", f"{_HOME}/lti/k/launch", f"{_HOME}/lti/jwks")


def _moodle() -> dict[str, Any]:
    """Return what Moodle 4 answers at /mod/lti/openid-configuration.php."""
    host = "https://moodle.example"
    return {
        "issuer": host,
        "token_endpoint": f"{host}/mod/lti/token.php",
        "jwks_uri": f"{host}/mod/lti/certs.php",
        "authorization_endpoint": f"{host}/mod/lti/auth.php",
        "registration_endpoint": f"{host}/mod/lti/openid-registration.php",
        "scopes_supported": list(SCOPES),
        _PLATFORM: {"product_family_code": "moodle", "version": "2022041900", "messages_supported": []},
    }


def _canvas() -> dict[str, Any]:
    """Return what Canvas answers at /api/lti/security/openid-configuration."""
    host = "https://sso.canvaslms.com"
    return {
        "issuer": "https://canvas.instructure.com",
        "authorization_endpoint": f"{host}/api/lti/authorize_redirect",
        "registration_endpoint": "https://school.instructure.com/api/lti/registrations",
        "jwks_uri": f"{host}/api/lti/security/jwks",
        "token_endpoint": f"{host}/login/oauth2/token",
        "authorization_server": "https://canvas.instructure.com/login/oauth2/token",
        _PLATFORM: {"product_family_code": "canvas", "https://canvas.instructure.com/lti/account_name": "School"},
    }


def _register(wire: Wire, url: str, token: str | None = "one-time") -> Registration:  # noqa: S107 - made up
    return LtiLaunches(wire, FixedClock(), lambda: key("ours")).register(url, token, _OURS)


def _wire(configuration: dict[str, Any], url: str, **answer: Any) -> Wire:  # noqa: ANN401 - an answer's fields
    wire = Wire()
    wire.say(url, configuration)
    wire.say(configuration.get("registration_endpoint", ""), {"client_id": "given-1", _TOOL: answer}, 201)
    return wire


_MOODLE = "https://moodle.example/mod/lti/openid-configuration.php"
_CANVAS = "https://sso.canvaslms.com/api/lti/security/openid-configuration?registration_token=x"


def test_moodle_is_known_after_it_has_registered_us() -> None:
    assert _register(_wire(_moodle(), _MOODLE, deployment_id="7"), _MOODLE) == Registration(
        name="moodle.example",
        family=Family.MOODLE,
        issuer="https://moodle.example",
        client_id="given-1",
        auth_url="https://moodle.example/mod/lti/auth.php",
        token_url="https://moodle.example/mod/lti/token.php",  # noqa: S106 - an address
        jwks_url="https://moodle.example/mod/lti/certs.php",
        deployment="7",
    )


def test_canvas_speaks_for_its_one_issuer_from_its_other_hosts() -> None:
    found = _register(_wire(_canvas(), _CANVAS), _CANVAS)
    assert (found.family, found.issuer) == (Family.CANVAS, "https://canvas.instructure.com")
    assert found.audience == "https://canvas.instructure.com/login/oauth2/token"
    assert found.deployment == ""


def test_we_say_what_we_are_with_the_platforms_token() -> None:
    wire = _wire(_moodle(), _MOODLE)
    _register(wire, _MOODLE)
    method, url, headers, body = wire.asked[-1]
    assert (method, url) == ("POST", "https://moodle.example/mod/lti/openid-registration.php")
    assert headers["Authorization"] == "Bearer one-time"
    told = json.loads(body or b"")
    assert told["redirect_uris"] == [_OURS.launch]
    assert (told["initiate_login_uri"], told["jwks_uri"]) == (_OURS.login, _OURS.keys)
    assert told["token_endpoint_auth_method"] == "private_key_jwt"  # noqa: S105 - a method's name
    assert told["scope"].split() == list(SCOPES)
    tool = told[_TOOL]
    assert (tool["domain"], tool["target_link_uri"]) == ("grader.example", _OURS.launch)
    assert [message["type"] for message in tool["messages"]] == ["LtiResourceLinkRequest", "LtiDeepLinkingRequest"]
    assert {"sub", "name", "email"} <= set(tool["claims"])


def test_the_configuration_is_asked_without_the_platforms_token() -> None:
    wire = _wire(_moodle(), _MOODLE)
    _register(wire, _MOODLE)
    assert "Authorization" not in wire.asked[0][2]


@pytest.mark.parametrize(
    ("changes", "why"),
    [
        ({"issuer": "https://other.example"}, "speaks for its own host only"),
        ({"issuer": "https://canvas.instructure.com"}, "speaks for its own host only"),
        ({"issuer": None}, "issuer is missing"),
        ({"registration_endpoint": None}, "registration_endpoint is missing"),
        ({"registration_endpoint": "file:///etc/passwd"}, "must be an address"),
        ({"jwks_uri": None}, "jwks_uri is missing"),
        ({"token_endpoint": "javascript:x"}, "must be an address"),
        ({"authorization_endpoint": 7}, "must be a text"),
        ({_PLATFORM: "moodle"}, "must be an object"),
    ],
    ids=["other", "canvas", "no-issuer", "no-endpoint", "file", "no-keys", "script", "number", "no-object"],
)
def test_a_configuration_that_can_t_be_used_is_refused_with_a_sentence(changes: dict[str, Any], why: str) -> None:
    configuration = _moodle() | changes
    wire = _wire(_moodle(), _MOODLE)
    wire.say(_MOODLE, configuration)
    with pytest.raises(Unavailable, match=why):
        _register(wire, _MOODLE)


def test_a_host_that_only_ends_like_canvas_is_not_canvas() -> None:
    url = "https://evilinstructure.com/openid"
    with pytest.raises(Unavailable, match="its own host only"):
        _register(_wire(_canvas(), url), url)


@pytest.mark.parametrize(
    ("reply", "why"),
    [
        (Reply(problem="it refused the connection"), "configuration can't be reached: it refused"),
        (Reply(404, {}, b"<html>no"), "configuration answered 404: <html>no"),
        (Reply(200, {}, b"[]"), "no JSON object"),
        (Reply(301), "answered 301"),
    ],
    ids=["refused", "404", "list", "redirect"],
)
def test_a_step_that_fails_is_named(reply: Reply, why: str) -> None:
    wire = Wire()
    wire.answers[_MOODLE] = reply
    with pytest.raises(Unavailable, match=why):
        _register(wire, _MOODLE)


def test_the_registrations_own_failure_is_told_apart() -> None:
    wire = _wire(_moodle(), _MOODLE)
    wire.answers["https://moodle.example/mod/lti/openid-registration.php"] = Reply(400, {}, b"token expired")
    with pytest.raises(Unavailable, match="registration endpoint answered 400: token expired"):
        _register(wire, _MOODLE)


@pytest.mark.parametrize("url", ["javascript:x", "file:///etc/passwd", "", "https://user:pw@moodle.example/x"])
def test_a_configuration_nowhere_on_the_web_is_not_asked_for(url: str) -> None:
    wire = Wire()
    with pytest.raises(Unavailable):
        _register(wire, url)
    assert wire.asked == []


def test_a_token_that_would_break_the_header_is_refused() -> None:
    with pytest.raises(Unavailable, match="no token"):
        _register(_wire(_moodle(), _MOODLE), _MOODLE, token="a\r\nX: y")  # noqa: S106 - made up
