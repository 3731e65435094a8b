"""Steps that the tests of a quiz's pages share."""

from __future__ import annotations

import html
import re
from typing import TYPE_CHECKING

from grader.domain.quiz import draw
from tests.fakes import FakeCatalogue, FakeUnitOfWork, an_exercise
from tests.web.pages.browser import Browser, forms
from tests.web.school import School

if TYPE_CHECKING:
    from collections.abc import Callable

    from werkzeug.test import TestResponse

    from grader.domain.quiz import Quiz
    from grader.ports import UnitOfWork

HERE = "/courses/spring/quizzes/weights"


def school_with(*quizzes: Quiz, make_uow: Callable[[], UnitOfWork] | None = None) -> School:
    catalogue = FakeCatalogue([an_exercise()], [("channels", quiz) for quiz in quizzes])
    return School(make_uow or FakeUnitOfWork.factory(), catalogue=catalogue)


def begin(browser: Browser, quiz: str = HERE) -> TestResponse:
    """Start an attempt, or go on with the open one; return its page."""
    page = browser.send(browser.get(quiz), f"{quiz}/attempts")
    assert page.request.path.startswith("/attempts/"), page.text
    return page


def send(browser: Browser, page: TestResponse, button: str = "save", /, **answers: str | list[str]) -> TestResponse:
    """Fill in answers and press a button: its name, or name and value, as "go=six"."""
    name, _, value = button.partition("=")
    fields = {f"answer-{slug}": answer for slug, answer in answers.items()}
    return browser.send(page, f"{address(page)}/answers", **{name: value or "1"}, **fields)


def put(browser: Browser, page: TestResponse, question: str, *values: str) -> TestResponse:
    """Save one answer as the page's script does."""
    token = forms(page)[f"{address(page)}/answers"].fields["csrf_token"][0]
    return browser.client.put(
        f"{address(page)}/answers/{question}",
        data={f"answer-{question}": list(values)},
        headers={"HX-Request": "true", "X-CSRFToken": token},
    )


def finish(browser: Browser, page: TestResponse, **answers: str | list[str]) -> TestResponse:
    """Fill in answers and finish, sure of it."""
    asked = send(browser, page, "finish", **answers)
    there = f"{address(page)}/finish"
    return browser.send(asked, there) if asked.request.path == there else asked


def address(page: TestResponse) -> str:
    """Return the attempt's."""
    return "/".join(page.request.path.split("/")[:3])


def held(page: TestResponse, question: str) -> list[str]:
    """Return what the page's form holds for a question."""
    return forms(page)[f"{address(page)}/answers"].fields.get(f"answer-{question}", [])


def asked(page: TestResponse) -> list[str]:
    """Return the questions that a page shows."""
    return re.findall(r'<article[^>]* id="q-([^"]+)"', page.text)


def words(page: TestResponse) -> str:
    """Return what a page says, without its markup."""
    return " ".join(html.unescape(re.sub(r"<[^>]+>", " ", page.text)).split())


def about(page: TestResponse, question: str) -> str:
    """Return what a page says of one question."""
    found = re.search(rf'<article[^>]* id="q-{question}".*?</article>', page.text, flags=re.DOTALL)
    assert found, question
    return " ".join(html.unescape(re.sub(r"<[^>]+>", " ", found[0])).split())


def right_answers(school: School, quiz: Quiz, page: TestResponse) -> dict[str, str | list[str]]:
    """Return for each question of an attempt the values of its field that are right."""
    with school.make_uow().reading() as uow:
        seed = uow.attempts.get(int(address(page).split("/")[2])).seed
    return {question.slug: question.right_answer for question in draw(quiz, seed)}
