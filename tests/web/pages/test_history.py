"""Earlier attempts: the list of them, and two side by side."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.fakes import a_check, a_report
from tests.web.pages.browser import forms, signed_in
from tests.web.pages.work import HERE, HISTORY, counted, hand_in, number_in

if TYPE_CHECKING:
    from pathlib import Path

    from tests.web.pages.browser import Browser
    from tests.web.school import School

OLD = "a = 1\nb = 2\nc = 3\n"
NEW = "a = 1\nb = 20\nc = 3\nd = 4\n"


def two(browser: Browser, old: str = OLD, new: str = NEW) -> tuple[int, int]:
    """Hand in twice; return the numbers."""
    return number_in(hand_in(browser, old)), number_in(hand_in(browser, new))


class TestList:
    def test_attempts_come_newest_first_with_points_and_which_counts(self, school: School, ada: Browser) -> None:
        first = number_in(hand_in(ada, OLD))
        school.grade()
        second = number_in(hand_in(ada, NEW))
        school.grade(a_report(a_check(points=1, max_points=4)))
        third = number_in(hand_in(ada, NEW))
        text = ada.get(HISTORY).text
        places = [text.index(f'href="/submissions/{number}"') for number in (third, second, first)]
        assert places == sorted(places)
        assert "3 / 4" in text
        assert "1 / 4" in text
        assert "waiting" in text
        assert text.count("counts</span>") == 1
        assert text.index('class="counts"') < text.index(f'href="/submissions/{first}"')

    def test_who_has_none_is_led_to_the_exercise(self, ada: Browser) -> None:
        text = ada.get(HISTORY).text
        assert "There are none yet." in text
        assert f'href="{HERE}"' in text

    def test_others_are_not_in_it(self, school: School, ada: Browser) -> None:
        number = number_in(hand_in(ada, OLD))
        assert f"/submissions/{number}" not in signed_in(school, "bob").get(HISTORY).text

    def test_the_two_newest_are_chosen_until_others_are(self, ada: Browser) -> None:
        old, new = two(ada)
        assert forms(ada.get(HISTORY))[HISTORY].fields == {"old": [str(old)], "new": [str(new)]}

    @pytest.mark.parametrize("turned", [False, True])
    def test_two_that_are_chosen_are_compared_the_earlier_on_the_left(self, ada: Browser, *, turned: bool) -> None:
        old, new = two(ada)
        chosen = {"old": new, "new": old} if turned else {"old": old, "new": new}
        page = ada.client.get(HISTORY, query_string=chosen, follow_redirects=True)
        assert page.request.path == f"/submissions/{old}/diff/{new}"

    @pytest.mark.parametrize("rubbish", ["x", "0", "1e9", "99999999999999999999"])
    def test_rubbish_is_no_choice(self, ada: Browser, rubbish: str) -> None:
        page = ada.client.get(HISTORY, query_string={"old": rubbish, "new": rubbish})
        assert page.status_code == 200

    def test_it_asks_the_database_the_same_whatever_their_number(self, tmp_path: Path) -> None:
        with counted(tmp_path) as (school, count):
            ada = signed_in(school)
            two(ada)
            school.grade()
            few = count(lambda: ada.get(HISTORY))
            two(ada)
            two(ada)
            assert count(lambda: ada.get(HISTORY)) == few


class TestComparison:
    def test_each_line_is_numbered_and_said_to_be_added_removed_or_changed(self, ada: Browser) -> None:
        old, new = two(ada)
        text = ada.get(f"/submissions/{old}/diff/{new}").text
        assert text.count('<span class="unseen">changed:</span>') == 2  # on either side
        assert text.count('<span class="unseen">added:</span>') == 1
        assert "removed:" not in text
        back = ada.get(f"/submissions/{new}/diff/{old}").text
        assert back.count('<span class="unseen">removed:</span>') == 1

    def test_the_same_twice_is_said_to_be_the_same(self, ada: Browser) -> None:
        old, new = two(ada, OLD, OLD)
        assert "Nothing: both are the same." in ada.get(f"/submissions/{old}/diff/{new}").text

    def test_a_very_long_one_is_cut_and_says_so(self, ada: Browser) -> None:
        old, new = two(ada, "#\n" * 1001, "x = 1")
        assert "Only the first 1000 lines" in ada.get(f"/submissions/{old}/diff/{new}").text

    def test_staff_see_whose_they_are(self, school: School, ada: Browser) -> None:
        old, new = two(ada)
        assert "<bdi>Ada</bdi> (ada)" in signed_in(school, "ines").get(f"/submissions/{old}/diff/{new}").text

    def test_two_students_have_nothing_to_compare(self, school: School, ada: Browser) -> None:
        mine, others = number_in(hand_in(ada, OLD)), number_in(hand_in(signed_in(school, "bob"), NEW))
        page = signed_in(school, "ines").get(f"/submissions/{mine}/diff/{others}")
        assert (page.status_code, "not of one student" in page.text) == (422, True)
        assert ada.get(f"/submissions/{mine}/diff/{others}").status_code == 404

    def test_sources_are_text_and_nothing_else(self, ada: Browser) -> None:
        old, new = two(ada, "# <script>alert(1)</script>", "# </code><img src=x onerror=alert(1)> \u202e")
        text = ada.get(f"/submissions/{old}/diff/{new}").text
        assert "<script>alert" not in text
        assert "<img" not in text
        assert "\\u202e" in text
