"""A course's assignments: what each item's terms are, changing them, giving one student more time or attempts.

Whatever changes terms makes the grades that rest on them anew, in the same transaction.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from grader.domain.assignment import MOST_ATTEMPTS, Assignment, Terms
from grader.domain.audit import Deed
from grader.domain.errors import Invalid, NotFound
from grader.domain.people import Role
from grader.domain.permissions import Action
from grader.domain.scoring import Cause, ItemKind, Keep
from grader.services import notify
from grader.services.enrol import allowed
from grader.services.settle import settle

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from datetime import datetime

    from grader.domain.assignment import Extension
    from grader.domain.people import Course, Enrolment, User
    from grader.domain.quiz import Quiz
    from grader.ports import Catalogue, Clock, UnitOfWork

_LONGEST_REASON = 500  # characters


@dataclass(frozen=True)
class Item:
    """A quiz or an exercise of the course's lesson, as far as terms go; *keep* and *attempts* are its own."""

    kind: ItemKind
    slug: str
    title: str
    max_points: int
    keep: Keep
    attempts: int | None


@dataclass(frozen=True)
class AssignmentView:
    """An item with everybody's terms, and who has others."""

    item: Item
    terms: Terms
    is_set: bool  # somebody set the terms; else they are the usual ones
    extensions: Sequence[tuple[User, Extension]]


@dataclass(frozen=True)
class Plan:
    """All assignments of a course, in the lesson's order."""

    course: Course
    role: Role
    assignments: Sequence[AssignmentView]
    students: Sequence[User]

    def find(self, kind: ItemKind, slug: str) -> AssignmentView:
        """Return one of them; NotFound when there is none."""
        found = next((each for each in self.assignments if (each.item.kind, each.item.slug) == (kind, slug)), None)
        if found is None:
            raise NotFound(f"there is no {kind.value} {slug!r} in this course")
        return found


def plan(uow: UnitOfWork, catalogue: Catalogue, *, user: User, course_slug: str) -> Plan:
    """Return the course's assignments; Forbidden for students."""
    with uow.reading():
        course, enrolment = allowed(uow, user, course_slug, Action.SEE_WORK)
        kept = uow.assignments.of_course(course.id)
        people = uow.enrolments.of_course(course.id)
        extensions = uow.assignments.extensions(course.id)
    names = {each.id: person for each, person in people}

    def view(item: Item) -> AssignmentView:
        found = kept.get((item.kind, item.slug))
        others = [
            (names[of], extension)
            for (of, kind, slug), extension in extensions.items()
            if (kind, slug) == (item.kind, item.slug)
        ]
        terms = found.terms if found else Terms()
        return AssignmentView(item, terms, found is not None, sorted(others, key=lambda each: each[0].name))

    students = [person for each, person in people if each.role is Role.STUDENT and each.is_active]
    return Plan(course, enrolment.role, [view(item) for item in items(catalogue, course.lesson)], students)


def set_terms(
    uow: UnitOfWork,
    clock: Clock,
    catalogue: Catalogue,
    *,
    user: User,
    course_slug: str,
    kind: ItemKind,
    slug: str,
    terms: Terms,
) -> int:
    """Keep new terms for an item and return how many grades changed by it; Forbidden for all but instructors."""
    now = clock.now()
    with uow.writing():
        course, _ = allowed(uow, user, course_slug, Action.CHANGE_COURSE)
        changed = change_terms(uow, course, item_of(catalogue, course.lesson, kind, slug), lambda _: terms, now)
        uow.commit()
    return changed


def change_terms(
    uow: UnitOfWork, course: Course, item: Item, change: Callable[[Terms], Terms | None], now: datetime
) -> int:
    """Make an item's terms what *change* makes of them, None for no change; return how many grades changed by it.

    For use inside an open unit of work.
    """
    uow.enrolments.hold_all(course.id)  # a grade that is made meanwhile rests on the new terms, or is made anew
    place = item.kind, item.slug
    before = uow.assignments.find(course.id, *place).terms
    terms = change(before)
    if terms is None:
        return 0
    uow.assignments.put(Assignment(course.id, *place, terms))
    marked = [grade.enrolment_id for grade in uow.grades.of_course(course.id) if (grade.kind, grade.item) == place]
    changed = sum(_settle(uow, course, item, each, now) for each in sorted(marked))
    uow.audit.add(
        Deed.ASSIGNMENT_SET,
        when=now,
        what=f"{item.kind.value} {item.slug}",
        course_id=course.id,
        detail=_difference(before, terms),
    )
    return changed


