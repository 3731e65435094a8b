"""The pages of assignments: terms as a form, extensions, and what students see of them."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.web.pages.browser import Browser, forms, signed_in

if TYPE_CHECKING:
    from tests.web.school import School

LIST = "/courses/spring/staff/assignments"
ITEM = f"{LIST}/exercise/pointwise-conv"
EXTENSIONS = f"{ITEM}/extensions"


@pytest.fixture
def ines(school: School) -> Browser:
    return signed_in(school, "ines")


def test_terms_that_are_kept_are_shown_again(ines: Browser) -> None:
    page = ines.send(
        ines.get(ITEM), ITEM, due="2026-05-20T18:00", late="per_day", loss="12,5", grace="15", weight="1.5"
    )
    assert "The terms are kept. No grade changed." in page.text
    (form,) = [form for form in forms(page).values() if "due" in form.fields and "late" in form.fields]
    assert {name: form.fields[name] for name in ("due", "late", "loss", "grace", "weight", "offered")} == {
        "due": ["2026-05-20T18:00"],
        "late": ["per_day"],
        "loss": ["12.5"],
        "grace": ["15"],
        "weight": ["1.5"],
        "offered": ["on"],
    }
    listed = ines.get(LIST).text
    assert "12.5 % for each day begun, after 15 min" in listed


def test_what_is_refused_stands_in_the_form_beside_the_reason(ines: Browser) -> None:
    page = ines.send(ines.get(ITEM), ITEM, due="2026-05-20T18:00", closes="2026-05-19T18:00", weight="3")
    assert page.status_code == 422
    assert 'id="wrong-closes">the end must not be before the due date' in page.text
    assert 'value="2026-05-19T18:00"' in page.text
    assert 'value="3"' in page.text
    assert "2026-05-20" not in ines.get(LIST).text


def test_an_extension_is_given_and_taken_back(school: School, ines: Browser) -> None:
    ines.send(ines.get(ITEM), ITEM, due="2026-05-20T18:00")
    page = ines.send(ines.get(ITEM), EXTENSIONS, login="ada", due="2026-05-28T10:00", reason="<b>ill</b>")
    assert "The extension is kept." in page.text
    assert "&lt;b&gt;ill&lt;/b&gt;" in page.text
    assert "2026-05-28T10:00:00+00:00" in signed_in(school, "ada").get("/courses/spring").text
    assert "2026-05-28" not in signed_in(school, "bob").get("/courses/spring").text
    page = ines.client.post(
        EXTENSIONS,
        data={"csrf_token": forms(page)[EXTENSIONS].fields["csrf_token"], "login": "ada", "end": "1"},
        follow_redirects=True,
    )
    assert "The extension is taken back." in page.text


@pytest.mark.parametrize(
    "given", [{"login": "nobody", "attempts": "1", "reason": "x"}, {"login": "ada", "reason": "x"}]
)
def test_an_extension_that_is_refused_says_why(ines: Browser, given: dict[str, str]) -> None:
    page = ines.send(ines.get(ITEM), EXTENSIONS, **given)
    assert page.status_code in {404, 422}
    assert 'class="problem" role="alert"' in page.text


def test_an_assistant_sees_terms_without_a_form_for_them(school: School) -> None:
    page = signed_in(school, "tess").get(ITEM).text
    assert "Keep these terms" not in page
    assert "Give a student more time or attempts" in page


class TestStudents:
    def test_what_opens_later_is_announced_and_not_shown(self, school: School, ines: Browser) -> None:
        ines.send(ines.get(ITEM), ITEM, opens="2026-05-02T12:00")
        ada = signed_in(school, "ada")
        assert "opens" in ada.get("/courses/spring").text
        page = ada.get("/courses/spring/exercises/pointwise-conv")
        assert page.status_code == 409
        assert "opens at 2026-05-02 12:00 UTC" in page.text
        assert signed_in(school, "tess").get("/courses/spring/exercises/pointwise-conv").status_code == 200

    def test_what_is_not_offered_is_not_there(self, school: School, ines: Browser) -> None:
        ines.send(ines.get(ITEM), ITEM, offered=[])
        ada = signed_in(school, "ada")
        assert "Pointwise conv" not in ada.get("/courses/spring").text
        assert ada.get("/courses/spring/exercises/pointwise-conv").status_code == 404

    def test_due_date_late_policy_and_attempts_left_stand_at_the_exercise(self, school: School, ines: Browser) -> None:
        ines.send(ines.get(ITEM), ITEM, due="2026-05-20T18:00", late="cliff", loss="50", attempts="2")
        school.submit("ada")
        page = signed_in(school, "ada").get("/courses/spring/exercises/pointwise-conv").text
        assert "2026-05-20T18:00:00+00:00" in page
        assert "loses 50 % at once" in page
        assert "1 of 2 attempts is left" in page

    def test_when_all_attempts_are_used_up_nothing_can_be_handed_in(self, school: School, ines: Browser) -> None:
        ines.send(ines.get(ITEM), ITEM, attempts="1")
        school.submit("ada")
        page = signed_in(school, "ada").get("/courses/spring/exercises/pointwise-conv").text
        assert "All attempts are used up" in page
        assert 'id="hand-in"' not in page

    def test_lateness_and_weight_are_told_where_they_count(self, school: School, ines: Browser) -> None:
        number = school.submit("ada")
        school.grade()
        ines.send(ines.get(ITEM), ITEM, due="2026-04-30T18:00", late="cliff", loss="50", weight="2")
        ada = signed_in(school, "ada")
        assert "1.5 / 4" in ada.get("/courses/spring").text
        assert "× 2" in ada.get("/courses/spring").text
        assert "1.5 of 4 points count: it was late" in ada.get(f"/submissions/{number}").text
