"""Each change saves itself: what the page's script sends, and what it is told."""

from __future__ import annotations

import pytest

from grader.domain.quiz import Quiz
from grader.domain.quiz_policy import QuizPolicy, Reveal
from tests.fakes import a_quiz
from tests.quiz.kinds import ALL
from tests.web.pages.browser import Browser, signed_in
from tests.web.pages.quizzing import address, begin, finish, held, put, right_answers, school_with, words


@pytest.fixture
def ada() -> Browser:
    return signed_in(school_with(a_quiz()))


def test_an_answer_is_saved_and_the_page_is_told_when(ada: Browser) -> None:
    page = begin(ada)
    answer = put(ada, page, "six", "6")
    assert "✓ Saved 12:00 UTC 1 of 2 answered" in words(answer)
    assert 'data-time="2026-05-01T12:00:00+00:00"' in answer.text
    assert held(ada.get(address(page)), "six") == ["6"]


@pytest.mark.parametrize("slug", [question.slug for question in ALL])
def test_every_kind_is_saved_as_its_form_holds_it(slug: str) -> None:
    quiz = Quiz("weights", "All kinds", ALL, QuizPolicy())
    school = school_with(quiz)
    ada = signed_in(school)
    page = begin(ada)
    right = right_answers(school, quiz, page)[slug]
    values = [right] if isinstance(right, str) else right
    assert put(ada, page, slug, *values).status_code == 200
    assert held(ada.get(address(page)), slug) == values


def test_the_page_says_where_and_when_each_question_is_sent(ada: Browser) -> None:
    page = begin(ada)
    assert page.text.count("data-autosave") == 2
    assert f'hx-put="{address(page)}/answers/six"' in page.text
    assert 'hx-trigger="input delay:800ms, change, again"' in page.text
    assert 'id="saved" role="status"' in page.text


def test_what_cannot_be_read_is_saved_and_said(ada: Browser) -> None:
    page = begin(ada)
    answer = put(ada, page, "six", "many")
    assert "Saved" in answer.text
    assert "could not be read as one number" in answer.text
    assert 'id="n-six" hx-swap-oob="true"></p>' in put(ada, page, "six", "5").text, "wrong, but readable"


def test_what_a_message_quotes_is_inert() -> None:
    ada = signed_in(school_with(Quiz("weights", "All kinds", ALL, QuizPolicy())))
    page = begin(ada)
    answer = put(ada, page, "formula", "k \u202e<b>")
    assert "\\u202e" in answer.text
    assert "\u202e" not in answer.text
    over = finish(ada, page).text
    assert "\u202e" not in over


def test_a_blank_takes_an_answer_back(ada: Browser) -> None:
    page = begin(ada)
    put(ada, page, "six", "6")
    assert "0 of 2 answered" in words(put(ada, page, "six", ""))
    assert "0 of 2 answered" in words(put(ada, page, "six"))


@pytest.mark.parametrize(
    ("question", "value", "status", "says"),
    [
        ("six", "6" * 2001, 422, "An answer has at most 2,000 characters."),
        ("six", "6\0", 422, "An answer can't have a NUL character."),
        ("gone", "6", 404, "The address is wrong, or what it names is not yours to see."),
    ],
)
def test_rubbish_is_refused_in_a_sentence(ada: Browser, question: str, value: str, status: int, says: str) -> None:
    page = begin(ada)
    answer = put(ada, page, question, value)
    assert (answer.status_code, words(answer)) == (status, says)
    assert held(ada.get(address(page)), "six") == [""]


def test_a_finished_attempt_takes_none_and_leads_to_what_it_is_now(ada: Browser) -> None:
    page = begin(ada)
    finish(ada, page)
    answer = put(ada, page, "six", "6")
    assert answer.status_code == 409
    assert "This attempt is finished: its answers can't be changed. Show the attempt as it is now" in words(answer)
    assert f'href="{address(page)}"' in answer.text


def test_a_closed_course_takes_none() -> None:
    school = school_with(a_quiz())
    page = begin(signed_in(school))
    school.close()
    ada = signed_in(school)
    answer = put(ada, ada.get(address(page)), "six", "6")
    assert (answer.status_code, "takes no more answers" in words(answer)) == (409, True)


def test_without_the_pages_token_nothing_is_saved(ada: Browser) -> None:
    page = begin(ada)
    answer = ada.client.put(f"{address(page)}/answers/six", data={"answer-six": "6"}, headers={"HX-Request": "true"})
    assert (answer.status_code, "reload the page" in answer.text) == (400, True)
    assert held(ada.get(address(page)), "six") == [""]


def test_a_page_of_an_earlier_session_is_told_to_reload(ada: Browser) -> None:
    page = begin(ada)
    ada.send(page, "/sign-out")
    answer = put(ada, page, "six", "6")
    assert (answer.status_code, "reload the page" in answer.text) == (400, True)


def test_where_answers_are_told_at_once_nothing_saves_itself() -> None:
    ada = signed_in(school_with(a_quiz(answers=Reveal.AFTER_EACH)))
    page = begin(ada)
    assert "data-autosave" not in page.text
    assert page.text.count('name="check"') == 2
