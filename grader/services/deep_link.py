"""Who teaches a course picks what becomes a link in the LMS: its exercises and quizzes."""

from __future__ import annotations

from typing import TYPE_CHECKING

from grader.domain.errors import Forbidden, Invalid
from grader.domain.lms.launch import Choice
from grader.domain.scoring import ItemKind
from grader.services.enrol import member

if TYPE_CHECKING:
    from collections.abc import Sequence

    from grader.domain.lms.launch import DeepLink
    from grader.domain.lms.platform import Platform
    from grader.domain.people import Course, User
    from grader.ports import Catalogue, UnitOfWork
    from grader.ports.outside import Launches


def offered(
    uow: UnitOfWork, catalogue: Catalogue, *, user: User, course_slug: str, address: str
) -> tuple[Course, Sequence[Choice]]:
    """Return what may be picked, all of which is opened at *address*; Forbidden for students."""
    with uow.reading():
        course, enrolment = member(uow, user, course_slug)
    if not enrolment.role.is_staff:
        raise Forbidden("only who teaches this course may pick content for it")
    quizzes = [
        Choice(ItemKind.QUIZ, each.slug, each.title, each.max_points, address)
        for each in catalogue.quizzes(course.lesson)
    ]
    exercises = [
        Choice(ItemKind.EXERCISE, each.slug, each.title, each.max_points, address)
        for each in catalogue.exercises(course.lesson)
    ]
    return course, [*exercises, *quizzes]


def answer(
    launches: Launches, platform: Platform, deep_link: DeepLink, choices: Sequence[Choice], picked: Sequence[str]
) -> str:
    """Return the signed answer with what was *picked*, each named like exercise:pointwise-conv; Invalid for others."""
    known = {name_of(choice): choice for choice in choices}
    unknown = [name for name in picked if name not in known]
    if unknown:
        raise Invalid(f"there is no {unknown[0]!r} to pick", field="item")
    if not picked:
        raise Invalid("pick at least one thing", field="item")
    if len(set(picked)) > 1 and not deep_link.takes_many:
        raise Invalid("your LMS takes one thing at a time here: pick one", field="item")
    return launches.answer(platform, deep_link, [choice for name, choice in known.items() if name in picked])


def name_of(choice: Choice) -> str:
    """Return how a form names a choice."""
    return f"{choice.kind.value}:{choice.item}"
