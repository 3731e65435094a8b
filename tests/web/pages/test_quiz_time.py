"""The time of an attempt is the server's: what is left, the grace, the end."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest

from grader.domain.quiz_policy import GRACE
from tests.fakes import a_quiz
from tests.web.pages.browser import Browser, signed_in
from tests.web.pages.quizzing import about, address, begin, held, put, school_with, send, words

if TYPE_CHECKING:
    from tests.web.school import School


@pytest.fixture
def timed() -> School:
    return school_with(a_quiz(minutes=20))


@pytest.fixture
def ada(timed: School) -> Browser:
    return signed_in(timed)


def test_the_page_is_told_the_seconds_that_are_left_and_no_clock(timed: School, ada: Browser) -> None:
    page = begin(ada)
    assert 'data-left="1200"' in page.text
    timed.clock.advance(minutes=19, seconds=30)
    later = ada.get(address(page))
    assert (re.findall(r'data-left="(\d+)"', later.text), 'data-grace="15"' in later.text) == (["30"], True)
    assert "Time is up: 1 May 2026, 12:20 UTC" in words(later)


def test_ten_five_and_one_minutes_are_announced_politely(ada: Browser) -> None:
    page = begin(ada).text
    assert 'id="announced" role="status"' in page
    for minutes in ("10 minutes left", "5 minutes left", "1 minute left"):
        assert minutes in page


def test_without_a_limit_there_is_no_timer() -> None:
    page = begin(signed_in(school_with(a_quiz()))).text
    assert 'id="timer"' not in page
    assert 'id="announced"' not in page


def test_in_the_grace_an_answer_is_taken_and_nothing_is_left(timed: School, ada: Browser) -> None:
    page = begin(ada)
    timed.clock.advance(minutes=20, seconds=GRACE.total_seconds())
    assert put(ada, page, "six", "6").status_code == 200
    assert 'data-left="0"' in ada.get(address(page)).text


def test_after_the_grace_the_page_shows_what_was_saved_and_marked(timed: School, ada: Browser) -> None:
    page = begin(ada)
    put(ada, page, "six", "6")
    timed.clock.advance(minutes=20, seconds=16)
    over = words(ada.get(address(page)))
    assert "Score 1 / 3" in over
    assert "finished 1 May 2026, 12:20 UTC (the time was up)" in over


def test_a_late_answer_is_refused_with_its_reason(timed: School, ada: Browser) -> None:
    page = begin(ada)
    timed.clock.advance(minutes=21)
    answer = put(ada, page, "six", "6")
    assert (answer.status_code, "The time was up at 12:20:00 UTC" in words(answer)) == (409, True)


def test_a_late_form_is_shown_beside_what_was_saved(timed: School, ada: Browser) -> None:
    page = begin(ada)
    put(ada, page, "six", "5")
    timed.clock.advance(minutes=21)
    late = send(ada, page, six="6")
    assert late.status_code == 409
    assert "The time was up at 12:20:00 UTC" in words(late)
    assert "Your answer 5 Sent and not taken 6" in about(late, "six")


def test_when_the_time_is_up_the_script_finishes_without_being_asked(timed: School, ada: Browser) -> None:
    page = begin(ada)
    timed.clock.advance(minutes=20, seconds=2)
    over = send(ada, page, "finish=over", six="6", seven="7" * 2001)
    assert "Score 1 / 3" in words(over)


def test_one_asks_again_before_the_end_with_the_deadline_in_sight(ada: Browser) -> None:
    assert "Time is up: 1 May 2026, 12:20 UTC" in words(send(ada, begin(ada), "finish"))


def test_the_open_attempt_holds_what_was_saved_when_one_comes_back(timed: School, ada: Browser) -> None:
    page = begin(ada)
    put(ada, page, "six", "6")
    timed.clock.advance(minutes=10)
    back = begin(signed_in(timed))
    assert (address(back), held(back, "six"), 'data-left="600"' in back.text) == (address(page), ["6"], True)