def extend(
    uow: UnitOfWork,
    clock: Clock,
    catalogue: Catalogue,
    *,
    user: User,
    course_slug: str,
    login: str,
    kind: ItemKind,
    slug: str,
    extension: Extension | None,
) -> bool:
    """Give a student other terms for one item, or with None everybody's again; return whether a grade changed.

    Invalid without a reason, or when nothing is extended; NotFound when no such student is in the course.
    """
    now = clock.now()
    if extension is not None:
        _check(extension)
    with uow.writing():
        course, _ = allowed(uow, user, course_slug, Action.EXTEND)
        item = item_of(catalogue, course.lesson, kind, slug)
        student, enrolment = student_of(uow, course, login)
        uow.enrolments.hold(enrolment.id)
        before = uow.assignments.extension(enrolment.id, kind, slug)
        uow.assignments.extend(enrolment.id, kind, slug, extension)
        changed = uow.grades.find(enrolment.id, kind, slug) is not None and _settle(
            uow, course, item, enrolment.id, now
        )
        uow.audit.add(
            Deed.EXTENSION_ENDED if extension is None else Deed.EXTENDED,
            when=now,
            what=f"{kind.value} {slug}",
            course_id=course.id,
            user_id=student.id,
            detail=_difference(before, extension),
        )
        uow.commit()
    return changed


def items(catalogue: Catalogue, lesson: str) -> Sequence[Item]:
    """Return what a lesson holds, exercises first."""
    exercises = [
        Item(ItemKind.EXERCISE, each.slug, each.title, each.max_points, Keep.BEST, None)
        for each in catalogue.exercises(lesson)
    ]
    return [*exercises, *(_quiz(each) for each in catalogue.quizzes(lesson))]


def item_of(catalogue: Catalogue, lesson: str, kind: ItemKind, slug: str) -> Item:
    """Return one item of a lesson; NotFound when it has none of that name."""
    if kind is ItemKind.QUIZ:
        return _quiz(catalogue.quiz(lesson, slug))
    found = catalogue.exercise(lesson, slug)
    return Item(kind, found.slug, found.title, found.max_points, Keep.BEST, None)


def student_of(uow: UnitOfWork, course: Course, login: str) -> tuple[User, Enrolment]:
    """Return who is or was a student of *course* under this login; NotFound when nobody is."""
    user = uow.users.by_login(login.strip().lower())
    enrolment = uow.enrolments.find(user.id, course.id) if user else None
    if user is None or enrolment is None or enrolment.role is not Role.STUDENT:
        raise NotFound(f"there is no student {login!r} in {course.slug!r}")
    return user, enrolment


def _quiz(quiz: Quiz) -> Item:
    return Item(ItemKind.QUIZ, quiz.slug, quiz.title, quiz.max_points, quiz.policy.counts, quiz.policy.attempts)


def _settle(uow: UnitOfWork, course: Course, item: Item, enrolment_id: int, now: datetime) -> bool:
    before = uow.grades.find(enrolment_id, item.kind, item.slug)
    after = settle(
        uow,
        course_id=course.id,
        enrolment_id=enrolment_id,
        kind=item.kind,
        item=item.slug,
        cause=Cause.TERMS,
        now=now,
        usual=item.keep,
    )
    changed = (before and before.points) != (after and after.points)
    if changed:
        notify.terms_changed(uow, course, (item.kind, item.slug), enrolment_id, now)
    return changed


def _check(extension: Extension) -> None:
    if not 0 < len(extension.reason.strip()) <= _LONGEST_REASON:
        raise Invalid(f"give a reason of 1 to {_LONGEST_REASON} characters: others will ask", field="reason")
    if not 0 <= extension.attempts <= MOST_ATTEMPTS:
        raise Invalid(f"more attempts must be from 0 to {MOST_ATTEMPTS}", field="attempts")
    if extension.due is None and extension.closes is None and not extension.attempts:
        raise Invalid("say what is extended: a later due date, a later end or more attempts", field="due")


def _difference(before: object, after: object) -> Mapping[str, str]:
    """Return each field that differs, as "old → new", for the audit log."""
    old, new = (vars(each) if each is not None else {} for each in (before, after))
    said = {name: (_said(old.get(name)), _said(new.get(name))) for name in [*new, *(set(old) - set(new))]}
    return {name: f"{was} → {is_}" for name, (was, is_) in said.items() if was != is_}


def _said(value: object) -> str:
    if value is None:
        return "–"
    return str(getattr(value, "value", value))
