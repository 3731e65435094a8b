"""Endpoints' pages: what is shown once, what is never shown, what a test came to; nothing in them acts."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import TYPE_CHECKING

import pytest

from grader.domain.lms.event import EventType
from grader.services import endpoints
from tests.fakes import FakeUnitOfWork
from tests.web.connected import VAULT, an_endpoint, connected_school, deliveries
from tests.web.pages.browser import forms, signed_in
from tests.web.pages.work import HOSTILE
from tests.web.school import School

if TYPE_CHECKING:
    from collections.abc import Iterator

    from grader.services.endpoints import One
    from tests.web.pages.browser import Browser

ALL = "/courses/spring/staff/endpoints"
FIRST = f"{ALL}/1"
SECRET = re.compile(r"whsec_[A-Za-z0-9+/=]{44}")


@pytest.fixture
def school() -> Iterator[School]:
    with connected_school() as school:
        yield school


@pytest.fixture
def ines(school: School) -> Browser:
    """An instructor's browser, signed in."""
    return signed_in(school, "ines")


def kept(school: School) -> One:
    user = school.users["ines"]
    return endpoints.one(school.make_uow(), VAULT, user=user, course_slug="spring", endpoint_id=1)


def test_one_is_made_and_its_secret_shown_this_once_with_a_button_to_copy_it(school: School, ines: Browser) -> None:
    page = ines.send(
        ines.get(ALL),
        ALL,
        name="Archive",
        url="https://x.example/in?token=7",
        events=["quiz.finished", "grade.changed"],
        headers="Authorization: Bearer 7\n\nX-Course: spring",
        receives="on",
    )
    assert page.status_code == 200
    (secret,) = SECRET.findall(page.text)
    assert f'<code id="secret">{secret}</code>' in page.text
    assert 'data-copy="secret" hidden' in page.text  # a script shows it
    found = kept(school)
    assert VAULT.open(found.endpoint.secret) == secret
    assert found.endpoint.events == {EventType.QUIZ_FINISHED, EventType.GRADE_CHANGED}
    assert found.header_names == ["Authorization", "X-Course"]
    assert not SECRET.findall(ines.get(FIRST).text)


def test_where_it_may_send_us_webhooks_is_there_to_be_copied(school: School, ines: Browser) -> None:
    key = an_endpoint(school, receives=True).key
    assert f'<code id="address">http://localhost/hooks/{key}</code>' in ines.get(FIRST).text
    an_endpoint(school, "Only out")
    assert "/hooks/" not in ines.get(f"{ALL}/2").text


def test_values_of_headers_are_never_shown_and_stay_when_the_form_is_sent_as_it_is(
    school: School, ines: Browser
) -> None:
    an_endpoint(school, headers={"Authorization": "Bearer 7", "X-Course": "spring"})
    page = ines.get(FIRST)
    assert "Bearer 7" not in page.text
    form = forms(page)[FIRST]
    assert form.fields["headers"] == ["Authorization:\nX-Course:\n"]
    sealed = kept(school).endpoint.headers
    assert "Kept." in ines.send(page, FIRST, name="Vault").text
    assert (kept(school).endpoint.name, kept(school).endpoint.headers) == ("Vault", sealed)
    ines.send(ines.get(FIRST), FIRST, headers="X-Course:")
    assert kept(school).header_names == ["X-Course"]


@pytest.mark.parametrize(
    ("values", "says", "field"),
    [
        ({"url": "ftp://x.example"}, "must begin with https://", "url"),
        ({"url": ""}, "now it does neither", "url"),
        ({"name": " "}, "must have 1 to 100 characters", "name"),
        ({"headers": "Bearer 7"}, "line 1 of the headers is none", "headers"),
        ({"headers": "Host: x"}, "the header Host can", "headers"),
        ({"events": "grade.lost"}, "no such event", ""),
    ],
)
def test_what_cannot_be_so_is_said_beside_its_field_and_stays_in_the_form(
    school: School, ines: Browser, values: dict[str, str], says: str, field: str
) -> None:
    given = {"name": "Archive", "url": "https://x.example/", "events": "quiz.finished", **values}
    page = ines.send(ines.get(ALL), ALL, **given)
    assert page.status_code == 422
    assert says in page.text.replace("&#39;", "'")
    assert f'id="wrong-{field}"' in page.text or not field
    held = forms(page)[ALL].fields
    assert (held["name"], held["url"]) == ([given["name"]], [given["url"]])
    an_endpoint(school)
    again = ines.send(ines.get(FIRST), FIRST, **given)
    assert (again.status_code, says in again.text) == (422, True)


