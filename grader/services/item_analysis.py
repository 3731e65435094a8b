"""What the class's answers say about a quiz and its questions; of each student, the first finished attempt.

Later attempts are made by who has been told what was right: they say little about the question. Answers are marked
again, by the quiz as it is now: a question that was changed is judged as it stands, one that is gone is not shown.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from fractions import Fraction
from typing import TYPE_CHECKING

from grader.domain.mistakes import Reader, choices_of
from grader.domain.permissions import Action
from grader.domain.questions import Kind
from grader.domain.statistics import Bar, Item, Response, Spread, analyse, bars, reliability, spread_of
from grader.services.enrol import allowed
from grader.services.insight import students_of

if TYPE_CHECKING:
    from collections.abc import Sequence

    from grader.domain.insight import Answered
    from grader.domain.mistakes import Look, Mistake
    from grader.domain.people import Course, Role, User
    from grader.domain.questions import Drawn, Question
    from grader.domain.quiz import Quiz
    from grader.ports import Catalogue, UnitOfWork

MOST_WRONG = 6
"""Wrong answers that are shown of a question, the most frequent ones."""


@dataclass(frozen=True)
class WrongAnswer:
    """A mistake, and how many made it; *example* is one of them, with the numbers that were drawn for it."""

    example: Mistake
    count: int
    share: Fraction  # of all students who finished


@dataclass(frozen=True)
class QuestionInsight:
    """A question with its numbers; *example* is one draw of it, *unanswered* counts gaps, which earned nothing."""

    question: Question
    example: Drawn
    item: Item
    unanswered: int
    wrong: Sequence[WrongAnswer]  # empty where one of some choices was asked for: they are counted by themselves


@dataclass(frozen=True)
class QuizInsight:
    """All that the class's first attempts say about a quiz; *scores* are shares of its points."""

    course: Course
    role: Role  # of the viewer
    quiz: Quiz
    students: int
    finished: int
    scores: Spread | None
    histogram: Sequence[Bar]
    reliability: float | None
    questions: Sequence[QuestionInsight]


def item_analysis(
    uow: UnitOfWork, catalogue: Catalogue, *, user: User, course_slug: str, quiz_slug: str
) -> QuizInsight:
    """Return what the class's first attempts say about a quiz; Forbidden for students."""
    with uow.reading():
        course, viewer = allowed(uow, user, course_slug, Action.SEE_INSIGHT)
        quiz = catalogue.quiz(course.lesson, quiz_slug)
        students = students_of(uow, course)
        answered = uow.insight.answered(course.id, quiz.slug)
    looks = {question.slug: _looks(quiz, question, answered) for question in quiz.questions}
    sheets = [{slug: looks[slug][n][0] for slug in looks} for n in range(len(answered))]
    shares = [sum((r.points for r in sheet.values()), Fraction(0)) / quiz.max_points for sheet in sheets]
    return QuizInsight(
        course=course,
        role=viewer.role,
        quiz=quiz,
        students=len(students),
        finished=len(answered),
        scores=spread_of(shares),
        histogram=bars(shares, quiz.max_points),
        reliability=reliability(sheets),
        questions=[_question(question, looks[question.slug], sheets) for question in quiz.questions],
    )


def _looks(quiz: Quiz, question: Question, answered: Sequence[Answered]) -> list[Look]:
    reader = Reader(quiz, question)
    return [reader.look(each.seed, each.answers.get(question.slug)) for each in answered]


def _question(question: Question, looks: Sequence[Look], sheets: Sequence[dict[str, Response]]) -> QuestionInsight:
    found = [mistake for _, mistake in looks if mistake]
    return QuestionInsight(
        question=question,
        example=question.draw("", shuffle_choices=False),
        item=analyse(question.slug, sheets, choices_of(question)),
        unanswered=sum(not response.points and mistake is None for response, mistake in looks),
        wrong=() if question.kind is Kind.SINGLE else _wrong(found, len(sheets)),
    )


def _wrong(found: Sequence[Mistake], students: int) -> list[WrongAnswer]:
    alike = defaultdict[tuple[str, ...], list["Mistake"]](list)
    for mistake in found:
        alike[mistake.key].append(mistake)
    most = sorted(alike.items(), key=lambda pair: (-len(pair[1]), pair[0]))[:MOST_WRONG]
    return [WrongAnswer(each[0], len(each), Fraction(len(each), students)) for _, each in most]
