"""The gradebook, as JSON and as CSV."""

from __future__ import annotations

import csv
from typing import TYPE_CHECKING

import pytest

from grader.domain.audit import Filter
from tests.web.school import body

if TYPE_CHECKING:
    from flask.testing import FlaskClient

    from tests.web.school import School

COUNTED = {"points": 3.0, "max_points": 4, "raw": 3.0, "earned": 3.0, "overridden": False}
MORE = {"attempts": 1, "late": False, "reason": None}
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
            "section": "",
            "ended": None,
            "grades": [COUNTED | MORE | {"attempt": number}, None],
            "points": 3.0,
        },
        {"login": "bob", "name": "Bob", "section": "", "ended": None, "grades": [None, None], "points": 0.0},
    ]


@pytest.mark.parametrize(("path", "accept"), [(f"{URL}.csv", "*/*"), (URL, "text/csv"), (f"{URL}.csv", "text/csv")])
def test_a_spreadsheet_gets_a_file(school: School, path: str, accept: str) -> None:
    school.submit("ada")
    school.grade()
    answer = school.client("ines").get(path, headers={"Accept": accept})
    assert answer.headers["Content-Type"] == "text/csv; charset=utf-8"
    assert answer.headers["Content-Disposition"] == "attachment; filename=spring-gradebook.csv"
    header, *lines = csv.reader(answer.text.splitlines())
    assert header[:4] == ["login", "name", "section", "pointwise-conv points"]
    assert [line[:4] for line in lines] == [["ada", "Ada", "", "3"], ["bob", "Bob", "", ""]]


@pytest.mark.parametrize("accept", ["*/*", "application/json", "text/html, */*;q=0.8", "text/csv;q=0.5, */*"])
def test_who_does_not_ask_for_csv_gets_json(ines: FlaskClient, accept: str) -> None:
    assert ines.get(URL, headers={"Accept": accept}).mimetype == "application/json"


def test_caches_are_told_that_the_answer_depends_on_accept(ines: FlaskClient) -> None:
    assert "Accept" in ines.get(URL).headers["Vary"]


def logins(client: FlaskClient, query: str) -> list[str]:
    return [row["login"] for row in body(client.get(f"{URL}?{query}"))["rows"]]


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("", ["ada", "bob"]),
        ("sort=-name", ["bob", "ada"]),
        ("sort=-sum", ["ada", "bob"]),
        ("sort=exercise:pointwise-conv", ["bob", "ada"]),
        ("q=BO", ["bob"]),
        ("section=A", []),
        ("only=missing", ["bob"]),
        ("only=below&below=40", ["bob"]),
        ("only=below&below=80&item=exercise:pointwise-conv", ["ada", "bob"]),
        ("ended=1&unknown=x", ["ada", "bob"]),
    ],
)
def test_rows_come_as_the_query_wants_them(school: School, query: str, expected: list[str]) -> None:
    school.submit("ada")
    school.grade()
    assert logins(school.client("ines"), query) == expected


@pytest.mark.parametrize(
    ("query", "field"),
    [
        ("sort=points", "sort"),
        ("only=few", "only"),
        ("only=below&below=101", "below"),
        ("below=x", "below"),
        ("only=missing&item=conv", "item"),
    ],
)
@pytest.mark.parametrize("path", [URL, f"{URL}.csv"])
def test_what_can_not_be_meant_is_refused(ines: FlaskClient, path: str, query: str, field: str) -> None:
    answer = ines.get(f"{path}?{query}")
    assert (answer.status_code, body(answer)["error"]["field"]) == (422, field)


def test_each_export_is_noted_with_its_form(school: School) -> None:
    ines = school.client("ines")
    for path in (URL, f"{URL}.csv", f"{URL}?sort=points"):
        ines.get(path)
    with school.make_uow().reading() as uow:
        entries = uow.audit.of_course(school.courses["spring"].id, Filter(deed="grade"), 10)
    assert [(entry.deed, entry.what, entry.origin.actor) for entry in entries] == [
        ("grade.exported", "CSV: 2 of 2 students", "ines"),
        ("grade.exported", "JSON: 2 of 2 students", "ines"),
    ]
