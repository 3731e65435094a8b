"""What the staff sees of a submission and does with it; what of that its student sees."""

from __future__ import annotations

import re
from functools import partial
from typing import TYPE_CHECKING

import pytest

from grader.services.comment import LONGEST
from tests.fakes import a_report
from tests.web.pages.browser import forms, signed_in
from tests.web.pages.test_submission import fail
from tests.web.pages.work import HOSTILE, counted

if TYPE_CHECKING:
    from pathlib import Path

    from werkzeug.test import TestResponse

    from tests.web.pages.browser import Browser
    from tests.web.school import School

SOURCE = "a = 1\nb = '''\nc'''\nd = 4\n"


@pytest.fixture
def ines(school: School) -> Browser:
    """An instructor's browser, signed in."""
    return signed_in(school, "ines")


@pytest.fixture
def number(school: School) -> int:
    """Return a graded submission of Ada's."""
    number = school.submit("ada", SOURCE)
    school.grade()
    return number


def say(browser: Browser, number: int, text: str = "Why four?", line: str = "4") -> TestResponse:
    page = browser.get(f"/submissions/{number}")
    return browser.send(page, f"/submissions/{number}/comments", text=text, line=line)


def take_back(browser: Browser, page: TestResponse) -> TestResponse:
    [address] = [action for action in forms(page) if action.endswith("/withdraw")]
    return browser.send(page, address)


class TestInFull:
    def test_seeds_times_version_and_where_it_ran_are_told(self, ines: Browser, number: int) -> None:
        text = ines.get(f"/submissions/{number}").text
        for said in ("seed-7", "node-1", "2.13.0", "c0ffee", "42 MiB", "0.50 s", "from handing in", "cpu"):
            assert said in text, said

    def test_each_test_tells_its_name_time_and_who_may_see_it(self, ines: Browser, number: int) -> None:
        text = ines.get(f"/submissions/{number}").text
        for said in (
            "<code>no_mixing</code> · 0.25 s · hidden · belief <code>swaps_axes</code>",
            "seed 7, drawn 2x256",
        ):
            assert said in text, said

    def test_earlier_attempts_of_this_student_are_linked_and_compared(self, school: School, ines: Browser) -> None:
        first, other, last = school.submit("ada"), school.submit("bob"), school.submit("ada")
        text = ines.get(f"/submissions/{last}").text
        assert f'href="/submissions/{first}"' in text
        assert f'href="/submissions/{first}/diff/{last}"' in text
        assert f"/submissions/{other}" not in text

    def test_the_student_sees_none_of_it(self, ada: Browser, number: int) -> None:
        text = ada.get(f"/submissions/{number}").text
        for hidden in ("How it was graded", "node-1", "c0ffee", "no_mixing", "/comments", "/similar", "Regrade"):
            assert hidden not in text, hidden

    def test_an_instructor_may_regrade_just_this_one_an_assistant_not(
        self, school: School, ines: Browser, number: int
    ) -> None:
        address = f"/courses/spring/staff/regrades/new?submission={number}"
        assert address in ines.get(f"/submissions/{number}").text
        assert address not in signed_in(school, "tess").get(f"/submissions/{number}").text

    def test_a_student_is_linked_to_their_record_and_staff_who_try_out_to_none(
        self, school: School, ines: Browser, number: int
    ) -> None:
        record = "/courses/spring/staff/students"
        assert f'href="{record}/ada"' in ines.get(f"/submissions/{number}").text
        assert ines.get(f"{record}/ada").status_code == 200
        assert record not in ines.get(f"/submissions/{school.submit('tess')}").text

    def test_a_proposal_says_so_and_leads_to_its_regrade(self, school: School, ines: Browser, number: int) -> None:
        form = "/courses/spring/staff/regrades/new"
        page = ines.get(f"{form}?submission={number}")
        assert page.status_code == 200
        started = ines.send(page, form, reason="A wrong test.")
        assert started.request.path.startswith("/courses/spring/staff/regrades/"), started.text
        text = ines.get(f"/submissions/{number}").text
        assert f'href="{started.request.path}"' in text
        assert "a proposal that does not count" in text

    def test_lines_have_numbers_that_are_not_copied(self, ines: Browser, number: int) -> None:
        listing = ines.get(f"/submissions/{number}").text.split('class="listing"')[1]
        assert re.findall(r'id="L(\d)" data-n="\1"', listing) == ["1", "2", "3", "4"]
        code = listing.split('id="code">')[1].split("</code>")[0]
        assert re.sub(r"<[^>]+>", "", code).replace("&#39;", "'") == SOURCE


