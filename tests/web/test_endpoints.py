"""Endpoints by API: secrets are told once, what is left out stays, what can't be so names its field."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from grader.domain.lms.endpoint_draft import MOST_ENDPOINTS
from grader.domain.lms.event import EventType
from tests.fakes import FakeUnitOfWork
from tests.web.connected import VAULT, an_endpoint, connected_school
from tests.web.school import School, body

if TYPE_CHECKING:
    from collections.abc import Iterator

    from flask.testing import FlaskClient

    from grader.domain.lms.endpoint import Endpoint

ALL = "/api/v1/courses/spring/endpoints"
FIRST = f"{ALL}/1"
WISH: dict[str, Any] = {"name": "Archive", "url": "https://x.example/in"}


@pytest.fixture
def school() -> Iterator[School]:
    with connected_school() as school:
        yield school


@pytest.fixture
def ines(school: School) -> FlaskClient:
    return school.client("ines")


def kept(school: School) -> Endpoint:
    with school.make_uow().reading() as uow:
        return uow.endpoints.get(1)


def test_a_new_one_is_told_with_its_secret_and_then_without(school: School, ines: FlaskClient) -> None:
    wish = WISH | {"events": ["quiz.finished"], "receives": True, "headers": {"Authorization": "Bearer 7"}}
    made = body(ines.post(ALL, json=wish))
    secret = made.pop("secret")
    assert VAULT.open(kept(school).secret) == secret
    assert made == {
        "id": 1,
        "name": "Archive",
        "url": "https://x.example/in",
        "events": ["quiz.finished"],
        "hook": f"http://localhost/hooks/{kept(school).key}",
        "off": None,
        "off_because": "",
        "failing": None,
        "made": "2026-05-01T12:00:00Z",
        "old_secret_until": None,
    }
    assert body(ines.get(ALL)) == {"endpoints": [made]}
    shown = ines.get(FIRST)
    assert body(shown) == made | {"headers": ["Authorization"], "received": []}
    assert secret not in shown.text
    assert "Bearer" not in shown.text


def test_its_address_for_webhooks_is_where_browsers_reach_us(school: School) -> None:
    client = school.client("ines", url="https://grader.example.org")
    made = body(client.post(ALL, json=WISH | {"receives": True}))
    assert made["hook"] == f"https://grader.example.org/hooks/{kept(school).key}"
    assert body(client.patch(FIRST, json={"receives": False}))["hook"] is None


def test_what_a_change_leaves_out_stays(school: School, ines: FlaskClient) -> None:
    an_endpoint(school, headers={"X-Key": "7", "X-Course": "a"}, events=frozenset({EventType.QUIZ_FINISHED}))
    before = kept(school)
    changed = body(ines.patch(FIRST, json={"name": "Vault"}))
    assert (changed["name"], changed["headers"], changed["events"]) == (
        "Vault",
        ["X-Course", "X-Key"],
        ["quiz.finished"],
    )
    assert kept(school).headers == before.headers
    changed = body(ines.patch(FIRST, json={"headers": {"X-Key": ""}, "events": []}))
    assert (changed["headers"], changed["events"]) == (["X-Key"], [])


def test_headers_do_not_follow_to_another_host(school: School, ines: FlaskClient) -> None:
    an_endpoint(school, headers={"X-Key": "7"})
    refused = ines.patch(FIRST, json={"url": "https://evil.example/"})
    assert (refused.status_code, body(refused)["error"]["field"]) == (422, "headers")


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"url": "http:///"}, "url"),
        ({"url": ""}, "url"),
        ({"url": 7}, "url"),
        ({"name": "a\u202eb"}, "name"),
        ({"events": ["endpoint.test"]}, "events"),
        ({"events": ["grade.lost"]}, "events"),
        ({"events": "quiz.finished"}, "events"),
        ({"receives": "yes"}, "receives"),
        ({"headers": {"webhook-id": "x"}}, "headers"),
        ({"headers": ["X-Key: 7"]}, "headers"),
        ({"secret": "whsec_mine"}, "secret"),
    ],
)
def test_what_cannot_be_so_names_its_field_and_changes_nothing(
    school: School, ines: FlaskClient, change: dict[str, Any], field: str
) -> None:
    an_endpoint(school)
    before = kept(school)
    for answer in (ines.post(ALL, json=WISH | change), ines.patch(FIRST, json=change)):
        assert (answer.status_code, body(answer)["error"]["field"]) == (422, field), answer.text
    assert kept(school) == before
    assert len(body(ines.get(ALL))["endpoints"]) == 1


def test_a_secret_made_anew_leaves_the_old_one_good_for_a_day(school: School, ines: FlaskClient) -> None:
    an_endpoint(school)
    rotated = body(ines.post(f"{FIRST}/rotate"))
    assert rotated["secret"] == VAULT.open(kept(school).secret)
    assert rotated["old_secret_until"].startswith("2026-05-02T12:00")


def test_off_is_told_with_why_and_takes_no_test(school: School, ines: FlaskClient) -> None:
    an_endpoint(school)
    off = body(ines.post(f"{FIRST}/switch", json={"on": False}))
    assert (off["off"], off["off_because"]) == ("2026-05-01T12:00:00Z", "switched off by ines")
    assert ines.post(f"{FIRST}/test").status_code == 409
    on = body(ines.post(f"{FIRST}/switch", json={"on": True}))
    assert (on["off"], on["off_because"]) == (None, "")
    sent = ines.post(f"{FIRST}/test")
    assert (sent.status_code, body(sent)["type"], body(sent)["state"]) == (202, "endpoint.test", "waiting")
    assert body(ines.get(f"/api/v1/courses/spring/deliveries/{body(sent)['id']}"))["to"] == "Archive"


def test_what_came_in_is_told(school: School, ines: FlaskClient) -> None:
    an_endpoint(school, receives=True)
    with school.make_uow().writing() as uow:
        uow.received.add(1, "msg_1", "enrolment.upserted", when=school.clock.now())
        uow.received.answered(1, "msg_1", {"change": "new"})
        uow.commit()
    assert body(ines.get(FIRST))["received"] == [
        {
            "id": "msg_1",
            "type": "enrolment.upserted",
            "when": "2026-05-01T12:00:00Z",
            "answer": {"change": "new"},
            "submission": None,
        }
    ]


def test_a_removed_one_is_gone_and_one_of_another_course_was_never_there(school: School, ines: FlaskClient) -> None:
    an_endpoint(school)
    theirs = an_endpoint(school, "Theirs", course="autumn")
    assert ines.get(f"{ALL}/{theirs.id}").status_code == 404
    assert ines.delete(f"{ALL}/{theirs.id}").status_code == 404
    assert body(ines.delete(FIRST)) == {"endpoints": []}
    assert ines.get(FIRST).status_code == 404


def test_there_are_only_so_many(school: School, ines: FlaskClient) -> None:
    for number in range(MOST_ENDPOINTS):
        an_endpoint(school, f"Number {number}")
    refused = ines.post(ALL, json=WISH)
    assert (refused.status_code, "remove one first" in refused.text) == (409, True)


def test_where_nothing_is_set_up_it_says_what_the_operator_does() -> None:
    client = School(FakeUnitOfWork.factory()).client("ines")
    refused = client.post(ALL, json=WISH)
    assert (refused.status_code, "GRADER_LMS_SECRET" in refused.text) == (409, True)
    assert body(client.get(ALL)) == {"endpoints": []}
