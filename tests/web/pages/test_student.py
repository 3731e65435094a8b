"""A student's record for the staff, grades set by hand there, and what the student reads of it."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

import pytest

from grader.domain.people import Role
from grader.services import enrol
from tests.web.pages.browser import forms, signed_in
from tests.web.pages.work import HOSTILE, counted

if TYPE_CHECKING:
    from pathlib import Path

    from werkzeug.test import TestResponse

    from tests.web.pages.browser import Browser
    from tests.web.school import School

ADA = "/courses/spring/staff/students/ada"
SET = f"{ADA}/overrides/exercise/pointwise-conv"
REASON = "The hidden test was wrong."
QUERIES = {
    "/courses/spring/staff/gradebook": 13,
    "/courses/spring/staff/gradebook?sort=-sum&page=all": 13,
    "/courses/spring/staff/gradebook.csv": 18,
    ADA: 33,
    f"{ADA}?sort=-sum": 34,
}
"""The statements that a page needs, those that open each transaction included."""


@pytest.fixture
def ines(school: School) -> Browser:
    return signed_in(school, "ines")


def set_grade(browser: Browser, points: str = "4", reason: str = REASON, query: str = "") -> TestResponse:
    return browser.send(browser.get(f"{ADA}{query}"), f"{SET}{query}", points=points, reason=reason)


class TestRecord:
    def test_work_stands_under_its_item_with_the_one_that_counts(self, school: School, ines: Browser) -> None:
        first = school.submit("ada")
        school.grade()
        second = school.submit("ada")
        attempt = school.start_quiz("ada")
        page = ines.get(ADA).text
        assert page.index(f'href="/submissions/{second}"') < page.index(f'href="/submissions/{first}"')
        assert page.count("counts</span>") == 1
        assert f'href="/attempts/{attempt}"' in page
        assert "waiting" in page

    def test_older_work_is_folded_away(self, school: School, ines: Browser) -> None:
        for _ in range(7):
            school.submit("ada")
        assert "2 earlier" in ines.get(ADA).text

    def test_it_leads_through_the_class_in_the_gradebooks_order(self, ines: Browser) -> None:
        page = ines.get(f"{ADA}?sort=-name").text
        assert 'href="/courses/spring/staff/students/bob?sort=-name" rel="prev"' in page
        assert 'href="/courses/spring/staff/gradebook?sort=-name"' in page
        assert 'rel="next"' not in page

    def test_the_assistant_sees_no_form_that_would_be_refused(self, school: School) -> None:
        page = signed_in(school, "tess").get(ADA)
        assert page.status_code == 200
        assert not [action for action in forms(page) if "overrides" in action]
        assert "Give more time" in page.text

    def test_who_is_no_student_is_not_found(self, ines: Browser) -> None:
        assert ines.get("/courses/spring/staff/students/tess").status_code == 404
        assert ines.get("/courses/spring/staff/students/cleo").status_code == 404


class TestByHand:
    def test_a_grade_is_set_shown_and_withdrawn(self, school: School, ines: Browser) -> None:
        school.submit("ada")
        school.grade()
        page = set_grade(ines, "3,5")
        assert page.request.path == ADA
        assert "The grade is set" in page.text
        assert "Set to 3.5 by ines" in page.text
        assert f"<bdi>{REASON}</bdi>" in page.text
        (action,) = [action for action in forms(page) if action.endswith("/withdraw")]
        page = ines.send(page, action)
        assert "It stays in the record" in page.text
        assert "withdrawn <time" in page.text
        assert f"<bdi>{REASON}</bdi>" in page.text
        assert "a grade by hand was withdrawn" in page.text, "the history tells it"

    def test_one_that_was_replaced_says_so(self, ines: Browser) -> None:
        set_grade(ines, "1")
        assert "replaced since" in set_grade(ines, "2").text

    @pytest.mark.parametrize(
        ("points", "reason", "told"),
        [
            ("", REASON, "how many points"),
            ("many", REASON, "is no number"),
            ("9", REASON, "from 0 to 8"),
            ("4", " ", "reason of 1 to 500"),
        ],
    )
    def test_what_is_refused_stays_in_the_form_beside_the_reason(
        self, ines: Browser, points: str, reason: str, told: str
    ) -> None:
        page = set_grade(ines, points, reason)
        assert page.status_code == 422
        assert told in page.text
        kept = forms(page)[SET].fields
        assert (kept["points"], kept["reason"]) == ([points], [reason])
        assert page.text.count("<details open") + page.text.count('class="more" open') == 1

    def test_one_stays_in_the_gradebooks_order(self, ines: Browser) -> None:
        page = set_grade(ines, query="?sort=-sum")
        assert page.request.args["sort"] == "-sum"

    def test_withdrawn_by_somebody_else_meanwhile_is_told(self, school: School, ines: Browser) -> None:
        number = school.set_grade("ada", 4)
        page = ines.get(ADA)
        school.client("ines").post(f"/api/v1/courses/spring/overrides/{number}/withdraw")
        late = ines.send(page, f"{ADA}/overrides/{number}/withdraw")
        assert late.status_code == 409
        assert "withdrawn already" in late.text

    def test_hostile_reasons_are_inert(self, school: School, ines: Browser) -> None:
        page = set_grade(ines, "4", HOSTILE)
        assert "<script>alert" not in page.text
        assert "\x1b" not in page.text
        assert "\u202e" not in page.text
        assert "<script>alert" not in signed_in(school).get("/courses/spring").text


def test_the_staffs_pages_of_grades_need_as_many_queries_however_much_there_is(tmp_path: Path) -> None:
    with counted(tmp_path) as (school, count):
        ines = signed_in(school, "ines")

        def work(login: str) -> None:
            if login not in school.users:
                school.users[login] = enrol.add_user(school.make_uow(), login=login, name=login)
                enrol.enrol(
                    school.make_uow(), user=school.users[login], course=school.courses["spring"], role=Role.STUDENT
                )
                school.tokens[login] = school.new_token(login)
            school.submit(login)
            school.grade()
            attempt = school.start_quiz(login)
            school.client(login).post(f"/api/v1/attempts/{attempt}/finish")
            school.set_grade(login, 4)

        def needed() -> dict[str, int]:
            return {path: count(partial(ines.get, path)) for path in QUERIES}

        work("ada")
        needed()  # what is read once
        before = needed()
        for login in ("ada", "ada", "bob", "eve", "fay"):
            work(login)
        assert needed() == before
        assert before == QUERIES
