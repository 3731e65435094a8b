"""The exercise's page: what it asks, the draft, handing in."""

from __future__ import annotations

import io
import re
from typing import TYPE_CHECKING, Any

import pytest

from grader.domain.exercise import Limits, Scenario, Visibility
from tests.fakes import FakeCatalogue, FakeUnitOfWork, a_quiz, an_exercise
from tests.web.pages.browser import Browser, forms, signed_in
from tests.web.pages.work import DRAFT, HERE, HISTORY, HOSTILE, counted, hand_in, number_in, source_in
from tests.web.school import School

if TYPE_CHECKING:
    from pathlib import Path

    from werkzeug.test import TestResponse

STARTER = "class PointwiseConv2d: ..."
WRONG = "x = 1\ny = = 2\n"


def a_school(**changes: Any) -> School:  # noqa: ANN401
    """Return a school whose exercise is changed."""
    catalogue = FakeCatalogue([an_exercise(**changes)], [("channels", a_quiz())])
    return School(FakeUnitOfWork.factory(), catalogue=catalogue)


def put(browser: Browser, source: str) -> TestResponse:
    """Save a draft as the page's script does."""
    token = forms(browser.get(HERE))[HERE].fields["csrf_token"][0]
    headers = {"X-CSRFToken": token, "HX-Request": "true"}
    return browser.client.put(DRAFT, data={"source": source}, headers=headers)


def upload(browser: Browser, data: bytes, name: str = "solution.py", source: str = "") -> TestResponse:
    """Hand in a file, with a text in the editor as well."""
    token = forms(browser.get(HERE))[HERE].fields["csrf_token"][0]
    form = {"csrf_token": token, "source": source, "file": (io.BytesIO(data), name)}
    return browser.client.post(HERE, data=form, content_type="multipart/form-data", follow_redirects=True)


class TestWhatIsAsked:
    def test_statement_entry_limits_and_tests_are_told(self) -> None:
        school = a_school(
            statement="# Ignored\n\nMix the *channels*.",
            forbidden=("convolution",),
            limits=Limits(scenario_seconds=2.5, memory_mib=512),
            scenarios=(
                Scenario("one", "The first", 3, Visibility.PUBLIC),
                Scenario("two", "The second", 4),
                Scenario("three", "The third", 1, Visibility.AFTER_DUE),
            ),
        )
        text = signed_in(school).get(HERE).text
        for said in (
            "<em>channels</em>",
            "<code>PointwiseConv2d</code>",
            "every operation of: convolution",
            "2.5 s for each test, 60 s for all",
            "512 MiB",
            "2 hidden tests decide 5 of 8 points",
            "hidden until due",
            "The first",
        ):
            assert said in text, said
        assert text.count("<h1>") == 1
        assert "Ignored" not in text

    def test_a_closed_course_shows_it_all_and_takes_nothing(self, school: School) -> None:
        school.close()
        browser = signed_in(school)
        page = browser.get(HERE)
        assert "no longer hand in" in page.text
        assert 'id="hand-in"' not in page.text
        late = browser.send(page, HERE, source="x = 1")
        assert (late.status_code, source_in(late)) == (409, "x = 1")
        assert "closed" in late.text

    def test_earlier_attempts_are_listed_with_what_they_got_and_which_counts(
        self, school: School, ada: Browser
    ) -> None:
        first = number_in(hand_in(ada, "a = 1"))
        school.grade()
        second = number_in(hand_in(ada, "a = 2"))
        text = ada.get(HERE).text
        assert text.index(f"/submissions/{second}") < text.index(f"/submissions/{first}")
        assert text.count("counts</span>") == 1
        assert "your best so far:" in text
        assert HISTORY in text


