"""A lesson's quiz: drawing of its questions from a seed, and marking.

The same quiz and seed always draw the same questions, so an attempt stores its seed and not its questions. A
wrong answer that a lecturer foresaw is met with the explanation written for it, and never with the right answer.
"""

from __future__ import annotations

import enum
from collections.abc import Sequence  # noqa: TC003 - a field's type, kept at run time
from dataclasses import dataclass, field
from fractions import Fraction

from grader.domain.questions import Drawn, Kind, Question, Verdict
from grader.domain.questions.common import Dice
from grader.domain.quiz_policy import QuizPolicy

__all__ = ["Drawn", "Kind", "Marked", "Moment", "Quiz", "complaint", "draw", "mark", "seed_of"]


class Moment(enum.Enum):
    """When in a lesson a quiz is for."""

    BEFORE = "before"
    CHECK_YOURSELF = "check_yourself"
    FINAL = "final"


@dataclass(frozen=True)
class Quiz:
    """Questions as written, with unique slugs; *order* is the quiz's place in its lesson."""

    slug: str
    title: str
    questions: tuple[Question, ...]
    policy: QuizPolicy = field(default_factory=QuizPolicy)
    moment: Moment = Moment.CHECK_YOURSELF
    order: int = 100

    @property
    def max_points(self) -> int:
        """Sum of the questions' points."""
        return sum(question.points for question in self.questions)


@dataclass(frozen=True)
class Marked:
    """What an answer earned, exactly, and a sentence for the student."""

    points: Fraction
    max_points: int
    correct: bool
    explanation: str


def draw(quiz: Quiz, seed: str) -> tuple[Drawn, ...]:
    """Return the quiz's questions with parameters and orders drawn by *seed*.

    >>> from grader.domain.questions import NumericQuestion
    >>> sizes = {"c_in": [256], "k": [64]}
    >>> weights = NumericQuestion("weights", "{c_in} to {k}?", answer="c_in * k", parameters=sizes)
    >>> draw(Quiz("channels", "Channels", (weights,)), "attempt 1")[0].prompt
    '256 to 64?'
    """
    questions: Sequence[Question] = quiz.questions
    if quiz.policy.shuffle_questions:
        questions = Dice(f"{seed}\0{quiz.slug}").shuffled("question", questions, lambda question: question.slug)
    shuffled = quiz.policy.shuffle_choices
    return tuple(each.draw(seed_of(quiz, each, seed), shuffle_choices=shuffled) for each in questions)


def seed_of(quiz: Quiz, question: Question, seed: str) -> str:
    """Return what decides about one *question* in an attempt with *seed*."""
    return f"{seed}\0{quiz.slug}\0{question.slug}"


def mark(question: Drawn, answer: str | Sequence[str] | None, *, partial_credit: bool = True) -> Marked:
    """Mark *answer* in the form that the question's kind has; never raises. None is no answer.

    >>> from grader.domain.questions import KnownWrong, NumericQuestion
    >>> biases = KnownWrong("256 * 64 + 64", "You counted the biases.")
    >>> weights = NumericQuestion("weights", "256 to 64?", answer="256 * 64", known_wrong=(biases,))
    >>> asked, = draw(Quiz("channels", "Channels", (weights,)), "attempt 1")
    >>> mark(asked, "16,384 weights")
    Marked(points=Fraction(1, 1), max_points=1, correct=True, explanation='')
    >>> mark(asked, "16 448").explanation
    'You counted the biases.'
    """
    verdict = _judge(question, answer)
    correct = verdict.share == 1
    share = verdict.share if correct or partial_credit else Fraction(0)
    return Marked(share * question.points, question.points, correct=correct, explanation=verdict.explanation)


def complaint(question: Drawn, answer: str | Sequence[str]) -> str | None:
    """Return what is wrong with the form of *answer*, None when it can be read; tells nothing about right or wrong."""
    verdict = _judge(question, answer)
    return None if verdict.is_read else verdict.explanation


def _judge(question: Drawn, answer: str | Sequence[str] | None) -> Verdict:
    texts = [answer] if isinstance(answer, str) else list(answer or ())
    texts = [text.strip() for text in texts if text.strip()]
    if not texts:
        return Verdict(Fraction(0), "No answer was given.", is_read=False)
    return question.judge(texts)
