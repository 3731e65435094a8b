"""An attempt at a quiz, by HTTP."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.web.school import QUIZ, body

if TYPE_CHECKING:
    from flask.testing import FlaskClient

    from tests.web.school import School


def test_an_attempt_is_started_answered_and_marked(ada: FlaskClient) -> None:
    started = ada.post(f"{QUIZ}/attempts")
    url = started.headers["Location"]
    ada.put(f"{url}/answers/six", json={"answer": "5"})
    ada.put(f"{url}/answers/six", json={"answer": "6"})
    ada.put(f"{url}/answers/seven", json={"answer": ["8"]})
    finished = body(ada.post(f"{url}/finish"))
    assert (finished["points"], finished["max_points"]) == (1.0, 3)
    six, seven = finished["questions"]
    assert six["marked"] == {"points": 1.0, "max_points": 1, "correct": True, "explanation": "Twice three."}
    assert seven["marked"]["correct"] is False


def test_an_open_attempt_tells_nothing_about_right_or_wrong(ada: FlaskClient) -> None:
    url = ada.post(f"{QUIZ}/attempts").headers["Location"]
    shown = body(ada.put(f"{url}/answers/six", json={"answer": "6"}))
    assert shown["points"] is None
    assert [(each["answer"], each["marked"]) for each in shown["questions"]] == [("6", None), (None, None)]
    assert "Twice three" not in ada.get(url).text


def test_starting_twice_goes_on_with_the_open_attempt(school: School) -> None:
    assert school.start_quiz() == school.start_quiz()


def test_a_finished_attempt_takes_no_answer(ada: FlaskClient) -> None:
    url = ada.post(f"{QUIZ}/attempts").headers["Location"]
    ada.post(f"{url}/finish")
    answer = ada.put(f"{url}/answers/six", json={"answer": "6"})
    assert answer.status_code == 409
    assert body(answer)["error"]["code"] == "conflict"


def test_a_closed_course_starts_no_attempt(school: School) -> None:
    school.close()
    assert school.client().post(f"{QUIZ}/attempts").status_code == 409


def test_an_unknown_question_is_named_with_those_that_exist(ada: FlaskClient) -> None:
    url = ada.post(f"{QUIZ}/attempts").headers["Location"]
    answer = ada.put(f"{url}/answers/eight", json={"answer": "8"})
    assert answer.status_code == 404
    assert "six, seven" in body(answer)["error"]["message"]


@pytest.mark.parametrize(
    ("sent", "status", "field"),
    [
        ({"answer": 6}, 422, "answer"),
        ({"answer": None}, 422, "answer"),
        ({"answer": ["6", 7]}, 422, "answer"),
        ({"answer": {"six": "6"}}, 422, "answer"),
        ({"answer": "6\0"}, 422, "answer"),
        ({"answer": ["6\0"]}, 422, "answer"),
        ({"answer": ["6"] * 21}, 422, "answer"),
        ({"answer": "6" * 2001}, 422, "answer"),
        ({}, 422, "answer"),
        ({"answer": "6", "points": 100}, 422, "points"),
        (["6"], 422, None),
        ("6", 422, None),
        ({"answer": "6" * 70_000}, 413, None),
    ],
)
def test_an_answer_of_the_wrong_form_is_refused(ada: FlaskClient, sent: object, status: int, field: str | None) -> None:
    url = ada.post(f"{QUIZ}/attempts").headers["Location"]
    answer = ada.put(f"{url}/answers/six", json=sent)
    assert answer.status_code == status
    assert body(answer)["error"].get("field") == field
    assert body(ada.get(url))["questions"][0]["answer"] is None