class TestDraft:
    def test_it_is_saved_as_one_types_and_is_there_on_return(self, school: School, ada: Browser) -> None:
        assert source_in(ada.get(HERE)) == STARTER
        answer = put(ada, "x = 1\n")
        assert answer.json == {"saved": school.clock.now().isoformat(), "problem": None}
        assert source_in(signed_in(school).get(HERE)) == "x = 1\n"

    def test_what_is_wrong_is_told_with_its_line(self, ada: Browser) -> None:
        answer = put(ada, WRONG).json
        assert answer
        assert answer["saved"]
        assert answer["problem"] == {"message": "syntax error in line 2: invalid syntax: y = = 2", "line": 2}
        assert source_in(ada.get(HERE)) == WRONG

    @pytest.mark.parametrize(("source", "status"), [("#" * (257 * 1024), 413), ("x = '\0'", 422)])
    def test_what_can_not_be_kept_is_refused_in_the_same_form(self, ada: Browser, source: str, status: int) -> None:
        put(ada, "x = 1")
        answer = put(ada, source)
        assert answer.status_code == status
        assert answer.json
        assert (answer.json["saved"], bool(answer.json["problem"]["message"])) == (None, True)
        assert source_in(ada.get(HERE)) == "x = 1"

    def test_the_largest_source_fits_however_it_is_written(self, ada: Browser) -> None:
        largest = "é" * (128 * 1024 - 2) + "=1"  # 256 KiB, and three times as many in a form
        answer = put(ada, largest).json
        assert answer
        assert answer["problem"] is None
        assert hand_in(ada, largest).status_code == 200

    def test_a_body_that_holds_no_source_any_more_is_refused(self, ada: Browser) -> None:
        assert put(ada, "#" * (5 * 1024 * 1024)).status_code == 413

    def test_without_scripts_a_button_saves_it(self, ada: Browser) -> None:
        page = ada.press(ada.get(HERE), HERE, DRAFT, source="x = 1\r\ny = 2\r\n")
        assert "Draft saved" in page.text
        assert source_in(page) == "x = 1\ny = 2\n"

    def test_a_button_that_can_not_save_says_so(self, ada: Browser) -> None:
        page = ada.press(ada.get(HERE), HERE, DRAFT, source="#" * (257 * 1024))
        assert (page.status_code, 'role="alert"' in page.text) == (413, True)

    def test_it_can_be_taken_along(self, ada: Browser) -> None:
        put(ada, "x = 1\n")
        answer = ada.get(DRAFT)
        assert (answer.data, answer.mimetype) == (b"x = 1\n", "text/x-python")
        assert answer.headers["Content-Disposition"] == "attachment; filename=pointwise-conv.py"

    def test_a_page_that_is_left_for_the_door_says_so_to_its_script(self, school: School) -> None:
        stranger = Browser(school.app().test_client())
        token = forms(stranger.get("/sign-in"))["/sign-in"].fields["csrf_token"][0]
        headers = {"X-CSRFToken": token, "HX-Request": "true"}
        assert stranger.client.put(DRAFT, data={"source": "x"}, headers=headers).status_code == 401

    def test_it_is_nobody_elses(self, school: School, ada: Browser) -> None:
        put(ada, "mine = 1")
        assert source_in(signed_in(school, "bob").get(HERE)) == STARTER
        assert "mine = 1" not in signed_in(school, "ines").get(DRAFT).text


class TestStart:
    def test_the_starter_again_leaves_the_draft_alone(self, ada: Browser) -> None:
        put(ada, "x = 1")
        page = ada.get(f"{HERE}?origin=starter")
        assert source_in(page) == STARTER
        assert "This is the starter again" in page.text
        assert source_in(ada.get(HERE)) == "x = 1"

    def test_one_goes_on_from_an_earlier_attempt(self, ada: Browser) -> None:
        early = number_in(hand_in(ada, "early = 1"))
        hand_in(ada, "late = 1")
        assert source_in(ada.get(HERE)) == "late = 1"
        page = ada.get(f"{HERE}?origin={early}")
        assert source_in(page) == "early = 1"
        assert f"This is submission {early} again" in page.text

    def test_nobody_goes_on_from_anothers(self, school: School, ada: Browser) -> None:
        number = number_in(hand_in(ada, "secret = 1"))
        assert signed_in(school, "bob").get(f"{HERE}?origin={number}").status_code == 404

    @pytest.mark.parametrize("origin", ["", "x", "0", "-1", "1e9", "99999999999999999999", "²", "\x00"])
    def test_rubbish_is_no_origin(self, ada: Browser, origin: str) -> None:
        page = ada.client.get(HERE, query_string={"origin": origin})
        assert (page.status_code, source_in(page)) == (200, STARTER)


