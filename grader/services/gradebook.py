"""A course's grades for its staff: students by items, as wanted; and handing them out, which the audit log notes."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple, TypeAlias

from grader.domain.arrangement import Arrangement, arranged
from grader.domain.assignment import Terms
from grader.domain.audit import Deed
from grader.domain.gradebook import Item, Row, most, weighted
from grader.domain.people import Role
from grader.domain.permissions import Action
from grader.services import assignments
from grader.services.enrol import allowed

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from fractions import Fraction

    from grader.domain.people import Course, Enrolment, User
    from grader.domain.scoring import Grade, ItemKind, Override
    from grader.ports import Catalogue, Clock, UnitOfWork

Columns: TypeAlias = "Mapping[tuple[ItemKind, str], Mapping[int, Grade]]"
"""Grades by item, and of each item by enrolment."""

_EVERYBODY = Arrangement()


@dataclass(frozen=True)
class Gradebook:
    """Students by items; *everyone* is how many there are before any choice, *role* the reader's."""

    course: Course
    role: Role
    items: tuple[Item, ...]
    rows: tuple[Row, ...]
    sections: tuple[str, ...] = ()
    everyone: int = 0

    @property
    def max_points(self) -> Fraction:
        """The highest sum."""
        return most(self.items)


class Export(NamedTuple):
    """A gradebook that leaves the service, with the overrides that its grades name, by id."""

    book: Gradebook
    overrides: Mapping[int, Override]


class Neighbours(NamedTuple):
    """Who comes before and after a student in the gradebook, None at its ends and for who is not in it."""

    before: User | None
    after: User | None


def gradebook(
    uow: UnitOfWork, catalogue: Catalogue, *, user: User, course_slug: str, wanted: Arrangement = _EVERYBODY
) -> Gradebook:
    """Return the course's students and what counts for them, as *wanted*; Forbidden for students of the course.

    Invalid when an item is wanted that is none of it.
    """
    with uow.reading():
        return _book(uow, catalogue, user, course_slug, wanted)


def export(
    uow: UnitOfWork, clock: Clock, catalogue: Catalogue, *, user: User, course_slug: str, wanted: Arrangement, form: str
) -> Export:
    """Return what `gradebook` does, for a file of the *form* "CSV" or "JSON": who takes it is noted."""
    with uow.reading():
        book = _book(uow, catalogue, user, course_slug, wanted)
        overrides = {each.id: each for each in uow.overrides.of_course(book.course.id)}
    with uow.writing():  # apart, so that nobody waits for our reading
        what = f"{form}: {len(book.rows)} of {book.everyone} students"
        uow.audit.add(Deed.EXPORTED, when=clock.now(), what=what, course_id=book.course.id)
        uow.commit()
    return Export(book, overrides)


def neighbours(uow: UnitOfWork, catalogue: Catalogue, course: Course, student: User, wanted: Arrangement) -> Neighbours:
    """Return who stands around *student* in the gradebook as *wanted*; for use inside an open unit of work."""
    columns = columns_of(uow.grades.of_course(course.id) if wanted.needs_grades else [])
    items = items_of(uow, catalogue, course, columns)
    in_order = [row.student for row in arranged(_rows(uow, course, items, columns), items, wanted)]
    if student not in in_order:
        return Neighbours(None, None)
    place = in_order.index(student)
    before, after = in_order[:place], in_order[place + 1 :]
    return Neighbours(before[-1] if before else None, after[0] if after else None)


def _book(uow: UnitOfWork, catalogue: Catalogue, user: User, course_slug: str, wanted: Arrangement) -> Gradebook:
    course, viewer = allowed(uow, user, course_slug, Action.SEE_GRADES)
    columns = columns_of(uow.grades.of_course(course.id))
    items = items_of(uow, catalogue, course, columns)
    rows = _rows(uow, course, items, columns)
    return Gradebook(
        course,
        viewer.role,
        items,
        tuple(arranged(rows, items, wanted)),
        sections=tuple(sorted({row.section for row in rows if row.section}, key=str.casefold)),
        everyone=sum(row.ended is None or wanted.ended for row in rows),
    )


def columns_of(grades: Iterable[Grade]) -> Columns:
    """Return grades as columns; for use inside an open unit of work, like `items_of`."""
    columns: defaultdict[tuple[ItemKind, str], dict[int, Grade]] = defaultdict(dict)
    for grade in grades:
        columns[grade.kind, grade.item][grade.enrolment_id] = grade
    return columns


def items_of(uow: UnitOfWork, catalogue: Catalogue, course: Course, columns: Columns) -> tuple[Item, ...]:
    """Return what the lesson holds in order, then what was graded but is no longer in it.

    What is not offered stands there only where it has grades.
    """
    kept = uow.assignments.of_course(course.id)

    def item(kind: ItemKind, slug: str, title: str, max_points: int) -> Item:
        terms = kept[kind, slug].terms if (kind, slug) in kept else Terms()
        return Item(kind, slug, title, max_points, terms.weight, terms.offered)

    found = [
        item(each.kind, each.slug, each.title, each.max_points) for each in assignments.items(catalogue, course.lesson)
    ]
    held = {(each.kind, each.slug) for each in found}
    for kind, slug in sorted(columns.keys() - held, key=lambda place: (place[0].value, place[1])):
        found.append(item(kind, slug, slug, max(grade.max_points for grade in columns[kind, slug].values())))
    return tuple(each for each in found if each.offered or (each.kind, each.slug) in columns)


def _rows(uow: UnitOfWork, course: Course, items: Sequence[Item], columns: Columns) -> list[Row]:
    factors = [item.factor.as_integer_ratio() for item in items]
    found = [columns.get((item.kind, item.slug), {}) for item in items]

    def row(enrolment: Enrolment, student: User) -> Row:
        grades = tuple([column.get(enrolment.id) for column in found])
        return Row(student, grades, weighted(grades, factors), enrolment.section, enrolment.ended)

    people = uow.enrolments.of_course(course.id)
    return [row(enrolment, student) for enrolment, student in people if enrolment.role is Role.STUDENT]