def test_a_rotated_secret_is_shown_once_and_until_when_the_old_one_is_good(school: School, ines: Browser) -> None:
    an_endpoint(school)
    before = VAULT.open(kept(school).endpoint.secret)
    page = ines.send(ines.get(FIRST), f"{FIRST}/rotate")
    (secret,) = SECRET.findall(page.text)
    assert secret == VAULT.open(kept(school).endpoint.secret) != before
    assert "2 May 2026, 12:00 UTC" in page.text
    assert "Old secret" in ines.get(FIRST).text
    school.clock.advance(hours=24)
    assert "Old secret" not in ines.get(FIRST).text


def test_rotating_and_removing_are_asked_for_twice(school: School, ines: Browser) -> None:
    an_endpoint(school)
    text = ines.get(FIRST).text
    for step in ("rotate", "remove"):
        before = text.split(f'action="{FIRST}/{step}"')[0]
        assert before.rindex("<details") > before.rfind("</details>")  # closed until it is opened
    gone = ines.send(ines.get(FIRST), f"{FIRST}/remove")
    assert "Removed" in gone.text
    assert ines.get(FIRST).status_code == 404


def test_it_is_switched_off_and_on_and_the_list_says_since_when_and_why(school: School, ines: Browser) -> None:
    an_endpoint(school)
    off = ines.send(ines.get(FIRST), f"{FIRST}/switch")
    assert "Switched off" in off.text
    assert "switched off by ines" in ines.get(ALL).text
    assert f"{FIRST}/test" not in forms(off)
    on = ines.send(ines.get(FIRST), f"{FIRST}/switch")
    assert "Switched on" in on.text
    assert '<span class="how on">on</span>' in ines.get(ALL).text


def test_the_list_says_since_when_nothing_arrives(school: School, ines: Browser) -> None:
    an_endpoint(school)
    with school.make_uow().writing() as uow:
        uow.endpoints.failed(1, school.clock.now() - timedelta(hours=1))
        uow.commit()
    text = ines.get(ALL).text
    assert '<span class="how failing">failing</span>' in text
    assert "1 May 2026, 11:00 UTC" in text


def test_a_test_leads_to_its_delivery_which_looks_again_until_it_was_tried(school: School, ines: Browser) -> None:
    an_endpoint(school)
    page = ines.send(ines.get(FIRST), f"{FIRST}/test")
    (number,) = deliveries(school)
    assert page.request.path == f"/courses/spring/staff/deliveries/{number}"
    assert "endpoint.test" in page.text
    assert 'hx-trigger="every 2s"' in page.text
    assert '<noscript><meta http-equiv="refresh"' in page.text


def test_a_test_to_what_was_switched_off_meanwhile_is_refused_on_its_page(school: School, ines: Browser) -> None:
    an_endpoint(school)
    page = ines.get(FIRST)
    ines.send(page, f"{FIRST}/switch")
    refused = ines.send(page, f"{FIRST}/test")
    assert (refused.status_code, "switch it on first" in refused.text) == (409, True)


def test_an_assistant_looks_and_finds_no_button_that_would_be_refused(school: School) -> None:
    an_endpoint(school, headers={"X-Course": "spring"})
    tess = signed_in(school, "tess")
    for address in (ALL, FIRST):
        page = tess.get(address)
        assert page.status_code == 200
        assert not [action for action in forms(page) if "/staff/" in action]
    assert "X-Course" in tess.get(FIRST).text


def test_what_it_sent_us_lately_is_shown_with_what_was_answered(school: School, ines: Browser) -> None:
    an_endpoint(school, receives=True)
    number = school.submit()
    with school.make_uow().writing() as uow:
        uow.received.add(1, "msg_1", "submission.created", when=school.clock.now())
        uow.received.answered(1, "msg_1", {"note": HOSTILE}, submission_id=number)
        uow.commit()
    text = ines.get(FIRST).text
    assert f'href="/submissions/{number}"' in text
    assert "<script>alert" not in text
    assert "<img" not in text
    assert "\\u202e" in text


def test_a_hostile_name_is_refused_and_one_in_the_database_does_nothing(school: School, ines: Browser) -> None:
    refused = ines.send(ines.get(ALL), ALL, name=HOSTILE.replace("\x1b", ""), url="https://x.example/")
    assert refused.status_code == 422
    assert "<script>alert" not in refused.text
    hostile = an_endpoint(school, HOSTILE.split("\u202e", maxsplit=1)[0])
    for address in (ALL, f"{ALL}/{hostile.id}", "/courses/spring/staff/deliveries"):
        text = ines.get(address).text
        assert "<script>alert" not in text
        assert "<img" not in text


def test_where_nothing_is_set_up_the_page_says_what_the_operator_does() -> None:
    school = School(FakeUnitOfWork.factory())
    ines = signed_in(school, "ines")
    page = ines.get(ALL)
    assert "GRADER_LMS_SECRET" in page.text
    assert ALL not in forms(page)
    refused = ines.get(FIRST)
    assert (refused.status_code, "GRADER_LMS_SECRET" in refused.text) == (409, True)
