"""The pages about people: the list, a file that is looked at first, one person, invitations."""

from __future__ import annotations

import io
import re
from functools import partial
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

import pytest

from grader.domain.people import Role
from grader.services import enrol
from tests.web.pages.browser import Browser, forms, signed_in
from tests.web.pages.work import counted

if TYPE_CHECKING:
    from pathlib import Path

    from werkzeug.test import TestResponse

    from tests.web.school import School

LIST = "/courses/spring/staff/roster"
ADD = f"{LIST}/people"
IMPORT = f"{LIST}/import"
APPLY = f"{IMPORT}/apply"
FILE = "login,name,section,role,mail\nada,Ada King,A,,\neve,Eve,,assistant,\n"
HOSTILE = '<img src=x onerror=alert(1)>"&'


@pytest.fixture
def ines(school: School) -> Browser:
    return signed_in(school, "ines")


def look(browser: Browser, text: str = FILE, **more: str) -> TestResponse:
    return browser.send(browser.get(IMPORT), IMPORT, text=text, **more)


def logins(page: TestResponse) -> list[str]:
    """Return the logins that a list of people links to."""
    return re.findall(rf'<th scope="row"><a href="{ADD}/([^"]*)"', page.text)


def token(page: TestResponse) -> str:
    return next(iter(forms(page).values())).fields["csrf_token"][0]


class TestTheList:
    def test_shows_who_is_in_the_course_and_what_they_are(self, school: School, ines: Browser) -> None:
        school.submit("ada")
        page = ines.get(LIST)
        assert logins(page) == ["ada", "bob", "ines", "tess"]
        assert "4 people are in the course" in page.text
        assert "no password yet" in page.text
        assert page.text.count("2026-05-01T12:00:00+00:00") == 1

    @pytest.mark.parametrize(
        ("query", "found"),
        [
            ("q=AD", ["ada"]),
            ("section=A", ["ada"]),
            ("role=assistant", ["tess"]),
            ("left=on", ["ada", "ines", "tess", "bob"]),
            ("order=section", ["ines", "tess", "ada"]),
            ("order=quiet&role=student", ["ada"]),
            ("role=boss&order=nothing&section=", ["ada", "ines", "tess"]),
            ("q=%3Cb%3E", []),
        ],
    )
    def test_is_narrowed_and_ordered_by_its_form(self, ines: Browser, query: str, found: list[str]) -> None:
        ines.send(ines.get(f"{ADD}/ada"), f"{ADD}/ada", section="A")
        ines.send(ines.get(f"{ADD}/bob"), f"{ADD}/bob/remove")
        page = ines.get(f"{LIST}?{query}")
        assert logins(page) == found
        assert bool(found) is ("Nobody is like this" not in page.text)

    def test_offers_an_assistant_nothing_that_would_be_refused(self, school: School) -> None:
        page = signed_in(school, "tess").get(LIST)
        assert page.status_code == 200
        assert not [action for action in forms(page) if action.startswith(LIST) and action != LIST]
        assert IMPORT not in page.text
        assert f"{ADD}/ada/remove" not in signed_in(school, "tess").get(f"{ADD}/ada").text

    def test_is_a_file_too(self, ines: Browser) -> None:
        answer = ines.get(f"{LIST}.csv")
        assert answer.headers["Content-Disposition"] == "attachment; filename=spring-roster.csv"
        assert answer.text.splitlines()[1] == "ada,Ada,,student"

    def test_shows_names_as_they_are_written(self, ines: Browser) -> None:
        ines.send(ines.get(LIST), ADD, login="eve", name=HOSTILE, section=HOSTILE)
        for path in (LIST, f"{ADD}/eve"):
            page = ines.get(path).text
            assert "<img" not in page
            assert "&lt;img src=x" in page


