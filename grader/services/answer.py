"""Answer questions of an attempt: each answer is saved at once, the latest wins.

Where each answer is told at once, the first counts. An answer that comes too late finishes the attempt with what was
saved before.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeAlias

from grader.domain.errors import Conflict, Invalid, Mistake, NotFound
from grader.domain.quiz import complaint, draw
from grader.domain.quiz_policy import Reveal
from grader.services.quiz import close, own, require_open, require_unfinished
from grader.services.shown_attempt import AttemptView, show
from grader.services.terms import quiz_on_terms

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import datetime

    from grader.domain.attempt import Attempt
    from grader.domain.people import User
    from grader.domain.questions import Drawn
    from grader.domain.quiz import Quiz
    from grader.ports import Catalogue, Clock, UnitOfWork

Said: TypeAlias = "str | Sequence[str]"

_LONGEST = 2000  # characters, over all parts and their ends


def answer(
    uow: UnitOfWork,
    clock: Clock,
    quizzes: Catalogue,
    *,
    user: User,
    attempt_id: int,
    question: str,
    value: Said,
) -> AttemptView:
    """Save an answer to one question; Conflict after the end, NotFound for another's attempt."""
    shown, problems = answer_each(uow, clock, quizzes, user=user, attempt_id=attempt_id, answers={question: value})
    for problem in problems.values():
        raise problem
    return shown


def answer_each(
    uow: UnitOfWork,
    clock: Clock,
    quizzes: Catalogue,
    *,
    user: User,
    attempt_id: int,
    answers: Mapping[str, Said],
) -> tuple[AttemptView, Mapping[str, Mistake]]:
    """Save each answer that can be saved; return what is wrong with the others, by question.

    Conflict after the end, NotFound for another's attempt.
    """
    now = clock.now()
    problems: dict[str, Mistake] = {}
    with uow.writing():
        attempt, enrolment, course = own(uow, user, attempt_id)
        quiz, terms = quiz_on_terms(uow, course, enrolment, quizzes.quiz(course.lesson, attempt.quiz))
        if attempt.is_overdue(now):
            attempt = close(uow, course, quiz, attempt, now)
        else:
            require_open(course, now)
            require_unfinished(attempt)
            terms.require_taken(quiz.slug, now, course.closes)
            problems = _save_each(uow, quiz, attempt, answers, now=now)
        shown = show(uow, course, quiz, attempt, viewer=enrolment, now=now)
        uow.commit()
    require_unfinished(attempt)
    return shown, problems


def _save_each(
    uow: UnitOfWork, quiz: Quiz, attempt: Attempt, answers: Mapping[str, Said], *, now: datetime
) -> dict[str, Mistake]:
    asked = {each.slug: each for each in draw(quiz, attempt.seed)}
    saved = uow.attempts.answers(attempt.id) if quiz.policy.answers is Reveal.AFTER_EACH else None
    problems: dict[str, Mistake] = {}
    for question, value in answers.items():
        try:
            _require_sound(value)
            if question not in asked:
                raise NotFound(f"there is no question {question!r}; there are: {', '.join(asked)}")
            if saved is None or _is_first(asked[question], saved.get(question), value):
                uow.attempts.answer(attempt.id, question, value, when=now)
        except Mistake as problem:
            problems[question] = problem
    return problems


def _is_first(asked: Drawn, before: Said | None, value: Said) -> bool:
    """Whether *value* is the first answer, which counts; False for the same again: who sent it did not hear us."""
    if before is None and (wrong_form := complaint(asked, value)) is not None:
        raise Invalid(wrong_form, field="answer")
    if before is not None and before != (value if isinstance(value, str) else list(value)):
        raise Conflict("this question is answered, and you were told about it: its answer can't be changed")
    return before is None


def _require_sound(value: Said) -> None:
    text = value if isinstance(value, str) else "\n".join(value)  # an empty part takes room, too
    if len(text) > _LONGEST:
        raise Invalid(f"an answer has at most {_LONGEST:,} characters", field="answer")
    if "\0" in text:  # PostgreSQL can't keep it
        raise Invalid("an answer can't have a NUL character", field="answer")
