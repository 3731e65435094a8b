"""What the class misunderstood, as the staff's pages show it."""

from __future__ import annotations

import re
from functools import partial
from typing import TYPE_CHECKING

import pytest

from grader.domain.exercise import Misconception
from grader.domain.questions import Choice, ChoiceQuestion, KnownWrong, NumericQuestion
from grader.domain.quiz import Quiz, draw
from grader.domain.statistics import LEAST_TO_COMPARE
from grader.web.pages.staff.insight import MOST_STUCK
from tests.classes import FULL, PART, attempt, grade, join, wrong
from tests.fakes import FakeCatalogue, FakeUnitOfWork, an_exercise
from tests.web.pages.browser import signed_in
from tests.web.pages.work import counted
from tests.web.school import School

if TYPE_CHECKING:
    from pathlib import Path

CLASS = "/courses/spring/staff/insight"
EXERCISE = f"{CLASS}/exercises/pointwise-conv"
QUIZ = f"{CLASS}/quizzes/mixed"

SWAPS = Misconception("swaps_axes", "height and width are one", "Mind the `axes`.", frozenset({"no_mixing"}))
EVEN = ChoiceQuestion(
    "even",
    "Which is $2n$?",
    choices=(Choice("two", right=True), Choice("three", right=False), Choice("five", right=False)),
)
DRAWN = NumericQuestion(
    "drawn",
    "{k} times two?",
    parameters={"k": [3, 5, 7, 9]},
    answer="k * 2",
    known_wrong=(KnownWrong("k", "You forgot to double {k}."),),
)
MIXED = Quiz("mixed", "Mixed", (EVEN, DRAWN))
CATALOGUE = FakeCatalogue([an_exercise(misconceptions=(SWAPS,))], [("channels", MIXED)])


@pytest.fixture
def school() -> School:
    return School(FakeUnitOfWork.factory(), catalogue=CATALOGUE)


def page(school: School, address: str) -> str:
    answer = signed_in(school, "ines").get(address)
    assert answer.status_code == 200
    return answer.text


def words(html: str) -> str:
    """Return what is read, blanks as one."""
    return re.sub(r"\s+", " ", re.sub(r"<[^>]*>", " ", html))


def answers(number: int, *, knows: bool) -> tuple[dict[str, str | list[str]], str]:
    """Return what a student answers whose attempt has the seed of their number."""
    even, drawn = draw(MIXED, f"{number}")
    right, others = even.right_answer, [c.key for c in even.shown().choices if c.key not in even.right_answer]
    k = drawn.names["k"]
    return {"even": list(right) if knows else [others[number % 2]], "drawn": str(2 * k if knows else k)}, f"{number}"


def take_quiz(school: School, students: int) -> None:
    for number in range(students):
        join(school.make_uow, f"s{number}")
        given, seed = answers(number, knows=number % 3 == 0)
        attempt(school.make_uow, f"s{number}", given, quiz="mixed", seed=seed)


class TestClass:
    def test_before_anybody_tried_it_says_so(self, school: School) -> None:
        text = words(page(school, CLASS))
        assert "2 students are in the course." in text
        assert "Nobody is stuck." in text
        assert "nothing that is known" in text

    def test_an_exercise_has_one_line_with_what_most_misunderstand(self, school: School) -> None:
        grade(school.make_uow, "ada", PART)
        grade(school.make_uow, "bob", FULL)
        html = page(school, CLASS)
        assert f'<a href="{EXERCISE}">Pointwise conv</a>' in html
        assert "1 student: height and width are one" in words(html)

    def test_who_is_stuck_leads_to_their_latest_submission(self, school: School) -> None:
        for _ in range(3):
            number = grade(school.make_uow, "ada", wrong(1, "swaps_axes"))
        html = page(school, CLASS)
        assert f'<a href="/submissions/{number}"><bdi>Ada</bdi></a>' in html
        assert "height and width are one" in html[html.index("Who is stuck") :]

    def test_of_many_who_are_stuck_some_are_folded_away(self, school: School) -> None:
        for student in range(MOST_STUCK + 2):
            join(school.make_uow, f"s{student}")
            for _ in range(3):
                grade(school.make_uow, f"s{student}", wrong(1))
        assert re.search(r"<summary>\s*2 more\s*</summary>", page(school, CLASS))

    def test_it_stands_among_the_staffs_pages(self, school: School) -> None:
        assert f'<a href="{CLASS}" aria-current="page">Class</a>' in page(school, CLASS)


