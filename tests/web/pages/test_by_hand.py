"""A grade that was set by hand is told to its student wherever it counts, with the reason."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.web.pages.browser import signed_in
from tests.web.school import body

if TYPE_CHECKING:
    from tests.web.pages.browser import Browser
    from tests.web.school import School

REASON = "The hidden test was wrong."
COURSE = "/courses/spring"
EXERCISE = f"{COURSE}/exercises/pointwise-conv"
QUIZ = f"{COURSE}/quizzes/weights"
SUBMISSION = "/submissions/{}"


def told(browser: Browser, path: str) -> bool:
    page = browser.get(path).text
    return "Set by hand to" in page and f"<bdi>{REASON}</bdi>" in page and "by ines" in page


@pytest.fixture
def number(school: School) -> int:
    """Return Ada's submission, which earned 3 of 4 points."""
    found = school.submit("ada")
    school.grade()
    return found


@pytest.mark.parametrize("path", [COURSE, EXERCISE, SUBMISSION])
def test_the_student_reads_who_set_it_and_why(school: School, number: int, path: str) -> None:
    ada = signed_in(school)
    assert not told(ada, path.format(number))
    override = school.set_grade("ada", 4, REASON)
    assert told(ada, path.format(number))
    school.client("ines").post(f"/api/v1/courses/spring/overrides/{override}/withdraw")
    assert not told(ada, path.format(number))


@pytest.mark.parametrize("path", [COURSE, QUIZ])
def test_of_a_quiz_as_well(school: School, path: str) -> None:
    given = {"kind": "quiz", "item": "weights", "points": 2, "reason": REASON}
    made = school.client("ines").post("/api/v1/courses/spring/students/ada/overrides", json=given)
    assert body(made)["points"] == 2.0
    assert told(signed_in(school), path)


@pytest.mark.parametrize("path", [EXERCISE, SUBMISSION, f"{EXERCISE}/submissions"])
def test_no_attempt_is_said_to_count_then(school: School, number: int, path: str) -> None:
    ada = signed_in(school)
    assert "counts</span>" in ada.get(path.format(number)).text
    school.set_grade("ada", 4)
    assert "counts</span>" not in ada.get(path.format(number)).text


def test_no_attempt_at_a_quiz_either(school: School) -> None:
    ada, attempt = school.client(), school.start_quiz("ada")
    ada.post(f"/api/v1/attempts/{attempt}/finish")
    page = signed_in(school).get(QUIZ).text
    given = {"kind": "quiz", "item": "weights", "points": 2, "reason": REASON}
    school.client("ines").post("/api/v1/courses/spring/students/ada/overrides", json=given)
    assert page.count("counts</span>") == 1
    assert "counts</span>" not in signed_in(school).get(QUIZ).text


def test_others_read_nothing_of_it(school: School, number: int) -> None:
    school.set_grade("ada", 4, REASON)
    bob = signed_in(school, "bob")
    assert not told(bob, COURSE)
    assert bob.get(SUBMISSION.format(number)).status_code == 404
