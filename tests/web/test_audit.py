"""The audit log by API: the same as on its page."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from grader.domain.audit import Deed, Origin
from grader.services.audit_log import PAGE
from tests.web.pages.test_log import note
from tests.web.school import body

if TYPE_CHECKING:
    from flask.testing import FlaskClient

    from tests.web.school import School

LOG = "/api/v1/courses/spring/audit"


def test_an_entry_says_who_did_what_to_whom_when_and_from_where(school: School, ines: FlaskClient) -> None:
    note(school, user_id=school.users["ada"].id, what="exercise conv", detail={"before": "3", "after": "4"})
    (entry,) = body(ines.get(f"{LOG}?deed=grade"))["entries"]
    assert entry.pop("id")
    assert entry == {
        "made": "2026-05-01T12:00:00Z",
        "actor": "ines",
        "via": "page",
        "address": "192.0.2.7",
        "deed": "grade.overridden",
        "concerns": "ada",
        "what": "exercise conv",
        "detail": {"before": "3", "after": "4"},
    }


def test_pages_follow_by_the_number_that_each_tells(school: School, ines: FlaskClient) -> None:
    for number in range(PAGE + 1):
        note(school, what=str(number))
    first = body(ines.get(f"{LOG}?deed=grade"))
    second = body(ines.get(f"{LOG}?deed=grade&before={first['before']}"))
    assert (len(first["entries"]), [entry["what"] for entry in second["entries"]]) == (PAGE, ["0"])
    assert second["before"] is None


def test_it_is_looked_through(school: School, ines: FlaskClient) -> None:
    note(school, Deed.COMMENTED, Origin("tess", "api"))
    note(school)
    for query in ("actor=tess", "deed=comment", "deed=comment.made", "since=2026-05-01T11:00Z&actor=tess"):
        assert [entry["actor"] for entry in body(ines.get(f"{LOG}?{query}"))["entries"]] == ["tess"], query
    assert body(ines.get(f"{LOG}?until=2026-05-01T11:00Z"))["entries"] == []


@pytest.mark.parametrize(("query", "field"), [("deed=grades", "deed"), ("since=never", "since")])
def test_what_can_be_no_question_is_refused(ines: FlaskClient, query: str, field: str) -> None:
    answer = ines.get(f"{LOG}?{query}")
    assert answer.status_code == 422
    assert body(answer)["error"]["field"] == field


def test_files_are_the_pages(school: School, ines: FlaskClient) -> None:
    note(school, Deed.COMMENTED)
    header = "id,made,actor,via,address,deed,concerns,what,detail\r\n"
    assert ines.get(f"{LOG}.csv?deed=comment").text.startswith(header)
    assert ines.get(f"{LOG}.jsonl?deed=comment").text.count("comment.made") == 1
