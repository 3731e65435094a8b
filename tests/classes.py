"""Puts a class with its history into any storage: students, graded submissions, finished attempts at quizzes."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from fractions import Fraction
from typing import TYPE_CHECKING, TypeAlias

from grader.domain.people import Role
from grader.domain.report import Outcome
from grader.domain.scoring import Score
from tests.fakes import NOON, a_check, a_report

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from datetime import datetime

    from grader.domain.people import Enrolment
    from grader.domain.questions import Answer
    from grader.domain.report import Report
    from grader.ports import UnitOfWork

MakeUow: TypeAlias = "Callable[[], UnitOfWork]"

FULL = a_report(a_check(), a_check("no_mixing", points=1, max_points=1), misconception=None, hint=None)
PART = a_report()
"""3 of 4 points; shows that its student swaps axes."""


def wrong(points: int = 0, misconception: str | None = None, hint: str = "Think.") -> Report:
    """Return a report of *points* out of 4, which shows a misconception, or none."""
    told = hint if misconception else None
    lost = a_check(points=points, max_points=4, outcome=Outcome.WRONG, misconception=misconception, hint=told)
    return a_report(lost, misconception=misconception, hint=told)


def join(make_uow: MakeUow, login: str, role: Role = Role.STUDENT) -> None:
    """Put a new person into "spring"."""
    with make_uow().writing() as uow:
        course = uow.courses.by_slug("spring")
        assert course
        uow.enrolments.add(uow.users.add(login, login.title()).id, course.id, role)
        uow.commit()


def leave(make_uow: MakeUow, login: str) -> None:
    """End the enrolment of a student of "spring"."""
    with make_uow().writing() as uow:
        uow.enrolments.change(replace(_enrolment(uow, login), ended=NOON))
        uow.commit()


def grade(
    make_uow: MakeUow, login: str, report: Report, *, when: datetime = NOON, exercise: str = "pointwise-conv"
) -> int:
    """Keep a graded submission of a student of "spring"; return its number."""
    with make_uow().writing() as uow:
        submission = uow.submissions.add(_enrolment(uow, login).id, exercise, "x = 1\n", submitted=when)
        run = uow.runs.add(submission.id, queued=when)
        assert uow.runs.claim(run.id, "key", node="n", now=when, lease_until=when + timedelta(minutes=1))
        assert uow.runs.finish(run.id, "key", report, finished=when)
        uow.commit()
    return submission.id


def attempt(
    make_uow: MakeUow, login: str, answers: Mapping[str, Answer], *, quiz: str = "weights", seed: str = "seed"
) -> int:
    """Keep a finished attempt of a student of "spring", of no points; return its number."""
    with make_uow().writing() as uow:
        made = uow.attempts.add(_enrolment(uow, login).id, quiz, seed=seed, started=NOON)
        for question, value in answers.items():
            uow.attempts.answer(made.id, question, value, when=NOON)
        uow.attempts.finish(made.id, Score(made.id, NOON, Fraction(0), 3))
        uow.commit()
    return made.id


def _enrolment(uow: UnitOfWork, login: str) -> Enrolment:
    course, user = uow.courses.by_slug("spring"), uow.users.by_login(login)
    assert course
    assert user
    found = uow.enrolments.find(user.id, course.id)
    assert found
    return found