class TestComments:
    def test_the_student_sees_one_in_the_list_and_at_its_line(self, ada: Browser, ines: Browser, number: int) -> None:
        said = say(ines, number, "Why four?\nTwo would do.")
        assert said.request.path == f"/submissions/{number}"
        text = ada.get(f"/submissions/{number}").text
        assert text.count("Why four?\nTwo would do.") == 2
        assert 'href="#L4">line 4</a>' in text
        assert text.index('id="L4"') < text.rindex("Why four?")
        assert "Take back" not in text

    def test_one_stands_behind_its_line_and_before_the_next(self, ines: Browser, number: int) -> None:
        listing = say(ines, number, line="2").text.split('class="listing"')[1]
        assert listing.index('id="L2"') < listing.index("on line 2") < listing.index('id="L3"')

    def test_without_a_line_it_is_about_all(self, ines: Browser, number: int) -> None:
        text = say(ines, number, "Well done.", line="").text
        assert text.count("Well done.") == 1
        assert "all of it" in text

    @pytest.mark.parametrize(
        ("text", "line", "reason"),
        [
            ("", "1", "the comment is empty"),
            ("x" * (LONGEST + 1), "", "at most 2,000"),
            ("Why?", "5", "the source has 4"),
            ("Why?", "two", "the line must be a number"),
            ("Why?", "-1", "the line must be a number"),
        ],
    )
    def test_what_is_refused_stays_in_the_form_beside_the_reason(
        self, ines: Browser, number: int, text: str, line: str, reason: str
    ) -> None:
        page = say(ines, number, text, line)
        assert page.status_code == 422
        assert reason in page.text
        held = forms(page)[f"/submissions/{number}/comments"].fields
        assert (held["text"], held["line"]) == ([text], [line])
        assert page.text.count('aria-invalid="true"') == 1

    def test_words_of_others_are_words(self, ada: Browser, ines: Browser, number: int) -> None:
        say(ines, number, HOSTILE)
        text = ada.get(f"/submissions/{number}").text
        assert "<script>alert" not in text
        assert "<img" not in text
        assert "\u202e" not in text
        assert "\x1b" not in text

    def test_one_that_is_taken_back_is_crossed_out_for_the_staff_and_gone_for_the_student(
        self, school: School, ada: Browser, ines: Browser, number: int
    ) -> None:
        say(signed_in(school, "tess"), number)
        page = take_back(ines, ines.get(f"/submissions/{number}"))
        assert "Taken back" in page.text
        assert not any(action.endswith("/withdraw") for action in forms(page))
        assert "Why four?" not in ada.get(f"/submissions/{number}").text

    def test_the_source_can_still_be_copied_whole(self, ines: Browser, number: int) -> None:
        text = say(ines, number, line="2").text
        assert text.count('id="code"') == 1
        hidden = text.split('<code id="code" hidden>')[1].split("</code>")[0]
        assert hidden.replace("&#39;", "'") == SOURCE


class TestRunningAgain:
    def test_what_failed_by_our_fault_waits_again_and_tells_of_both_runs(self, school: School, ines: Browser) -> None:
        number = school.submit("ada")
        fail(school)
        page = ines.get(f"/submissions/{number}")
        assert "CUDA has no &lt;b&gt;device" in page.text
        queued = ines.send(page, f"/submissions/{number}/rerun")
        assert "It is next." in queued.text
        assert f"/submissions/{number}/rerun" not in forms(queued)
        school.grade(a_report())
        done = ines.get(f"/submissions/{number}").text
        assert "run again by the staff" in done
        assert "given up: our fault" in done

    def test_what_is_graded_is_not_offered(self, ines: Browser, number: int) -> None:
        assert f"/submissions/{number}/rerun" not in forms(ines.get(f"/submissions/{number}"))

    def test_a_student_is_not_offered_it(self, school: School, ada: Browser) -> None:
        number = school.submit("ada")
        fail(school)
        assert f"/submissions/{number}/rerun" not in forms(ada.get(f"/submissions/{number}"))


def test_the_page_asks_the_database_the_same_whatever_there_is(tmp_path: Path) -> None:
    with counted(tmp_path) as (school, count):
        ines, number = signed_in(school, "ines"), school.submit("ada", SOURCE)
        school.grade()
        look = partial(ines.get, f"/submissions/{number}")
        school.say("ines", number)
        few = count(look)
        for line in (1, 2, None):
            school.submit("ada")
            school.say("tess", number, line=line)
        assert count(look) == few
