"""Messages of LTI platforms: which are taken, what they say, and what is wrong with all others."""

from __future__ import annotations

import base64
import hmac
import json
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qs, urlsplit

import jwt
import pytest

from grader.domain.errors import GraderError, Invalid, Unavailable
from grader.domain.lms.launch import Choice, DeepLink, LoginRequest, Message
from grader.domain.lms.platform import Family, role_of
from grader.domain.people import Role
from grader.domain.scoring import ItemKind
from grader.lms.launches import LtiLaunches
from grader.lms.outgoing import Reply
from tests.fakes import NOON, FixedClock
from tests.lms.lti_platform import (
    AGS,
    CLIENT,
    DL,
    ISSUER,
    LTI,
    NONCE,
    NRPS,
    Wire,
    a_platform,
    claims,
    deep_linking,
    key,
    keys_of,
    signed,
)

if TYPE_CHECKING:
    from collections.abc import Callable

_KEYS = f"{ISSUER}/keys"
_NOW = int(NOON.timestamp())


class _Desk:
    """Launches with a platform that answers."""

    def __init__(self) -> None:
        self.wire, self.clock = Wire(), FixedClock()
        self.wire.say(_KEYS, keys_of("platform"))
        self.launches = LtiLaunches(self.wire, self.clock, lambda: key("ours"))

    def read(self, token: str, **platform: Any) -> Any:  # noqa: ANN401 - fields of Platform
        return self.launches.read(a_platform(**platform), token, nonce=NONCE)


@pytest.fixture
def desk() -> _Desk:
    return _Desk()


def _unsigned(told: dict[str, Any], header: dict[str, str], sign: bytes = b"") -> str:
    parts = [base64.urlsafe_b64encode(json.dumps(part).encode()).rstrip(b"=") for part in (header, told)]
    signature = hmac.digest(sign, b".".join(parts), "sha256") if sign else b""
    return b".".join([*parts, base64.urlsafe_b64encode(signature).rstrip(b"=")]).decode()


_kid = {"kid": key("platform").kid}
_FORGED = [
    ("nothing", lambda: "", "sent no message"),
    ("no token", lambda: "a.b", "3 parts"),
    ("no JSON", lambda: "e30.bm8.eA", "can't be decoded"),
    ("a list", lambda: "W10.W10.eA", "no JSON object"),
    ("very long", lambda: "a" * 70_000, "longer than"),
    ("alg none", lambda: _unsigned(claims(), {"alg": "none"} | _kid), "only RS256 is taken"),
    ("no alg", lambda: _unsigned(claims(), dict(_kid)), "only RS256 is taken"),
    (
        "HS256 with the public key",
        lambda: _unsigned(claims(), {"alg": "HS256"} | _kid, key("platform").public.encode()),
        "only RS256 is taken",
    ),
    ("RS512", lambda: signed(claims(), algorithm="RS512"), "only RS256 is taken"),
    ("PS256", lambda: signed(claims(), algorithm="PS256"), "only RS256 is taken"),
    ("no kid", lambda: signed(claims(), kid=""), "does not name its key"),
    ("a kid that is unknown", lambda: signed(claims(), by="stranger"), "not among the platform's keys"),
    ("another's key under this kid", lambda: signed(claims(), by="stranger", **_kid), "ignature"),
    ("changed after signing", lambda: signed(claims())[:-8] + "AAAAAAAA", "ignature"),
    ("another's body", lambda: _swapped(signed(claims()), signed(claims(sub="x"))), "ignature"),
    ("our own key", lambda: signed(claims(), by="ours"), "not among the platform's keys"),
]


def _swapped(token: str, other: str) -> str:
    head, _, signature = token.split(".")
    return f"{head}.{other.split('.')[1]}.{signature}"


@pytest.mark.parametrize(("make", "why"), [row[1:] for row in _FORGED], ids=[row[0] for row in _FORGED])
def test_a_message_that_the_platform_did_not_sign_is_refused_with_a_sentence(
    desk: _Desk, make: Callable[[], str], why: str
) -> None:
    with pytest.raises(Invalid, match=why):
        desk.read(make())


