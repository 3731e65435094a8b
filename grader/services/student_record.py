"""All that a course knows of one student, for its staff: grades and how they came about, terms, every piece of work."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING

from grader.domain.arrangement import Arrangement
from grader.domain.assignment import Terms
from grader.domain.gradebook import most, weighted
from grader.domain.permissions import Action
from grader.domain.scoring import ItemKind
from grader.services.assignments import student_of
from grader.services.enrol import allowed
from grader.services.gradebook import columns_of, items_of, neighbours

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import datetime
    from fractions import Fraction

    from grader.domain.assignment import Extension
    from grader.domain.gradebook import Item
    from grader.domain.people import Course, Enrolment, Role, User
    from grader.domain.scoring import Grade, GradeChange, Override, Score
    from grader.domain.submission import State
    from grader.ports import Catalogue, UnitOfWork
    from grader.services.gradebook import Neighbours

_EVERYBODY = Arrangement()


@dataclass(frozen=True)
class Work:
    """A submission or an attempt at a quiz; *score* is None until it is marked, *state* is a submission's."""

    id: int
    made: datetime
    score: Score | None
    state: State | None = None


@dataclass(frozen=True)
class ItemRecord:
    """A student's item: what counts and why. *works* are newest first, *overrides* and *changes* oldest first."""

    item: Item
    grade: Grade | None
    terms: Terms  # the student's, with their extension
    extension: Extension | None
    overrides: Sequence[Override]
    works: Sequence[Work]
    changes: Sequence[GradeChange]

    @property
    def by_hand(self) -> Override | None:
        """The override that counts."""
        override_id = self.grade.override_id if self.grade else None
        return next((each for each in self.overrides if each.id == override_id), None)


@dataclass(frozen=True)
class StudentRecord:
    """A student in a course; *points* and *max_points* are summed by weight, *role* is the viewer's."""

    course: Course
    role: Role
    student: User
    enrolment: Enrolment
    items: Sequence[ItemRecord]
    points: Fraction
    max_points: Fraction
    around: Neighbours


def student_record(
    uow: UnitOfWork,
    catalogue: Catalogue,
    *,
    user: User,
    course_slug: str,
    login: str,
    wanted: Arrangement = _EVERYBODY,
) -> StudentRecord:
    """Return a student's record; who stands around them is as in the gradebook that is *wanted*.

    Forbidden for students, NotFound when there is or was no such student.
    """
    with uow.reading():
        course, viewer = allowed(uow, user, course_slug, Action.SEE_GRADES)
        student, enrolment = student_of(uow, course, login)
        columns = columns_of(uow.grades.of_enrolment(enrolment.id))
        items = items_of(uow, catalogue, course, columns)
        grades = [columns.get((item.kind, item.slug), {}).get(enrolment.id) for item in items]
        parts = _read(uow, course, enrolment)
        return StudentRecord(
            course,
            viewer.role,
            student,
            enrolment,
            [parts.record(item, grade) for item, grade in zip(items, grades, strict=True)],
            points=weighted(grades, [item.factor.as_integer_ratio() for item in items]),
            max_points=most(items),
            around=neighbours(uow, catalogue, course, student, wanted),
        )


_Place = tuple[ItemKind, str]


@dataclass(frozen=True)
class _Parts:
    """What is kept of a student, by item."""

    terms: Mapping[_Place, Terms]
    extensions: Mapping[_Place, Extension]
    overrides: Mapping[_Place, list[Override]]
    works: Mapping[_Place, list[Work]]
    changes: Mapping[_Place, list[GradeChange]]

    def record(self, item: Item, grade: Grade | None) -> ItemRecord:
        """Return what concerns one item."""
        place = item.kind, item.slug
        extension, terms = self.extensions.get(place), self.terms.get(place, Terms())
        return ItemRecord(
            item,
            grade,
            extension.of(terms) if extension else terms,
            extension,
            self.overrides[place],
            self.works[place],
            self.changes[place],
        )


def _read(uow: UnitOfWork, course: Course, enrolment: Enrolment) -> _Parts:
    overrides: defaultdict[_Place, list[Override]] = defaultdict(list)
    for override in uow.overrides.of_enrolment(enrolment.id):
        overrides[override.kind, override.item].append(override)
    changes: defaultdict[_Place, list[GradeChange]] = defaultdict(list)
    for change in uow.history.of_enrolment(enrolment.id):
        changes[change.grade.kind, change.grade.item].append(change)
    terms = {place: each.terms for place, each in uow.assignments.of_course(course.id).items()}
    return _Parts(terms, uow.assignments.extensions_of(enrolment.id), overrides, _works(uow, enrolment), changes)


def _works(uow: UnitOfWork, enrolment: Enrolment) -> Mapping[_Place, list[Work]]:
    works: defaultdict[_Place, list[Work]] = defaultdict(list)
    scores = {score.attempt_id: score for score in uow.runs.scores(enrolment.id)}
    for each in uow.submissions.of_enrolment(enrolment.id):
        work = Work(each.id, each.submitted, scores.get(each.id), each.state)
        works[ItemKind.EXERCISE, each.exercise].append(work)
    marks = {score.attempt_id: score for score in uow.attempts.scores(enrolment.id)}
    for attempt in reversed(uow.attempts.of_enrolment(enrolment.id)):
        works[ItemKind.QUIZ, attempt.quiz].append(Work(attempt.id, attempt.started, marks.get(attempt.id)))
    return works