class TestExercise:
    def test_before_anybody_tried_it_says_so(self, school: School) -> None:
        assert "graded yet" in page(school, EXERCISE)
        assert "<svg" not in page(school, EXERCISE)

    def test_what_is_not_there_is_not_found(self, school: School) -> None:
        assert signed_in(school, "ines").get(f"{CLASS}/exercises/other").status_code == 404

    def test_a_misconception_names_who_shows_it_and_who_did(self, school: School) -> None:
        first = grade(school.make_uow, "ada", PART)
        grade(school.make_uow, "ada", FULL)
        now = grade(school.make_uow, "bob", PART)
        html = page(school, EXERCISE)
        assert "1 student shows it now , 1 has got over it." in words(html)
        assert "They are told: Mind the axes ." in words(html)
        shows, did = html.index("Who shows it now"), html.index("Who has got over it")
        assert shows < html.index(f"/submissions/{now}") < did < html.index(f"/submissions/{first}")

    def test_each_plot_has_its_numbers_behind_it(self, school: School) -> None:
        grade(school.make_uow, "ada", PART)
        grade(school.make_uow, "bob", FULL)
        html = page(school, EXERCISE)
        figures = re.findall(r"<figure.*?</figure>", html, re.DOTALL)
        assert len(figures) == 4
        for figure in figures:
            caption = re.search(r"<figcaption>(.*?)</figcaption>", figure)
            assert caption
            assert f'role="img" aria-label="{caption[1]}"' in figure
            assert figure.count('<th scope="row">') >= 1

    def test_the_numbers_are_right(self, school: School) -> None:
        grade(school.make_uow, "ada", PART)
        grade(school.make_uow, "bob", FULL)
        text = words(page(school, EXERCISE))
        assert "Tried 2 of 2" in text
        assert "Points Students 0 0 1 0 2 0 3 1 4 1" in text
        assert "Try Students 1 1 2 0 3 0 4 0 5 0 ≥ 6 0 not yet 1" in text
        assert "1 May 2 81 % 88 % 94 %" in text
        assert "Agrees with the definition 2 / 2 100 %" in text
        assert "1 × ✗ wrong" in text

    def test_names_are_inert(self, school: School) -> None:
        with school.make_uow().writing() as uow:
            user = uow.users.add("evil", "<script>alert(1)</script>")
            course = uow.courses.by_slug("spring")
            assert course
            uow.enrolments.add(user.id, course.id, uow.enrolments.of_course(course.id)[0][0].role)
            uow.commit()
        for _ in range(3):
            grade(school.make_uow, "evil", PART)
        for address in (CLASS, EXERCISE):
            html = page(school, address)
            assert "<script>alert" not in html
            assert "&lt;script&gt;alert(1)" in html


class TestQuiz:
    def test_before_anybody_finished_it_says_so(self, school: School) -> None:
        assert "Nobody has finished this quiz yet." in page(school, QUIZ)

    def test_of_few_students_it_says_how_many_it_takes(self, school: School) -> None:
        take_quiz(school, 3)
        html = page(school, QUIZ)
        assert f"from {LEAST_TO_COMPARE} on" in words(html)
        assert "Fifth of the class" not in html

    def test_a_class_is_compared(self, school: School) -> None:
        take_quiz(school, LEAST_TO_COMPARE + 10)
        html = page(school, QUIZ)
        assert "1. even 33 % 10 1.00 nothing odd" in words(html)
        assert html.count("<svg") == 4  # scores, choices, two times fifths
        assert "lowest nobody 2nd 0 %" in words(html)

    def test_a_choice_stands_with_its_share_and_whether_it_is_right(self, school: School) -> None:
        take_quiz(school, 6)
        text = words(page(school, QUIZ))
        assert "A ✓ right two 2 · 33 %" in text
        assert re.search(r"B three \d · \d+ % C five \d · \d+ %", text)

    def test_one_mistake_with_many_numbers_is_one_line(self, school: School) -> None:
        take_quiz(school, 6)
        text = words(page(school, QUIZ))
        assert len(re.findall(r"You forgot to double \d\.", text)) == 1
        assert "Asked with other numbers in each attempt" in text

    def test_a_flag_comes_with_a_remedy(self, school: School) -> None:
        for number in range(LEAST_TO_COMPARE):
            join(school.make_uow, f"s{number}")
            given, seed = answers(number, knows=True)
            attempt(school.make_uow, f"s{number}", given, quiz="mixed", seed=seed)
        text = words(page(school, QUIZ))
        assert "nearly all are right : Fine as a start; it tells nobody apart." in text
        assert "a choice that nobody takes : Put something there that a student could believe." in text

    def test_answers_are_inert(self, school: School) -> None:
        attempt(school.make_uow, "ada", {"drawn": "<script>alert(1)</script>\x1b[2J\u202e"}, quiz="mixed")
        html = page(school, QUIZ)
        assert "<script>alert" not in html
        assert "&lt;script&gt;alert(1)&lt;/script&gt;\\x1b[2J\\u202e" in html

    def test_maths_of_a_question_is_set(self, school: School) -> None:
        take_quiz(school, 1)
        assert '<span class="katex">' in page(school, QUIZ)


QUERIES = {CLASS: 14, EXERCISE: 14, QUIZ: 12}
"""The statements that a page needs, those that open each transaction included."""


def test_a_page_needs_as_many_queries_however_large_the_class_is(tmp_path: Path) -> None:
    with counted(tmp_path) as (school, count):
        school.catalogue = CATALOGUE
        ines = signed_in(school, "ines")

        def needed() -> dict[str, int]:
            return {address: count(partial(ines.get, address)) for address in QUERIES}

        take_quiz(school, 2)
        grade(school.make_uow, "ada", PART)
        needed()  # what is read once
        before = needed()
        for number in range(2, 6):
            join(school.make_uow, f"t{number}")
            for report in (PART, PART, PART, FULL)[: 1 + number % 4]:
                grade(school.make_uow, f"t{number}", report)
        assert needed() == before == QUERIES
