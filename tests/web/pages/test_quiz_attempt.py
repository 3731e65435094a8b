"""An attempt without a script: each kind of question is asked, answered, kept and marked."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest

from grader.domain.quiz import Quiz
from grader.domain.quiz_policy import QuizPolicy, Reveal
from tests.fakes import a_quiz
from tests.quiz.kinds import ALL
from tests.web.pages.browser import Browser, signed_in
from tests.web.pages.quizzing import (
    about,
    address,
    asked,
    begin,
    finish,
    held,
    right_answers,
    school_with,
    send,
    words,
)

if TYPE_CHECKING:
    from tests.web.school import School

KINDS = Quiz("weights", "All kinds", ALL, QuizPolicy(shuffle_questions=True))
SLUGS = [question.slug for question in ALL]


@pytest.fixture
def kinds() -> School:
    return school_with(KINDS)


class TestKinds:
    def test_the_right_answers_earn_everything(self, kinds: School) -> None:
        ada = signed_in(kinds)
        page = begin(ada)
        assert sorted(asked(page)) == sorted(SLUGS)
        over = finish(ada, page, **right_answers(kinds, KINDS, page))
        assert f"Score {KINDS.max_points} / {KINDS.max_points} points" in words(over)
        assert over.text.count('class="verdict right"') == len(ALL)

    @pytest.mark.parametrize("slug", SLUGS)
    def test_an_answer_is_kept_and_shown_again_as_it_was_given(self, kinds: School, slug: str) -> None:
        ada = signed_in(kinds)
        page = begin(ada)
        answer = right_answers(kinds, KINDS, page)[slug]
        again = send(ada, page, **{slug: answer})
        assert "Your answers are saved." in again.text
        assert held(again, slug) == ([answer] if isinstance(answer, str) else answer)
        assert "1 of 12 answered" in words(again)
        assert held(send(ada, again), slug) == held(again, slug), "what is not changed stays"

    @pytest.mark.parametrize(("slug", "part"), [("order", ["", "b", "", ""]), ("matching", ["", "2=a", ""])])
    def test_what_is_filled_in_by_half_stays_in_its_place(self, kinds: School, slug: str, part: list[str]) -> None:
        ada = signed_in(kinds)
        assert held(send(ada, begin(ada), **{slug: part}), slug) == part

    @pytest.mark.parametrize("slug", SLUGS)
    def test_an_answer_can_be_taken_back(self, kinds: School, slug: str) -> None:
        ada = signed_in(kinds)
        page = begin(ada)
        again = send(ada, page, **{slug: right_answers(kinds, KINDS, page)[slug]})
        blank = [""] * len(held(page, slug)) if held(page, slug) else []
        assert "0 of 12 answered" in words(send(ada, again, **{slug: blank}))

    def test_every_question_is_a_labelled_group(self, kinds: School) -> None:
        page = begin(signed_in(kinds)).text
        groups = re.findall(r"<fieldset[^>]*>\s*<legend><h2", page)
        assert len(groups) == page.count("<article") == len(ALL)
        labelled = set(re.findall(r'<label[^>]* for="([^"]+)"', page))
        texts = set(re.findall(r'<(?:input|textarea) id="(f-[^"]+)"', page))
        assert texts == labelled
        for described in re.findall(r'aria-describedby="([^"]+)"', page):
            assert all(f'id="{each}"' in page for each in described.split())

    @pytest.mark.parametrize(
        ("slug", "says"),
        [
            ("weights", "A number, like 1,000 or 0.5 or 1/3."),
            ("memory", "Without a unit it is read as KiB."),
            ("shape", "Write it like 3×32×32 or (3, 32, 32)."),
            ("layout", "In the order channels × height × width (CHW)"),
            ("formula", "You may use k , C_in , C_out , numbers"),
            ("one", "Choose one."),
            ("many", "Choose all that are right."),
            ("order", "each once"),
            ("output", "Line by line"),
        ],
    )
    def test_it_says_which_form_an_answer_has(self, kinds: School, slug: str, says: str) -> None:
        assert says in about(begin(signed_in(kinds)), slug)

    def test_nothing_is_told_of_right_and_wrong_while_it_is_open(self, kinds: School) -> None:
        ada = signed_in(kinds)
        page = begin(ada)
        shown = send(ada, page, **right_answers(kinds, KINDS, page)).text
        secrets = [text for each in ALL for text in (each.explanation, each.hint) if text]
        assert not [text for text in secrets if text.partition("{")[0] in shown]
        assert "verdict" not in shown

    def test_code_is_in_colours(self, kinds: School) -> None:
        assert '<span class="tok-keyword">import</span>' in begin(signed_in(kinds)).text


class TestSending:
    def test_an_old_page_changes_only_what_was_changed_in_it(self) -> None:
        ada = signed_in(school_with(a_quiz()))
        old = begin(ada)
        send(ada, old, six="6")
        now = send(ada, old, seven="7")
        assert (held(now, "six"), held(now, "seven")) == (["6"], ["7"])

    @pytest.mark.parametrize(
        ("wrong", "says"),
        [("7" * 2001, "at most 2,000 characters"), ("7\0", "can't have a NUL character")],
    )
    def test_what_cannot_be_saved_stays_in_its_field_and_costs_no_other(self, wrong: str, says: str) -> None:
        ada = signed_in(school_with(a_quiz()))
        page = send(ada, begin(ada), six="6", seven=wrong)
        assert (page.status_code, says in words(page)) == (422, True)
        assert len(held(page, "seven")[0]) == len(wrong)
        assert held(ada.get(address(page)), "six") == ["6"]

    def test_a_question_that_is_gone_is_named_and_costs_no_other(self) -> None:
        ada = signed_in(school_with(a_quiz()))
        page = begin(ada)
        refused = ada.send(page, f"{address(page)}/answers", **{"was-gone": "", "answer-gone": "1", "answer-six": "6"})
        assert (refused.status_code, "there is no question 'gone'" in words(refused)) == (422, True)
        assert held(ada.get(address(page)), "six") == ["6"]

    def test_several_values_for_one_text_are_kept_and_said_to_be_unreadable(self) -> None:
        ada = signed_in(school_with(a_quiz()))
        page = send(ada, begin(ada), six=["5", "6"])
        assert "could not be read as one number" in about(page, "six")

    def test_where_answers_were_sent_to_can_be_loaded_again(self) -> None:
        ada = signed_in(school_with(a_quiz()))
        page = begin(ada)
        assert ada.get(f"{address(page)}/answers").request.path == address(page)

    def test_a_hostile_answer_is_inert(self) -> None:
        ada = signed_in(school_with(a_quiz()))
        hostile = '"><script>alert(1)</script><img src=x onerror=alert(1)>`</code>$\\href{javascript:1}{x}$'
        page = send(ada, begin(ada), six=hostile)
        assert held(page, "six") == [hostile]
        over = finish(ada, page)
        for shown in (page.text, over.text):
            assert "<script>alert" not in shown
            assert "<img src=x" not in shown
        assert hostile in words(over) or "alert(1)" in words(over)


class TestFinish:
    def test_it_asks_once_more_and_names_what_is_not_answered(self) -> None:
        ada = signed_in(school_with(a_quiz()))
        page = begin(ada)
        question = send(ada, page, "finish", six="6")
        assert question.request.path == f"{address(page)}/finish"
        assert "1 question is not answered: Question 2 2 points" in words(question)
        assert held(ada.get(address(page)), "six") == ["6"]
        assert "Score 1 / 3" in words(ada.send(question, f"{address(page)}/finish"))

    def test_with_all_answered_it_does_not_ask(self) -> None:
        ada = signed_in(school_with(a_quiz()))
        over = send(ada, begin(ada), "finish", six="6", seven="7")
        assert "Score 3 / 3" in words(over)

    def test_a_finished_attempt_is_not_asked_about(self) -> None:
        ada = signed_in(school_with(a_quiz()))
        over = finish(ada, begin(ada))
        assert ada.get(f"{address(over)}/finish").request.path == address(over)

    def test_what_is_sent_after_the_end_is_shown_and_not_taken(self) -> None:
        ada = signed_in(school_with(a_quiz()))
        old = begin(ada)
        finish(ada, old, six="5")
        late = send(ada, old, six="6")
        assert late.status_code == 409
        assert "This attempt is finished: its answers can't be changed." in words(late)
        assert "Your answer 5 Sent and not taken 6" in about(late, "six")


class TestOneAtATime:
    @pytest.fixture
    def ada(self) -> Browser:
        return signed_in(school_with(a_quiz(one_at_a_time=True)))

    def test_one_question_is_shown_and_the_buttons_lead_on_with_what_is_typed(self, ada: Browser) -> None:
        first = begin(ada)
        assert asked(first) == ["six"]
        second = send(ada, first, "go=seven", six="6")
        assert (asked(second), second.request.args["question"]) == (["seven"], "seven")
        back = send(ada, second, "go=six", seven="7")
        assert (asked(back), held(back, "six")) == (["six"], ["6"])
        assert "Score 3 / 3" in words(send(ada, back, "finish"))

    def test_the_list_says_which_are_answered(self, ada: Browser) -> None:
        page = words(send(ada, begin(ada), "go=seven", six="6"))
        assert "1 ● answered 2 ○ not answered" in page

    def test_without_a_name_the_first_that_is_not_answered_is_shown(self, ada: Browser) -> None:
        page = begin(ada)
        send(ada, page, six="6")
        assert asked(ada.get(address(page))) == ["seven"]
        assert asked(ada.get(f"{address(page)}?question=gone")) == ["seven"]
        assert asked(ada.get(f"{address(page)}?question=six")) == ["six"]

    def test_a_saved_question_stays_the_one_that_is_shown(self, ada: Browser) -> None:
        assert asked(send(ada, begin(ada), six="6")) == ["six"]

    def test_what_cannot_be_saved_stays_the_question_that_is_shown(self, ada: Browser) -> None:
        page = send(ada, begin(ada), "go=seven", six="6" * 2001)
        assert (page.status_code, asked(page)) == (422, ["six"])


class TestToldAtOnce:
    @pytest.fixture
    def ada(self) -> Browser:
        return signed_in(school_with(a_quiz(answers=Reveal.AFTER_EACH)))

    def test_a_checked_question_tells_and_is_locked(self, ada: Browser) -> None:
        page = send(ada, begin(ada), "check=six", six="5")
        assert "✗ Wrong 0 / 1 point" in about(page, "six")
        assert "Read as 5." in about(page, "six")
        assert (held(page, "six"), held(page, "seven")) == ([], [""])

    def test_what_is_typed_and_not_checked_is_neither_lost_nor_told(self, ada: Browser) -> None:
        page = send(ada, begin(ada), "check=six", six="6", seven="8")
        assert "✓ Right 1 / 1 point Your answer" not in about(page, "seven")
        assert (held(page, "seven"), "Wrong" in about(page, "seven")) == (["8"], False)
        assert "✗ Wrong" in about(send(ada, page, "check=seven"), "seven")

    @pytest.mark.parametrize(
        ("typed", "says"), [("many", "could not be read as one number"), ("", "No answer was given")]
    )
    def test_what_cannot_be_read_may_be_written_again(self, ada: Browser, typed: str, says: str) -> None:
        page = send(ada, begin(ada), "check=six", six=typed)
        assert (page.status_code, says in about(page, "six"), held(page, "six")) == (422, True, [typed])

    def test_enter_checks_nothing(self, ada: Browser) -> None:
        page = send(ada, begin(ada), "keep", six="6")
        assert (held(page, "six"), "0 of 2 answered" in words(page)) == (["6"], True)

    def test_one_that_another_tab_has_answered_is_said_and_shown(self, ada: Browser) -> None:
        old = begin(ada)
        send(ada, old, "check=six", six="5")
        page = send(ada, old, "check=six", six="6")
        assert (page.status_code, "its answer can't be changed" in words(page)) == (422, True)
        assert "Your answer 5 Sent and not taken 6" in about(page, "six")

    def test_finishing_checks_what_is_typed(self, ada: Browser) -> None:
        over = finish(ada, begin(ada), six="6", seven="7")
        assert "Score 3 / 3" in words(over)

    def test_one_at_a_time_moving_on_checks_nothing(self) -> None:
        ada = signed_in(school_with(a_quiz(answers=Reveal.AFTER_EACH, one_at_a_time=True)))
        page = send(ada, begin(ada), "go=seven", six="6")
        assert (asked(page), "0 of 2 answered" in words(page)) == (["seven"], True)
        told = send(ada, ada.get(f"{address(page)}?question=six"), "check=six", six="6")
        assert (asked(told), "✓ Right" in about(told, "six")) == (["six"], True)
        assert "1 ✓ right" in words(told)
