"""Attacks on launches: each is refused with its status, lets nobody in, and leaves nothing behind."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
from collections.abc import Callable
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

import pytest

from grader.domain.lms.platform import INSTRUCTOR
from grader.domain.people import Role
from grader.lms.outgoing import Outgoing
from grader.services import enrol
from tests.lms.launches import databases
from tests.lms.launches.campus import HOME, KEY, Begun, Campus, Visitor
from tests.lms.lti_platform import CLIENT, ISSUER, LTI, claims, deep_linking, key, keys_of, signed
from tests.web.pages.browser import forms
from tests.web.school import AUTUMN, SPRING

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from werkzeug.test import TestResponse

_NOW = claims()["iat"]
_KID = key("platform").kid
_ITEM = f"/courses/{SPRING}/exercises/pointwise-conv"

Forgery = Callable[[Begun], str]


def _told(begun: Begun, **changes: Any) -> dict[str, Any]:  # noqa: ANN401 - claims
    return claims(nonce=begun.nonce) | {name: value for name, value in changes.items() if value is not None}


def _by_hand(begun: Begun, header: dict[str, Any], secret: bytes = b"") -> str:
    parts = [base64.urlsafe_b64encode(json.dumps(part).encode()).rstrip(b"=") for part in (header, _told(begun))]
    seal = hmac.digest(secret, b".".join(parts), "sha256") if secret else b""
    return b".".join([*parts, base64.urlsafe_b64encode(seal).rstrip(b"=")]).decode()


def _with(**changes: Any) -> Forgery:  # noqa: ANN401 - claims
    return lambda begun: signed(claims(nonce=begun.nonce, **changes))


def _public(name: str) -> bytes:
    return key(name).public.encode()


FORGERIES: dict[str, tuple[Forgery, str]] = {
    "no signature": (lambda begun: _by_hand(begun, {"alg": "none", "kid": _KID}), "only RS256"),
    "alg None": (lambda begun: _by_hand(begun, {"alg": "None", "kid": _KID}), "only RS256"),
    "the public key as a secret": (
        lambda begun: _by_hand(begun, {"alg": "HS256", "kid": _KID}, _public("platform")),
        "only RS256",
    ),
    "another's key": (lambda begun: signed(_told(begun), by="stranger"), "not among the platform"),
    "another's key under the platform's name": (
        lambda begun: signed(_told(begun), by="stranger", kid=_KID),
        "signature",
    ),
    "our own key": (lambda begun: signed(_told(begun), by="ours"), "not among the platform"),
    "a key that is a path": (lambda begun: signed(_told(begun), kid="../../etc/passwd"), "not among the platform"),
    "a key that is SQL": (lambda begun: signed(_told(begun), kid="' OR 1=1 --"), "not among the platform"),
    "a key that it brings itself": (
        lambda begun: _by_hand(
            begun, {"alg": "RS256", "kid": "x", "jwk": {"kty": "RSA"}, "jku": "https://evil.example"}
        ),
        "not among the platform",
    ),
    "a key that is a list": (lambda begun: _by_hand(begun, {"alg": "RS256", "kid": [_KID]}), "kid"),
    "another issuer": (_with(iss="https://evil.example"), "belongs to"),
    "another tool": (_with(aud="client-8"), "for another tool"),
    "several tools": (_with(aud=[CLIENT, "client-8"]), "azp"),
    "made for another tool": (_with(aud=[CLIENT, "client-8"], azp="client-8"), "azp"),
    "expired": (_with(exp=_NOW - 301), "has expired"),
    "from the future": (_with(iat=_NOW + 301), "from the future"),
    "another login's nonce": (lambda begun: signed(_told(begun, nonce="stolen")), "does not answer this login"),
    "no nonce": (lambda begun: signed({k: v for k, v in _told(begun).items() if k != "nonce"}), "nonce is missing"),
    "nobody": (_with(sub=None), "sub is missing"),
    "another kind of message": (_with(message_type="LtiStartAssessment"), "are taken"),
    "LTI 1.1": (_with(version="1.1.1"), "only 1.3.0"),
    "outside of a course": (_with(context=None), "outside of a course"),
    "a megabyte": (lambda begun: signed(_told(begun, x="y" * 100_000)), "longer than"),
    "a wish for content by a student": (
        lambda begun: signed(deep_linking() | {"nonce": begun.nonce, f"{LTI}/roles": []}),
        "only who teaches",
    ),
}


@pytest.mark.parametrize("name", FORGERIES)
def test_a_message_that_is_not_the_platforms_to_this_login_lets_nobody_in(campus: Campus, name: str) -> None:
    make, why = FORGERIES[name]
    mallory, people = campus.visitor(), campus.people()
    begun = mallory.begun()
    answer = mallory.bring(begun.state, make(begun))
    assert answer.status_code in (403, 422)
    assert why.lower() in answer.text.replace("&#39;", "'").lower()
    assert _is_out(mallory)
    assert campus.people() == people
    assert campus.line_items() == []
    assert mallory.bring(begun.state, campus.message(begun, claims())).status_code == 409, "one try"


def _is_out(visitor: Visitor) -> bool:
    return visitor.get(_ITEM).status_code == 303 and not visitor.get("/").text.count("Spring")


def test_a_message_is_good_once_whoever_brings_it_again(campus: Campus) -> None:
    ada, mallory = campus.visitor(), campus.visitor()
    begun = ada.begun()
    token = campus.message(begun, claims())
    assert ada.bring(begun.state, token).status_code == 303
    mallory.client.set_cookie(_cookie(begun.state), begun.state, domain="grader.example")
    again = mallory.bring(begun.state, token)
    assert (again.status_code, "used already" in again.text) == (409, True)
    own = mallory.begun()
    assert mallory.bring(own.state, token).status_code == 422, "nor by another login"
    assert _is_out(mallory)


def test_nobody_is_signed_in_as_somebody_else_by_a_login_of_another_browser(campus: Campus) -> None:
    """Login CSRF: Mallory begins, and has Ada's browser post what the platform answered."""
    mallory, ada = campus.visitor(), campus.visitor()
    begun = mallory.begun()
    answer = ada.bring(begun.state, campus.message(begun, claims(sub="mallory")))
    assert (answer.status_code, answer.headers.getlist("Set-Cookie")) == (403, [])
    assert _is_out(ada)


