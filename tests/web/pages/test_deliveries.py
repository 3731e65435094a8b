"""Deliveries' pages: looked through by state, kind, receiver and student; each attempt as inert text; sent again."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import TYPE_CHECKING

import pytest

from grader.domain.lms.delivery import Answer, DeliveryState, Verdict
from grader.services import endpoints
from tests.web.connected import a_column, an_endpoint, attempt, connected_school, deliveries, delivery_of
from tests.web.pages.browser import forms, signed_in
from tests.web.pages.work import HOSTILE, counted

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from tests.web.pages.browser import Browser
    from tests.web.school import School

ALL = "/courses/spring/staff/deliveries"
AGAIN = f"{ALL}/again"
ARRIVED = (Answer("POST …", 204, seconds=0.1), Verdict.DELIVERED, DeliveryState.DELIVERED)


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
def ines(school: School) -> Browser:
    """An instructor's browser, signed in."""
    return signed_in(school, "ines")


def fail(school: School, number: int, answer: Answer | None = None) -> None:
    attempt(school, delivery_of(school, number), answer)


def rows(text: str) -> list[str]:
    """Return the text of each row, blanks made one."""
    body = text.split("<tbody>")[1].split("</tbody>", maxsplit=1)[0] if "<tbody>" in text else ""
    found = re.findall(r"<tr>(.*?)</tr>", body, re.DOTALL)
    return [re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", row)).strip() for row in found]


def test_each_row_says_when_what_to_whom_about_whom_and_what_came_of_it(school: School, ines: Browser) -> None:
    fail(school, 2)
    when = "1 May 2026, 12:00 UTC"
    assert rows(ines.get(ALL).text) == [
        f"{when} submission.graded number 2 Archive Ada ada failed 1 attempt answered 500",
        f"{when} grade for an LMS number 1 Moodle: Pointwise Ada ada waits not tried yet",
    ]


def test_what_waits_after_a_failure_says_until_when(school: School, ines: Browser) -> None:
    attempt(school, delivery_of(school, 2), None, Verdict.AGAIN, DeliveryState.WAITING)
    assert "waits 1 attempt, next one 1 May 2026, 12:05 UTC answered 500" in rows(ines.get(ALL).text)[0]


@pytest.mark.parametrize(
    ("query", "numbers"),
    [
        ("", ["2", "1"]),
        ("?state=dead", ["2"]),
        ("?state=waiting", ["1"]),
        ("?kind=lti_ags", ["1"]),
        ("?endpoint=1", ["2"]),
        ("?endpoint=99999999999", []),
        ("?column=1&student=ADA", ["1"]),
        ("?student=bob", []),
        ("?before=2", ["1"]),
    ],
)
def test_it_is_looked_through_by_its_address(school: School, ines: Browser, query: str, numbers: list[str]) -> None:
    fail(school, 2)
    page = ines.get(f"{ALL}{query}")
    assert [re.findall(r"number (\d+)", row)[0] for row in rows(page.text)] == numbers
    form = forms(page)[ALL].fields
    for name, value in re.findall(r"(state|kind|endpoint|column)=(\w+)", query):
        assert form[name] == [value]


@pytest.mark.parametrize("query", ["?state=lost", "?kind=pigeon", "?endpoint=x", "?column=-1"])
def test_what_there_is_none_of_is_refused_rather_than_all_shown(ines: Browser, query: str) -> None:
    assert ines.get(f"{ALL}{query}").status_code == 422


def test_many_come_in_pages_that_keep_what_was_asked(school: School, ines: Browser) -> None:
    for _ in range(50):
        school.submit()
        school.grade()
    first = ines.get(f"{ALL}?kind=webhook")
    assert len(rows(first.text)) == 50
    (older,) = re.findall(r'href="([^"]*before=\d+)"', first.text)
    second = ines.get(older.replace("&amp;", "&"))
    assert len(rows(second.text)) == 1
    assert "Older" not in second.text
    assert f'href="{ALL}?kind=webhook"' in second.text  # the newest


def test_each_attempt_is_shown_with_what_was_sent_and_what_came_back(school: School, ines: Browser) -> None:
    first = Answer("POST https://hooks.example/grader\nAuthorization: …\n\n{}", 500, "out of order", seconds=0.256)
    attempt(school, delivery_of(school, 2), first, Verdict.AGAIN, DeliveryState.WAITING)
    school.clock.advance(minutes=10)
    second = Answer("POST …", 429, "", retry_after=timedelta(seconds=120), seconds=2)
    attempt(school, delivery_of(school, 2), second, Verdict.AGAIN, DeliveryState.WAITING)
    text = ines.get(f"{ALL}/2").text
    assert text.index("asked us to wait for 120 s") < text.index("after 0.26 s")  # newest first
    assert "<code>out of order</code>" in text
    assert "Authorization: …" in text
    assert "&#34;sequence&#34;: 1" in text  # what is told, whole


def test_what_came_back_is_text_and_nothing_else(school: School, ines: Browser) -> None:
    fail(school, 2, Answer(f"POST {HOSTILE}", 500, f"</code></pre>{HOSTILE}", problem=HOSTILE))
    for address in (ALL, f"{ALL}/2"):
        text = ines.get(address).text
        assert "<script>alert" not in text
        assert "<img" not in text
        assert "\u202e" not in text
        assert "\x1b" not in text
        assert "\\u202e" in text


def test_a_page_that_shows_it_as_it_is_is_told_nothing_new(school: School, ines: Browser) -> None:
    page = ines.get(f"{ALL}/2")
    (again,) = re.findall(r'hx-get="([^"]+)"', page.text)
    assert ines.get(again).status_code == 204
    attempt(school, delivery_of(school, 2), *ARRIVED)
    moved = ines.get(again)
    assert (moved.status_code, "arrived" in moved.text) == (200, True)
    assert "hx-get" not in moved.text.split('id="delivery"')[1].split(">")[0]


def test_what_is_tried_again_in_hours_is_not_looked_at_every_other_second(school: School, ines: Browser) -> None:
    attempt(school, delivery_of(school, 2), None, Verdict.AGAIN, DeliveryState.WAITING)  # again in five minutes
    assert "every 2s" not in ines.get(f"{ALL}/2").text
    school.clock.advance(minutes=4, seconds=30)
    assert "every 2s" in ines.get(f"{ALL}/2").text


def test_one_is_sent_again(school: School, ines: Browser) -> None:
    fail(school, 2)
    page = ines.get(f"{ALL}/2")
    again = ines.send(page, f"{ALL}/2/replay")
    assert (again.request.path, delivery_of(school, 2).state) == (f"{ALL}/2", DeliveryState.WAITING)
    refused = ines.send(page, f"{ALL}/2/replay")
    assert (refused.status_code, "on its way already" in refused.text) == (409, True)


def test_what_was_removed_is_sent_nothing_again(school: School, ines: Browser) -> None:
    fail(school, 2)
    endpoints.remove(school.make_uow(), school.clock, user=school.users["ines"], course_slug="spring", endpoint_id=1)
    refused = ines.send(ines.get(f"{ALL}/2"), f"{ALL}/2/replay")
    assert (refused.status_code, "Archive was removed" in refused.text) == (409, True)
    assert "None of these failed." in ines.get(AGAIN).text


def test_all_that_failed_since_is_counted_first_and_then_sent(school: School, ines: Browser) -> None:
    fail(school, 2)
    school.clock.advance(hours=2)
    for _ in range(2):
        school.submit()
        school.grade()
    for number in deliveries(school)[2:]:
        if delivery_of(school, number).endpoint_id:
            fail(school, number)
    assert "3 deliveries failed." in ines.get(f"{AGAIN}?endpoint=1").text
    page = ines.get(f"{AGAIN}?since=2026-05-01T13:00Z&endpoint=1")
    assert "Send all 2 again" in page.text
    done = ines.press(page, AGAIN, AGAIN)
    assert "2 deliveries are sent again." in done.text
    assert delivery_of(school, 2).state is DeliveryState.DEAD
    assert "None of these failed." in ines.get(f"{AGAIN}?column=1").text


def test_an_assistant_looks_and_finds_no_button_that_would_be_refused(school: School) -> None:
    fail(school, 2)
    tess = signed_in(school, "tess")
    assert AGAIN not in tess.get(ALL).text
    assert f"{ALL}/2/replay" not in tess.get(f"{ALL}/2").text


def test_a_list_needs_as_many_statements_however_long_it_is(tmp_path: Path) -> None:
    with counted(tmp_path) as (school, count):
        an_endpoint(school)
        a_column(school)
        ines = signed_in(school, "ines")
        numbers = []
        for times in (1, 5):
            for _ in range(times):
                school.submit()
                school.grade()
            ines.get(ALL)
            numbers.append(count(lambda: ines.get(ALL)))
        assert numbers[0] == numbers[1]
        assert numbers[0] <= 14
