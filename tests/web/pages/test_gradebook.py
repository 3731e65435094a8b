"""The gradebook's page: what stands where, what sorts, filters and leads on, and as a file."""

from __future__ import annotations

import json
import re
from dataclasses import replace
from fractions import Fraction
from typing import TYPE_CHECKING

import pytest

from grader.domain.audit import Filter
from grader.domain.people import Role
from grader.domain.scoring import ItemKind
from grader.services import enrol
from tests.fakes import NOON
from tests.web.pages.browser import forms, signed_in
from tests.web.pages.work import HOSTILE

if TYPE_CHECKING:
    from tests.web.pages.browser import Browser
    from tests.web.school import School

HERE = "/courses/spring/staff/gradebook"


@pytest.fixture
def ines(school: School) -> Browser:
    school.submit("ada")
    school.grade()
    return signed_in(school, "ines")


def table(browser: Browser, query: str = "") -> list[list[str]]:
    """Return the body's lines without tags, each cell by itself; the means stand above."""
    page = browser.get(f"{HERE}?{query}").text
    rows = re.findall(r"<tr>(.*?)</tr>", page.split("<thead>")[1], re.DOTALL)[1:]
    return [[plain(cell) for cell in re.findall(r"<t[hd][^>]*>(.*?)</t[hd]>", row, re.DOTALL)] for row in rows]


def plain(html: str) -> str:
    return " ".join(re.sub(r"<[^>]+>", " ", html).split())


def names(browser: Browser, query: str = "") -> list[str]:
    return [row[0].split(" ", maxsplit=1)[0] for row in table(browser, query) if row[0] not in {"Mean", "Median"}]


def put(school: School, login: str, *, points: int, raw: int, earned: int) -> None:
    with school.make_uow().writing() as uow:
        enrolment = uow.enrolments.find(school.users[login].id, school.courses["spring"].id)
        assert enrolment
        old = uow.grades.find(enrolment.id, ItemKind.EXERCISE, "pointwise-conv")
        assert old
        uow.grades.put(old._replace(points=Fraction(points), raw=Fraction(raw), earned=Fraction(earned)))
        uow.commit()


def move(school: School, login: str, section: str, *, left: bool = False) -> None:
    with school.make_uow().writing() as uow:
        enrolment = uow.enrolments.find(school.users[login].id, school.courses["spring"].id)
        assert enrolment
        uow.enrolments.change(replace(enrolment, section=section, ended=NOON if left else None))
        uow.commit()


class TestTable:
    def test_students_stand_by_name_with_sum_share_and_each_items_points(self, ines: Browser) -> None:
        assert table(ines) == [
            ["Mean", "1.5", "3", "–"],
            ["Median", "1.5", "3", "–"],
            ["Ada ada", "3 42.9 %", "3", "–"],
            ["Bob bob", "0 0.0 %", "–", "–"],
        ]

    def test_a_cell_leads_to_that_students_work_on_that_item(self, ines: Browser) -> None:
        page = ines.get(HERE).text
        assert 'href="students/ada#exercise-pointwise-conv"' in page
        assert 'href="students/bob#quiz-weights"' in page
        assert 'id="exercise-pointwise-conv"' in ines.get("/courses/spring/staff/students/ada").text

    def test_a_login_is_an_address_whatever_it_holds(self, school: School, ines: Browser) -> None:
        eve = enrol.add_user(school.make_uow(), login="eve+1@uni.example?#", name="Eve")
        enrol.enrol(school.make_uow(), user=eve, course=school.courses["spring"], role=Role.STUDENT)
        (address,) = re.findall(r'href="(students/eve[^"#]*)"', ines.get(HERE).text)
        page = ines.get(f"/courses/spring/staff/{address}")
        assert page.status_code == 200
        assert "eve+1@uni.example?#" in page.text

    def test_sections_have_a_column_once_there_are_any(self, school: School, ines: Browser) -> None:
        assert "Section" not in ines.get(HERE).text
        move(school, "ada", "Mon 10")
        assert ["Ada ada", "Mon 10", "3 42.9 %", "3", "–"] in table(ines)

    def test_marks_say_what_lateness_and_a_hand_did_in_words_too(self, school: School, ines: Browser) -> None:
        put(school, "ada", points=3, raw=4, earned=3)
        assert 'aria-label="3, late">3 <sup class="late">L</sup>' in ines.get(HERE).text
        school.set_grade("ada", 4)
        assert 'aria-label="4, set by hand">4 <sup class="by-hand">✎</sup>' in ines.get(HERE).text
        assert 'aria-label="nothing yet">–' in ines.get(HERE).text

    @pytest.mark.parametrize(
        ("show", "cell"),
        [("", "2"), ("points", "2"), ("final", "3"), ("raw", "4"), ("share", "50.0 %"), ("attempts", "1")],
    )
    def test_cells_tell_what_the_reader_chose_and_so_do_the_means(
        self, school: School, ines: Browser, show: str, cell: str
    ) -> None:
        put(school, "ada", raw=4, earned=3, points=2)
        mean, _, ada, _ = table(ines, f"show={show}")
        assert ada[2].split(" L")[0] == cell
        assert mean[2] == cell

    def test_hostile_names_are_inert(self, school: School, ines: Browser) -> None:
        eve = enrol.add_user(school.make_uow(), login="eve", name=HOSTILE)
        enrol.enrol(school.make_uow(), user=eve, course=school.courses["spring"], role=Role.STUDENT)
        page = ines.get(HERE).text
        assert "<script>alert" not in page
        assert "<img" not in page

    def test_nobody_is_told_in_words(self, ines: Browser) -> None:
        assert "Nobody is like that" in ines.get(f"{HERE}?q=zzz").text
        assert "<table" not in ines.get(f"{HERE}?q=zzz").text


