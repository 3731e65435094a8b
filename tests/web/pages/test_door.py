"""Who gets through the door, and what somebody who forges, guesses or steals gets."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from typing import TYPE_CHECKING

import pytest

from grader.services.sign_in import SESSION
from tests.web.pages.browser import PASSWORD, Browser, forms, invite, settle, signed_in

if TYPE_CHECKING:
    from tests.web.school import School


def fresh(school: School, **changes: object) -> Browser:
    return Browser(school.app(**changes).test_client())


class TestInvitation:
    def test_whoever_is_invited_chooses_a_password_and_is_signed_in(self, school: School) -> None:
        browser, address = fresh(school), invite(school, "ada")
        page = browser.get(address)
        assert "Welcome, Ada" in page.text
        assert "Spring" in browser.send(page, address, password=PASSWORD, again=PASSWORD).text
        assert "Spring" in fresh(school).sign_in("ada").text

    @pytest.mark.parametrize(
        ("password", "again", "says"), [("short", "short", "10 to 200"), (PASSWORD, "another one", "differ")]
    )
    def test_a_password_that_is_refused_can_be_chosen_again(
        self, school: School, password: str, again: str, says: str
    ) -> None:
        browser, address = fresh(school), invite(school, "ada")
        refused = browser.send(browser.get(address), address, password=password, again=again)
        assert (refused.status_code, says in refused.text) == (422, True)
        assert "Spring" in browser.send(refused, address, password=PASSWORD, again=PASSWORD).text

    def test_one_that_was_used_or_never_was_says_so(self, school: School) -> None:
        browser, address = fresh(school), invite(school, "ada")
        browser.send(browser.get(address), address, password=PASSWORD, again=PASSWORD)
        for stale in (address, "/invitation/grd_never", "/invitation/x"):
            answer = fresh(school).get(stale)
            assert (answer.status_code, "ask your instructor" in answer.text) == (409, True)


class TestSignIn:
    def test_one_comes_to_where_one_wanted_to_go(self, school: School) -> None:
        settle(school, "ada")
        browser = fresh(school)
        page = browser.get("/profile?a=1")
        assert page.request.path == "/sign-in"
        answer = browser.send(page, "/sign-in", login="ada", password=PASSWORD)
        assert (answer.request.path, answer.request.query_string) == ("/profile", b"a=1")

    @pytest.mark.parametrize(
        "wanted",
        [
            "https://example.org/", "//example.org/", "/\\example.org", "javascript:alert(1)", "/\nx", "x",
            " //example.org", "/\t/example.org", "///example.org", "//[", "http://[x", "//\u2100", "/\u202ex",
            "\\\\example.org", "/x\\..",
        ],
    )  # fmt: skip
    def test_nobody_is_led_to_another_site(self, school: School, wanted: str) -> None:
        settle(school, "ada")
        browser = fresh(school)
        answer = browser.send(browser.get("/sign-in"), "/sign-in", login="ada", password=PASSWORD, next=wanted)
        assert answer.request.path == "/courses/spring"

    @pytest.mark.parametrize(("login", "password"), [("ada", "wrong"), ("nobody", PASSWORD), ("bob", PASSWORD)])
    def test_a_wrong_login_and_a_wrong_password_look_alike(self, school: School, login: str, password: str) -> None:
        settle(school, "ada")
        answer = fresh(school).sign_in(login, password)
        assert answer.status_code == 401
        assert "Login or password is wrong" in answer.text

    def test_guessing_is_slowed_down_for_each_login_by_itself(self, school: School) -> None:
        settle(school, "ada")
        browser = fresh(school, sign_in_limit="3 per minute")
        assert [browser.sign_in("ada", str(number)).status_code for number in range(4)] == [401, 401, 401, 429]
        late = browser.sign_in(" ADA ", PASSWORD)
        assert late.status_code == 429
        assert 0 < int(late.headers["Retry-After"]) <= 60
        assert browser.sign_in("bob").status_code == 401

    def test_who_knows_the_password_signs_in_as_often_as_they_like(self, school: School) -> None:
        settle(school, "ada")
        browser = fresh(school, sign_in_limit="3 per minute")
        for password in ("wrong", "wrong", PASSWORD, "wrong", "wrong", PASSWORD, PASSWORD, PASSWORD):
            expected = 200 if password == PASSWORD else 401
            assert browser.sign_in("ada", password).status_code == expected

    def test_many_guesses_at_once_are_no_more_guesses(self, school: School) -> None:
        settle(school, "ada")
        app = school.app(sign_in_limit="3 per minute")
        with ThreadPoolExecutor(20) as pool:
            tries = [Browser(app.test_client()) for _ in range(20)]
            found = list(pool.map(lambda browser: browser.sign_in("ada", "wrong").status_code, tries))
        assert sorted(found) == [401] * 3 + [429] * 17

    def test_a_session_of_before_is_not_taken_over(self, school: School) -> None:
        settle(school, "ada")
        browser = fresh(school)
        browser.get("/sign-in")
        before = browser.client.get_cookie("grader")
        browser.sign_in("ada")
        after = browser.client.get_cookie("grader")
        assert before is not None
        assert after is not None
        assert before.value != after.value
        browser.client.set_cookie("grader", before.value)
        assert browser.get("/profile").request.path == "/sign-in"


class TestSignOut:
    def test_signing_out_closes_the_session_on_the_server(self, school: School) -> None:
        browser = signed_in(school)
        stolen = browser.client.get_cookie("grader")
        assert stolen is not None
        answer = browser.send(browser.get("/profile"), "/sign-out")
        assert "You are signed out" in answer.text
        browser.client.set_cookie("grader", stolen.value)
        assert browser.get("/profile").request.path == "/sign-in"

    def test_a_session_ends_by_itself(self, school: School) -> None:
        browser = signed_in(school)
        school.clock.advance(seconds=(SESSION - timedelta(seconds=1)).total_seconds())
        assert browser.get("/profile").request.path == "/profile"
        school.clock.advance(seconds=1)
        assert browser.get("/profile").request.path == "/sign-in"


class TestForms:
    @pytest.mark.parametrize("token", [None, "", "forged"])
    @pytest.mark.parametrize("action", ["/sign-out", "/profile/tokens", "/profile/password", "/theme", "/sign-in"])
    def test_a_form_that_is_not_ours_is_refused(self, school: School, action: str, token: str | None) -> None:
        browser = signed_in(school)
        data = {} if token is None else {"csrf_token": token}
        answer = browser.client.post(action, data=data)
        assert answer.status_code == 400
        assert "This form" in answer.text
        assert browser.get("/profile").request.path == "/profile"

    def test_anothers_token_is_refused(self, school: School) -> None:
        ada, bob = signed_in(school), signed_in(school, "bob")
        token = forms(bob.get("/profile"))["/sign-out"].fields["csrf_token"]
        assert ada.client.post("/sign-out", data={"csrf_token": token}).status_code == 400


class TestCookie:
    @pytest.mark.parametrize(
        ("url", "name", "secure"), [("https://grader.example.edu", "__Host-grader", True), ("", "grader", False)]
    )
    def test_scripts_other_sites_and_open_lines_do_not_get_it(
        self, school: School, url: str, name: str, *, secure: bool
    ) -> None:
        settle(school, "ada")
        answer = fresh(school, url=url).get("/sign-in")
        cookie = answer.headers["Set-Cookie"]
        assert cookie.startswith(f"{name}=")
        assert ("HttpOnly" in cookie, "SameSite=Lax" in cookie, "Secure" in cookie) == (True, True, secure)

    @pytest.mark.parametrize("value", ["", "x", "a.b.c", "\x01", "eyJzZWNyZXQiOiJncmRfeCJ9.aaaa.bbbb"])
    def test_a_forged_one_opens_nothing(self, school: School, value: str) -> None:
        browser = fresh(school)
        browser.client.set_cookie("grader", value)
        assert browser.get("/profile").request.path == "/sign-in"

    def test_an_api_token_opens_no_page_and_a_cookie_not_the_api(self, school: School) -> None:
        bearer = {"Authorization": f"Bearer {school.tokens['ada']}"}
        assert fresh(school).client.get("/profile", headers=bearer).status_code == 303
        assert signed_in(school).client.get("/api/v1/courses").status_code == 401
