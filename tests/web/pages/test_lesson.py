"""A lesson's page: text, maths and figures, and the work in its place in the text."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest

from tests.fakes import FakeCatalogue, FakeUnitOfWork, a_quiz, an_exercise
from tests.web.pages.browser import signed_in
from tests.web.school import School

if TYPE_CHECKING:
    from grader.domain.lesson import Lesson
    from tests.web.pages.browser import Browser

LESSON, FIGURE = "/courses/spring/lesson", "/courses/spring/figures/six.svg"
PLACED = """# A page

Before.

[Now build it](exercise:pointwise-conv)

After.

[Gone](exercise:nothing)

![Nowhere](figures/nowhere.svg)
"""


class OwnPage(FakeCatalogue):
    """Has the page that a test gives it."""

    def __init__(self, page: str) -> None:
        super().__init__([an_exercise()], [("channels", a_quiz())])
        self._page = page

    def lesson(self, slug: str) -> Lesson:
        found = super().lesson(slug)
        return type(found)(slug, found.title, found.order, found.minutes, self._page)


def text_of(page: str) -> str:
    school = School(FakeUnitOfWork.factory(), catalogue=OwnPage(page))
    answer = signed_in(school).get(LESSON)
    assert answer.status_code == 200
    return answer.text


def test_maths_is_made_here_and_its_styles_carry_the_nonce(ada: Browser) -> None:
    answer = ada.get(LESSON)
    assert "<math" in answer.text
    assert "style=" not in answer.text
    nonces = re.findall(r'<style nonce="([^"]+)">', answer.text)
    assert len(nonces) == 1
    assert f"'nonce-{nonces[0]}'" in answer.headers["Content-Security-Policy"]


def test_a_figure_has_its_size_and_can_load_and_run_nothing(ada: Browser) -> None:
    assert f'src="{FIGURE}" width="60" height="20"' in ada.get(LESSON).text
    answer = ada.get(FIGURE)
    assert (answer.mimetype, answer.text[:4]) == ("image/svg+xml", "<svg")
    assert "sandbox" in answer.headers["Content-Security-Policy"]
    assert answer.headers["Cache-Control"].startswith("private")


@pytest.mark.parametrize("name", ["..%2f..%2fexercise.toml", "nothing.svg", "%2e%2e", "six.svg%00"])
def test_nothing_but_figures_is_given(ada: Browser, name: str) -> None:
    assert ada.get(f"/courses/spring/figures/{name}").status_code == 404


def test_work_stands_in_its_place_and_what_has_none_at_the_end() -> None:
    page = text_of(PLACED)
    exercise, quiz = (
        page.index(f'href="/courses/spring/{path}"') for path in ("exercises/pointwise-conv", "quizzes/weights")
    )
    assert page.index("Before.") < exercise < page.index("After.") < page.index("More to do</h2>") < quiz
    assert page.count('href="/courses/spring/exercises/pointwise-conv"') == 1
    assert "Now build it" in page


def test_a_place_or_figure_that_leads_nowhere_leaves_its_words() -> None:
    page = text_of(PLACED)
    assert "Gone" in page
    assert "exercise:nothing" not in page
    assert "Nowhere" in page
    assert "nowhere.svg" not in page


def test_where_all_work_is_in_the_text_nothing_is_left_over() -> None:
    page = text_of("# A page\n\n[x](exercise:pointwise-conv)\n\n[y](quiz:weights)\n")
    assert "More to do" not in page


def test_a_hostile_page_is_inert() -> None:
    page = text_of("# A\n\n<script>alert(1)</script>\n\n[x](javascript:alert(1))\n\n## <img src=x onerror=alert(1)>\n")
    assert not re.search(r"<script>|<img src=x|href=\"javascript", page)
