"""An attempt at a quiz: start, finish, look at it; `answer` takes what is said in between.

Questions are drawn again from the attempt's seed whenever they are needed. What is told of right and wrong, and when,
stands in `shown_attempt`; whose time is up is finished by `overtime`.

Whoever changes an attempt holds its enrolment first: a student's starts, answers and ends come one after the other.
"""

from __future__ import annotations

import secrets
from dataclasses import replace
from fractions import Fraction
from typing import TYPE_CHECKING

from grader.domain.errors import Conflict, NotFound
from grader.domain.permissions import Action
from grader.domain.quiz import draw, mark
from grader.domain.scoring import Cause, ItemKind, Score
from grader.services import notify
from grader.services.enrol import allowed, owner_and_viewer
from grader.services.settle import settle
from grader.services.shown_attempt import AttemptView, show
from grader.services.terms import quiz_on_terms, require_seen

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from datetime import datetime

    from grader.domain.assignment import Terms
    from grader.domain.attempt import Attempt
    from grader.domain.people import Course, Enrolment, User
    from grader.domain.quiz import Quiz
    from grader.ports import Catalogue, Clock, UnitOfWork


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
    """Start an attempt, or go on with the open one; Conflict in a closed course, or when all attempts are used up."""
    now = clock.now()
    with uow.writing():
        course, enrolment = allowed(uow, user, course_slug, Action.TAKE_PART)
        require_open(course, now)
        quiz, terms = quiz_on_terms(uow, course, enrolment, quizzes.quiz(course.lesson, quiz_slug))
        require_seen(terms, quiz.slug, now)
        uow.enrolments.hold(enrolment.id)  # a double click starts one attempt
        made = uow.attempts.of_enrolment(enrolment.id, quiz.slug)
        going = next((each for each in made if not each.finished and not each.is_overdue(now)), None)
        for late in (each for each in made if each.is_overdue(now)):
            close(uow, course, quiz, late, now)
        if going is None:
            terms.require_taken(quiz.slug, now, course.closes)
            _require_rest(terms, quiz, made, now)
        attempt = going or _new(uow, enrolment, quiz, len(made), seed=new_seed(), now=now)
        shown = show(uow, course, quiz, attempt, viewer=enrolment, now=now) if attempt else None
        uow.commit()
    if shown is None:
        raise Conflict(f"all attempts are used up: {quiz.title!r} takes {quiz.policy.attempts}")
    return shown


def finish(uow: UnitOfWork, clock: Clock, quizzes: Catalogue, *, user: User, attempt_id: int) -> AttemptView:
    """Mark the attempt and keep its grade, in a closed course too; once finished it stays as it is."""
    now = clock.now()
    with uow.writing():
        attempt, enrolment, course = own(uow, user, attempt_id)
        quiz = quizzes.quiz(course.lesson, attempt.quiz)
        if not attempt.finished:
            attempt = close(uow, course, quiz, attempt, now)
        shown = show(uow, course, quiz, attempt, viewer=enrolment, now=now)
        uow.commit()
    return shown


def view(uow: UnitOfWork, clock: Clock, quizzes: Catalogue, *, user: User, attempt_id: int) -> AttemptView:
    """Return an attempt; NotFound unless it is the user's own or the user is its course's staff.

    If its time is up, it is finished first.
    """
    now = clock.now()
    seen, attempt = _view(uow, quizzes, user, attempt_id, now)
    if attempt.is_overdue(now):
        close_late(uow, quizzes, attempt_id, now)
        seen, _ = _view(uow, quizzes, user, attempt_id, now)
    return seen


def close(uow: UnitOfWork, course: Course, quiz: Quiz, attempt: Attempt, now: datetime) -> Attempt:
    """Finish an open attempt whose enrolment is held, and keep the grade; return it as it is then."""
    answers = uow.attempts.answers(attempt.id)
    credit = quiz.policy.partial_credit
    marks = [mark(each, answers.get(each.slug), partial_credit=credit) for each in draw(quiz, attempt.seed)]
    points = sum((marked.points for marked in marks), Fraction(0))
    score = Score(attempt.id, attempt.ended(now), points, quiz.max_points)
    uow.attempts.finish(attempt.id, score)
    grade = settle(
        uow,
        course_id=course.id,
        enrolment_id=attempt.enrolment_id,
        kind=ItemKind.QUIZ,
        item=quiz.slug,
        cause=Cause.GRADED,
        now=now,
        usual=quiz.policy.counts,
    )
    notify.quiz_finished(uow, course, attempt, score, grade, now=now)
    return uow.attempts.get(attempt.id)


def close_late(uow: UnitOfWork, quizzes: Catalogue, attempt_id: int, now: datetime) -> bool:
    """Finish an attempt whose time is up at *now*; False when it is not, or was finished meanwhile."""
    with uow.writing():
        attempt, enrolment = _held(uow, attempt_id)
        late = attempt.is_overdue(now)
        if late:
            course = uow.courses.get(enrolment.course_id)
            close(uow, course, quizzes.quiz(course.lesson, attempt.quiz), attempt, now)
            uow.commit()
    return late


def own(uow: UnitOfWork, user: User, attempt_id: int) -> tuple[Attempt, Enrolment, Course]:
    """Return the user's attempt, held: its answers and its end don't overtake each other."""
    attempt, owner = _held(uow, attempt_id)
    if owner.user_id != user.id or not user.reaches(owner.course_id):
        raise NotFound(f"there is no attempt {attempt_id}")
    return attempt, owner, uow.courses.get(owner.course_id)


def require_open(course: Course, now: datetime) -> None:
    """Conflict when *course* takes no more work."""
    if not course.is_open(now):
        raise Conflict(f"the course {course.slug!r} is closed: it takes no more answers")


def _require_rest(terms: Terms, quiz: Quiz, made: Sequence[Attempt], now: datetime) -> None:
    """LimitReached when the last attempt ended too short a time ago; how many there may be is the quiz's own rule."""
    ended = [attempt.finished or attempt.started for attempt in made]
    replace(terms, attempts=None).require_attempt(quiz.slug, ended, now)


def require_unfinished(attempt: Attempt) -> None:
    """Conflict when *attempt* takes no more answers."""
    if attempt.finished is None:
        return
    if attempt.finished == attempt.deadline:
        raise Conflict(
            f"the time was up at {attempt.deadline:%H:%M:%S} UTC: this attempt is finished with what was saved by then"
        )
    raise Conflict("this attempt is finished: its answers can't be changed")


def _new(uow: UnitOfWork, enrolment: Enrolment, quiz: Quiz, made: int, *, seed: str, now: datetime) -> Attempt | None:
    if quiz.policy.used_up(made):
        return None
    return uow.attempts.add(enrolment.id, quiz.slug, seed=seed, started=now, deadline=quiz.policy.deadline(now))


def _view(
    uow: UnitOfWork, quizzes: Catalogue, user: User, attempt_id: int, now: datetime
) -> tuple[AttemptView, Attempt]:
    with uow.reading():
        attempt = uow.attempts.get(attempt_id)
        owner, viewer = owner_and_viewer(uow, user, attempt.enrolment_id, what=f"attempt {attempt_id}")
        course = uow.courses.get(owner.course_id)
        return show(uow, course, quizzes.quiz(course.lesson, attempt.quiz), attempt, viewer=viewer, now=now), attempt


def _held(uow: UnitOfWork, attempt_id: int) -> tuple[Attempt, Enrolment]:
    owner = uow.enrolments.get(uow.attempts.get(attempt_id).enrolment_id)
    uow.enrolments.hold(owner.id)
    return uow.attempts.hold(attempt_id), owner
