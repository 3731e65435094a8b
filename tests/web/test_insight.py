"""What the class misunderstood, as JSON."""

from __future__ import annotations

from typing import Any

from grader.domain.statistics import LEAST_TO_COMPARE
from tests.classes import FULL, PART, attempt, grade, join, wrong
from tests.web.school import School, body

EXERCISE = "/api/v1/courses/spring/insight/exercises/pointwise-conv"
QUIZ = "/api/v1/courses/spring/insight/quizzes/weights"


def look(school: School, address: str) -> Any:  # noqa: ANN401 - JSON
    return body(school.client("ines").get(address))


def test_an_exercise_says_all_that_its_page_does(school: School) -> None:
    first = grade(school.make_uow, "ada", PART)
    grade(school.make_uow, "bob", FULL)
    found = look(school, EXERCISE)
    assert found["scores"] == {"least": 0.75, "lower": 0.8125, "median": 0.875, "upper": 0.9375, "most": 1.0}
    assert found["histogram"][3:] == [{"low": 3, "high": 3, "count": 1}, {"low": 4, "high": 4, "count": 1}]
    assert found["days"] == [{"day": "2026-05-01", "submissions": 2, "scores": found["scores"]}]
    assert found["scenarios"][1]["endings"] == {"passed": 1, "wrong": 1}
    assert found["misconceptions"] == [
        {
            "name": "swaps_axes",
            "belief": "swaps_axes",
            "hint": "Height comes first.",
            "now": 1,
            "holders": [{"login": "ada", "submission": first, "now": True}],
        }
    ]
    counts = {name: found[name] for name in ("students", "tried", "submissions", "succeeded", "max_points")}
    assert counts == {"students": 2, "tried": 2, "submissions": 2, "succeeded": 1, "max_points": 4}
    assert (found["successes"], found["median_tries"], found["median_seconds"]) == ([1, 0, 0, 0, 0, 0], 1.0, None)


def test_an_exercise_that_nobody_tried_has_nulls(school: School) -> None:
    found = look(school, EXERCISE)
    assert (found["tried"], found["scores"], found["median_tries"], found["stuck"]) == (0, None, None, [])


def test_who_is_stuck_is_told_with_the_latest_submission(school: School) -> None:
    for _ in range(3):
        number = grade(school.make_uow, "ada", wrong(1))
    assert look(school, EXERCISE)["stuck"] == [
        {"login": "ada", "tries": 3, "best": 0.25, "since": "2026-05-01T12:00:00Z", "latest_submission": number}
    ]


def test_a_quiz_tells_each_questions_numbers(school: School) -> None:
    for number in range(LEAST_TO_COMPARE):
        join(school.make_uow, f"s{number}")
        knows = number % 2 == 0
        attempt(school.make_uow, f"s{number}", {"six": "6" if knows else "5", "seven": "7" if knows else "?"})
    found = look(school, QUIZ)
    assert (found["finished"], found["students"]) == (LEAST_TO_COMPARE, LEAST_TO_COMPARE + 2)
    six, seven = found["questions"]
    assert (six["difficulty"], six["discrimination"], six["full"], six["flags"]) == (0.5, 1.0, 10, [])
    assert six["fifths"] == [None, 0.0, None, 1.0, None]  # half of the class is alike
    assert six["wrong_answers"] == [{"answer": "5", "explanation": "", "is_read": True, "count": 10}]
    assert [each["is_read"] for each in seven["wrong_answers"]] == [False]


def test_a_quiz_of_few_has_nulls(school: School) -> None:
    attempt(school.make_uow, "ada", {"six": "6"})
    found = look(school, QUIZ)
    six, seven = found["questions"]
    assert found["reliability"] is None
    assert (six["students"], six["difficulty"], six["discrimination"], six["fifths"]) == (1, None, None, None)
    assert seven["unanswered"] == 1