class TestHandIn:
    def test_what_was_handed_in_is_kept_as_it_was_typed(self, school: School, ada: Browser) -> None:
        page = hand_in(ada, "\r\nx = 1\r\n")
        with school.make_uow().reading() as uow:
            assert uow.submissions.get(number_in(page)).source == "\nx = 1\n"
        assert len(school.bell.rung) == 1

    @pytest.mark.parametrize(
        ("source", "status", "says"),
        [
            (WRONG, 422, "Syntax error in line 2"),
            ("  \n", 422, "The source is empty"),
            ("#" * (257 * 1024), 413, "at most 256 KiB"),
            ("x = '\0'", 422, "NUL byte"),
        ],
    )
    def test_a_refused_source_stays_in_the_editor_beside_the_reason(
        self, school: School, ada: Browser, source: str, status: int, says: str
    ) -> None:
        page = hand_in(ada, source)
        assert (page.status_code, says in page.text) == (status, True)
        assert source_in(page) == source
        assert school.bell.rung == []

    def test_a_refused_source_is_the_draft_where_it_can_be_kept(self, ada: Browser) -> None:
        hand_in(ada, WRONG)
        assert source_in(ada.get(HERE)) == WRONG

    def test_it_is_limited_which_is_told_before_and_after(self, school: School) -> None:
        browser = signed_in(school, submit_limit="2 per minute")
        for number in range(2):
            assert 'id="wait"' not in browser.get(HERE).text
            assert hand_in(browser, f"x = {number}").status_code == 200
        page = browser.get(HERE)
        assert re.search(r'id="wait".*hand in again in <span>\d+</span> seconds', page.text)
        refused = browser.send(page, HERE, source="x = 3")
        assert (refused.status_code, source_in(refused)) == (429, "x = 3")
        assert 0 < int(refused.headers["Retry-After"]) <= 60
        assert 'id="wait" role="alert"' in refused.text
        assert len(school.bell.rung) == 2


class TestFile:
    def test_a_file_wins_and_is_taken_as_it_is(self, school: School, ada: Browser) -> None:
        page = upload(ada, b"x = 1\r\n", source="y = 2")
        with school.make_uow().reading() as uow:
            assert uow.submissions.get(number_in(page)).source == "x = 1\r\n"

    def test_none_chosen_leaves_what_is_in_the_editor(self, school: School, ada: Browser) -> None:
        page = upload(ada, b"", name="", source="y = 2")
        with school.make_uow().reading() as uow:
            assert uow.submissions.get(number_in(page)).source == "y = 2"

    def test_a_refused_one_is_shown_in_the_editor(self, ada: Browser) -> None:
        page = upload(ada, WRONG.encode(), source="y = 2")
        assert (page.status_code, source_in(page)) == (422, WRONG)

    @pytest.mark.parametrize(("data", "status"), [(b"\xff\xfe\x00", 422), (b"#" * (257 * 1024), 413)])
    def test_one_that_no_editor_holds_leaves_the_editor_as_it_was(self, ada: Browser, data: bytes, status: int) -> None:
        page = upload(ada, data, source="y = 2")
        assert (page.status_code, source_in(page)) == (status, "y = 2")

    def test_its_name_means_nothing(self, ada: Browser) -> None:
        page = upload(ada, b"x = 1", name="<script>alert(1)</script>/../../etc/passwd")
        assert "<script>alert" not in page.text


class TestInert:
    @pytest.mark.parametrize(
        "source", [HOSTILE, "</textarea><script>alert(1)</script>", "</template><script>x</script>"]
    )
    def test_a_source_is_text_and_nothing_else(self, ada: Browser, source: str) -> None:
        refused = hand_in(ada, f"{source} = = 1".replace("\x1b", "").replace("\x07", ""))
        assert refused.status_code == 422
        assert "<script>" not in refused.text
        assert "<img" not in refused.text

    def test_so_is_a_title_and_a_starter(self) -> None:
        scenario = Scenario("one", "<script>alert(1)</script>", 1)
        school = a_school(title="<script>t</script>", starter="</template><script>s</script>", scenarios=(scenario,))
        assert "<script>" not in signed_in(school).get(HERE).text


def test_the_page_asks_the_database_the_same_whatever_the_number_of_attempts(tmp_path: Path) -> None:
    with counted(tmp_path) as (school, count):
        ada = signed_in(school)
        hand_in(ada, "x = 1")
        school.grade()
        few = count(lambda: ada.get(HERE))
        for number in range(6):
            hand_in(ada, f"x = {number}")
            school.grade()
        assert count(lambda: ada.get(HERE)) == few
        assert few <= 17
