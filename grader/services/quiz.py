"""An attempt at a quiz: start, answer, finish, look at it.

Questions are drawn again from the attempt's seed whenever they are needed. Each answer is saved at once, the
latest wins; marks and explanations are shown only after the end.
"""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from fractions import Fraction
from typing import TYPE_CHECKING

from grader.domain.errors import Conflict, Invalid, NotFound
from grader.domain.quiz import draw, mark
from grader.domain.scoring import ItemKind, Policy, Score
from grader.services.enrol import member, owner_and_viewer

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from grader.domain.attempt import Attempt
    from grader.domain.people import Course, User
    from grader.domain.quiz import DrawnQuestion, Kind, Marked, Quiz
    from grader.ports import Catalogue, Clock, UnitOfWork

_LONGEST_ANSWER = 2000  # characters, over all parts
BEST_ATTEMPT = Policy()


@dataclass(frozen=True)
class AskedQuestion:
    """A question as its student sees it; *marked* is None until the attempt is finished."""

    slug: str
    kind: Kind
    prompt: str
    points: int
    choices: tuple[tuple[str, str], ...]  # key and text
    answer: str | list[str] | None
    marked: Marked | None


@dataclass(frozen=True)
class AttemptView:
    """An attempt with its questions; *points* is None until it is finished."""

    attempt: Attempt
    course: Course
    title: str
    questions: tuple[AskedQuestion, ...]
    points: Fraction | None
    max_points: int


def start(
    uow: UnitOfWork,
    clock: Clock,
    quizzes: Catalogue,
    *,
    user: User,
    course_slug: str,
    quiz_slug: str,
    new_seed: Callable[[], str] = secrets.token_hex,
) -> AttemptView:
    """Start an attempt, or go on with the one that is open; Conflict when the course is closed."""
    now = clock.now()
    with uow.writing():
        course, enrolment = member(uow, user, course_slug)
        _require_open(course, clock)
        quiz = quizzes.quiz(course.lesson, quiz_slug)
        uow.enrolments.hold(enrolment.id)  # a double click starts one attempt
        unfinished = [attempt for attempt in uow.attempts.of_enrolment(enrolment.id, quiz.slug) if not attempt.finished]
        attempt = (
            unfinished[0] if unfinished else uow.attempts.add(enrolment.id, quiz.slug, seed=new_seed(), started=now)
        )
        shown = _shown(uow, course, quiz, attempt)
        uow.commit()
    return shown


def answer(
    uow: UnitOfWork,
    clock: Clock,
    quizzes: Catalogue,
    *,
    user: User,
    attempt_id: int,
    question: str,
    value: str | Sequence[str],
) -> AttemptView:
    """Save an answer to one question; Conflict after the end, NotFound for another's attempt."""
    if len(value if isinstance(value, str) else "".join(value)) > _LONGEST_ANSWER:
        raise Invalid(f"an answer has at most {_LONGEST_ANSWER:,} characters", field="answer")
    with uow.writing():
        attempt, course = _own(uow, user, attempt_id)
        _require_open(course, clock)
        if attempt.finished:
            raise Conflict("this attempt is finished: its answers can't be changed")
        quiz = quizzes.quiz(course.lesson, attempt.quiz)
        names = [asked.slug for asked in draw(quiz, attempt.seed)]
        if question not in names:
            raise NotFound(f"there is no question {question!r}; there are: {', '.join(names)}")
        uow.attempts.answer(attempt.id, question, value, when=clock.now())
        shown = _shown(uow, course, quiz, attempt)
        uow.commit()
    return shown


def finish(
    uow: UnitOfWork,
    clock: Clock,
    quizzes: Catalogue,
    *,
    user: User,
    attempt_id: int,
    policy: Policy = BEST_ATTEMPT,
) -> AttemptView:
    """Mark the attempt and keep its grade, in a closed course too; once finished it stays as it is."""
    with uow.writing():
        attempt, course = _own(uow, user, attempt_id)
        quiz = quizzes.quiz(course.lesson, attempt.quiz)
        if not attempt.finished:
            uow.enrolments.hold(attempt.enrolment_id)
            marks = _marks(draw(quiz, attempt.seed), uow.attempts.answers(attempt.id)).values()
            points = sum((marked.points for marked in marks), Fraction(0))
            score = Score(attempt.id, clock.now(), points, sum(marked.max_points for marked in marks))
            uow.attempts.finish(attempt.id, score)
            scores = uow.attempts.scores(attempt.enrolment_id, quiz.slug)
            uow.grades.put(policy.grade(attempt.enrolment_id, ItemKind.QUIZ, quiz.slug, scores))
            attempt = uow.attempts.get(attempt.id)
        shown = _shown(uow, course, quiz, attempt)
        uow.commit()
    return shown


def view(uow: UnitOfWork, quizzes: Catalogue, *, user: User, attempt_id: int) -> AttemptView:
    """Return an attempt; NotFound unless it is the user's own or the user is its course's staff."""
    with uow.reading():
        attempt = uow.attempts.get(attempt_id)
        owner, _ = owner_and_viewer(uow, user, attempt.enrolment_id, what=f"attempt {attempt_id}")
        course = uow.courses.get(owner.course_id)
        return _shown(uow, course, quizzes.quiz(course.lesson, attempt.quiz), attempt)


def _own(uow: UnitOfWork, user: User, attempt_id: int) -> tuple[Attempt, Course]:
    """Return the user's attempt, held: its answers and its end don't overtake each other."""
    attempt = uow.attempts.hold(attempt_id)
    owner = uow.enrolments.get(attempt.enrolment_id)
    if owner.user_id != user.id:
        raise NotFound(f"there is no attempt {attempt_id}")
    return attempt, uow.courses.get(owner.course_id)


def _require_open(course: Course, clock: Clock) -> None:
    if not course.is_open(clock.now()):
        raise Conflict(f"the course {course.slug!r} is closed: it takes no more answers")


def _marks(questions: Sequence[DrawnQuestion], answers: Mapping[str, str | list[str]]) -> dict[str, Marked]:
    return {question.slug: mark(question, answers.get(question.slug)) for question in questions}


def _shown(uow: UnitOfWork, course: Course, quiz: Quiz, attempt: Attempt) -> AttemptView:
    answers = uow.attempts.answers(attempt.id)
    questions = draw(quiz, attempt.seed)
    marks = _marks(questions, answers) if attempt.finished else {}
    asked = tuple(
        AskedQuestion(
            slug=question.slug,
            kind=question.kind,
            prompt=question.prompt,
            points=question.points,
            choices=tuple((choice.key, choice.text) for choice in question.choices),
            answer=answers.get(question.slug),
            marked=marks.get(question.slug),
        )
        for question in questions
    )
    points = sum((marked.points for marked in marks.values()), Fraction(0)) if attempt.finished else None
    return AttemptView(attempt, course, quiz.title, asked, points, quiz.max_points)