@pytest.mark.parametrize("value", ["", "x", "\\000", "☃"])
def test_a_state_must_be_the_cookies_own(campus: Campus, value: str) -> None:
    ada = campus.visitor()
    begun = ada.begun()
    other = campus.visitor()
    other.client.set_cookie(_cookie(begun.state), value, domain="grader.example")
    assert other.bring(begun.state, campus.message(begun, claims())).status_code == 403
    assert _is_out(other)


@pytest.mark.parametrize("state", ["", "x" * 300, "\x00", "a\nb", "☃"])
def test_a_state_that_is_none_of_ours_is_refused_before_anything_is_looked_up(campus: Campus, state: str) -> None:
    assert campus.visitor().bring(state, "x").status_code in (403, 422)


@pytest.fixture
def rivals(campus: Campus) -> Campus:
    """Two courses, each with a platform of its instructor's own; the second is Mallory's."""
    campus.connect(AUTUMN, "rival", issuer="https://rival.example", jwks_url="https://rival.example/keys")
    campus.wire.say("https://rival.example/keys", keys_of("rival"))
    return campus


_RIVAL = {"iss": "https://rival.example"}


@pytest.mark.parametrize("name", [KEY, "rival"])
def test_what_a_courses_platform_signs_opens_no_other_course(rivals: Campus, name: str) -> None:
    mallory, issuer = rivals.visitor(), ISSUER if name == KEY else "https://rival.example"
    begun = Begun.of(mallory.login(name, iss=issuer).headers["Location"])
    told = claims(iss=issuer, roles=[INSTRUCTOR], sub="mallory")
    answer = mallory.bring(begun.state, rivals.message(begun, told, by="rival"), name)
    if name == KEY:
        assert answer.status_code == 422
    else:
        assert answer.headers["Location"].startswith(f"/courses/{AUTUMN}")
    assert mallory.get(f"/courses/{SPRING}/staff/gradebook").status_code in (303, 404)
    assert len(rivals.people()) == 4


def test_a_login_at_one_platform_is_not_answered_by_another(rivals: Campus) -> None:
    mallory = rivals.visitor()
    begun = Begun.of(mallory.login("rival", iss="https://rival.example").headers["Location"])
    answer = mallory.bring(begun.state, rivals.message(begun, claims()), KEY)
    assert (answer.status_code, "none of ours" in answer.text) == (409, True)


def test_another_platform_with_the_same_subject_is_somebody_else(rivals: Campus) -> None:
    ada = rivals.arrive(claims())
    other = rivals.arrive(claims(**_RIVAL), "rival", by="rival")
    assert ada.user
    assert other.user
    assert ada.user.id != other.user.id


