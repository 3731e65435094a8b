"""Courses and exercises, as their members see them."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.fakes import FakeCatalogue, a_quiz, an_exercise
from tests.web.school import EXERCISE, body

if TYPE_CHECKING:
    from flask.testing import FlaskClient

    from tests.web.school import School

COUNTED = {"points": 0.0, "raw": 0.0, "earned": 0.0, "overridden": False}


def test_a_student_sees_the_own_courses_only(ada: FlaskClient) -> None:
    assert body(ada.get("/api/v1/courses")) == {
        "courses": [
            {
                "slug": "spring",
                "title": "Spring",
                "lesson": "channels",
                "role": "student",
                "closes": "2026-05-31T12:00:00Z",
                "is_open": True,
            }
        ]
    }


def test_exercises_come_in_the_lessons_order(school: School) -> None:
    school.catalogue = FakeCatalogue([an_exercise("second"), an_exercise("first")])
    shown = body(school.client().get("/api/v1/courses/spring/exercises"))["exercises"]
    assert [each["slug"] for each in shown] == ["second", "first"]


def test_an_exercise_shows_what_a_student_needs(ada: FlaskClient) -> None:
    shown = body(ada.get(EXERCISE))
    assert shown["points"] == 4
    assert shown["statement"] == "Write it."
    assert shown["starter"] == "class PointwiseConv2d: ..."
    assert shown["limits"]["source_kib"] == 256
    assert shown["scenarios"][1] == {
        "name": "no_mixing",
        "title": "Mixes no space",
        "points": 1,
        "visibility": "hidden",
    }


def test_an_exercise_shows_nothing_of_the_solution_or_the_server(ada: FlaskClient) -> None:
    shown = body(ada.get(EXERCISE))
    assert not {"folder", "misconceptions", "content_hash"} & set(shown)


def test_an_exercise_counts_the_best_of_my_attempts(school: School) -> None:
    first = school.submit()
    school.grade()
    school.submit()
    shown = body(school.client().get(EXERCISE))
    assert shown["attempts"] == 2
    assert shown["counts"] == COUNTED | {"points": 3.0, "raw": 3.0, "earned": 3.0, "max_points": 4, "attempt": first}


def test_my_attempts_are_not_anothers(school: School) -> None:
    school.submit("ada")
    shown = body(school.client("bob").get(EXERCISE))
    assert (shown["attempts"], shown["counts"]) == (0, None)


def test_an_unknown_exercise_is_named_with_those_that_exist(ada: FlaskClient) -> None:
    answer = ada.get("/api/v1/courses/spring/exercises/pointwise")
    assert answer.status_code == 404
    assert "pointwise-conv" in body(answer)["error"]["message"]


def test_a_closed_course_says_so(school: School) -> None:
    school.close()
    assert body(school.client().get("/api/v1/courses"))["courses"][0]["is_open"] is False


def test_quizzes_are_listed_with_my_attempts(school: School) -> None:
    number = school.start_quiz()
    school.client().post(f"/api/v1/attempts/{number}/finish")
    (shown,) = body(school.client().get("/api/v1/courses/spring/quizzes"))["quizzes"]
    assert (shown["slug"], shown["questions"], shown["points"]) == ("weights", 2, a_quiz().max_points)
    assert [attempt["id"] for attempt in shown["attempts"]] == [number]
    assert shown["counts"] == COUNTED | {"max_points": 3, "attempt": number}


class TestMaking:
    def test_a_course_is_made_changed_and_copied(self, ines: FlaskClient) -> None:
        asked = {"slug": "winter", "title": "Winter", "lesson": "channels", "closes": "2027-01-31T17:00:00Z"}
        made = ines.post("/api/v1/courses", json=asked)
        assert made.status_code == 201
        assert body(made) | {"closes": None} == {
            "slug": "winter",
            "title": "Winter",
            "lesson": "channels",
            "role": "instructor",
            "closes": None,
            "is_open": True,
        }
        changed = body(ines.patch("/api/v1/courses/winter", json={"title": "Winter, evening"}))
        assert (changed["title"], changed["closes"]) == ("Winter, evening", body(made)["closes"])
        copied = body(ines.post("/api/v1/courses/winter/copy", json={"slug": "summer", "title": "Summer", "days": 182}))
        assert copied["closes"].startswith("2027-08-01T17:00:00")
        assert body(ines.patch("/api/v1/courses/winter", json={"closes": None}))["closes"] is None

    @pytest.mark.parametrize(
        ("path", "given", "status", "field"),
        [
            ("", {"slug": "a b", "title": "A", "lesson": "channels"}, 422, "slug"),
            ("", {"slug": "ab", "title": "A", "lesson": "nothing"}, 422, "lesson"),
            ("", {"slug": "ab", "title": "A", "lesson": "channels", "closes": "2027-01-31T18:00"}, 422, "closes"),
            ("", {"slug": "spring", "title": "A", "lesson": "channels"}, 409, None),
            ("/spring/copy", {"slug": "ab", "title": "A", "days": 9999}, 422, "days"),
            ("/spring/copy", {"slug": "ab", "title": "A", "begins": "soon"}, 422, "begins"),
            ("/spring/copy", {"slug": "autumn", "title": "A"}, 409, None),
        ],
    )
    def test_what_is_wrong_is_named(
        self, ines: FlaskClient, path: str, given: dict[str, object], status: int, field: str | None
    ) -> None:
        answer = ines.post(f"/api/v1/courses{path}", json=given)
        assert (answer.status_code, body(answer)["error"].get("field")) == (status, field)
