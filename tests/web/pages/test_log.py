"""The audit log's page: every change is told with who, when and from where, in words, and inertly."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest

from grader.domain.audit import Deed, Origin
from grader.services.audit_log import PAGE
from grader.web import audit_words
from tests.web.pages.browser import PASSWORD, Browser, invite, signed_in
from tests.web.pages.work import HOSTILE, counted

if TYPE_CHECKING:
    from pathlib import Path

    from tests.web.school import School

LOG = "/courses/spring/staff/log"


@pytest.fixture
def ines(school: School) -> Browser:
    """An instructor's browser, signed in."""
    return signed_in(school, "ines")


def note(school: School, deed: Deed = Deed.OVERRIDDEN, origin: Origin | None = None, **about: object) -> None:
    uow = school.make_uow()
    uow.origin = origin or Origin("ines", "page", "192.0.2.7")
    with uow.writing():
        values = {"when": school.clock.now(), "course_id": school.courses["spring"].id, **about}
        uow.audit.add(deed, **values)  # type: ignore[arg-type]
        uow.commit()


def rows(text: str) -> list[str]:
    """Return the text of each entry, blanks made one."""
    body = text.split("<tbody>")[1].split("</tbody>", maxsplit=1)[0] if "<tbody>" in text else ""
    found = re.findall(r"<tr>(.*?)</tr>", body, re.DOTALL)
    return [re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", row)).strip() for row in found]


def test_an_entry_is_told_in_words(school: School, ines: Browser) -> None:
    detail = {"before": "3 / 4", "after": "4 / 4", "reason": "Oral exam"}
    note(school, user_id=school.users["ada"].id, what="exercise conv", detail=detail)
    who = "1 May 2026, 12:00 UTC ines on a page from 192.0.2.7"
    what = "set a grade by hand exercise conv 3 / 4 → became 4 / 4 reason: Oral exam"
    assert rows(ines.get(f"{LOG}?deed=grade").text) == [f"{who} {what} Ada All about ada"]


def test_what_people_do_on_pages_stands_there_with_their_address(school: School, ines: Browser) -> None:
    browser = Browser(school.app().test_client())
    browser.client.environ_base["REMOTE_ADDR"] = "203.0.113.9"
    address = invite(school, "bob")
    browser.send(browser.get(address), address, password=PASSWORD, again=PASSWORD)
    assert (
        "bob on a page from 203.0.113.9 set a password by: invitation Bob All about bob"
        in rows(ines.get(f"{LOG}?person=bob&deed=password").text)[0]
    )


def test_what_nobody_signed_in_did_was_the_service_or_is_unknown(school: School, ines: Browser) -> None:
    note(school, origin=Origin())
    note(school, origin=Origin("", "api", "192.0.2.1"))
    note(school, origin=Origin("root", "terminal"))
    terminal, api, service = rows(ines.get(f"{LOG}?deed=grade").text)
    assert "root at the server's terminal" in terminal.replace("&#39;", "'")
    assert "somebody who was not signed in by the API from 192.0.2.1" in api
    assert "the service itself" in service


def test_every_deed_has_words_and_every_kind_a_heading(school: School) -> None:
    with school.app().test_request_context():
        assert set(audit_words.deeds()) == {deed.value for deed in Deed}
        assert {deed.value.split(".")[0] for deed in Deed} == set(audit_words.groups())


def test_what_a_later_version_wrote_is_told_as_it_is(school: School, ines: Browser) -> None:
    class Later:
        value = "grade.curved"

    note(school, Later())  # type: ignore[arg-type]
    assert "grade.curved" in rows(ines.get(LOG).text)[0]


def test_it_is_looked_through_and_the_form_keeps_what_was_asked(school: School, ines: Browser) -> None:
    note(school, user_id=school.users["ada"].id)
    note(school, Deed.COMMENTED, Origin("tess", "api"))
    text = ines.get(f"{LOG}?actor=tess&deed=comment&since=2026-05-01T00:00&until=2026-05-02T00:00Z").text
    assert len(rows(text)) == 1
    assert 'name="actor" value="tess"' in text
    assert '<option value="comment" selected>' in text
    assert 'name="since" type="datetime-local" value="2026-05-01T00:00"' in text
    assert f'href="{LOG}"' in text  # everything
    nothing = ines.get(f"{LOG}?actor=nobody").text
    assert "Nothing in the log is like this." in nothing


@pytest.mark.parametrize(
    ("query", "status"), [("deed=grades", 422), ("since=yesterday", 422), ("person=cleo", 404), ("before=0", 200)]
)
def test_what_can_be_no_question_is_refused(ines: Browser, query: str, status: int) -> None:
    assert ines.get(f"{LOG}?{query}").status_code == status


def test_older_entries_follow_on_pages_that_keep_the_question(school: School, ines: Browser) -> None:
    for number in range(PAGE + 3):
        note(school, what=f"number {number}.")
    first = ines.get(f"{LOG}?deed=grade")
    assert len(rows(first.text)) == PAGE
    older = re.search(r'href="([^"]+)" rel="next"', first.text)
    assert older
    second = ines.get(older[1].replace("&amp;", "&"))
    assert [re.search(r"number \d+", row)[0] for row in rows(second.text)] == [  # type: ignore[index]
        "number 2", "number 1", "number 0",
    ]  # fmt: skip
    assert f'href="{LOG}?deed=grade"' in second.text  # back to the newest
    assert 'rel="next"' not in second.text


def test_words_of_others_are_words(school: School, ines: Browser) -> None:
    note(school, origin=Origin(HOSTILE, HOSTILE, HOSTILE), what=HOSTILE, detail={"reason": HOSTILE, HOSTILE: "x"})
    text = ines.get(LOG).text
    assert "<script>alert" not in text
    assert "<img" not in text


def test_files_hold_what_is_looked_for(school: School, ines: Browser) -> None:
    note(school, what="=1+1")
    note(school, Deed.COMMENTED)
    text = ines.get(f"{LOG}?deed=grade").text
    assert f'href="{LOG}.csv?deed=grade"' in text
    answer = ines.get(f"{LOG}.csv?deed=grade")
    assert answer.headers["Content-Disposition"] == "attachment; filename=spring-log.csv"
    assert answer.text.count("\r\n") == 2
    assert ",'=1+1," in answer.text
    lines = ines.get(f"{LOG}.jsonl?deed=grade")
    assert lines.mimetype == "application/x-ndjson"
    assert lines.text.count("\n") == 2  # the first file stands in the log by now


def test_it_needs_as_many_statements_for_many_entries(tmp_path: Path) -> None:
    with counted(tmp_path) as (school, count):
        ines = signed_in(school, "ines")
        numbers = []
        for _ in range(2):
            for login in ("ada", "bob", "ada"):
                note(school, user_id=school.users[login].id)
            ines.get(LOG)
            numbers.append(count(lambda: ines.get(LOG)))
        assert numbers[0] == numbers[1]
