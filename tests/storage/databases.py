"""What the storage tests put into a database before they begin."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeAlias

from grader.domain.people import Role
from tests.fakes import NOON

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

    from grader.domain.people import Course, Enrolment, User
    from grader.domain.submission import Run, Submission
    from grader.ports import UnitOfWork

MakeUow: TypeAlias = "Callable[[], UnitOfWork]"


@dataclass(frozen=True)
class Enrolled:
    """Ada, a student in a course."""

    user: User
    course: Course
    enrolment: Enrolment


def enrolled(make_uow: MakeUow, login: str = "ada", slug: str = "spring") -> Enrolled:
    """Keep a student in a course of lesson "channels"; the course may be there already."""
    uow = make_uow()
    with uow.writing():
        user = uow.users.add(login, login.capitalize())
        course = uow.courses.by_slug(slug) or uow.courses.add(slug, "Spring", "channels", closes=None)
        enrolment = uow.enrolments.add(user.id, course.id, Role.STUDENT)
        uow.commit()
    return Enrolled(user, course, enrolment)


def handed_in(
    make_uow: MakeUow, enrolment: Enrolment, *, when: datetime = NOON, exercise: str = "pointwise-conv"
) -> tuple[Submission, Run]:
    """Keep a queued submission."""
    uow = make_uow()
    with uow.writing():
        submission = uow.submissions.add(enrolment.id, exercise, "x = 1\n", submitted=when)
        run = uow.runs.add(submission.id, queued=when)
        uow.commit()
    return submission, run