class TestOrder:
    @pytest.mark.parametrize(
        ("query", "expected"),
        [
            ("", ["Ada", "Bob"]),
            ("sort=-name", ["Bob", "Ada"]),
            ("sort=-login", ["Bob", "Ada"]),
            ("sort=sum", ["Bob", "Ada"]),
            ("sort=-exercise:pointwise-conv", ["Ada", "Bob"]),
            ("q=b", ["Bob"]),
            ("only=missing", ["Bob"]),
            ("only=below&below=43&item=", ["Ada", "Bob"]),
        ],
    )
    def test_the_address_says_who_and_in_which_order(self, ines: Browser, query: str, expected: list[str]) -> None:
        assert names(ines, query) == expected

    @pytest.mark.parametrize(
        ("query", "told"),
        [
            ("", [("ascending", "Name")]),
            ("sort=-login", [("descending", "Name")]),
            ("sort=-sum", [("descending", "Sum")]),
            ("sort=quiz:weights", [("ascending", "Weights")]),
        ],
    )
    def test_the_heading_tells_how_it_is_sorted(self, ines: Browser, query: str, told: list[tuple[str, str]]) -> None:
        page = ines.get(f"{HERE}?{query}").text
        assert re.findall(r'aria-sort="(\w+)">\s*<a[^>]*>(\w+)', page) == told

    def test_a_heading_sorts_and_then_the_other_way_and_keeps_the_rest(self, ines: Browser) -> None:
        page = ines.get(f"{HERE}?q=a&show=raw").text
        assert "sort=-sum" in page
        assert "sort=-name" in page, "it is sorted by name already"
        links = re.findall(r'href="[^"]*sort=[^"]*"', page)
        assert all("q=a" in link and "show=raw" in link for link in links)
        assert "sort=sum" in ines.get(f"{HERE}?sort=-sum").text

    def test_the_form_holds_what_was_asked_for(self, ines: Browser) -> None:
        query = "sort=-sum&q=ada&only=below&below=70&show=share&ended=1"
        assert forms(ines.get(f"{HERE}?{query}"))[HERE].fields == {
            "sort": ["-sum"], "q": ["ada"], "show": ["share"], "only": ["below"], "item": [""], "below": ["70"],
            "ended": ["1"],
        }  # fmt: skip

    def test_who_left_is_shown_when_asked_for(self, school: School, ines: Browser) -> None:
        move(school, "bob", "", left=True)
        assert names(ines) == ["Ada"]
        assert "Bob bob, has left" in [row[0] for row in table(ines, "ended=1")]

    def test_what_can_not_be_meant_is_told(self, ines: Browser) -> None:
        page = ines.get(f"{HERE}?sort=exercise:gone")
        assert page.status_code == 422
        assert "no item" in page.text


class TestPages:
    @pytest.fixture
    def many(self, school: School) -> Browser:
        for number in range(210):
            user = enrol.add_user(school.make_uow(), login=f"s{number:03d}", name=f"S{number:03d}")
            enrol.enrol(school.make_uow(), user=user, course=school.courses["spring"], role=Role.STUDENT)
        return signed_in(school, "ines")

    def test_a_hundred_stand_on_a_page_and_all_on_one_if_wanted(self, many: Browser) -> None:
        assert [len(names(many, query)) for query in ("", "page=2", "page=3", "page=9", "page=all", "page=x")] == [
            100, 100, 12, 12, 212, 100,
        ]  # fmt: skip
        assert names(many, "page=3")[-1] == "S209"

    def test_pages_lead_on_in_the_same_order(self, many: Browser) -> None:
        page = many.get(f"{HERE}?sort=-name&page=2").text
        assert 'page=1&amp;sort=-name" rel="prev"' in page
        assert 'page=3&amp;sort=-name" rel="next"' in page
        assert "101 to 200 shown" in page


class TestFiles:
    @pytest.mark.parametrize("ending", ["csv", "json"])
    def test_the_page_offers_what_it_shows_as_a_file(self, ines: Browser, ending: str) -> None:
        link = f"{HERE}.{ending}?sort=-name&amp;q=a"
        assert f'href="{link}"' in ines.get(f"{HERE}?sort=-name&q=a").text
        file = ines.get(f"{HERE}.{ending}?q=a")
        assert file.headers["Content-Disposition"] == f"attachment; filename=spring-gradebook.{ending}"
        assert file.data.isascii()

    def test_they_hold_the_rows_that_were_wanted(self, ines: Browser) -> None:
        assert [line.split(",")[0] for line in ines.get(f"{HERE}.csv?q=bob").text.splitlines()] == ["login", "bob"]
        rows = json.loads(ines.get(f"{HERE}.json?sort=-name").data)["rows"]
        assert [row["login"] for row in rows] == ["bob", "ada"]

    def test_taking_one_is_noted_as_done_by_page(self, school: School, ines: Browser) -> None:
        ines.get(HERE)
        ines.get(f"{HERE}.csv")
        with school.make_uow().reading() as uow:
            (entry,) = uow.audit.of_course(school.courses["spring"].id, Filter(deed="grade"), 10)
        assert (entry.deed, entry.origin.actor, entry.origin.via) == ("grade.exported", "ines", "page")
