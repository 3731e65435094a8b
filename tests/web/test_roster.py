"""Rosters by API: listed, imported, changed one by one, invited."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from grader.domain.people import Role
from grader.domain.roster import MOST_BYTES
from grader.services import enrol
from tests.fakes import NOON
from tests.web.school import body

if TYPE_CHECKING:
    from flask.testing import FlaskClient
    from werkzeug.test import TestResponse

    from tests.web.school import School

URL = "/api/v1/courses/spring/roster"
FILE = "login,name,section,role,mail\nada,Ada,A,,\neve,Eve,,assistant,e@x.org\n"


def load(client: FlaskClient, text: str = FILE, query: str = "", mimetype: str = "text/csv") -> TestResponse:
    return client.post(f"{URL}/import{query}", data=text.encode(), content_type=mimetype)


def people(ines: FlaskClient) -> dict[str, Any]:
    return {each["login"]: each for each in body(ines.get(URL))["people"]}


def test_everybody_is_listed_with_what_they_are(school: School, ines: FlaskClient) -> None:
    school.submit("ada")
    ines.delete(f"{URL}/bob")
    found = people(ines)
    assert list(found) == ["ada", "bob", "ines", "tess"]
    assert found["ada"] == {
        "login": "ada",
        "name": "Ada",
        "role": "student",
        "section": "",
        "ended": None,
        "has_password": False,
        "active": NOON.isoformat().replace("+00:00", "Z"),
    }
    assert found["bob"]["ended"]
    assert found["tess"]["role"] == "assistant"


def test_the_file_has_who_is_in_it_now_and_runs_nowhere(ines: FlaskClient) -> None:
    ines.put(f"{URL}/eve", json={"name": "=1+1"})
    ines.delete(f"{URL}/bob")
    answer = ines.get(f"{URL}.csv")
    assert answer.headers["Content-Disposition"] == "attachment; filename=spring-roster.csv"
    assert answer.text.splitlines() == [
        "login,name,section,role",
        "ada,Ada,,student",
        "eve,'=1+1,,student",
        "ines,Ines,,instructor",
        "tess,Tess,,assistant",
    ]


class TestAnImport:
    def test_is_looked_at_first_then_done_as_it_was_seen(self, ines: FlaskClient) -> None:
        seen = body(load(ines, query="?dry_run=1"))
        assert (seen["applied"], seen["ignored"], seen["unchanged"]) == (False, ["mail"], 0)
        assert seen["changes"] == [
            {
                "kind": "changed",
                "login": "ada",
                "name": "Ada",
                "before": {"role": "student", "section": ""},
                "after": {"role": "student", "section": "A"},
                "line": 2,
            },
            {
                "kind": "new user",
                "login": "eve",
                "name": "Eve",
                "before": None,
                "after": {"role": "assistant", "section": ""},
                "line": 3,
            },
        ]
        assert "eve" not in people(ines)
        done = body(load(ines, query=f"?expected={seen['fingerprint']}"))
        assert done == seen | {"applied": True}
        assert people(ines)["eve"]["role"] == "assistant"

    def test_that_would_do_something_else_by_now_is_a_conflict(self, ines: FlaskClient) -> None:
        seen = body(load(ines, query="?dry_run=true"))
        ines.put(f"{URL}/ada", json={"section": "A"})
        answer = load(ines, query=f"?expected={seen['fingerprint']}")
        assert (answer.status_code, "once more" in answer.text) == (409, True)

    def test_tells_each_line_that_is_wrong_and_does_nothing(self, ines: FlaskClient) -> None:
        wrong = FILE + "a b,X,,,\nmax,,,,\n"
        told = body(load(ines, wrong, "?dry_run=1"))["problems"]
        assert [problem["line"] for problem in told] == [4, 5]
        assert told[1]["message"] == "'max' is new here: say the name"
        answer = load(ines, wrong)
        assert (answer.status_code, body(answer)["error"]["field"]) == (422, "file")
        assert "eve" not in people(ines)

    @pytest.mark.parametrize(("query", "left"), [("", False), ("?remove_missing=1", True)])
    def test_lets_students_leave_only_if_asked_to(self, ines: FlaskClient, query: str, left: bool) -> None:  # noqa: FBT001 - a case
        load(ines, query=query)
        found = people(ines)
        assert bool(found["bob"]["ended"]) is left
        assert not found["tess"]["ended"]

    @pytest.mark.parametrize(
        ("text", "mimetype", "status"),
        [
            (FILE, "application/json", 415),
            (FILE, "text/plain", 200),
            ("x" * (MOST_BYTES + 1), "text/csv", 413),
            ("name\nAda\n", "text/csv", 422),
            ("", "text/csv", 422),
        ],
    )
    def test_is_refused_when_it_is_none(self, ines: FlaskClient, text: str, mimetype: str, status: int) -> None:
        assert load(ines, text, mimetype=mimetype).status_code == status

    def test_of_a_thousand_people_is_one_call(self, ines: FlaskClient) -> None:
        text = "login,name\n" + "".join(f"u{number},Name {number}\n" for number in range(1000))
        assert len(body(load(ines, text))["changes"]) == 1000
        assert len(people(ines)) == 1004


class TestOnePerson:
    def test_is_added_changed_removed_and_brought_back(self, ines: FlaskClient) -> None:
        calls: list[tuple[str, str, dict[str, str] | None]] = [
            ("PUT", "new user", {"name": "Eve"}),
            ("PUT", "changed", {"role": "assistant"}),
            ("PUT", "unchanged", {}),
            ("DELETE", "removed", None),
            ("PUT", "returning", {}),
        ]
        for method, kind, given in calls:
            assert body(ines.open(f"{URL}/EVE", method=method, json=given))["kind"] == kind
        assert people(ines)["eve"]["role"] == "assistant"

    @pytest.mark.parametrize(
        ("login", "given", "field"),
        [
            ("eve", {}, "name"),
            ("eve", {"name": "E\u202eve"}, "name"),
            ("eve", {"name": "E\0"}, "name"),
            ("e ve", {"name": "Eve"}, "login"),
            ("ada", {"role": "boss"}, "role"),
            ("ada", {"section": "x" * 41}, "section"),
            ("ines", {"role": "student"}, "role"),
            ("ada", {"rank": "x"}, "rank"),
        ],
    )
    def test_is_refused_with_the_field_that_is_wrong(
        self, ines: FlaskClient, login: str, given: dict[str, str], field: str
    ) -> None:
        answer = ines.put(f"{URL}/{login}", json=given)
        assert (answer.status_code, body(answer)["error"]["field"]) == (422, field)

    def test_is_not_oneself_when_removed(self, ines: FlaskClient) -> None:
        assert ines.delete(f"{URL}/ines").status_code == 409

    def test_loses_what_the_role_allowed_at_once(self, school: School, ines: FlaskClient) -> None:
        tess = school.client("tess")
        assert tess.get(URL).status_code == 200
        ines.put(f"{URL}/tess", json={"role": "student"})
        assert tess.get(URL).status_code == 403
        ines.delete(f"{URL}/tess")
        assert tess.get(URL).status_code == 404


class TestInvitations:
    def test_a_link_is_told_once(self, school: School, ines: FlaskClient) -> None:
        made = body(ines.post(f"{URL}/ada/invitation"))
        assert made["link"].startswith("http://localhost/invitation/grd_")
        app = school.app(url="https://grader.example.org/")
        made = body(school.sign_in(app, "ines").post(f"{URL}/ada/invitation"))
        assert made["link"].startswith("https://grader.example.org/invitation/grd_")

    def test_nobody_takes_over_who_is_in_anothers_course(self, school: School, ines: FlaskClient) -> None:
        ines.put(f"{URL}/otto", json={})
        answer = ines.post(f"{URL}/otto/invitation")
        assert (answer.status_code, "operator" in answer.text) == (403, True)

    def test_all_are_invited_who_have_no_password(self, school: School, ines: FlaskClient) -> None:
        enrol.enrol(school.make_uow(), user=school.users["cleo"], course=school.courses["spring"], role=Role.STUDENT)
        made = body(ines.post(f"{URL}/invitations"))
        assert [each["login"] for each in made["invited"]] == ["ada", "bob", "tess"]
        assert made["others"] == ["cleo"]
