"""The gradebook, as JSON and as CSV."""

from __future__ import annotations

import csv
from typing import TYPE_CHECKING

import pytest

from tests.web.school import body

if TYPE_CHECKING:
    from flask.testing import FlaskClient

    from tests.web.school import School

URL = "/api/v1/courses/spring/gradebook"


def test_the_staff_sees_what_counts_for_each_student(school: School) -> None:
    number = school.submit("ada")
    school.grade()
    book = body(school.client("ines").get(URL))
    assert [(item["kind"], item["slug"], item["max_points"]) for item in book["items"]] == [
        ("exercise", "pointwise-conv", 4),
        ("quiz", "weights", 3),
    ]
    assert book["max_points"] == 7
    assert book["rows"] == [
        {
            "login": "ada",
            "name": "Ada",
            "grades": [{"points": 3.0, "max_points": 4, "attempt": number}, None],
            "points": 3.0,
        },
        {"login": "bob", "name": "Bob", "grades": [None, None], "points": 0.0},
    ]


@pytest.mark.parametrize(("path", "accept"), [(f"{URL}.csv", "*/*"), (URL, "text/csv"), (f"{URL}.csv", "text/csv")])
def test_a_spreadsheet_gets_a_file(school: School, path: str, accept: str) -> None:
    school.submit("ada")
    school.grade()
    answer = school.client("ines").get(path, headers={"Accept": accept})
    assert answer.headers["Content-Type"] == "text/csv; charset=utf-8"
    assert answer.headers["Content-Disposition"] == "attachment; filename=spring-gradebook.csv"
    header, *lines = csv.reader(answer.text.splitlines())
    assert header[:3] == ["login", "name", "pointwise-conv points"]
    assert [line[:3] for line in lines] == [["ada", "Ada", "3"], ["bob", "Bob", ""]]


@pytest.mark.parametrize("accept", ["*/*", "application/json", "text/html, */*;q=0.8", "text/csv;q=0.5, */*"])
def test_who_does_not_ask_for_csv_gets_json(ines: FlaskClient, accept: str) -> None:
    assert ines.get(URL, headers={"Accept": accept}).mimetype == "application/json"


def test_caches_are_told_that_the_answer_depends_on_accept(ines: FlaskClient) -> None:
    assert "Accept" in ines.get(URL).headers["Vary"]