@pytest.mark.parametrize("login", ["ines", "tess", "otto", "cleo"])
def test_somebody_elses_login_is_not_taken_over_by_saying_so(rivals: Campus, login: str) -> None:
    for told in ({"email": login}, {"email": login, "roles": [INSTRUCTOR]}):
        mallory = rivals.visitor()
        mallory.launch(claims(sub="mallory", **told))
        assert f"<bdi>{login.title()}</bdi>" not in mallory.get(f"/courses/{SPRING}").text
    assert rivals.people()["ines"].role is Role.INSTRUCTOR
    with rivals.make_uow().reading() as uow:
        assert all(m.user_id != rivals.school.users[login].id for m in uow.platforms.members(rivals.contexts()[0].id))


def test_an_instructor_of_one_course_reaches_a_student_there_and_nothing_of_theirs_elsewhere(rivals: Campus) -> None:
    """A course's own platform signs whatever its instructor wants, in the name of anybody in the course."""
    ada = rivals.school.users["ada"]
    enrol.enrol(rivals.make_uow(), user=ada, course=rivals.school.courses[AUTUMN], role=Role.STUDENT)
    number = rivals.school.submit("ada")
    mallory = rivals.visitor("document")
    begun = Begun.of(mallory.login("rival", iss="https://rival.example").headers["Location"])
    told = claims(**_RIVAL, sub="mallory", email="ada")
    assert mallory.bring(begun.state, rivals.message(begun, told, by="rival"), "rival").status_code == 303
    assert mallory.get(f"/courses/{AUTUMN}").status_code == 200
    for path in (f"/courses/{SPRING}", f"/submissions/{number}", _ITEM):
        assert mallory.get(path).status_code == 404
    assert mallory.get("/profile").status_code == 403


CONFINED = {
    f"/courses/{AUTUMN}": 404,
    f"/courses/{AUTUMN}/staff/roster": 404,
    f"/courses/{SPRING}/staff/gradebook": 403,
    "/profile": 403,
    "/courses/new": 403,
    "/api/v1/courses": 401,
}


@pytest.mark.parametrize("dest", ["iframe", "document"])
def test_a_launch_opens_its_course_and_nothing_else(campus: Campus, dest: str) -> None:
    ada = campus.visitor(dest)
    ada.launch()
    assert {path: ada.get(path).status_code for path in CONFINED} == CONFINED


def test_nothing_in_a_login_or_a_message_leads_to_another_host(campus: Campus) -> None:
    evil = "https://evil.example/x"
    ada = campus.visitor()
    begun = Begun.of(ada.login(target_link_uri=evil, redirect_uri=evil, next=evil).headers["Location"])
    assert evil not in str(begun.asked.values())
    told = claims(target_link_uri=evil, launch_presentation={"return_url": evil})
    assert ada.bring(begun.state, campus.message(begun, told)).headers["Location"] == _ITEM
    assert evil not in ada.get(_ITEM).text


@pytest.mark.parametrize("slug", ["//evil.example", "../../profile", "x?next=//evil.example", "%2f%2fevil.example"])
def test_a_links_parameter_leads_nowhere_but_to_items(campus: Campus, slug: str) -> None:
    told = claims(custom={"item": f"exercise:{slug}"})
    assert campus.visitor().launch(told).headers["Location"] == f"/courses/{SPRING}"


MARKUP = "<script>alert(1)</script>\"'><img src=x onerror=alert(1)>"


def test_markup_in_names_and_titles_is_text(campus: Campus) -> None:
    campus.connect(None, "wide")
    told = {"name": MARKUP, "context": {"id": "c", "title": MARKUP}, "resource_link": {"id": "l", "title": MARKUP}}
    prof = campus.visitor()
    pages = [
        prof.launch(claims(**told, roles=[INSTRUCTOR], sub="prof"), "wide"),
        campus.visitor().launch(deep_linking() | {"name": MARKUP}),
        prof.login(iss=MARKUP),
        prof.get(
            f"/lti/register/x?openid_configuration=https://a.example/{quote(MARKUP)}&registration_token={quote(MARKUP)}"
        ),
        prof.get(f"/lti/register/x?openid_configuration={quote(MARKUP)}"),
        prof.post(f"/lti/{KEY}/launch", {"state": "x", "error": MARKUP}),
    ]
    ada = campus.visitor()
    ada.launch(claims(**told))
    pages.append(ada.get(_ITEM))
    for page in pages:
        assert "<img src=x" not in page.text
        assert "<script>alert" not in page.text


FRAMERS = ["javascript:alert(1)", "https://evil.example;script-src *", "https://*", "https://a b", "data:text/html,x"]


