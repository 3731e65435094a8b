"""A page that can't be shown says why, and what its reader can do; what only we can act on says a reference."""

from __future__ import annotations

import logging
import re
from typing import TYPE_CHECKING, NoReturn

import pytest

from grader.domain.errors import BadExercise, DatabaseBusy, Internal
from tests.fakes import FakeCatalogue, a_quiz, an_exercise
from tests.web.pages.browser import signed_in, token_in
from tests.web.pages.work import HERE, hand_in

if TYPE_CHECKING:
    from tests.web.pages.browser import Browser
    from tests.web.school import School


class BrokenLesson(FakeCatalogue):
    """A lesson that can't be read, in a course that is there."""

    def __init__(self, error: Exception) -> None:
        super().__init__([an_exercise()], [("channels", a_quiz())])
        self._error = error

    def lesson(self, slug: str) -> NoReturn:
        raise self._error


@pytest.mark.parametrize("path", ["/nothing", "/courses/nothing", "/submissions/4711", "/attempts/1", f"{HERE}x"])
def test_what_is_not_there_and_what_is_anothers_look_alike(ada: Browser, path: str) -> None:
    page = ada.get(path)
    assert page.status_code == 404
    assert "There is nothing here" in page.text
    assert 'href="/"' in page.text


@pytest.mark.parametrize("error", [RuntimeError("secret-1"), Internal("secret-2"), BadExercise("secret-3")])
def test_a_fault_of_ours_is_told_as_a_reference_that_the_log_has(
    school: School, caplog: pytest.LogCaptureFixture, error: Exception
) -> None:
    ada = signed_in(school)
    broken = signed_in(school, catalogue=FakeCatalogue([an_exercise()], [("channels", a_quiz())]))
    broken.client.application = school.app(catalogue=BrokenLesson(error))
    page = broken.get("/courses/spring/lesson")
    assert page.status_code == 500
    reference = re.search(r"<code>([0-9a-f]{12})</code>", page.text)
    assert reference
    assert reference[1] in caplog.text
    assert "secret" not in page.text
    assert ada.get("/courses/spring/lesson").status_code == 200


def test_a_busy_database_is_told_with_when_to_try_again(school: School, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.CRITICAL)
    ada = signed_in(school)
    ada.client.application = school.app(catalogue=BrokenLesson(DatabaseBusy("host=db")))
    page = ada.get("/courses/spring/lesson")
    assert (page.status_code, page.headers["Retry-After"]) == (503, "1")
    assert "nothing was changed" in page.text
    assert "host=db" not in page.text


def test_too_often_says_when_it_is_possible_again(school: School) -> None:
    ada = signed_in(school, submit_limit="1 per minute")
    assert hand_in(ada, "x = 1").status_code == 200
    page = hand_in(ada, "x = 2")
    assert page.status_code == 429
    assert 0 < int(page.headers["Retry-After"]) <= 60
    assert "x = 2" in page.text  # nothing is lost


def test_a_form_that_is_too_large_says_so(ada: Browser) -> None:
    token = token_in(ada.get("/profile").text)
    page = ada.client.post("/profile/tokens", data={"csrf_token": token, "name": "x" * 200_000})
    assert page.status_code == 413
    assert "too large" in page.text


@pytest.mark.parametrize("path", ["/profile/tokens", "/sign-out", "/theme"])
def test_a_wrong_method_is_no_fault_of_ours(ada: Browser, path: str) -> None:
    assert ada.get(path).status_code == 405


def test_a_part_of_a_page_is_told_in_a_part(ada: Browser) -> None:
    answer = ada.client.get("/submissions/4711/live", headers={"HX-Request": "true"})
    assert answer.status_code == 404
    assert "<html" not in answer.text


def test_a_part_leads_to_the_door_when_the_session_is_over(school: School, ada: Browser) -> None:
    school.clock.advance(days=15)
    answer = ada.client.get("/submissions/1/live", headers={"HX-Request": "true"})
    assert (answer.status_code, answer.headers["HX-Redirect"]) == (401, "/sign-in")
