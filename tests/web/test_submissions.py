"""Handing in and looking at submissions."""

from __future__ import annotations

import io
from typing import TYPE_CHECKING

import pytest

from grader.domain.exercise import Limits, Visibility
from tests.fakes import FakeCatalogue, a_check, a_report, an_exercise
from tests.web.school import EXERCISE, body

if TYPE_CHECKING:
    from flask.testing import FlaskClient

    from tests.web.school import School

URL = f"{EXERCISE}/submissions"
SOURCE = "class PointwiseConv2d: ...  # 1×1"


def a_file(source: str, field: str = "file") -> dict[str, tuple[io.BytesIO, str]]:
    return {field: (io.BytesIO(source.encode()), "solution.py")}


@pytest.mark.parametrize(
    "call",
    [
        {"json": {"source": SOURCE}},
        {"data": {"file": (io.BytesIO(SOURCE.encode()), "solution.py")}},
        {"data": SOURCE.encode(), "content_type": "text/x-python"},
        {"data": SOURCE.encode(), "content_type": "text/plain; charset=utf-8"},
        {"data": SOURCE.encode(), "content_type": "application/octet-stream"},
    ],
    ids=["json", "form", "python", "plain", "octets"],
)
def test_source_arrives_as_it_was_sent_in_each_way(ada: FlaskClient, call: dict[str, object]) -> None:
    answer = ada.post(URL, **call)
    assert answer.status_code == 202
    assert body(ada.get(answer.headers["Location"]))["source"] == SOURCE


def test_what_is_accepted_says_where_to_look(school: School) -> None:
    answer = school.client().post(URL, json={"source": SOURCE})
    number = body(answer)["id"]
    assert answer.headers["Location"] == f"/api/v1/submissions/{number}"
    assert body(answer) == {
        "id": number,
        "state": "queued",
        "submitted": "2026-05-01T12:00:00Z",
        "url": f"/api/v1/submissions/{number}",
        "events": f"/api/v1/submissions/{number}/events",
    }
    assert len(school.bell.rung) == 1


def test_a_waiting_submission_tells_its_place(school: School) -> None:
    school.submit("bob")
    mine = body(school.client().get(f"/api/v1/submissions/{school.submit()}"))
    assert (mine["state"], mine["place"], mine["report"]) == ("queued", 2, None)


def test_a_student_sees_the_report_without_what_is_hidden(school: School) -> None:
    hidden = a_check("no_mixing", visibility=Visibility.HIDDEN, hint="Height comes first.")
    number = school.submit()
    school.grade(a_report(a_check(), hidden))
    report = body(school.client().get(f"/api/v1/submissions/{number}"))["report"]
    shown, held_back = report["checks"]
    assert (shown["printed"], shown["detail"]) == ("hello", {"largest_error": 0.5, "shape": [2, 64]})
    assert (held_back["printed"], held_back["detail"]) == ("", {})
    assert held_back["hint"] == "Height comes first."
    assert [check["staff_message"] for check in report["checks"]] == ["", ""]
    assert (report["seed_id"], report["node"]) == ("", "")


@pytest.mark.parametrize("memory", [41.5, None])
@pytest.mark.parametrize("login", ["ada", "ines"])
def test_a_report_tells_its_time_and_memory(school: School, login: str, memory: float | None) -> None:
    number = school.submit()
    school.grade(a_report(memory_mib=memory))
    report = body(school.client(login).get(f"/api/v1/submissions/{number}"))["report"]
    assert (report["seconds"], report["memory_mib"]) == (0.5, memory)


def test_the_staff_sees_the_whole_report_and_the_source(school: School) -> None:
    number = school.submit(source=SOURCE)
    school.grade()
    shown = body(school.client("ines").get(f"/api/v1/submissions/{number}"))
    assert shown["source"] == SOURCE
    assert shown["student"] == {"login": "ada", "name": "Ada"}
    assert shown["report"]["seed_id"] == "seed-7"
    assert shown["report"]["checks"][0]["staff_message"] == "seed 7, drawn 2x256"


def test_numbers_that_json_does_not_know_are_told_as_words(school: School) -> None:
    number = school.submit()
    detail = {"largest_error": float("inf"), "pairs": [(float("nan"), 1.0)]}
    school.grade(a_report(a_check(detail=detail)))
    answer = school.client().get(f"/api/v1/submissions/{number}")
    assert body(answer)["report"]["checks"][0]["detail"] == {"largest_error": "inf", "pairs": [["nan", 1.0]]}


def test_my_submissions_are_listed_newest_first(school: School) -> None:
    first = school.submit()
    school.grade()
    school.clock.advance(minutes=1)
    second = school.submit()
    school.submit("bob")
    shown = body(school.client().get(URL))["submissions"]
    assert [(each["id"], each["state"], each["points"]) for each in shown] == [
        (second, "queued", None),
        (first, "graded", 3.0),
    ]


def test_the_exercises_own_size_limit_holds(school: School) -> None:
    school.catalogue = FakeCatalogue([an_exercise(limits=Limits(source_kib=300))])
    large = b"#" * (257 * 1024)
    answer = school.client().post(URL, data=large, content_type="text/x-python")
    assert answer.status_code == 202


def test_the_largest_source_fits_even_with_every_byte_escaped(ada: FlaskClient) -> None:
    source = "#" + "\x01" * (256 * 1024 - 1)  # JSON spends six bytes on each
    assert ada.post(URL, json={"source": source}).status_code == 202


def test_a_bell_that_nobody_hears_loses_nothing(school: School) -> None:
    """The bell's promise is not to raise; a lost ring leaves the row, which the sweeper rings for."""

    class LostBell:
        def ring(self, run_id: int, *, behind: bool = False) -> bool:
            """Be down."""
            return False

    answer = school.client(bell=LostBell()).post(URL, json={"source": SOURCE})
    assert answer.status_code == 202
    assert body(school.client().get(answer.headers["Location"]))["state"] == "queued"
