"""Deliveries by API: looked through, with each attempt, sent again."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pytest

from grader.domain.lms.delivery import Answer, DeliveryState, Verdict
from grader.services import endpoints
from tests.web.connected import a_column, an_endpoint, attempt, connected_school, delivery_of
from tests.web.school import body

if TYPE_CHECKING:
    from collections.abc import Iterator

    from flask.testing import FlaskClient

    from tests.web.school import School

ALL = "/api/v1/courses/spring/deliveries"


@pytest.fixture
def school() -> Iterator[School]:
    """A school with an endpoint and a column, told of a graded submission of Ada's: a grade (1) and a webhook (2)."""
    with connected_school() as school:
        an_endpoint(school)
        a_column(school)
        school.submit()
        school.grade()
        yield school


@pytest.fixture
def ines(school: School) -> FlaskClient:
    return school.client("ines")


def test_one_is_told_with_names_and_numbers(school: School, ines: FlaskClient) -> None:
    attempt(school, delivery_of(school, 2))
    webhook, grade = body(ines.get(ALL))["deliveries"]
    assert webhook == {
        "id": 2,
        "kind": "webhook",
        "type": "submission.graded",
        "to": "Archive",
        "endpoint": 1,
        "column": None,
        "student": "ada",
        "state": "dead",
        "attempts": 1,
        "made": "2026-05-01T12:00:00Z",
        "next_attempt": None,
        "ended": "2026-05-01T12:00:00Z",
        "status": 500,
        "note": "answered 500",
    }
    assert (grade["kind"], grade["type"], grade["to"], grade["column"]) == ("lti_ags", None, "Moodle: Pointwise", 1)
    assert grade["next_attempt"] == "2026-05-01T12:00:00Z"


@pytest.mark.parametrize(
    ("query", "numbers"),
    [
        ("state=dead", [2]),
        ("state=waiting&kind=lti_ags&column=1&student=ada", [1]),
        ("endpoint=1", [2]),
        ("endpoint=2", []),
        ("endpoint=999999999999", []),
        ("student=bob", []),
        ("before=2", [1]),
    ],
)
def test_only_what_is_asked_for_is_listed(school: School, ines: FlaskClient, query: str, numbers: list[int]) -> None:
    attempt(school, delivery_of(school, 2))
    assert [each["id"] for each in body(ines.get(f"{ALL}?{query}"))["deliveries"]] == numbers


@pytest.mark.parametrize("query", ["state=lost", "kind=pigeon", "endpoint=x", "column=1.5"])
def test_what_there_is_none_of_is_refused_rather_than_all_listed(ines: FlaskClient, query: str) -> None:
    refused = ines.get(f"{ALL}?{query}")
    assert (refused.status_code, body(refused)["error"]["field"]) == (422, query.partition("=")[0])


def test_many_come_in_pages(school: School, ines: FlaskClient) -> None:
    about: dict[str, Any] = {"user": school.users["ines"], "course_slug": "spring", "endpoint_id": 1}
    for _ in range(100):
        endpoints.send_test(school.make_uow(), school.clock, **about)
    first = body(ines.get(ALL))
    second = body(ines.get(f"{ALL}?before={first['before']}"))
    assert (len(first["deliveries"]), len(second["deliveries"]), second["before"]) == (100, 2, None)
    assert len({each["id"] for page in (first, second) for each in page["deliveries"]}) == 102


def test_each_attempt_is_told_whole(school: School, ines: FlaskClient) -> None:
    slow = Answer("POST /\nAuthorization: …", 429, "slow\u202e down", retry_after=timedelta(minutes=2), seconds=0.25)
    attempt(school, delivery_of(school, 2), slow, Verdict.AGAIN, DeliveryState.WAITING)
    found = ines.get(f"{ALL}/2")
    told: dict[str, Any] = body(found)
    assert found.data.isascii()
    assert told["webhook_id"].startswith("msg_")
    assert told["next_attempt"] == "2026-05-01T12:05:00Z"
    assert told["tries"] == [
        {
            "number": 1,
            "started": "2026-05-01T12:00:00Z",
            "seconds": 0.25,
            "verdict": "again",
            "status": 429,
            "problem": "",
            "retry_after": 120.0,
            "request": "POST /\nAuthorization: …",
            "response": "slow\u202e down",
        }
    ]


def test_one_is_sent_again_when_it_ended_and_only_then(school: School, ines: FlaskClient) -> None:
    assert ines.post(f"{ALL}/2/replay").status_code == 409
    attempt(school, delivery_of(school, 2))
    again = body(ines.post(f"{ALL}/2/replay"))
    assert (again["state"], again["attempts"], again["ended"]) == ("waiting", 0, None)


@pytest.mark.parametrize(
    ("wish", "count"),
    [
        ({}, 1),
        ({"since": "2026-05-01T12:00Z", "endpoint": 1}, 1),
        ({"since": "2026-05-01T12:01Z"}, 0),
        ({"column": 1}, 0),
    ],
)
def test_all_that_died_is_sent_again(school: School, ines: FlaskClient, wish: dict[str, Any], count: int) -> None:
    attempt(school, delivery_of(school, 2))
    assert body(ines.post(f"{ALL}/replay", json=wish)) == {"deliveries": count}


@pytest.mark.parametrize(
    ("wish", "field"), [({"since": "yesterday"}, "since"), ({"endpoint": "1"}, "endpoint"), ({"all": True}, "all")]
)
def test_what_cannot_be_read_sends_nothing(school: School, ines: FlaskClient, wish: dict[str, Any], field: str) -> None:
    attempt(school, delivery_of(school, 2))
    refused = ines.post(f"{ALL}/replay", json=wish)
    assert (refused.status_code, body(refused)["error"]["field"]) == (422, field)
    assert delivery_of(school, 2).state is DeliveryState.DEAD


def test_one_of_another_course_was_never_there(school: School) -> None:
    assert school.client("otto").get("/api/v1/courses/autumn/deliveries/2").status_code == 404