class TestSomebodyByHand:
    def test_is_added_and_leads_to_their_page(self, ines: Browser) -> None:
        page = ines.send(ines.get(LIST), ADD, login="EVE@x.org", name="Eve", role="assistant", section="B")
        assert urlsplit(page.request.path).path == f"{ADD}/eve@x.org"
        assert "Added. An invitation" in page.text
        assert forms(page)[f"{ADD}/eve@x.org"].fields["section"] == ["B"]

    @pytest.mark.parametrize(
        ("given", "field"),
        [
            ({"login": "a b", "name": "A"}, "login"),
            ({"login": "eve", "name": ""}, "name"),
            ({"login": "eve", "name": "Eve", "section": "x" * 41}, "section"),
        ],
    )
    def test_that_is_refused_stays_in_the_form(self, ines: Browser, given: dict[str, str], field: str) -> None:
        page = ines.send(ines.get(LIST), ADD, **given)
        assert page.status_code == 422
        assert f'id="wrong-{field}"' in page.text
        assert forms(page)[ADD].fields["login"] == [given["login"]]

    def test_changes_leaves_and_comes_back(self, school: School, ines: Browser) -> None:
        here = f"{ADD}/ada"
        page = ines.send(ines.get(here), here, role="assistant", section="C")
        assert "Changed; it holds from now on." in page.text
        assert signed_in(school, "ada").get(LIST).status_code == 200
        page = ines.send(page, f"{here}/remove")
        assert "Not in the course any more" in page.text
        assert signed_in(school, "ada").get("/courses/spring").status_code == 404
        page = ines.send(page, here)
        assert "Back in the course" in page.text
        assert forms(page)[here].fields == {"csrf_token": [token(page)], "role": ["assistant"], "section": ["C"]}

    def test_does_not_take_their_own_role_or_leave(self, ines: Browser) -> None:
        here = f"{ADD}/ines"
        page = ines.get(here)
        refused = ines.send(page, here, role="student")
        assert (refused.status_code, "change your own role" in refused.text) == (422, True)
        assert f"{here}/remove" not in page.text
        data = {"csrf_token": token(page)}
        assert ines.client.post(f"{here}/remove", data=data).status_code == 409
        assert ines.client.post(f"{here}/invite", data=data).status_code == 403

    @pytest.mark.parametrize("login", ["nobody", "cleo"])
    def test_who_never_was_there_has_no_page(self, ines: Browser, login: str) -> None:
        assert ines.get(f"{ADD}/{login}").status_code == 404


class TestAFile:
    def test_is_looked_at_first_and_then_done(self, ines: Browser) -> None:
        page = look(ines)
        assert "They will see everybody" in page.text
        assert "keeps this name; the file says <bdi>Ada King</bdi>" in page.text
        assert "passed over: <bdi>mail</bdi>" in page.text
        assert logins(ines.get(LIST)) == ["ada", "bob", "ines", "tess"]
        done = ines.send(page, APPLY)
        assert "The file was taken: 2 people changed." in done.text
        assert logins(done) == ["ada", "bob", "eve", "ines", "tess"]

    @pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16"])
    def test_may_be_sent_as_one(self, ines: Browser, encoding: str) -> None:
        data = {
            "csrf_token": token(ines.get(IMPORT)),
            "file": (io.BytesIO("login;name\r\neve;Zoë\r\n".encode(encoding)), "roster.csv"),
            "text": "",
        }
        page = ines.client.post(IMPORT, data=data, content_type="multipart/form-data")
        assert "Zoë" in page.text
        assert "eve" in logins(ines.send(page, APPLY))

    def test_lets_students_leave_only_when_it_is_ticked(self, ines: Browser) -> None:
        page = look(ines, "login\nada\n", removes="on")
        assert page.text.count("leaves</span>") == 1
        assert logins(ines.send(page, APPLY)) == ["ada", "ines", "tess"]

    def test_with_wrong_lines_is_mended_where_they_are_told(self, ines: Browser) -> None:
        page = look(ines, FILE + "a b,X,,,\n")
        assert "1 line is wrong" in page.text
        assert "Line 4: &#39;a b&#39; is no login" in page.text
        assert APPLY not in forms(page)
        assert forms(page)[IMPORT].fields["text"] == [FILE + "a b,X,,,\n"]
        assert APPLY in forms(ines.send(page, IMPORT, text=FILE))

    def test_that_would_do_something_else_by_now_is_looked_at_again(self, ines: Browser) -> None:
        page = look(ines)
        ines.send(ines.get(f"{ADD}/ada"), f"{ADD}/ada", section="A")
        again = ines.send(page, APPLY)
        assert (again.status_code, "The roster has changed since you looked" in again.text) == (409, True)
        assert "eve" in logins(ines.send(again, APPLY))

    def test_that_changes_nothing_says_so(self, ines: Browser) -> None:
        assert "as the file says already" in look(ines, "login\nada\n").text

    @pytest.mark.parametrize(
        ("text", "status", "says"),
        [
            ("", 422, "must name the columns"),
            ("name\nAda\n", 422, "must name the columns"),
            ("login\n", 422, "names nobody"),
            ("login\n" + "x" * 2**20, 413, "too large"),
        ],
    )
    def test_that_is_none_stays_in_the_form(self, ines: Browser, text: str, status: int, says: str) -> None:
        page = look(ines, text)
        assert (page.status_code, says in page.text) == (status, True)

    def test_that_is_none_is_not_done_either(self, ines: Browser) -> None:
        data = {"csrf_token": token(ines.get(IMPORT)), "text": "login\na b\n", "expected": ""}
        page = ines.client.post(APPLY, data=data)
        assert (page.status_code, "nothing was changed" in page.text.lower()) == (422, True)

    def test_of_a_thousand_people_goes_its_whole_way(self, ines: Browser) -> None:
        text = "login,name\n" + "".join(f"u{number},Łukasz {number}\n" for number in range(1000))
        assert ines.send(look(ines, text), APPLY).status_code == 200
        assert len(logins(ines.get(f"{LIST}?page=all"))) == 1004

    def test_is_written_into_the_page_so_that_nothing_of_it_runs(self, ines: Browser) -> None:
        text = f'login,name,{HOSTILE.replace(",", "")}\neve,"</textarea>{HOSTILE.replace(chr(34), "")}"\n'
        page = look(ines, text)
        assert page.status_code == 200
        assert "<img" not in page.text
        assert "&lt;/textarea&gt;&lt;img" in page.text


