"""The pages about a course itself: title and end, a copy for the next term, a new one."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.web.pages.browser import Browser, forms, signed_in

if TYPE_CHECKING:
    from tests.web.school import School

SETTINGS = "/courses/spring/staff/settings"
COPY = "/courses/spring/staff/copy"
NEW = "/courses/new"
ITEM = "assignments/exercise/pointwise-conv"


@pytest.fixture
def ines(school: School) -> Browser:
    return signed_in(school, "ines")


def test_title_and_end_are_kept(school: School, ines: Browser) -> None:
    page = ines.send(ines.get(SETTINGS), SETTINGS, title="Spring <evening>", closes="2026-06-30T18:00")
    assert "Kept." in page.text
    assert forms(page)[SETTINGS].fields["closes"] == ["2026-06-30T18:00"]
    shown = signed_in(school, "ada").get("/courses/spring").text
    assert "<h1>Spring &lt;evening&gt;</h1>" in shown
    assert "2026-06-30T18:00:00+00:00" in shown


def test_what_is_refused_stands_beside_its_field(ines: Browser) -> None:
    page = ines.send(ines.get(SETTINGS), SETTINGS, title=" ", closes="2026-06-30T18:00")
    assert (page.status_code, 'id="wrong-title"' in page.text) == (422, True)
    assert forms(page)[SETTINGS].fields["closes"] == ["2026-06-30T18:00"]


def test_a_copy_has_the_dates_moved_and_the_staff_and_no_student(ines: Browser) -> None:
    ines.send(ines.get(f"/courses/spring/staff/{ITEM}"), f"/courses/spring/staff/{ITEM}", opens="2026-05-04T08:00")
    page = ines.get(SETTINGS)
    assert "now it is 2026-05-04" in page.text
    page = ines.send(page, COPY, slug="autumn-2", title="Autumn", begins="2026-10-12")
    assert page.request.path == "/courses/autumn-2/staff/settings"
    assert "This is the copy" in page.text
    assert 'value="2026-10-12T08:00"' in ines.get(f"/courses/autumn-2/staff/{ITEM}").text
    people = ines.get("/courses/autumn-2/staff/roster").text
    assert "people/tess" in people
    assert "people/ada" not in people


@pytest.mark.parametrize(
    ("given", "status", "field"),
    [
        ({"slug": "a b"}, 422, "slug"),
        ({"slug": "new"}, 422, "slug"),
        ({"slug": "autumn"}, 409, "slug"),
        ({"slug": "winter", "days": "x"}, 422, "days"),
        ({"slug": "winter", "days": "99999"}, 422, "days"),
        ({"slug": "winter", "title": ""}, 422, "title"),
    ],
)
def test_a_copy_that_is_refused_keeps_what_was_typed(
    ines: Browser, given: dict[str, str], status: int, field: str
) -> None:
    page = ines.send(ines.get(SETTINGS), COPY, **given)
    assert (page.status_code, f'id="wrong-{field}"' in page.text) == (status, True)
    assert forms(page)[COPY].fields["slug"] == [given["slug"]]


@pytest.mark.parametrize("day", ["soon", "2026-02-30"])
def test_a_beginning_that_is_no_date_is_refused(ines: Browser, day: str) -> None:
    ines.send(ines.get(f"/courses/spring/staff/{ITEM}"), f"/courses/spring/staff/{ITEM}", opens="2026-05-04T08:00")
    page = ines.send(ines.get(SETTINGS), COPY, slug="winter", begins=day)
    assert (page.status_code, 'id="wrong-begins"' in page.text) == (422, True)


def test_a_course_is_made_and_leads_to_its_people(ines: Browser) -> None:
    page = ines.send(ines.get(NEW), NEW, slug="winter", title="Winter")
    assert page.request.path == "/courses/winter/staff/roster"
    assert "you are its instructor" in page.text
    assert 'href="/courses/new"' in ines.get("/").text


def test_a_course_whose_name_is_taken_is_refused_beside_the_name(ines: Browser) -> None:
    page = ines.send(ines.get(NEW), NEW, slug="spring", title="Again")
    assert (page.status_code, 'id="wrong-slug"' in page.text) == (409, True)
    assert forms(page)[NEW].fields["title"] == ["Again"]
