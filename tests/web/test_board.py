"""The board by API: the same as on its page."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from grader.domain.lms.delivery import DeliveryState, Verdict
from tests.fakes import NOON
from tests.web.connected import an_endpoint, attempt, connected_school, deliveries, delivery_of
from tests.web.pages.test_board import HERE, fail, hear, submit_elsewhere, take
from tests.web.school import body

if TYPE_CHECKING:
    from flask.testing import FlaskClient

    from tests.web.school import School

BOARD = "/api/v1/courses/spring/board"


def test_an_idle_service(ines: FlaskClient) -> None:
    found = body(ines.get(BOARD))
    assert found == {
        "now": "2026-05-01T12:00:00Z",
        "queue": {"live": 0, "oldest": None, "wait_seconds": None, "regrades": 0, "oldest_regrade": None},
        "last_hour": {"graded": 0, "graded_for_regrades": 0, "failed": 0},
        "workers": [],
        "open_quizzes": {"here": 0, "timed": 0, "elsewhere": 0},
        "faults": [],
        "deliveries": {"waiting": 0, "sending": 0, "delivered": 0, "dead": 0, "oldest": None},
    }


def test_a_busy_one(school: School, ines: FlaskClient) -> None:
    number = school.submit()
    hear(school, replace(HERE, run_id=take(school, number), since=NOON))
    failed = school.submit("bob")
    fail(school, failed, "disk full")
    school.submit()
    found = body(ines.get(BOARD))
    assert found["queue"]["live"] == 1
    assert found["queue"]["oldest"] == "2026-05-01T12:00:00Z"
    assert found["last_hour"]["failed"] == 1
    assert [(each["id"], each["fault"]) for each in found["faults"]] == [(failed, "disk full")]
    assert found["workers"] == [
        {
            "node": "node-1",
            "device": "cpu",
            "alive": True,
            "heard": "2026-05-01T12:00:00Z",
            "busy_since": "2026-05-01T12:00:00Z",
            "submission": number,
        }
    ]


def test_of_other_courses_it_tells_numbers_alone(school: School, ines: FlaskClient) -> None:
    hear(school, replace(HERE, run_id=take(school, submit_elsewhere(school)), since=NOON))
    fail(school, submit_elsewhere(school), "disk full")
    found = body(ines.get(BOARD))
    assert (found["workers"][0]["busy_since"], found["workers"][0]["submission"]) == ("2026-05-01T12:00:00Z", None)
    assert (found["last_hour"]["failed"], found["faults"]) == (1, [])


def test_deliveries_are_counted_of_the_last_hour_and_of_this_course() -> None:
    with connected_school() as school:
        an_endpoint(school)
        an_endpoint(school, "Other", course="autumn")
        for _ in range(4):
            school.submit()
            school.grade()
        submit_elsewhere(school)
        first, second, third, _ = (delivery_of(school, number) for number in deliveries(school))
        attempt(school, first)
        school.clock.advance(hours=2)
        attempt(school, second)
        attempt(school, third, verdict=Verdict.DELIVERED, state=DeliveryState.DELIVERED)
        found = body(school.client("ines").get(BOARD))["deliveries"]
    assert found == {"waiting": 1, "sending": 0, "delivered": 1, "dead": 1, "oldest": "2026-05-01T12:00:00Z"}
