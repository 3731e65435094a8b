"""The pages that show whose solutions share long passages, and accuse nobody."""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from grader.domain.people import Role
from grader.services import enrol
from tests.similarity.disguises import in_all_ways
from tests.web.pages.browser import signed_in
from tests.web.pages.work import HOSTILE, counted

if TYPE_CHECKING:
    from tests.web.pages.browser import Browser
    from tests.web.school import School

LIST = "/courses/spring/staff/exercises/pointwise-conv/similar"
EINSUM = (Path(__file__).parents[2] / "solutions/pointwise-conv/right_einsum.py").read_text(encoding="utf-8")


@pytest.fixture
def ines(school: School) -> Browser:
    """An instructor's browser, signed in."""
    return signed_in(school, "ines")


def copied(school: School, name: str = "Bob") -> tuple[int, int]:
    """Hand in one solution as Ada and, in disguise, as somebody else."""
    login = name.lower()
    if login not in school.users:
        school.users["eve"] = enrol.add_user(school.make_uow(), login="eve", name=name)
        course = school.courses["spring"]
        enrol.enrol(school.make_uow(), user=school.users["eve"], course=course, role=Role.STUDENT)
        school.tokens["eve"] = school.new_token("eve")
        login = "eve"
    return school.submit("ada", EINSUM), school.submit(login, in_all_ways(EINSUM))


def test_a_pair_leads_to_its_two_sources_and_nobody_is_accused(school: School, ines: Browser) -> None:
    one, other = copied(school)
    text = ines.get(LIST).text
    assert f'href="/courses/spring/staff/similar/{one}/{other}"' in text
    assert "Talk to both before you conclude anything." in text
    for word in ("plagiar", "cheat", "copied", "suspect", "guilty", "stolen"):
        assert word not in text.lower()


def test_a_class_in_which_none_are_alike_is_told_so(school: School, ines: Browser) -> None:
    school.submit("ada", EINSUM)
    text = ines.get(LIST).text
    assert "No two share long passages." in text
    assert "1 student's work compared" in text


def test_passages_are_linked_from_side_to_side(school: School, ines: Browser) -> None:
    one, other = copied(school)
    text = ines.get(f"/courses/spring/staff/similar/{one}/{other}").text
    targets = set(re.findall(r'id="((?:one|other)-\d+)"', text))
    links = set(re.findall(r'href="#((?:one|other)-\d+)"', text))
    assert links == targets
    assert len(links) >= 4
    assert "% of the shorter solution" in text


def test_two_that_share_nothing_are_shown_all_the_same(school: School, ines: Browser) -> None:
    one, other = school.submit("ada", EINSUM), school.submit("bob", "x = 1")
    text = ines.get(f"/courses/spring/staff/similar/{one}/{other}").text
    assert "share too little" in text
    assert "passages that both have" not in text


@pytest.mark.parametrize("page", [LIST, "side"])
def test_words_of_others_are_words(school: School, ines: Browser, page: str) -> None:
    name = f"Eve {HOSTILE[:30]}"
    one, other = copied(school, name)
    text = ines.get(LIST if page == LIST else f"/courses/spring/staff/similar/{one}/{other}").text
    assert "Eve &lt;script&gt;" in text
    assert "<script>alert" not in text


def test_hostile_sources_are_inert_beside_each_other(school: School, ines: Browser) -> None:
    one, other = school.submit("ada", f"x = {HOSTILE[:-1]!a}"), school.submit("bob", f"# {HOSTILE[:-6]}")
    text = ines.get(f"/courses/spring/staff/similar/{one}/{other}").text
    assert "<script>alert" not in text
    assert "\u202e" not in text


def test_the_list_asks_the_database_the_same_however_many_there_are(tmp_path: Path) -> None:
    with counted(tmp_path) as (school, count):
        ines = signed_in(school, "ines")
        school.submit("ada", EINSUM)
        few = count(lambda: ines.get(LIST))
        one, other = copied(school)
        assert count(lambda: ines.get(LIST)) == few
        school.submit("ada", EINSUM)
        beside = count(lambda: ines.get(f"/courses/spring/staff/similar/{one}/{other}"))
        assert beside <= few + 8
