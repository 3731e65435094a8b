"""What a student is writing: saved as it changes, and told what is wrong with it before it is handed in."""

from __future__ import annotations

from typing import TYPE_CHECKING

from grader.domain.errors import Invalid
from grader.services.enrol import member
from grader.services.submit import parse_source

if TYPE_CHECKING:
    from grader.domain.people import User
    from grader.domain.submission import Draft
    from grader.ports import Catalogue, Clock, UnitOfWork


def save(
    uow: UnitOfWork,
    clock: Clock,
    catalogue: Catalogue,
    *,
    user: User,
    course_slug: str,
    exercise_slug: str,
    source: str,
) -> Invalid | None:
    """Keep *source* over any earlier draft; return why it could not be handed in as it is, None when it could.

    Raises NotFound (no such course or exercise), TooLarge and Invalid (what no database keeps: a NUL byte). A draft
    need not be valid Python.
    """
    with uow.reading():
        course, enrolment = member(uow, user, course_slug)
    exercise = catalogue.exercise(course.lesson, exercise_slug)
    problem = None
    try:
        parse_source(source.encode("utf-8", "surrogatepass"), limit_kib=exercise.limits.source_kib)
    except Invalid as error:
        if "\0" in source:
            raise
        problem = error
    with uow.writing():
        uow.drafts.put(enrolment.id, exercise.slug, source, when=clock.now())
        uow.commit()
    return problem


def load(uow: UnitOfWork, *, user: User, course_slug: str, exercise_slug: str) -> Draft | None:
    """Return the user's draft for an exercise, None when there is none."""
    with uow.reading():
        _, enrolment = member(uow, user, course_slug)
        return uow.drafts.find(enrolment.id, exercise_slug)
