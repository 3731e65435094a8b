"""Grades set by hand, by API."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

from tests.web.school import EXERCISE, body

if TYPE_CHECKING:
    from flask.testing import FlaskClient

    from tests.web.school import School

URL = "/api/v1/courses/spring"
SET = f"{URL}/students/ada/overrides"
GIVEN = {"kind": "exercise", "item": "pointwise-conv", "points": 3.5, "reason": "The test was wrong."}


def test_a_grade_is_set_and_withdrawn(school: School, ines: FlaskClient) -> None:
    made = ines.post(SET, json=GIVEN)
    assert made.status_code == 201
    told = body(made)
    assert told == GIVEN | {"id": told["id"], "by": "ines", "made": told["made"], "withdrawn": None}
    counts = body(school.client("ada").get(EXERCISE))["counts"]
    assert (counts["points"], counts["overridden"], counts["attempt"]) == (3.5, True, None)
    withdrawn = body(ines.post(f"{URL}/overrides/{told['id']}/withdraw"))
    assert withdrawn["withdrawn"] is not None
    assert body(school.client("ada").get(EXERCISE))["counts"] is None


def test_the_gradebook_tells_the_reason(ines: FlaskClient) -> None:
    ines.post(SET, json=GIVEN)
    ada = body(ines.get(f"{URL}/gradebook"))["rows"][0]
    assert (ada["grades"][0]["reason"], ada["grades"][0]["overridden"]) == ("The test was wrong.", True)


def test_withdrawn_twice_is_a_conflict(school: School, ines: FlaskClient) -> None:
    number = school.set_grade("ada", 4)
    answers = [ines.post(f"{URL}/overrides/{number}/withdraw").status_code for _ in range(2)]
    assert answers == [200, 409]


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"points": 8.5}, "points"),
        ({"points": -1}, "points"),
        ({"points": "4"}, "points"),
        ({"points": 1e308}, "points"),
        ({"reason": ""}, "reason"),
        ({"reason": None}, "reason"),
        ({"kind": "lesson"}, "kind"),
        ({"by": "bob"}, "by"),
    ],
)
def test_what_is_wrong_names_its_field(ines: FlaskClient, changes: dict[str, object], field: str) -> None:
    answer = ines.post(SET, json=GIVEN | changes)
    assert (answer.status_code, body(answer)["error"]["field"]) == (422, field)


@pytest.mark.parametrize("points", ["NaN", "Infinity", "1e400"])
def test_no_points_are_beyond_numbers(ines: FlaskClient, points: str) -> None:
    data = json.dumps(GIVEN).replace("3.5", points)
    assert ines.post(SET, data=data, content_type="application/json").status_code in {400, 422}


@pytest.mark.parametrize(("login", "item"), [("nobody", "pointwise-conv"), ("ines", "pointwise-conv"), ("ada", "none")])
def test_who_or_what_is_not_there_is_not_found(ines: FlaskClient, login: str, item: str) -> None:
    assert ines.post(f"{URL}/students/{login}/overrides", json=GIVEN | {"item": item}).status_code == 404
