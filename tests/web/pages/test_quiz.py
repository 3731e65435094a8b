"""A quiz's page: its rules in words, what was tried, where one starts or why one can't."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from grader.domain.quiz_policy import Reveal
from grader.domain.scoring import Keep
from tests.fakes import a_quiz
from tests.web.pages.browser import Browser, signed_in
from tests.web.pages.quizzing import HERE, begin, finish, school_with, words

if TYPE_CHECKING:
    from tests.web.school import School


def quizzing(**policy: Any) -> tuple[School, Browser]:  # noqa: ANN401 - fields of QuizPolicy
    school = school_with(a_quiz(**policy))
    return school, signed_in(school)


@pytest.mark.parametrize(
    ("policy", "says"),
    [
        ({}, "As many as you like."),
        ({"attempts": 3}, "3 attempts, 3 left to start."),
        ({"attempts": 1}, "1 attempt, 1 left to start."),
        ({}, "The best attempt."),
        ({"counts": Keep.LAST}, "The last attempt, whether it is better or not."),
        ({"counts": Keep.AVERAGE}, "The average of all attempts."),
        ({}, "No limit"),
        ({"minutes": 20}, "20 minutes for an attempt, counted from its start"),
        ({"answers": Reveal.AFTER_EACH}, "after each question. An answer that was checked"),
        ({}, "told when you have finished an attempt"),
        ({"answers": Reveal.AFTER_LAST_ATTEMPT, "attempts": 2}, "told when you have finished your last attempt"),
        ({"answers": Reveal.AFTER_DUE}, "told when it closes: 31 May 2026"),
        ({"answers": Reveal.NEVER}, "told your points only"),
        ({}, "right in part earns a part"),
        ({"partial_credit": False}, "wholly right"),
        ({"one_at_a_time": True}, "One at a time; you may go back and forth."),
    ],
)
def test_the_rules_are_told_in_words(policy: dict[str, Any], says: str) -> None:
    _, ada = quizzing(**policy)
    assert says in words(ada.get(HERE))


def test_with_a_single_attempt_nothing_is_said_of_which_counts() -> None:
    _, ada = quizzing(attempts=1)
    assert "What counts" not in ada.get(HERE).text


def test_a_timed_attempt_is_warned_of_before_its_clock_runs() -> None:
    _, ada = quizzing(minutes=20)
    assert "The clock starts when you press the button" in words(ada.get(HERE))
    begin(ada)
    page = words(ada.get(HERE))
    assert "The clock is running. Time is up: 1 May 2026, 12:20 UTC" in page
    assert "The clock starts" not in page


def test_an_attempt_is_started_once_and_then_gone_on_with() -> None:
    _, ada = quizzing()
    assert ">Start</button>" in ada.get(HERE).text
    first = begin(ada)
    assert ">Go on</button>" in ada.get(HERE).text
    assert begin(ada).request.path == first.request.path
    finish(ada, first)
    assert "Start another attempt" in ada.get(HERE).text
    assert begin(ada).request.path != first.request.path


def test_used_up_attempts_are_said_instead_of_a_button() -> None:
    _, ada = quizzing(attempts=1)
    before = ada.get(HERE)
    finish(ada, begin(ada), six="6")
    page = ada.get(HERE)
    assert "All attempts are used up." in page.text
    assert f'action="{HERE}/attempts"' not in page.text
    again = ada.send(before, f"{HERE}/attempts")  # from a tab that is older
    assert (again.status_code, again.request.path, "All attempts are used up." in again.text) == (200, HERE, True)


def test_a_closed_course_is_said_instead_of_a_button() -> None:
    school, ada = quizzing()
    before = ada.get(HERE)
    school.close()
    ada = signed_in(school)
    assert "no attempt can be started any more" in ada.get(HERE).text
    assert f'action="{HERE}/attempts"' not in ada.get(HERE).text
    assert "csrf_token" in before.text


def test_an_open_attempt_in_a_closed_course_can_still_be_finished() -> None:
    school, ada = quizzing()
    first = begin(ada)
    school.close()
    ada = signed_in(school)
    assert "but you can finish the attempt" in words(ada.get(HERE))
    page = ada.get(first.request.path)
    assert "Finish the attempt, so that it counts." in page.text
    assert "<input id=" not in page.text
    asked = ada.get(f"{first.request.path}/finish")
    assert "Score 0 / 3" in words(ada.send(asked, f"{first.request.path}/finish"))


def test_the_attempt_that_counts_is_marked() -> None:
    school, ada = quizzing()
    for answers in ({"six": "6", "seven": "8"}, {"six": "6", "seven": "7"}, {}):
        finish(ada, begin(ada), **answers)
        school.clock.advance(minutes=1)
    page = words(ada.get(HERE))
    assert "What counts so far 3 / 3 points" in page
    tries = page[page.index("Your attempts") :]
    assert "Attempt 3 1 May 2026, 12:02 UTC 0 / 3" in tries
    assert "Attempt 2 1 May 2026, 12:01 UTC ✓ counts 3 / 3" in tries
    assert "Attempt 1 1 May 2026, 12:00 UTC 1 / 3" in tries


def test_an_attempt_whose_time_is_up_is_finished_when_one_looks() -> None:
    school, ada = quizzing(minutes=1, attempts=1)
    begin(ada)
    school.clock.advance(minutes=2)
    assert "All attempts are used up." in ada.get(HERE).text


@pytest.mark.parametrize(
    "path", ["/courses/spring/quizzes/gone", "/courses/autumn/quizzes/weights", "/courses/x/quizzes/y"]
)
def test_what_is_not_there_and_what_is_not_ones_own_look_alike(path: str) -> None:
    _, ada = quizzing()
    answer = ada.get(path)
    assert (answer.status_code, "not yours to see" in answer.text) == (404, True)
