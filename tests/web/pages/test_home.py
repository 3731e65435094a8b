"""Home: which courses, what is done, what is next; and how many queries each page takes, however much there is."""

from __future__ import annotations

from datetime import timedelta
from functools import partial
from typing import TYPE_CHECKING

import pytest

from grader.domain.people import Role
from grader.services import enrol
from tests.fakes import FakeCatalogue, FakeUnitOfWork, a_check, a_quiz, a_report, an_exercise
from tests.web.pages.browser import signed_in
from tests.web.pages.work import counted, hand_in
from tests.web.school import CLOSES, School

if TYPE_CHECKING:
    from pathlib import Path

    from tests.web.pages.browser import Browser

TWO = FakeCatalogue([an_exercise(), an_exercise("bottleneck")], [("channels", a_quiz())])

QUERIES = {
    "/": 24,  # leads to the one course
    "/courses/spring": 15,
    "/courses/spring/lesson": 15,
    "/courses/spring/exercises/pointwise-conv": 17,
    "/courses/spring/exercises/pointwise-conv/submissions": 17,
    "/courses/spring/quizzes/weights": 15,
    "/submissions/1": 27,
    "/profile": 13,
}
"""The statements that a page needs, those that open each transaction included."""


@pytest.fixture
def school() -> School:
    return School(FakeUnitOfWork.factory(), catalogue=TWO)


def next_up(browser: Browser) -> str:
    page = browser.get("/courses/spring").text
    return page.split('class="button primary"')[1].split("</a>")[0] if 'class="button primary"' in page else ""


class TestCourses:
    def test_who_is_in_one_course_is_led_there_and_who_is_in_two_chooses(self, school: School) -> None:
        ada = signed_in(school)
        assert ada.get("/").request.path == "/courses/spring"
        enrol.enrol(school.make_uow(), user=school.users["ada"], course=school.courses["autumn"], role=Role.ASSISTANT)
        page = ada.get("/")
        assert page.request.path == "/"
        assert 'href="/courses/spring"' in page.text
        assert 'href="/courses/autumn"' in page.text
        assert page.text.count("staff") == 1

    def test_who_is_in_none_is_told_whom_to_ask(self, school: School) -> None:
        school.users["eve"] = enrol.add_user(school.make_uow(), login="eve", name="Eve")
        assert "in no course yet" in signed_in(school, "eve").get("/").text

    @pytest.mark.parametrize(("days", "said"), [(29, "Due"), (30, "Closed since")])
    def test_when_a_course_is_due_is_told_in_utc_for_scripts_to_translate(
        self, school: School, days: int, said: str
    ) -> None:
        school.clock.advance(days=days)
        ada = signed_in(school)  # sessions end after two weeks
        page = ada.get("/courses/spring").text
        assert said in page
        assert f'datetime="{CLOSES.isoformat()}"' in page


class TestCourse:
    def test_what_is_next_moves_on_with_the_work(self, school: School) -> None:
        ada = signed_in(school)
        assert "A pointwise" in next_up(ada) or "exercises/pointwise-conv" in next_up(ada)
        hand_in(ada, "x = 1")
        school.grade(a_report(a_check(points=2, max_points=2)))
        assert "exercises/bottleneck" in next_up(ada)
        school.start_quiz("ada")
        assert "quizzes/weights" in next_up(ada)
        assert "Go on" in next_up(ada)

    def test_scores_and_their_sum_are_shown(self, school: School) -> None:
        ada = signed_in(school)
        hand_in(ada, "x = 1")
        school.grade(a_report(a_check(points=1, max_points=2)))
        page = ada.get("/courses/spring").text
        assert '<strong class="big">1</strong>' in page
        assert "1 attempt" in page

    def test_in_a_closed_course_nothing_is_next(self, school: School) -> None:
        school.clock.advance(seconds=timedelta(days=31).total_seconds())
        ada = signed_in(school)
        assert next_up(ada) == ""
        assert "no longer handed in" in ada.get("/courses/spring").text


def test_a_page_needs_as_many_queries_however_much_there_is(tmp_path: Path) -> None:
    with counted(tmp_path) as (school, count):
        ada = signed_in(school)

        def work() -> None:
            hand_in(ada, "x = 1")
            school.grade()
            attempt = school.start_quiz("ada")
            school.client().post(f"/api/v1/attempts/{attempt}/finish")
            school.new_token("ada")

        def needed() -> dict[str, int]:
            return {path: count(partial(ada.get, path)) for path in QUERIES}

        work()
        needed()  # what is read once
        before = needed()
        for _ in range(4):
            work()
        assert needed() == before
        assert before == QUERIES
