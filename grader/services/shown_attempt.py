"""What may be seen of an attempt at a quiz: questions at once, right and wrong when the quiz's policy says so.

The staff sees what an attempt earned, and why, as soon as it is finished. While it is open, its student is told which
answers can't be read: they may be written again.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from grader.domain.quiz import complaint, draw, mark
from grader.domain.scoring import ItemKind
from grader.services.terms import is_over, terms_of

if TYPE_CHECKING:
    from datetime import datetime
    from fractions import Fraction

    from grader.domain.attempt import Attempt
    from grader.domain.people import Course, Enrolment, User
    from grader.domain.questions import Answer, Drawn, Kind, Shown
    from grader.domain.quiz import Marked, Quiz
    from grader.domain.quiz_policy import QuizPolicy
    from grader.domain.scoring import Score
    from grader.ports import UnitOfWork


@dataclass(frozen=True)
class AskedQuestion:
    """A question as its student sees it.

    *marked* is None until the policy tells; *right_answer* until nothing can be gained by it any more, too. *unread*
    says what is wrong with the form of an answer that can still be changed, whether it be right or not.
    """

    slug: str
    kind: Kind
    prompt: str
    points: int
    shown: Shown
    answer: Answer | None
    marked: Marked | None
    right_answer: Answer | None
    unread: str | None = None

    @property
    def is_answered(self) -> bool:
        """Whether something was said; what is blank was taken back."""
        return any(text.strip() for text in ([self.answer] if isinstance(self.answer, str) else self.answer or ()))


@dataclass(frozen=True)
class AttemptView:
    """An attempt with its questions; *points* is None until it is finished, *student* for the student's own eyes."""

    attempt: Attempt
    course: Course
    title: str
    policy: QuizPolicy
    questions: tuple[AskedQuestion, ...]
    points: Fraction | None
    max_points: int
    student: User | None = None

    @property
    def unanswered(self) -> tuple[AskedQuestion, ...]:
        """The questions to which nothing was said."""
        return tuple(question for question in self.questions if not question.is_answered)


def show(
    uow: UnitOfWork, course: Course, quiz: Quiz, attempt: Attempt, *, viewer: Enrolment, now: datetime
) -> AttemptView:
    """Return what *viewer*, its student or staff of the course, may see of *attempt* at *now*."""
    terms = terms_of(uow, course.id, attempt.enrolment_id, ItemKind.QUIZ, quiz.slug, attempts=quiz.policy.attempts)
    quiz = replace(quiz, policy=replace(quiz.policy, attempts=terms.attempts))
    policy, finished, closed = quiz.policy, attempt.finished is not None, is_over(terms, course, now)
    over = closed or _used_up(uow, quiz, attempt)
    answers = uow.attempts.answers(attempt.id)

    def asked(question: Drawn) -> AskedQuestion:
        answer = answers.get(question.slug)
        told = policy.tells(answered=answer is not None, finished=finished, is_over=over, closed=closed)
        if viewer.role.is_staff:
            told = finished
        final = told and finished and (over or viewer.role.is_staff)
        return AskedQuestion(
            slug=question.slug,
            kind=question.kind,
            prompt=question.prompt,
            points=question.points,
            shown=question.shown(),
            answer=answer,
            marked=mark(question, answer, partial_credit=policy.partial_credit) if told else None,
            right_answer=question.right_answer if final else None,
            unread=None if finished or not answer else complaint(question, answer),
        )

    questions = tuple(asked(question) for question in draw(quiz, attempt.seed))
    score = _score(uow, attempt) if finished else None
    return AttemptView(
        attempt=attempt,
        course=course,
        title=quiz.title,
        policy=policy,
        questions=questions,
        points=score.points if score else None,
        max_points=score.max_points if score else quiz.max_points,
        student=None if viewer.id == attempt.enrolment_id else _student(uow, attempt),
    )


def _used_up(uow: UnitOfWork, quiz: Quiz, attempt: Attempt) -> bool:
    """Whether no attempt of this student is open or can follow."""
    made = uow.attempts.of_enrolment(attempt.enrolment_id, attempt.quiz)
    return quiz.policy.used_up(len(made)) and all(each.finished for each in made)


def _score(uow: UnitOfWork, attempt: Attempt) -> Score | None:
    """Return what the attempt earned when it was finished, whatever its quiz has become since."""
    scores = uow.attempts.scores(attempt.enrolment_id, attempt.quiz)
    return next((score for score in scores if score.attempt_id == attempt.id), None)


def _student(uow: UnitOfWork, attempt: Attempt) -> User:
    return uow.users.get(uow.enrolments.get(attempt.enrolment_id).user_id)