_WRONG = [
    ("another issuer", {"iss": "https://evil.example"}, "from https://evil.example"),
    ("no issuer", {"iss": None}, "iss is missing"),
    ("an issuer that is no text", {"iss": 7}, "iss must be a text"),
    ("another audience", {"aud": "client-8"}, "for another tool"),
    ("no audience", {"aud": None}, "for another tool"),
    ("several audiences without azp", {"aud": [CLIENT, "client-8"]}, "azp"),
    ("several audiences, azp another", {"aud": [CLIENT, "client-8"], "azp": "client-8"}, "azp"),
    ("azp another", {"azp": "client-8"}, "azp"),
    ("expired", {"exp": _NOW - 301}, "has expired"),
    ("no end", {"exp": None}, "exp must be a time"),
    ("an end that is no number", {"exp": "tomorrow"}, "exp must be a time"),
    ("an end that is a boolean", {"exp": True}, "exp must be a time"),
    ("from the future", {"iat": _NOW + 301}, "from the future"),
    ("no beginning", {"iat": None}, "iat must be a time"),
    ("not good yet", {"nbf": _NOW + 301}, "not good yet"),
    ("another nonce", {"nonce": "another"}, "does not answer this login"),
    ("no nonce", {"nonce": None}, "nonce is missing"),
    ("LTI 1.1", {"version": "1.1"}, "only 1.3.0 is taken"),
    ("no version", {"version": None}, "only 1.3.0 is taken"),
    ("another kind", {"message_type": "DataPrivacyLaunchRequest"}, "LtiResourceLinkRequest and LtiDeepLinkingRequest"),
    ("no kind", {"message_type": None}, "LtiResourceLinkRequest and LtiDeepLinkingRequest"),
    ("nobody", {"sub": None}, "sub is missing"),
    ("blank", {"sub": "  "}, "sub is missing"),
    ("a subject of 10 kB", {"sub": "x" * 10_000}, "sub is longer than 255"),
    ("a subject that is no text", {"sub": ["subject-1"]}, "sub must be a text"),
    ("a subject with a zero", {"sub": "a\x00b"}, "no character"),
    ("half a character", {"sub": "a\ud800"}, "no character"),
    ("no deployment", {"deployment_id": None}, "deployment_id is missing"),
    ("roles that are a text", {"roles": "Instructor"}, "roles must be a list"),
    ("roles without end", {"roles": ["x"] * 201}, "roles must be a list of at most"),
    ("roles of numbers", {"roles": [7]}, "must be a text"),
    ("no roles", {"roles": None}, "[Rr]oles"),
    ("no course", {"context": None}, "outside of a course"),
    ("a course that is a text", {"context": "context-1"}, "context must be an object"),
    ("no link", {"resource_link": None}, "[Rr]esource [Ll]ink"),
    ("a link that is a list", {"resource_link": []}, "resource_link must be an object"),
    ("a line item elsewhere", {"endpoint": {"lineitem": "file:///etc/passwd"}}, "lineitem must be an address"),
    ("members elsewhere", {"namesroleservice": {"context_memberships_url": "gopher://x"}}, "must be an address"),
]


@pytest.mark.parametrize(("changes", "why"), [row[1:] for row in _WRONG], ids=[row[0] for row in _WRONG])
def test_every_claim_that_is_wrong_is_refused_with_a_sentence(desk: _Desk, changes: dict[str, Any], why: str) -> None:
    with pytest.raises(Invalid, match=why):
        desk.read(signed(claims(**changes)))


def test_a_message_says_who_opened_which_link_where(desk: _Desk) -> None:
    launch = desk.read(
        signed(claims(lis={"person_sourcedid": "AL1815"}) | {f"{LTI}/lis": {"person_sourcedid": "AL1815"}})
    )
    assert launch.message is Message.RESOURCE
    assert (launch.person.subject, launch.person.name, launch.person.email) == (
        "subject-1",
        "Ada Lovelace",
        "ada@school.example",
    )
    assert launch.person.login == "AL1815"
    assert (launch.deployment, launch.context_key, launch.context_title) == (
        "deployment-1",
        "context-1",
        "Deep learning",
    )
    assert (launch.resource_link, launch.resource_title) == ("link-1", "Pointwise")
    assert launch.custom == {"item": "exercise:pointwise-conv"}, "what was not filled in is left out"
    assert launch.line_item == f"{ISSUER}/context-1/lineitems/1"
    assert launch.members_url == f"{ISSUER}/context-1/members"
    assert launch.family is Family.MOODLE
    assert launch.return_url == f"{ISSUER}/back"


@pytest.mark.parametrize("url", ["javascript:alert(1)", "data:text/html,x", "//evil.example", "https://a b", 7])
def test_a_way_back_that_is_no_page_is_as_good_as_none(desk: _Desk, url: object) -> None:
    assert desk.read(signed(claims(launch_presentation={"return_url": url}))).return_url == ""


def test_a_message_may_leave_out_what_the_platform_does_not_lend(desk: _Desk) -> None:
    told = claims(custom=None, launch_presentation=None, tool_platform=None, name=None, email=None)
    launch = desk.read(signed({name: value for name, value in told.items() if name not in (AGS, NRPS)}))
    assert (launch.line_item, launch.members_url, launch.scopes, launch.person.email) == ("", "", (), "")


