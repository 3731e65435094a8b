"""The API about LMSes: connect, test, change, read people, make columns, compare, send again."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from grader.lms.outgoing import Reply
from tests.lms.campus import Campus, opened
from tests.lms.platform import CLIENT, HOST, ITEMS, KEYS, TOKEN, Score
from tests.web.school import body

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from flask.testing import FlaskClient

    from grader.domain.lms.platform import Context

LMS = "/api/v1/courses/spring/lms"
PLATFORMS = f"{LMS}/platforms"
THEIRS = {"issuer": HOST, "client_id": CLIENT, "auth_url": f"{HOST}/auth", "token_url": TOKEN, "jwks_url": KEYS}


@pytest.fixture
def campus(tmp_path: Path) -> Iterator[Campus]:
    with opened(tmp_path) as found:
        yield found


@pytest.fixture
def ines(campus: Campus) -> FlaskClient:
    return campus.school.client("ines", **campus.services)


@pytest.fixture
def course(campus: Campus) -> Context:
    return campus.launched(campus.connect())


def at(course: Context) -> str:
    return f"{LMS}/courses/{course.id}"


def seen(client: FlaskClient) -> dict[str, Any]:
    found: dict[str, Any] = body(client.get(LMS))
    return found


class TestConnecting:
    def test_begun_it_tells_our_addresses_and_changed_it_is_connected(self, ines: FlaskClient) -> None:
        begun = ines.post(PLATFORMS, json={"family": "moodle", "site": HOST})
        made = body(begun)
        assert (begun.status_code, made["finished"], made["name"]) == (201, False, "Moodle")
        assert made["jwks_url"] == f"{HOST}/mod/lti/certs.php"
        assert made["ours"]["keys"] == "https://grader.example.edu/lti/jwks"
        assert made["ours"]["login"].startswith("https://grader.example.edu/lti/")
        done = body(ines.patch(f"{PLATFORMS}/{made['id']}", json={"client_id": CLIENT, "deployments": ["2"]}))
        assert (done["finished"], done["deployments"], done["ours"]) == (True, ["2"], made["ours"])
        assert done["jwks_url"] == made["jwks_url"]
        assert seen(ines)["platforms"] == [done]

    def test_with_all_that_is_needed_it_is_connected_at_once(self, ines: FlaskClient) -> None:
        made = body(ines.post(PLATFORMS, json={"family": "other", "name": "Ours", **THEIRS}))
        assert (made["finished"], made["name"], made["issuer"]) == (True, "Ours", HOST)

    @pytest.mark.parametrize(
        ("given", "field"),
        [
            ({"family": "sakai"}, "family"),
            ({"name": "x"}, "family"),
            ({"family": "other", **THEIRS, "token_url": ""}, "token_url"),
            ({"family": "other", **THEIRS, "jwks_url": "ftp://x.example"}, "jwks_url"),
            ({"family": "moodle", "site": "moodle.example"}, "auth_url"),
            ({"family": "moodle", "secret": "x"}, "secret"),
            ({"family": "other", "deployments": "1"}, "deployments"),
        ],
    )
    def test_what_is_wrong_is_named_and_nothing_is_kept(
        self, ines: FlaskClient, given: dict[str, Any], field: str
    ) -> None:
        refused = ines.post(PLATFORMS, json=given)
        assert (refused.status_code, body(refused)["error"]["field"]) == (422, field)
        assert seen(ines)["platforms"] == []

    def test_a_connection_is_tested_up_to_what_fails(self, campus: Campus, ines: FlaskClient) -> None:
        platform = campus.connect()
        found = body(ines.post(f"{PLATFORMS}/{platform.id}/check"))
        assert [(step["name"], not step["wrong"]) for step in found["steps"]] == [
            ("key set", True),
            ("token", True),
            ("course", False),
        ]
        campus.launched(platform)
        assert body(ines.post(f"{PLATFORMS}/{platform.id}/check"))["works"]

    def test_without_the_operators_settings_it_says_what_is_missing(self, campus: Campus) -> None:
        platform = campus.connect()
        refused = campus.school.client("ines").post(f"{PLATFORMS}/{platform.id}/check")
        assert (refused.status_code, "GRADER_LMS_SECRET" in refused.text) == (409, True)

    def test_a_removed_one_is_gone(self, campus: Campus, ines: FlaskClient) -> None:
        address = f"{PLATFORMS}/{campus.connect().id}"
        assert ines.delete(address).status_code == 200
        assert (seen(ines)["platforms"], ines.delete(address).status_code) == ([], 404)

    def test_a_code_comes_with_the_address_that_registers(self, ines: FlaskClient) -> None:
        made = body(ines.post(f"{LMS}/code"))
        assert made["registration"] == f"https://grader.example.edu/lti/register/{made['code']}"
        assert made["until"] == "2026-05-01T13:00:00Z"


class TestCourses:
    def test_people_are_read(self, campus: Campus, ines: FlaskClient, course: Context) -> None:
        ada = {"user_id": "sub-ada", "name": "Ada", "roles": ["Learner"]}
        campus.lms.members = [ada, {"user_id": "sub-eve", "name": "Eve", "roles": ["Learner"]}]
        found = body(ines.post(f"{at(course)}/sync"))
        assert (found["added"], found["ended"]) == (1, 0)
        assert seen(ines)["connections"][0]["sync_note"] == found["note"]
        campus.lms.members = []
        assert ines.post(f"{at(course)}/sync").status_code == 409
        assert body(ines.post(f"{at(course)}/sync?removes_many=1"))["ended"] == 2

    def test_a_platform_that_does_not_answer_is_told_of(
        self, campus: Campus, ines: FlaskClient, course: Context
    ) -> None:
        campus.lms.wrong = lambda _method, _url: Reply(503)
        campus.column(course)
        calls = (
            ines.post(f"{at(course)}/sync"),
            ines.post(f"{at(course)}/columns", json={"items": ["quiz:weights"]}),
            ines.get(f"{at(course)}/differences"),
            ines.post(f"{at(course)}/resend"),
        )
        assert [answer.status_code for answer in calls] == [409] * 4
        assert all("503" in body(answer)["error"]["message"] for answer in calls)

    def test_columns_are_made_and_let_go(self, ines: FlaskClient, course: Context) -> None:
        made = ines.post(f"{at(course)}/columns", json={"items": ["exercise:pointwise-conv", "quiz:weights"]})
        columns = body(made)["columns"]
        assert (made.status_code, [each["item"] for each in columns]) == (201, ["pointwise-conv", "weights"])
        assert ines.delete(f"{LMS}/columns/{columns[1]['id']}").status_code == 200
        assert [each["item"] for each in seen(ines)["connections"][0]["columns"]] == ["pointwise-conv"]

    @pytest.mark.parametrize("items", [[], ["pointwise-conv"], ["exercise:nothing"], "exercise:pointwise-conv"])
    def test_what_names_no_item_is_refused(self, ines: FlaskClient, course: Context, items: object) -> None:
        assert ines.post(f"{at(course)}/columns", json={"items": items}).status_code == 422

    def test_what_differs_is_told_and_sent_again(self, campus: Campus, ines: FlaskClient, course: Context) -> None:
        campus.column(course)
        campus.school.set_grade("ada", 3)
        campus.lms.scores[f"{ITEMS}/1", "sub-ada"] = Score(campus.school.clock.now(), 2, 4)
        (found,) = body(ines.get(f"{at(course)}/differences"))["differences"]
        assert (found["login"], found["here"], found["there"], found["coming"]) == ("ada", 3, 2, True)
        sent = ines.post(f"{at(course)}/resend")
        assert (sent.status_code, body(sent)) == (202, {"sent": 1})
        campus.lms.scores[f"{ITEMS}/1", "sub-ada"] = Score(campus.school.clock.now(), 3, 4)
        assert body(ines.post(f"{at(course)}/resend")) == {"sent": 0}
        assert body(ines.post(f"{at(course)}/resend?all=1")) == {"sent": 1}

    def test_only_a_shared_one_is_disconnected(self, campus: Campus, ines: FlaskClient, course: Context) -> None:
        shared = campus.launched(campus.shared(), title="Shared")
        assert [each["shared"] for each in seen(ines)["connections"]] == [False, True]
        assert ines.delete(at(course)).status_code == 409
        assert body(ines.delete(at(shared))) == {"id": shared.id, "title": "Shared"}
        assert [each["id"] for each in seen(ines)["connections"]] == [course.id]


def test_students_see_what_an_lms_has_of_them_and_of_nobody_else(campus: Campus, course: Context) -> None:
    campus.column(course)
    campus.school.set_grade("ada", 3)
    ada, bob = (campus.school.client(login, **campus.services) for login in ("ada", "bob"))
    (state,) = body(ada.get("/api/v1/courses/spring/students/ada/lms"))["columns"]
    assert (state["platform"], state["state"], state["points"], state["since"]) == ("Campus", "coming", None, None)
    assert bob.get("/api/v1/courses/spring/students/ada/lms").status_code == 404
