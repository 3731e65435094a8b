"""Regrades as an API: started, followed, compared, decided; students' calls tell nothing of it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from grader.services.grade import grade_run
from tests.fakes import FakeExaminer, a_check, a_report
from tests.web.school import EXERCISE, body

if TYPE_CHECKING:
    from flask.testing import FlaskClient

    from tests.web.school import School

URL = "/api/v1/courses/spring/regrades"
WISH = {"exercise": "pointwise-conv", "reason": "a wrong test"}
FULL = a_report(a_check(), a_check("no_mixing", points=1, max_points=1), content_hash="f00d")


@pytest.fixture
def number(school: School) -> int:
    """Ada's graded submission, 3 of 4 points."""
    submitted = school.submit("ada")
    school.grade()
    return submitted


def run(school: School) -> None:
    for run_id in school.bell.behind:
        grade_run(school.make_uow, school.clock, school.catalogue, FakeExaminer(FULL), run_id=run_id, node="n")


def start(ines: FlaskClient, **changes: object) -> Any:  # noqa: ANN401 - JSON
    answer = ines.post(URL, json=WISH | changes)
    assert answer.status_code == 202, answer.text
    assert answer.headers["Location"] == f"{URL}/{body(answer)['id']}"
    return body(answer)


def test_it_goes_its_whole_way(school: School, ines: FlaskClient, number: int) -> None:
    started = start(ines)
    here = f"{URL}/{started['id']}"
    assert (started["stage"], started["progress"]["waiting"], started["place"]) == ("running", 1, 1)
    assert started["difference"] is None
    run(school)
    found = body(ines.get(here))["difference"]
    assert found["grades"] == {"rises": 1, "falls": 0, "stays": 0}
    assert found["mean_change"] == 1.0
    assert found["submissions"] == {"rises": 1, "falls": 0, "stays": 0, "ours": 0}
    [grade], [change] = found["changed_grades"], found["changes"]
    assert (grade["login"], grade["before"], grade["after"], grade["way"]) == ("ada", 3.0, 4.0, "rises")
    assert (change["submission"], change["old"]["points"], change["new"]["points"]) == (number, 3, 4)
    assert (change["old"]["version"], change["new"]["version"], change["taken"]) == ("c0ffee", "f00d", True)
    assert [(each["name"], each["old"], each["new"]) for each in change["scenarios"]] == [
        ("no_mixing", "wrong", "passed")
    ]
    assert [body(ines.post(f"{here}/{step}"))["stage"] for step in ("apply", "apply", "undo", "undo")] == [
        "applied",
        "applied",
        "undone",
        "undone",
    ]
    assert [each["stage"] for each in body(ines.get(URL))["regrades"]] == ["undone"]


def test_students_calls_tell_nothing_before_it_is_applied(school: School, ines: FlaskClient, number: int) -> None:
    paths = [f"/api/v1/submissions/{number}", f"{EXERCISE}/submissions", EXERCISE, "/api/v1/courses/spring/exercises"]

    def seen() -> list[Any]:
        events = school.client("ada").get(f"/api/v1/submissions/{number}/events").text
        return [*(body(school.client("ada").get(path)) for path in paths), events]

    before = seen()
    started = start(ines)
    assert seen() == before
    run(school)
    assert seen() == before
    ines.post(f"{URL}/{started['id']}/apply")
    assert seen() != before


@pytest.mark.usefixtures("number")
@pytest.mark.parametrize(
    ("changes", "status", "field"),
    [
        ({"reason": ""}, 422, "reason"),
        ({"exercise": "gone"}, 404, None),
        ({"scope": "everything"}, 422, "scope"),
        ({"scope": "selection"}, 422, "submissions"),
        ({"scope": "selection", "submissions": [0]}, 422, None),
        ({"scope": "selection", "submissions": [2**31]}, 422, None),
        ({"version": "\0"}, 422, "scope"),
        ({"color": "red"}, 422, "color"),
    ],
)
def test_what_is_wrong_is_refused(
    school: School, ines: FlaskClient, changes: dict[str, object], status: int, field: str | None
) -> None:
    answer = ines.post(URL, json=WISH | changes)
    assert answer.status_code == status, answer.text
    if field:
        assert body(answer)["error"]["field"] == field
    assert school.bell.behind == []


@pytest.mark.usefixtures("number")
def test_a_second_one_names_the_first(ines: FlaskClient) -> None:
    first = start(ines)["id"]
    answer = ines.post(URL, json=WISH)
    assert answer.status_code == 409
    assert f"regrade {first} of pointwise-conv is not decided" in body(answer)["error"]["message"]


@pytest.mark.usefixtures("number")
def test_thrown_away_it_is_over(school: School, ines: FlaskClient) -> None:
    here = f"{URL}/{start(ines)['id']}"
    thrown = body(ines.post(f"{here}/discard"))
    assert (thrown["stage"], thrown["progress"]["failed"], thrown["difference"]["changes"]) == ("discarded", 1, [])
    run(school)
    assert ines.post(f"{here}/apply").status_code == 409
