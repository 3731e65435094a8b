"""Write a class into a database, as the services would have done it day by day; only the clock is another.

Events are written in order of time, many in one transaction, one transaction for each run of events of one person.
"""

from __future__ import annotations

from dataclasses import replace
from itertools import groupby, islice
from typing import TYPE_CHECKING

from grader.cli.demo_class import events, staff, work
from grader.cli.demo_class.book import Book, Place
from grader.cli.demo_class.people import INSTRUCTOR
from grader.domain.assignment import Assignment
from grader.domain.audit import Origin

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from grader.cli.demo_class.month import Class
    from grader.domain.people import Course
    from grader.domain.quiz import Quiz
    from grader.ports import UnitOfWork

TITLE = "Deep learning, in term"
_AT_ONCE = 200  # events in one transaction
_ADDRESS = "192.0.2.10"  # of nobody: such addresses are kept for documents


def seed(
    make_uow: Callable[[], UnitOfWork],
    made: Class,
    *,
    course: str,
    lesson: str,
    quizzes: Sequence[Quiz],
    done: Callable[[int], None] = lambda _: None,
) -> Course:
    """Make a course with a class in it and return it; *done* hears how many events were written, time by time.

    Conflict when there is such a course.
    """
    book = _enrolled(make_uow(), made, course, lesson, quizzes)
    for actor, group in groupby(made.events, key=events.actor):
        while batch := list(islice(group, _AT_ONCE)):
            uow = make_uow()
            uow.origin = _origin(actor)
            with uow.writing():
                for event in batch:
                    write(book, uow, event)
                uow.commit()
            done(len(batch))
    return book.course


def write(book: Book, uow: UnitOfWork, event: events.Event) -> None:  # noqa: C901 - one case for each kind
    """Write one event into an open unit of work."""
    match event:
        case events.HandedIn():
            work.hand_in(book, uow, event)
        case events.Draft():
            work.draft(book, uow, event)
        case events.Answered():
            work.answer(book, uow, event)
        case events.Extended():
            staff.extend(book, uow, event)
        case events.Overridden():
            staff.override(book, uow, event)
        case events.Withdrawn():
            staff.withdraw(book, uow, event)
        case events.Commented():
            staff.comment(book, uow, event)
        case events.Left():
            staff.leave(book, uow, event)
        case events.Noted():
            staff.note(book, uow, event)
        case events.Regraded():
            staff.regrade(book, uow, event)


def _origin(actor: str) -> Origin:
    return Origin(actor, "page", _ADDRESS) if actor else Origin()


def _enrolled(uow: UnitOfWork, made: Class, slug: str, lesson: str, quizzes: Sequence[Quiz]) -> Book:
    """Keep the course, its people and its assignments."""
    uow.origin = _origin(INSTRUCTOR)
    with uow.writing():
        course = uow.courses.add(slug, TITLE, lesson, closes=None)
        places = dict(_places(uow, course, made))
        for item in made.items:
            uow.assignments.put(Assignment(course.id, item.kind, item.slug, item.terms))
        uow.commit()
    return Book(course, places, {quiz.slug: quiz for quiz in quizzes})


def _places(uow: UnitOfWork, course: Course, made: Class) -> Iterator[tuple[str, Place]]:
    for person in made.people:
        user = uow.users.add(person.login, person.name)
        enrolment = uow.enrolments.add(user.id, course.id, person.role)
        if person.section:
            uow.enrolments.change(replace(enrolment, section=person.section))
        yield person.login, Place(user, enrolment.id)
