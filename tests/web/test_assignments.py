"""Assignments by API: terms as JSON, in and out."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from tests.web.school import EXERCISE, School, body

if TYPE_CHECKING:
    from flask.testing import FlaskClient

LIST = "/api/v1/courses/spring/assignments"
ITEM = f"{LIST}/exercise/pointwise-conv"
EXTENSION = "/api/v1/courses/spring/students/ada/extensions/exercise/pointwise-conv"
TERMS = {
    "opens": None,
    "due": "2026-05-01T10:00:00Z",
    "closes": None,
    "late": "per_day",
    "loss": 0.25,
    "grace": 60,
    "attempts": 3,
    "cooldown": 300,
    "keep": "last",
    "weight": 1.5,
    "offered": True,
}


def first(client: FlaskClient) -> Any:  # noqa: ANN401 - JSON
    return body(client.get(LIST))["assignments"][0]


def test_what_is_put_is_what_is_listed(ines: FlaskClient) -> None:
    assert body(ines.put(ITEM, json=TERMS)) == {"changed": 0}
    assert first(ines)["terms"] == TERMS


def test_terms_change_the_grades_that_are_there(school: School, ines: FlaskClient) -> None:
    school.submit("ada")
    school.grade()
    assert body(ines.put(ITEM, json=TERMS)) == {"changed": 1}
    assert body(school.client("ada").get(EXERCISE))["counts"]["points"] == 2.25
    assert body(ines.put(EXTENSION, json={"due": "2026-06-01T00:00Z", "reason": "ill"})) == {"changed": 1}
    assert body(school.client("ada").get(EXERCISE))["counts"]["points"] == 3.0
    assert body(ines.delete(EXTENSION)) == {"changed": 1}
    assert first(ines)["extensions"] == []


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"due": "2026-05-01T10:00:00"}, "due"),
        ({"late": "sometimes"}, "late"),
        ({"loss": 2}, "loss"),
        ({"attempts": "3"}, "attempts"),
        ({"attempts": 0}, "attempts"),
        ({"weight": -1}, "weight"),
        ({"weight": "NaN"}, "weight"),
        ({"cooldown": 10**7}, "cooldown"),
        ({"due": None, "late": "cliff"}, "late"),
        ({"closes": "2026-04-01T00:00Z"}, "closes"),
        ({"more": 1}, "more"),
    ],
)
def test_what_is_wrong_is_named_and_nothing_is_kept(ines: FlaskClient, wrong: dict[str, object], field: str) -> None:
    answer = ines.put(ITEM, json=TERMS | wrong)
    assert (answer.status_code, body(answer)["error"]["field"]) == (422, field)
    assert first(ines)["terms"]["due"] is None


def test_the_student_hears_why_nothing_is_taken(school: School, ines: FlaskClient) -> None:
    ines.put(ITEM, json={"attempts": 1, "cooldown": 60})
    school.submit("ada")
    answer = school.client("ada").post(f"{EXERCISE}/submissions", json={"source": "x = 1"})
    assert (answer.status_code, body(answer)["error"]["message"]) == (
        409,
        "all attempts are used up: pointwise-conv takes 1",
    )


def test_a_cooldown_says_when_to_come_back(school: School, ines: FlaskClient) -> None:
    ines.put(ITEM, json={"cooldown": 60})
    school.submit("ada")
    answer = school.client("ada").post(f"{EXERCISE}/submissions", json={"source": "x = 1"})
    assert (answer.status_code, answer.headers["Retry-After"]) == (429, "60")


def test_an_item_that_is_not_there_is_not_found(ines: FlaskClient) -> None:
    for kind in ("exercise/nothing", "quiz/pointwise-conv", "poem/pointwise-conv"):
        assert ines.put(f"{LIST}/{kind}", json={}).status_code == 404
