"""A finished attempt: what is told of it under each rule, and to whom."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

import pytest

from grader.domain.quiz import Quiz
from grader.domain.quiz_policy import QuizPolicy, Reveal
from grader.domain.scoring import Keep
from tests.fakes import a_quiz
from tests.quiz.kinds import ALL, ONE
from tests.web.pages.browser import signed_in
from tests.web.pages.quizzing import HERE, about, address, begin, finish, put, right_answers, school_with, words
from tests.web.pages.work import counted

if TYPE_CHECKING:
    from pathlib import Path

    from tests.web.school import School

TOLD, RIGHT, LATER = "✓ Right", "Right is 7", "Which answers are right"


def told(school: School, *, login: str = "ada", attempt: str = "") -> tuple[bool, bool, bool]:
    """Return whether verdicts, right answers, and that they come later, are on the page."""
    page = words(signed_in(school, login).get(attempt))
    return TOLD in page, RIGHT in page, LATER in page


@pytest.mark.parametrize(
    ("answers", "first", "last", "closed"),
    [
        (Reveal.AFTER_EACH, (True, False, False), (True, True, False), (True, True, False)),
        (Reveal.AFTER_ATTEMPT, (True, False, False), (True, True, False), (True, True, False)),
        (Reveal.AFTER_LAST_ATTEMPT, (False, False, True), (True, True, False), (True, True, False)),
        (Reveal.AFTER_DUE, (False, False, True), (False, False, True), (True, True, False)),
        (Reveal.NEVER, (False, False, True), (False, False, True), (False, False, True)),
    ],
)
def test_it_tells_what_the_rules_allow_and_else_when(
    answers: Reveal, first: tuple[bool, ...], last: tuple[bool, ...], closed: tuple[bool, ...]
) -> None:
    school = school_with(a_quiz(answers=answers, attempts=2, counts=Keep.LAST))
    ada = signed_in(school)
    over = finish(ada, begin(ada), six="6", seven="8")
    assert "Score 1 / 3" in words(over)
    assert told(school, attempt=address(over)) == first
    finish(ada, begin(ada))
    assert told(school, attempt=address(over)) == last
    school.close()
    assert told(school, attempt=address(over)) == closed


def test_each_answer_has_its_verdict_in_a_sign_and_in_words() -> None:
    quiz = Quiz("weights", "All kinds", ALL, QuizPolicy())
    school = school_with(quiz)
    ada = signed_in(school)
    page = begin(ada)
    right = right_answers(school, quiz, page)
    over = finish(ada, page, weights="16,448", many=right["many"][0], output=right["output"])
    assert about(over, "weights").startswith("Question 1 ✗ Wrong 0 / 2 points 256 to 64")
    assert "Your answer 16,448 You counted the 64 biases." in about(over, "weights")
    assert "◐ Right in part 1 / 3 points" in about(over, "many")
    assert "✓ Right 1 / 1 point" in about(over, "output")
    assert "– Not answered 0 / 1 point" in about(over, "shape")


def test_all_right_answers_are_shown_once_no_attempt_can_follow() -> None:
    quiz = Quiz("weights", "All kinds", ALL, QuizPolicy(attempts=1))
    school = school_with(quiz)
    ada = signed_in(school)
    page = begin(ada)
    wrong = "b" if right_answers(school, quiz, page)["one"] == ["a"] else "a"
    over = finish(ada, page, one=wrong)
    assert "Right is 8.47" in about(over, "ratio")
    assert "Right is 4 KiB" in about(over, "memory")
    assert "Right is 64×28×14" in about(over, "layout")
    assert "1×1 convolution" in about(over, "order").partition("Right is")[2]
    assert "→" in about(over, "matching").partition("Right is")[2]
    assert "wrong chosen" in about(over, "one")
    assert "right ✓ right" in about(over, "one")


class TestStaff:
    def test_it_sees_whose_attempt_it_is_and_all_of_it_at_once(self) -> None:
        school = school_with(a_quiz(answers=Reveal.NEVER))
        ada = signed_in(school)
        over = finish(ada, begin(ada), six="6", seven="8")
        page = signed_in(school, "ines").get(address(over))
        assert "Attempt of Ada , ada" in words(page)
        assert (TOLD in words(page), RIGHT in words(page)) == (True, True)

    def test_it_sees_an_open_attempt_and_can_change_nothing(self) -> None:
        school = school_with(a_quiz())
        ada = signed_in(school)
        page = begin(ada)
        put(ada, page, "six", "6")
        ines = signed_in(school, "ines")
        seen = ines.get(address(page))
        assert "still open" in words(seen)
        assert "The answer 6" in about(seen, "six")
        assert f'action="{address(page)}' not in seen.text
        assert ines.get(f"{address(page)}/finish").request.path == address(page)

    @pytest.mark.parametrize("login", ["bob", "cleo", "otto"])
    def test_others_find_nothing(self, login: str) -> None:
        school = school_with(a_quiz())
        page = begin(signed_in(school))
        assert signed_in(school, login).get(address(page)).status_code == 404

    def test_a_hostile_name_and_answer_are_inert(self) -> None:
        school = school_with(Quiz("weights", "<b>Weights</b>", (ALL[0], ONE), QuizPolicy()))
        ada = signed_in(school)
        over = finish(ada, begin(ada), weights="<script>alert(1)</script>\u202e")
        shown = signed_in(school, "ines").get(address(over)).text
        assert "<script>alert" not in shown
        assert "<b>Weights" not in shown
        assert "\u202e" not in shown


@pytest.mark.parametrize("open_", [True, False])
def test_every_page_needs_as_many_queries_however_much_there_is(tmp_path: Path, *, open_: bool) -> None:
    with counted(tmp_path) as (school, count):
        ada = signed_in(school)
        page = begin(ada)
        paths = [HERE, address(page), *([f"{address(page)}/finish"] if open_ else [])]
        if not open_:
            finish(ada, page)
        before = [count(partial(ada.get, path)) for path in paths]
        put(ada, page, "six", "6")
        put(ada, page, "seven", "7")
        if not open_:
            for _ in range(3):
                finish(ada, begin(ada))
        assert [count(partial(ada.get, path)) for path in paths] == before
        assert max(before) < 19