@pytest.mark.parametrize(
    "roles",
    [["instructor"], ["INSTRUCTOR"], ["http://purl.imsglobal.org/vocab/lis/v2/membership#instructor"], ["Owner"], []],
    ids=["lower case", "upper case", "lower case, long", "unknown", "none"],
)
def test_a_role_in_other_words_is_the_least(desk: _Desk, roles: list[str]) -> None:
    assert role_of(desk.read(signed(claims(roles=roles))).person.roles) is Role.STUDENT


def test_several_audiences_are_taken_with_our_azp_in_any_order(desk: _Desk) -> None:
    assert desk.read(signed(claims(aud=["client-8", CLIENT], azp=CLIENT))).context_key == "context-1"


@pytest.mark.parametrize(("iat", "exp"), [(_NOW + 299, _NOW + 600), (_NOW - 600, _NOW - 299)], ids=["ahead", "behind"])
def test_a_platforms_clock_may_differ_by_less_than_five_minutes(desk: _Desk, iat: int, exp: int) -> None:
    assert desk.read(signed(claims(iat=iat, exp=exp))).person.subject == "subject-1"


def test_a_wish_for_content_says_where_the_choice_goes(desk: _Desk) -> None:
    launch = desk.read(signed(deep_linking(accept_multiple="false", accept_lineitem=False)))
    assert launch.message is Message.DEEP_LINK
    assert launch.deep_link == DeepLink(f"{ISSUER}/picked", "deployment-1", "as it came", False, False)


@pytest.mark.parametrize(
    ("settings", "why"),
    [
        ({"deep_link_return_url": "javascript:alert(1)"}, "must be an address"),
        ({"deep_link_return_url": None}, "where the choice goes"),
        ({"accept_types": ["file"]}, "resource link"),
        ({"data": {"a": 1}}, "data must be a text"),
    ],
    ids=["a script", "nowhere", "files", "data of another kind"],
)
def test_a_wish_for_content_that_can_t_be_met_is_refused(desk: _Desk, settings: dict[str, Any], why: str) -> None:
    with pytest.raises(Invalid, match=why):
        desk.read(signed(deep_linking(**settings)))


def test_keys_are_fetched_once_for_many_messages(desk: _Desk) -> None:
    for _ in range(5):
        desk.read(signed(claims()))
    assert len(desk.wire.asked) == 1


def test_an_unknown_key_is_looked_for_once_a_minute_at_most(desk: _Desk) -> None:
    desk.read(signed(claims()))
    for _ in range(5):
        with pytest.raises(Invalid, match="not among"):
            desk.read(signed(claims(), by="new"))
    assert len(desk.wire.asked) == 1
    desk.wire.say(_KEYS, keys_of("platform", "new"))
    desk.clock.advance(minutes=1)
    assert desk.read(signed(claims(), by="new")).person.subject == "subject-1"


def test_a_key_that_a_platform_took_back_signs_nothing_after_an_hour(desk: _Desk) -> None:
    desk.read(signed(claims()))
    desk.wire.say(_KEYS, keys_of("new"))
    desk.clock.advance(hours=1)
    with pytest.raises(Invalid, match="not among"):
        desk.read(signed(claims(exp=_NOW + 7200)))


def test_keys_that_can_t_be_read_are_told_apart_from_a_wrong_signature(desk: _Desk) -> None:
    desk.wire.answers[_KEYS] = Reply(503)
    with pytest.raises(Unavailable, match="it answered 503"):
        desk.read(signed(claims()))
    with pytest.raises(Unavailable, match="it answered 503"):
        desk.read(signed(claims()))
    assert len(desk.wire.asked) == 1, "who is down is not asked again at once"


@pytest.mark.parametrize(
    "answer", [[], {}, {"keys": 7}, {"keys": ["x"]}, {"keys": [{"kty": "oct", "kid": "a", "k": "b"}]}]
)
def test_a_key_set_of_nothing_is_none(desk: _Desk, answer: object) -> None:
    desk.wire.say(_KEYS, answer)
    with pytest.raises(Unavailable, match="no key set"):
        desk.read(signed(claims()))


def test_each_platform_signs_with_its_own_keys_alone(desk: _Desk) -> None:
    desk.wire.say("https://other.example/keys", keys_of("other"))
    with pytest.raises(Invalid, match="not among"):
        desk.read(signed(claims(), by="other"))
    with pytest.raises(Invalid, match="not among"):
        desk.read(signed(claims()), jwks_url="https://other.example/keys")


def _asked(**changes: str) -> LoginRequest:
    told = {"issuer": ISSUER, "login_hint": "<b>&hint", "target": "https://evil.example", "message_hint": "m&h"}
    return LoginRequest(**told | changes)


