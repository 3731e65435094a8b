"""A link in an LMS leads into the course: login, launch, page; in a frame, in a window, in a tab."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from grader.domain.lms.platform import INSTRUCTOR, Family
from tests.lms.launches.campus import HOME, KEY, Begun, Visitor
from tests.lms.lti_platform import CLIENT, ISSUER, claims
from tests.web.pages.browser import forms, settle
from tests.web.school import AUTUMN, SPRING

if TYPE_CHECKING:
    from tests.lms.launches.campus import Campus

_ITEM = f"/courses/{SPRING}/exercises/pointwise-conv"


@pytest.mark.parametrize("method", ["GET", "POST"])
def test_a_login_leads_to_the_platform_and_leaves_its_state_in_the_browser(campus: Campus, method: str) -> None:
    answer = campus.visitor().login(method=method, lti_message_hint="m")
    assert answer.status_code == 302
    begun = Begun.of(answer.headers["Location"])
    assert answer.headers["Location"].startswith(f"{ISSUER}/authorize?")
    assert begun.asked["redirect_uri"] == f"{HOME}/lti/{KEY}/launch"
    assert (begun.asked["login_hint"], begun.asked["lti_message_hint"]) == ("hint", "m")
    cookie = answer.headers["Set-Cookie"]
    assert begun.state in cookie
    assert cookie.startswith("__Host-lti-")
    assert {"Secure", "HttpOnly", "SameSite=None", "Partitioned", "Path=/"} <= set(cookie.split("; "))


def test_a_link_opens_its_item_in_the_frame(campus: Campus) -> None:
    ada = campus.visitor()
    answer = ada.launch()
    assert (answer.status_code, answer.headers["Location"]) == (303, _ITEM)
    page = ada.get(_ITEM)
    assert page.status_code == 200
    assert "Ada Lovelace" in page.text
    assert page.headers["Content-Security-Policy"].endswith(f"frame-ancestors {ISSUER}")


@pytest.mark.parametrize(
    ("item", "path"),
    [
        ("quiz:weights", f"/courses/{SPRING}/quizzes/weights"),
        ("exercise:gone", f"/courses/{SPRING}"),
        ("", f"/courses/{SPRING}"),
    ],
)
def test_each_link_leads_where_it_says(campus: Campus, item: str, path: str) -> None:
    assert campus.visitor().launch(claims(custom={"item": item})).headers["Location"] == path


def test_a_link_in_a_window_of_its_own_opens_an_ordinary_session(campus: Campus) -> None:
    ada = campus.visitor("document")
    answer = ada.launch()
    cookies = answer.headers.getlist("Set-Cookie")
    assert [cookie.split("=")[0] for cookie in cookies if "Max-Age=0" not in cookie] == ["__Host-grader"]
    assert "SameSite=Lax" in next(cookie for cookie in cookies if cookie.startswith("__Host-grader="))
    page = ada.get(_ITEM)
    assert page.status_code == 200
    assert "frame-ancestors 'none'" in page.headers["Content-Security-Policy"]


def test_the_frames_cookie_is_kept_apart_for_the_site_around_it(campus: Campus) -> None:
    cookies = campus.visitor().launch().headers.getlist("Set-Cookie")
    (framed,) = [cookie for cookie in cookies if cookie.startswith("__Host-grader-lms=")]
    assert {"Secure", "HttpOnly", "SameSite=None", "Partitioned", "Path=/"} <= set(framed.split("; "))
    assert not any(cookie.startswith("__Host-grader=") for cookie in cookies)


def test_the_logins_cookie_is_gone_after_it(campus: Campus) -> None:
    ada = campus.visitor()
    ada.launch()
    assert [cookie.key for cookie in (ada.client._cookies or {}).values()] == ["__Host-grader-lms"]


def test_work_is_handed_in_from_the_frame(campus: Campus) -> None:
    ada = campus.visitor()
    page = ada.get(ada.launch().headers["Location"])
    form = forms(page)[_ITEM]
    answer = ada.post(_ITEM, {**form.fields, "source": "x = 1"})
    assert answer.status_code == 303
    assert ada.get(answer.headers["Location"]).status_code == 200


def test_two_links_of_one_page_are_opened_at_once(campus: Campus) -> None:
    ada = campus.visitor()
    first, second = ada.begun(), ada.begun()
    for begun in (second, first):
        assert ada.bring(begun.state, campus.message(begun, claims())).status_code == 303


def test_a_page_that_is_loaded_again_after_the_launch_says_to_open_the_link_again(campus: Campus) -> None:
    ada = campus.visitor()
    begun = ada.begun()
    token = campus.message(begun, claims())
    ada.bring(begun.state, token)
    answer = ada.bring(begun.state, token)
    assert answer.status_code == 403
    assert "open the link in your LMS" in answer.text.replace("Open", "open")


def test_without_our_cookie_the_way_out_is_a_login_in_a_tab_of_its_own(campus: Campus) -> None:
    ada = campus.visitor()
    begun = ada.begun()
    ada = Visitor(campus, campus.app.test_client())
    page = ada.bring(begun.state, campus.message(begun, claims()))
    assert page.status_code == 403
    assert "your browser holds back our cookie" in page.text.lower()
    assert f"frame-ancestors {ISSUER}" in page.headers["Content-Security-Policy"]
    again = page.text.split('href="/lti/')[1].split('"')[0].replace("&amp;", "&")
    tab = campus.visitor("document")
    leads = tab.get(f"/lti/{again}")
    second = Begun.of(leads.headers["Location"])
    assert (second.asked["login_hint"], second.asked["client_id"]) == ("hint", CLIENT)
    assert tab.bring(second.state, campus.message(second, claims())).headers["Location"] == _ITEM
    assert "/lti/" not in ada.bring(begun.state, "x").text.split("<main")[1], "the way is shown once"


def test_a_frames_page_goes_on_in_a_tab_with_a_session_of_its_own(campus: Campus) -> None:
    ada = campus.visitor()
    page = ada.get(ada.launch().headers["Location"])
    link = _tab_link(page.text)
    tab = campus.visitor("document")
    asked = tab.get(link)
    assert "Ada Lovelace" in asked.text
    assert tab.get(_ITEM).status_code == 303, "only looking opens nothing"
    answer = tab.post(link, forms(asked)[link].fields)
    assert (answer.status_code, answer.headers["Location"]) == (303, _ITEM)
    assert tab.get(_ITEM).status_code == 200
    assert "frame-ancestors 'none'" in tab.get(_ITEM).headers["Content-Security-Policy"]
    other = campus.visitor("document")
    again = other.post(link, forms(other.get(link))[link].fields)
    assert (again.status_code, "used already" in again.text) == (409, True)


def test_a_tab_opens_nothing_without_our_form_or_with_a_link_that_was_changed(campus: Campus) -> None:
    ada = campus.visitor()
    link = _tab_link(ada.get(ada.launch().headers["Location"]).text)
    tab = campus.visitor("document")
    assert tab.post(link, {}).status_code == 400
    assert tab.get(f"{link[:-3]}AAA").status_code == 422


def test_a_session_that_ended_says_so_in_the_frame_and_asks_for_no_password_there(campus: Campus) -> None:
    ada = campus.visitor()
    ada.launch()
    campus.clock.advance(hours=13)
    answer = ada.get(_ITEM)
    assert answer.status_code == 401
    assert "open the link in your LMS again" in answer.text
    assert f"frame-ancestors {ISSUER}" in answer.headers["Content-Security-Policy"]
    assert "password" not in answer.text.lower()


def test_who_signs_in_by_password_in_the_same_browser_leaves_the_frames_session(campus: Campus) -> None:
    settle(campus.school, "ines")
    browser = campus.visitor()
    browser.launch()
    door = browser.get("/sign-in")
    fields = forms(door)["/sign-in"].fields
    browser.post("/sign-in", {**fields, "login": "ines", "password": "four plain words here"})
    page = browser.get(f"/courses/{SPRING}/staff/roster")
    assert page.status_code == 200
    assert "frame-ancestors 'none'" in page.headers["Content-Security-Policy"]


def test_a_frames_page_without_a_session_leads_to_no_door(campus: Campus) -> None:
    stranger = campus.visitor()
    page = stranger.bring(stranger.begun().state, "x")
    assert 'href="/"' not in page.text


def test_the_address_that_platforms_are_given_explains_itself(campus: Campus) -> None:
    answer = campus.visitor().get(f"/lti/{KEY}/launch")
    assert (answer.status_code, "opened by your LMS only" in answer.text) == (405, True)


def test_what_the_platform_refused_is_told_with_its_words(campus: Campus) -> None:
    ada = campus.visitor()
    begun = ada.begun()
    form = {"state": begun.state, "error": "login_required", "error_description": "<b>Sign in at the LMS"}
    answer = ada.post(f"/lti/{KEY}/launch", form)
    assert answer.status_code == 422
    assert "&lt;b&gt;Sign in at the LMS" in answer.text


def test_each_failure_says_at_which_step_it_was(campus: Campus) -> None:
    ada = campus.visitor()
    assert "The login was begun" in ada.login(iss="https://evil.example").text
    begun = ada.begun()
    assert "The platform&#39;s message was read" in ada.bring(begun.state, campus.message(begun, claims(aud="x"))).text


def test_a_service_without_an_lms_says_what_its_operator_sets(campus: Campus) -> None:
    campus.app = campus.school.app(url=HOME)
    for answer in (campus.visitor().login(), campus.visitor().get("/lti/jwks")):
        assert (answer.status_code, "GRADER_LMS_SECRET" in answer.text) == (503, True)


def test_a_course_of_a_platform_for_all_is_connected_by_a_code_and_then_opens(campus: Campus) -> None:
    campus.connect(None, "wide")
    prof, ada = campus.visitor(), campus.visitor()
    assert ada.launch(name="wide").status_code == 403
    page = prof.launch(claims(roles=[INSTRUCTOR], sub="prof"), "wide")
    assert "Deep learning" in page.text
    assert f"frame-ancestors {ISSUER}" in page.headers["Content-Security-Policy"]
    wrong = prof.send(page, code="guessed")
    assert (wrong.status_code, "make a new one" in wrong.text) == (422, True)
    done = prof.send(wrong, code=campus.code("otto", AUTUMN))
    assert (done.status_code, "Autumn" in done.text) == (200, True)
    assert f"frame-ancestors {ISSUER}" in done.headers["Content-Security-Policy"]
    assert ada.launch(name="wide").headers["Location"] == f"/courses/{AUTUMN}/exercises/pointwise-conv"
    assert [context.title for context in campus.contexts(AUTUMN)] == ["Deep learning"]
    assert prof.send(page, code=campus.code("otto", AUTUMN)).status_code == 409


def test_a_platform_registers_us_and_its_course_is_open(campus: Campus) -> None:
    host = "https://moodle.example"
    told = {
        "issuer": host, "authorization_endpoint": f"{host}/auth", "token_endpoint": f"{host}/token",
        "jwks_uri": f"{ISSUER}/keys", "registration_endpoint": f"{host}/register",
        "https://purl.imsglobal.org/spec/lti-platform-configuration": {"product_family_code": "moodle"},
    }  # fmt: skip
    campus.wire.say(f"{host}/configuration", told)
    campus.wire.say(f"{host}/register", {"client_id": "given"}, 201)
    prof = campus.visitor()
    ask = prof.get(f"/lti/register/{campus.code()}?openid_configuration={host}/configuration&registration_token=t")
    assert host in ask.text
    assert f"frame-ancestors {host}" in ask.headers["Content-Security-Policy"]
    assert campus.wire.asked == [], "only looking asks nobody"
    done = prof.send(ask)
    assert (done.status_code, "moodle.example" in done.text) == (200, True)
    assert f"frame-ancestors {host}" in done.headers["Content-Security-Policy"]
    (made,) = campus.read(lambda uow: uow.platforms.of_course(campus.school.courses[SPRING].id))[1:]
    assert (made.family, made.client_id, made.issuer) == (Family.MOODLE, "given", host)
    method, url, headers, body = campus.wire.asked[-1]
    assert (method, url, headers["Authorization"]) == ("POST", f"{host}/register", "Bearer t")
    assert f"{HOME}/lti/{made.key}/launch" in (body or b"").decode()
    answer = prof.login(made.key, iss=host, client_id="given")
    begun = Begun.of(answer.headers["Location"])
    token = campus.message(begun, claims(iss=host, aud="given"))
    assert prof.bring(begun.state, token, made.key).headers["Location"] == _ITEM
    again = prof.send(ask)
    assert (again.status_code, "make a new one" in again.text) == (422, True)


def test_a_registration_that_fails_says_at_which_step_and_uses_the_code_up(campus: Campus) -> None:
    prof, code = campus.visitor(), campus.code()
    ask = prof.get(f"/lti/register/{code}?openid_configuration=https://down.example/c")
    failed = prof.send(ask)
    assert failed.status_code == 503
    assert "nobody knows this name" in failed.text
    assert "make a new code" in failed.text
    assert prof.send(ask).status_code == 422
    assert prof.get(f"/lti/register/{code}").status_code == 422, "somebody opened the address by hand"


def _tab_link(page: str) -> str:
    return "/lti/tab/" + page.split('href="/lti/tab/')[1].split('"', maxsplit=1)[0]
