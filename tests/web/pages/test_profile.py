"""One's own tokens, password and theme."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest

from tests.web.pages.browser import PASSWORD, Browser, signed_in

if TYPE_CHECKING:
    from werkzeug.test import TestResponse

    from tests.web.school import School

OTHER = "another four plain words"


def made(browser: Browser, **values: str) -> TestResponse:
    given = {"name": "laptop", "scope": "everything", "days": "30", **values}
    return browser.send(browser.get("/profile"), "/profile/tokens", **given)


def secret_in(page: TestResponse) -> str:
    found = re.search(r'id="secret">(grd_[^<]+)<', page.text)
    assert found
    return found[1]


def call(school: School, secret: str, method: str = "GET") -> int:
    path = "/api/v1/courses/spring/quizzes/weights/attempts" if method == "POST" else "/api/v1/courses"
    headers = {"Authorization": f"Bearer {secret}"}
    return school.app().test_client().open(path, method=method, headers=headers).status_code


class TestTokens:
    def test_a_token_is_shown_once_and_opens_the_api(self, school: School, ada: Browser) -> None:
        page = made(ada)
        secret = secret_in(page)
        assert f"export GRADER_TOKEN={secret}" in page.text
        assert call(school, secret) == 200
        assert secret not in ada.get("/profile").text
        assert "laptop" in ada.get("/profile").text

    def test_one_that_may_only_look_changes_nothing(self, school: School, ada: Browser) -> None:
        looks, acts = secret_in(made(ada, scope="read")), secret_in(made(ada))
        assert (call(school, looks), call(school, looks, "POST")) == (200, 403)
        assert call(school, acts, "POST") == 201

    def test_it_ends_when_it_was_said_to(self, school: School, ada: Browser) -> None:
        secret = secret_in(made(ada, days="7"))
        school.clock.advance(days=7)
        assert call(school, secret) == 401

    def test_a_revoked_one_opens_nothing(self, school: School, ada: Browser) -> None:
        secret = secret_in(made(ada))
        page = ada.get("/profile")
        action = re.findall(r'action="(/profile/tokens/\d+/revoke)"', page.text)[-1]
        assert "opens nothing any more" in ada.send(page, action).text
        assert call(school, secret) == 401

    def test_nobody_revokes_anothers(self, school: School, ada: Browser) -> None:
        secret = secret_in(made(ada))
        action = re.findall(r'action="(/profile/tokens/\d+/revoke)"', ada.get("/profile").text)[-1]
        bob = signed_in(school, "bob")
        page = bob.get("/profile")
        token = re.search(r'name="csrf_token" value="([^"]+)"', page.text)
        assert token
        assert bob.client.post(action, data={"csrf_token": token[1]}).status_code == 404
        assert call(school, secret) == 200

    @pytest.mark.parametrize(
        "wrong",
        [{"name": ""}, {"name": "x" * 201}, {"scope": "session"}, {"scope": "x"}, {"days": "0"}, {"days": "1e9"}],
    )
    def test_rubbish_makes_none_and_says_why(self, ada: Browser, wrong: dict[str, str]) -> None:
        answer = made(ada, **wrong)
        assert (answer.status_code, 'role="alert"' in answer.text) == (422, True)
        assert 'id="secret"' not in answer.text

    def test_a_hostile_name_is_inert(self, ada: Browser) -> None:
        page = made(ada, name="<script>alert(1)</script>")
        assert "<script>alert" not in page.text


class TestPassword:
    def change(self, browser: Browser, old: str, new: str, again: str) -> TestResponse:
        return browser.send(browser.get("/profile"), "/profile/password", old=old, new=new, again=again)

    def test_a_changed_password_signs_other_browsers_out(self, school: School, ada: Browser) -> None:
        elsewhere = signed_in(school)
        assert "is changed" in self.change(ada, PASSWORD, OTHER, OTHER).text
        assert ada.get("/profile").request.path == "/profile"
        assert elsewhere.get("/profile").request.path == "/sign-in"

    @pytest.mark.parametrize(
        ("old", "new", "again", "says"),
        [
            ("wrong", OTHER, OTHER, "present password is wrong"),
            (PASSWORD, OTHER, "x", "differ"),
            (PASSWORD, "x", "x", "10 to"),
        ],
    )
    def test_a_wrong_form_says_what_is_wrong(self, ada: Browser, old: str, new: str, again: str, says: str) -> None:
        answer = self.change(ada, old, new, again)
        assert (answer.status_code, says in answer.text) == (422, True)


class TestTheme:
    @pytest.mark.parametrize(("chosen", "attribute"), [("dark", ' data-theme="dark"'), ("", ""), ("<x>", "")])
    def test_the_choice_lasts_and_leads_back(self, ada: Browser, chosen: str, attribute: str) -> None:
        page = ada.get("/profile")
        answer = ada.send(page, "/theme", theme=chosen)
        assert answer.request.path == "/profile"
        assert f'<html lang="en"{attribute}>' in answer.text