class TestInvitations:
    def test_a_link_is_shown_once_and_opens_the_door(self, school: School, ines: Browser) -> None:
        page = ines.send(ines.get(f"{ADD}/ada"), f"{ADD}/ada/invite")
        (secret,) = re.findall(r"http://localhost(/invitation/grd_[\w-]+)", page.text)
        assert "invitation/grd_" not in ines.get(f"{ADD}/ada").text
        assert "Ada" in Browser(school.app().test_client()).get(secret).text

    def test_who_is_in_anothers_course_is_not_taken_over(self, school: School, ines: Browser) -> None:
        enrol.enrol(school.make_uow(), user=school.users["cleo"], course=school.courses["spring"], role=Role.STUDENT)
        page = ines.send(ines.get(f"{ADD}/cleo"), f"{ADD}/cleo/invite")
        assert (page.status_code, "only the operator" in page.text) == (403, True)
        page = ines.send(ines.get(LIST), f"{LIST}/invitations")
        assert "grader invite cleo" in page.text
        assert re.findall(r"(\w+)\t\w+\thttp", page.text) == ["ada", "bob", "tess"]

    def test_links_are_copied_into_spreadsheets_where_names_run_nothing(self, ines: Browser) -> None:
        ines.send(ines.get(LIST), ADD, login="eve", name="=HYPERLINK(1)")
        page = ines.send(ines.get(LIST), f"{LIST}/invitations")
        assert "eve\t&#39;=HYPERLINK(1)\thttp" in page.text


def test_a_page_needs_as_many_queries_however_many_people_there_are(tmp_path: Path) -> None:
    with counted(tmp_path) as (school, count):
        ines = signed_in(school, "ines")

        def needed() -> list[int]:
            paths = (LIST, f"{LIST}.csv", f"{ADD}/ada", IMPORT)
            return [*(count(partial(ines.get, path)) for path in paths), count(partial(look, ines))]

        needed()  # what is read once
        before = needed()
        text = "login,name\n" + "".join(f"u{number},Name {number}\n" for number in range(200))
        ines.send(look(ines, text), APPLY)
        assert needed() == before
        assert max(before) <= 30


def test_a_long_list_comes_in_pages_that_keep_what_is_wanted(school: School) -> None:
    with school.make_uow().writing() as uow:
        for number in range(120):
            user = uow.users.add(f"s{number:03}", f"Student {number:03}")
            uow.enrolments.add(user.id, school.courses["spring"].id, Role.STUDENT)
        uow.commit()
    ines = signed_in(school, "ines")
    first = ines.get(f"{LIST}?q=student&order=name").text
    assert ("Student 099" in first, "Student 100" in first) == (True, False)
    assert "120 people are found, 1 to 100 shown." in first
    assert "page=2&amp;q=student&amp;order=name" in first
    assert "Student 119" in ines.get(f"{LIST}?q=student&order=name&page=2").text
    assert "Student 119" in ines.get(f"{LIST}?page=all").text
