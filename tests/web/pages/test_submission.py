"""A submission's page: waiting, running, what it got; and its events."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import timedelta
from functools import partial
from typing import TYPE_CHECKING

import pytest

from grader.cli.events import read_events
from grader.domain.exercise import Visibility
from grader.domain.report import Outcome
from grader.services.grade import grade_run
from grader.web import waiting
from tests.fakes import FakeCatalogue, FakeExaminer, FakeUnitOfWork, a_check, a_quiz, a_report, an_exercise
from tests.web.pages.browser import signed_in
from tests.web.pages.work import HOSTILE, counted, hand_in, number_in, source_in
from tests.web.school import QUICK, School

if TYPE_CHECKING:
    from pathlib import Path

    from grader.domain.report import CheckResult, Report
    from tests.web.pages.browser import Browser

NUMBERS = {
    "shape": [2, 64, 8, 8],
    "largest_error": 2.3125,
    "index": [1, 5, 3, 7],
    "share_wrong": 0.61,
    "pairs": [{"index": [1, 5, 3, 7], "got": "0.5", "expected": "-1.75"}],
    "heat": {"cells": [[0.1, 12.0], [None, 1.3]], "axes": [{"axis": 2, "covers": 4}, {"axis": 3, "covers": 4}]},
}
WRONG = a_check(points=0, outcome=Outcome.WRONG, message="Off by a factor.", detail=NUMBERS, printed="my own words")


def graded(school: School, browser: Browser, report: Report | None = None) -> str:
    """Hand in as *browser*, grade it and return the page."""
    number = number_in(hand_in(browser, "x = 1"))
    school.grade(report)
    return browser.get(f"/submissions/{number}").text


def shown(school: School, *checks: CheckResult) -> str:
    return graded(school, signed_in(school), a_report(*checks, hint=None))


def claimed(school: School, progress: str) -> None:
    """Let a worker take the newest run and say how far it is."""
    now, run_id = school.clock.now(), school.bell.rung[-1]
    with school.make_uow().writing() as uow:
        uow.runs.claim(run_id, "key", node="n", now=now, lease_until=now + timedelta(minutes=1))
        uow.runs.save_progress(run_id, "key", progress, lease_until=now + timedelta(minutes=1))
        uow.commit()


def fail(school: School) -> None:
    """Let the newest run fail by our fault until it is given up."""
    for _ in range(3):
        examiner = FakeExaminer(error=RuntimeError("CUDA has no <b>device</b>"))
        grade_run(school.make_uow, school.clock, school.catalogue, examiner, run_id=school.bell.rung[-1], node="n")


class TestWayToTheResult:
    def test_a_student_without_scripts_sees_it_from_queue_to_hint(self, school: School, ada: Browser) -> None:
        queued = hand_in(ada, "x = 1")
        here = queued.request.path
        assert "It is next." in queued.text
        claimed(school, "1/16")
        running = ada.get(here).text
        assert "Test 2 of 16" in running
        for page in (queued.text, running):
            assert '<noscript><meta http-equiv="refresh" content="3"></noscript>' in page
            assert "data-final" not in page
        with school.make_uow().writing() as uow:
            uow.runs.put_back(school.bell.rung[-1], "key", refund=True)
            uow.commit()
        school.grade()
        done = ada.get(here).text
        assert "<strong" in done
        assert "Height comes first." in done
        assert "http-equiv" not in done
        assert "live.js" not in done

    def test_who_waits_is_told_the_place_and_about_how_long(self, school: School, ada: Browser) -> None:
        hand_in(ada, "x = 1")
        examiner = FakeExaminer(meanwhile=lambda: school.clock.advance(seconds=6))
        grade_run(school.make_uow, school.clock, school.catalogue, examiner, run_id=school.bell.rung[-1], node="n")
        hand_in(signed_in(school, "bob"), "x = 1")
        text = hand_in(ada, "x = 2").text
        assert "It is number 2 in the queue." in text
        assert "about 25 seconds" in text

    @pytest.mark.parametrize(
        ("progress", "says"), [("0/16", "Test 1 of 16"), ("16/16", "Test 16 of 16"), ("", "The first test begins")]
    )
    def test_who_watches_is_told_which_test_runs(self, school: School, ada: Browser, progress: str, says: str) -> None:
        here = hand_in(ada, "x = 1").request.path
        claimed(school, progress)
        assert says in ada.get(f"{here}/live").text

    def test_the_part_that_changes_is_a_part(self, school: School, ada: Browser) -> None:
        here = hand_in(ada, "x = 1").request.path
        waits = ada.get(f"{here}/live").text
        school.grade()
        done = ada.get(f"{here}/live").text
        assert "<html" not in waits + done
        assert 'data-said="waiting, place 1"' in waits
        assert 'data-said="graded: 3 of 4 points"' in done
        assert ("data-final" in waits, "data-final" in done) == (False, True)

    def test_what_failed_by_our_fault_does_not_count_and_is_handed_in_again(self, school: School, ada: Browser) -> None:
        here = hand_in(ada, "x = 7").request.path
        fail(school)
        page = ada.get(here)
        assert "does not count and costs you nothing" in page.text
        assert "CUDA" not in page.text
        again = re.search(r'href="([^"]+)">Hand it in again', page.text)
        assert again
        assert source_in(ada.get(again[1])) == "x = 7"
        staff = signed_in(school, "ines").get(here).text
        assert "RuntimeError: CUDA has no &lt;b&gt;device&lt;/b&gt;" in staff
        assert "Hand it in again" not in staff


class TestOutcomes:
    @pytest.mark.parametrize(
        ("outcome", "word"),
        [
            (Outcome.PASSED, "passed"),
            (Outcome.WRONG, "wrong"),
            (Outcome.CRASHED, "crashed"),
            (Outcome.TIMED_OUT, "too slow"),
            (Outcome.OUT_OF_MEMORY, "out of memory"),
            (Outcome.REFUSED, "refused"),
            (Outcome.UNANSWERED, "not reached"),
            (Outcome.INTERNAL, "our fault, costs you nothing"),
        ],
    )
    def test_each_has_a_word_and_an_icon(self, outcome: Outcome, word: str) -> None:
        with_context = rendered(a_check(outcome=outcome))
        found = re.search(
            r'class="outcome (\w+)"><span class="icon" aria-hidden="true">(.)</span> ([^<]+)<', with_context
        )
        assert found
        assert (found[1], found[3]) == (outcome.value, word)

    def test_all_of_them_are_known(self) -> None:
        words = re.findall(r'class="outcome (\w+)"', "".join(rendered(a_check(outcome=each)) for each in Outcome))
        assert words == [outcome.value for outcome in Outcome]


def rendered(check: CheckResult) -> str:
    """Return the page of a report that only a fault of the worker could store: INTERNAL never gets there."""
    school = School(FakeUnitOfWork.factory())
    browser = signed_in(school)
    number = number_in(hand_in(browser, "x = 1"))
    run_id, now = school.bell.rung[-1], school.clock.now()
    with school.make_uow().writing() as uow:
        uow.runs.claim(run_id, "key", node="n", now=now, lease_until=now + timedelta(minutes=1))
        uow.runs.finish(run_id, "key", a_report(check, hint=None), finished=now)
        uow.commit()
    return browser.get(f"/submissions/{number}").text


class TestResult:
    def test_points_time_and_memory_are_told(self, school: School, ada: Browser) -> None:
        text = graded(school, ada, replace(a_report(), seconds=1.5, memory_mib=183.4))
        for said in (
            '<strong class="big">3</strong> / 4',
            "<meter",
            "1.50 s",
            "183 MiB of memory",
            "1 hidden test decides",
        ):
            assert said in text, said

    def test_memory_that_nobody_saw_is_not_told(self, school: School, ada: Browser) -> None:
        assert "MiB" not in graded(school, ada, a_report(memory_mib=None))

    def test_a_belief_is_told_once_with_the_tests_where_it_shows(self, school: School, ada: Browser) -> None:
        same = {"outcome": Outcome.WRONG, "points": 0, "misconception": "swaps_axes", "hint": "Height comes first."}
        report = a_report(a_check("a", title="First", **same), a_check("b", title="Second", **same), a_check("c"))
        text = graded(school, ada, report)
        assert text.count("Height comes first.") == 1
        assert "It shows in: First; Second" in text
        assert text.count('href="#hint-1"') == 2

    def test_two_beliefs_are_two_hints(self, school: School, ada: Browser) -> None:
        wrong = {"outcome": Outcome.WRONG, "points": 0}
        checks = (a_check("a", hint="One.", **wrong), a_check("b", hint="Two.", **wrong))
        text = graded(school, ada, a_report(*checks, hint="One."))
        assert text.index("Hint 1") < text.index("One.") < text.index("Hint 2") < text.index("Two.")

    def test_the_attempt_that_counts_is_marked_and_any_other_names_it(self, school: School, ada: Browser) -> None:
        best = number_in(hand_in(ada, "x = 1"))
        school.grade()
        later = graded(school, ada, a_report(a_check(points=0, outcome=Outcome.WRONG)))
        assert "counts</span>" in ada.get(f"/submissions/{best}").text
        assert "counts</span>" not in later
        assert f'href="/submissions/{best}">submission {best}</a> with 3 of 4 points' in later

    def test_a_public_test_shows_numbers_picture_and_prints(self, school: School) -> None:
        text = shown(school, WRONG)
        for said in (
            "2 × 64 × 8 × 8",
            "2.31",
            "[1, 5, 3, 7]",
            "61 %",
            "-1.75",
            "<svg",
            "my own words",
            "<details open>",
        ):
            assert said in text, said

    @pytest.mark.parametrize("visibility", [Visibility.HIDDEN, Visibility.AFTER_DUE])
    def test_a_hidden_one_shows_how_it_ended_and_no_more(self, school: School, visibility: Visibility) -> None:
        text = shown(school, replace(WRONG, visibility=visibility))
        assert "Off by a factor." in text
        for secret in ("-1.75", "<svg", "my own words", "seed 7", "node-1", "<details"):
            assert secret not in text, secret

    def test_one_that_is_hidden_until_due_opens_then(self, school: School, ada: Browser) -> None:
        number = number_in(hand_in(ada, "x = 1"))
        school.grade(a_report(replace(WRONG, visibility=Visibility.AFTER_DUE)))
        school.close()
        assert "my own words" in signed_in(school).get(f"/submissions/{number}").text

    def test_staff_see_whose_it_is_and_what_is_theirs(self, school: School, ada: Browser) -> None:
        number = number_in(hand_in(ada, "x = 1"))
        school.grade()
        text = signed_in(school, "ines").get(f"/submissions/{number}").text
        for said in ("<bdi>Ada</bdi></a> (ada)", "seed 7, drawn 2x256", "node-1", "seed-7"):
            assert said in text, said

    def test_what_was_handed_in_can_be_read_in_colours(self, school: School, ada: Browser) -> None:
        number = number_in(hand_in(ada, "class A: pass"))
        assert '<span class="tok-keyword">class</span>' in ada.get(f"/submissions/{number}").text

    def test_old_work_can_be_read_when_its_exercise_is_gone(self, school: School, ada: Browser) -> None:
        number = number_in(hand_in(ada, "x = 1"))
        school.grade()
        school.catalogue = FakeCatalogue([an_exercise("other")], [("channels", a_quiz())])
        page = signed_in(school).get(f"/submissions/{number}")
        assert (page.status_code, "<h1>pointwise-conv</h1>" in page.text) == (200, True)


class TestInert:
    def test_words_of_others_are_words(self, school: School) -> None:
        hostile = replace(
            WRONG,
            title="<script>alert(1)</script>",
            message=HOSTILE,
            printed=HOSTILE,
            hint="<script>alert(1)</script>",
            detail={"shape": [HOSTILE], "pairs": [{"index": [HOSTILE], "got": HOSTILE, "expected": HOSTILE}]},
        )
        text = shown(school, hostile)
        assert "<script>alert" not in text
        assert "<img" not in text
        assert "\x1b" not in text

    def test_what_can_not_be_seen_in_a_source_is_written_out(self, school: School, ada: Browser) -> None:
        number = number_in(hand_in(ada, "access = 'user\u202e' # </code></pre><script>alert(1)</script>"))
        text = ada.get(f"/submissions/{number}").text
        assert "\\u202e" in text
        assert "\u202e" not in text
        assert "<script>alert" not in text

    @pytest.mark.parametrize(
        "detail",
        [
            {"shape": 7, "pairs": "x", "heat": "x", "index": None, "largest_error": "x", "share_wrong": "x"},
            {"pairs": ["x", {}], "largest_error": float("inf"), "share_wrong": 7},
            {"largest_error": None, "heat": {"cells": []}},
            {"something": "new"},
        ],
    )
    def test_numbers_of_another_version_do_no_harm(self, school: School, detail: dict[str, object]) -> None:
        assert "Off by a factor." in shown(school, replace(WRONG, detail=detail))


class TestWords:
    @pytest.mark.parametrize(
        ("seconds", "says"),
        [
            (None, ""),
            (0, "a few seconds"),
            (4.9, "a few seconds"),
            (7, "about 10 seconds"),
            (54, "about 55 seconds"),
            (56, "about 1 minute"),
            (61, "about 2 minutes"),
        ],
    )
    def test_a_wait_is_told_as_one_says_it(self, school: School, seconds: float | None, says: str) -> None:
        with school.app().test_request_context():
            assert waiting.in_words(None if seconds is None else timedelta(seconds=seconds)) == says

    @pytest.mark.parametrize(
        ("share", "says"), [(0.25, "25 %"), (1e-6, "under 1 %"), (0.9999, "over 99 %"), (1.0, "100 %"), (0, "Off")]
    )
    def test_few_are_not_none_and_most_not_all(self, school: School, share: float, says: str) -> None:
        assert says in shown(school, replace(WRONG, detail={**NUMBERS, "share_wrong": share}))


class TestEvents:
    def test_a_page_hears_of_each_change_and_of_the_end(self, school: School, ada: Browser) -> None:
        number = number_in(hand_in(ada, "x = 1"))
        answer = ada.client.get(f"/submissions/{number}/events")
        assert answer.mimetype == "text/event-stream"
        chunks = answer.iter_encoded()
        first = next(chunks) + next(chunks)
        school.grade()
        heard = list(read_events((first + b"".join(chunks)).split(b"\n")))
        assert [event.name for event in heard] == ["snapshot", "snapshot", "end"]
        assert heard[0].data.startswith("queued 1")
        assert heard[1].data.startswith("graded")

    def test_one_that_has_heard_the_end_stays_away(self, school: School, ada: Browser) -> None:
        number = number_in(hand_in(ada, "x = 1"))
        school.grade()
        url = f"/submissions/{number}/events"
        last = ada.client.get(url).text.split("id: ")[-1].split("\n")[0]
        assert ada.client.get(url, headers={"Last-Event-ID": last}).status_code == 204

    def test_a_token_opens_no_stream_of_the_pages(self, school: School, ada: Browser) -> None:
        number = number_in(hand_in(ada, "x = 1"))
        assert school.client("ada").get(f"/submissions/{number}/events").status_code == 303

    def test_one_reader_too_many_is_shown_the_present(self, school: School) -> None:
        browser = signed_in(school, streams=1, pace=replace(QUICK, lifetime=10))
        url = f"/submissions/{number_in(hand_in(browser, 'x = 1'))}/events"
        with browser.client.get(url) as patient:
            next(patient.iter_encoded())
            assert browser.client.get(url).text.count("event: snapshot") == 1


@pytest.mark.parametrize("login", ["bob", "cleo", "otto"])
def test_anothers_looks_like_one_that_is_not_there(school: School, ada: Browser, login: str) -> None:
    number, other = number_in(hand_in(ada, "x = 1")), signed_in(school, login)
    for part in ("", "/live", "/events", f"/diff/{number}"):
        answers = [other.get(f"/submissions/{each}{part}") for each in (number, 424242)]
        assert [answer.status_code for answer in answers] == [404, 404]


def test_the_page_asks_the_database_the_same_whatever_the_number_of_tests(tmp_path: Path) -> None:
    with counted(tmp_path) as (school, count):
        ada = signed_in(school)
        numbers = []
        for tests in (1, 12):
            numbers.append(number_in(hand_in(ada, "x = 1")))
            school.grade(a_report(*(replace(WRONG, name=f"test{number}") for number in range(tests))))
        few, many = (count(partial(ada.get, f"/submissions/{number}")) for number in numbers)
        assert few == many
        assert many <= 27