def _redirect(desk: _Desk, asked: LoginRequest, **platform: str) -> str:
    back = "https://grader.example/lti/lms-key/launch"
    return desk.launches.redirect(a_platform(**platform), asked, state="s", nonce="n", back=back)


def test_a_login_goes_to_the_platform_with_all_that_it_needs(desk: _Desk) -> None:
    parts = urlsplit(_redirect(desk, _asked()))
    assert f"{parts.scheme}://{parts.netloc}{parts.path}" == f"{ISSUER}/authorize"
    assert {name: value for name, (value,) in parse_qs(parts.query).items()} == {
        "scope": "openid",
        "response_type": "id_token",
        "response_mode": "form_post",
        "prompt": "none",
        "client_id": CLIENT,
        "redirect_uri": "https://grader.example/lti/lms-key/launch",
        "login_hint": "<b>&hint",
        "lti_message_hint": "m&h",
        "state": "s",
        "nonce": "n",
    }, "nothing of target_link_uri: nobody is sent to another host"


def test_a_platforms_login_address_keeps_its_query(desk: _Desk) -> None:
    address = _redirect(desk, _asked(), auth_url=f"{ISSUER}/a?tenant=1")
    assert address.startswith(f"{ISSUER}/a?tenant=1&scope=openid")


@pytest.mark.parametrize(
    ("changes", "why"),
    [
        ({"issuer": "https://evil.example"}, "began the login"),
        ({"issuer": ""}, "nobody began the login"),
        ({"client_id": "client-8"}, "another client id"),
        ({"login_hint": ""}, "who signs in"),
        ({"login_hint": "x" * 9000}, "longer than"),
    ],
    ids=["another issuer", "no issuer", "another client", "no hint", "a hint of 9 kB"],
)
def test_a_login_that_no_such_platform_began_is_refused(desk: _Desk, changes: dict[str, str], why: str) -> None:
    with pytest.raises(Invalid, match=why):
        _redirect(desk, _asked(**changes))


_CHOICE = Choice(ItemKind.EXERCISE, "pointwise-conv", "Pointwise", 10, "https://grader.example/lti/lms-key/launch")


def _answered(desk: _Desk, deep_link: DeepLink) -> dict[str, Any]:
    token = desk.launches.answer(a_platform(), deep_link, [_CHOICE])
    assert jwt.get_unverified_header(token)["kid"] == key("ours").kid
    told: dict[str, Any] = jwt.decode(
        token,
        key("ours").public,
        algorithms=["RS256"],
        audience=ISSUER,
        options={"verify_exp": False, "verify_iat": False},
    )
    return told


def test_a_choice_is_signed_by_us_and_brings_its_line_item(desk: _Desk) -> None:
    told = _answered(desk, DeepLink(f"{ISSUER}/picked", "deployment-1", "as it came"))
    assert (told["iss"], told["iat"], told["exp"]) == (CLIENT, _NOW, _NOW + 600)
    assert told[f"{LTI}/message_type"] == "LtiDeepLinkingResponse"
    assert told[f"{LTI}/deployment_id"] == "deployment-1"
    assert told[f"{DL}/data"] == "as it came"
    assert told[f"{DL}/content_items"] == [
        {
            "type": "ltiResourceLink",
            "title": "Pointwise",
            "url": "https://grader.example/lti/lms-key/launch",
            "custom": {"item": "exercise:pointwise-conv"},
            "lineItem": {
                "scoreMaximum": 10,
                "label": "Pointwise",
                "resourceId": "exercise:pointwise-conv",
                "tag": "grade",
            },
        }
    ]


def test_a_choice_leaves_out_what_the_platform_did_not_send_or_does_not_take(desk: _Desk) -> None:
    told = _answered(desk, DeepLink(f"{ISSUER}/picked", "deployment-1", None, takes_line_items=False))
    assert f"{DL}/data" not in told
    assert "lineItem" not in told[f"{DL}/content_items"][0]


def test_our_key_set_shows_public_halves_only(desk: _Desk) -> None:
    (shown,) = json.loads(json.dumps(desk.launches.key_set([key("ours").public])))["keys"]
    assert shown == {"kty": "RSA", "use": "sig", "alg": "RS256", "e": "AQAB", "kid": key("ours").kid, "n": shown["n"]}


def test_an_error_is_always_one_of_ours(desk: _Desk) -> None:
    values: list[object] = [None, 7, "", [], {}, [[]], {"id": {}}, {"scope": 1}, {"id": "x", "title": 2}, True, 1e308]
    for claim in claims():
        for value in values:
            try:
                desk.read(signed(claims() | {claim: value}))
            except GraderError as error:
                assert str(error)  # noqa: PT017 - that no other error comes is the claim