@pytest.mark.parametrize("origin", FRAMERS)
def test_nothing_but_an_origin_comes_into_the_policy(campus: Campus, origin: str) -> None:
    ada = campus.visitor()
    ada.launch(claims(launch_presentation={"return_url": origin}))
    policy = ada.get(_ITEM).headers["Content-Security-Policy"]
    assert policy.count(";") == campus.visitor().get("/sign-in").headers["Content-Security-Policy"].count(";")
    assert policy.split("frame-ancestors ")[1] in (ISSUER, f"{ISSUER} https://evil.example")


FRAMED_BY_NOBODY = ["/sign-in", "/invitation/x", "/lti/tab/x", "/lti/nobody/login", "/healthz", "/static/base.css"]


@pytest.mark.parametrize("path", FRAMED_BY_NOBODY)
def test_no_page_outside_of_a_frames_session_is_framed(campus: Campus, path: str) -> None:
    policy = campus.visitor().get(path).headers["Content-Security-Policy"]
    assert policy.endswith("frame-ancestors 'none'")


def test_a_session_of_a_window_lets_nobody_frame_it(campus: Campus) -> None:
    ada = campus.visitor("document")
    ada.launch()
    for path in ("/", _ITEM, f"/courses/{SPRING}"):
        assert "frame-ancestors 'none'" in ada.get(path).headers["Content-Security-Policy"]


@pytest.mark.parametrize("dest", ["iframe", "document"])
def test_a_cookie_in_the_others_place_opens_no_frame(campus: Campus, dest: str) -> None:
    names = {"iframe": "__Host-grader-lms", "document": "__Host-grader"}
    ada, thief = campus.visitor(dest), campus.visitor()
    ada.launch()
    cookie = ada.client.get_cookie(names.pop(dest), domain="grader.example")
    assert cookie is not None
    (other,) = names.values()
    thief.client.set_cookie(other, cookie.value, domain="grader.example")
    assert thief.get(_ITEM).status_code == 303


def test_launches_of_one_address_have_a_limit(campus: Campus) -> None:
    campus.app = campus.school.app(url=HOME, launches=campus.launches, vault=campus.vault, launch_limit="5 per minute")
    mallory = campus.visitor()
    page = [mallory.post("/lti/connect", {"asked": "x", "code": f"guess-{n}"}).status_code for n in range(6)]
    assert page == [422] * 5 + [429]
    answer = mallory.get("/lti/jwks")
    assert (answer.status_code, answer.headers["Retry-After"]) == (429, "60")


def test_a_form_of_a_megabyte_is_not_read(campus: Campus) -> None:
    answer = campus.visitor().post(f"/lti/{KEY}/launch", {"state": "x", "id_token": "a" * 2**20})
    assert answer.status_code == 413


def test_a_code_binds_nothing_without_the_platforms_own_word(campus: Campus) -> None:
    """Who found a code has no form that says which course it is for; a form of another purpose is none."""
    prof = campus.visitor()
    code, page = campus.code(), prof.launch(deep_linking() | {"sub": "prof"})
    choice = forms(page)["/lti/pick"].fields["asked"][0]
    for asked in ("", "1", choice):
        answer = campus.visitor().post("/lti/connect", {"asked": asked, "code": code})
        assert (answer.status_code, "too old or not ours" in answer.text) == (422, True)


PRIVATE = [
    "http://127.0.0.1:1/configuration",
    "http://localhost:1/configuration",
    "http://[::1]:1/configuration",
    "http://169.254.169.254/latest/meta-data/",
    "http://10.0.0.1/configuration",
    "http://[::ffff:127.0.0.1]:1/configuration",
    "http://2130706433:1/configuration",
    "https://127.0.0.1:1/configuration",
]


@pytest.fixture
def guarded(tmp_path: Path) -> Iterator[Campus]:
    """With what really asks other hosts."""
    with databases.sqlite(tmp_path) as engine:
        yield Campus(engine, Outgoing())


@pytest.mark.parametrize("url", PRIVATE)
def test_no_registration_makes_us_ask_our_own_network(guarded: Campus, url: str) -> None:
    prof = guarded.visitor()
    answer: TestResponse = prof.post(f"/lti/register/{guarded.code()}", {"openid_configuration": url})
    assert answer.status_code in (422, 503)
    assert "private" in answer.text or "https" in answer.text, answer.text
    assert len(guarded.read(lambda uow: uow.platforms.of_course(guarded.school.courses[SPRING].id))) == 1


def _cookie(state: str) -> str:
    return f"__Host-lti-{hashlib.sha256(state.encode()).hexdigest()[:16]}"
