"""What a webhook may change in its endpoint's course: students, assistants, terms, submissions; never instructors."""

from __future__ import annotations

from contextlib import contextmanager
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, TypeAlias

from grader.domain.audit import Deed
from grader.domain.errors import Forbidden, Invalid, NotFound
from grader.domain.lms.incoming import AssignmentUpdated, EnrolmentRemoved, EnrolmentUpserted, SubmissionCreated
from grader.domain.naming import parse_login
from grader.domain.people import Role
from grader.domain.roster import Kind, removal
from grader.services import roster, submit
from grader.services.assignments import change_terms, item_of, student_of

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping
    from datetime import datetime

    from grader.domain.assignment import Terms
    from grader.domain.lms.incoming import Incoming
    from grader.domain.people import Course, User
    from grader.domain.roster import Change as RosterChange
    from grader.ports import Catalogue, UnitOfWork


@dataclass(frozen=True)
class Done:
    """What came of a message: what its answer tells, the submission that it handed in, and the run to ring for."""

    told: Mapping[str, object]
    submission_id: int | None = None
    run_id: int | None = None


Change: TypeAlias = "Callable[[UnitOfWork, Course, datetime], Done]"
"""To be made inside an open unit of work."""


def prepared(message: Incoming, catalogue: Catalogue, lesson: str, admit: Callable[[User], None]) -> Change:
    """Return the change that a message asks for, as far as it can be looked at without the database's records.

    Invalid names the field of its data.
    """
    match message:
        case EnrolmentUpserted():
            return _upsert(message)
        case EnrolmentRemoved():
            return _remove(message)
        case AssignmentUpdated():
            return _terms(message, catalogue, lesson)
        case SubmissionCreated():
            return _hand_in(message, catalogue, lesson, admit)


def _upsert(message: EnrolmentUpserted) -> Change:
    line = roster.line_of(message.login, name=message.name, role=message.role, section=message.section)

    def change(uow: UnitOfWork, course: Course, now: datetime) -> Done:
        uow.enrolments.hold_all(course.id)
        found = roster.change_of(uow, course, line, by=None)
        return _written(uow, course, found, now)

    return change


def _remove(message: EnrolmentRemoved) -> Change:
    login = parse_login(message.login)

    def change(uow: UnitOfWork, course: Course, now: datetime) -> Done:
        uow.enrolments.hold_all(course.id)
        member = next((each for each in uow.rosters.members(course.id) if each.user.login == login), None)
        if member is None:
            raise Invalid(f"there is no {login!r} in this course, and there never was", field="login")
        if not member.enrolment.is_active:  # an LMS may say so twice
            return Done({"login": login, "change": Kind.UNCHANGED.value})
        return _written(uow, course, removal(member), now)

    return change


def _written(uow: UnitOfWork, course: Course, change: RosterChange, now: datetime) -> Done:
    if any(place and place.role is Role.INSTRUCTOR for place in (change.before, change.after)):
        raise Forbidden(f"{change.login!r} is an instructor of this course: only instructors may change that")
    roster.write(uow, course, [change], now)
    return Done({"login": change.login, "change": change.kind.value})


def _terms(message: AssignmentUpdated, catalogue: Catalogue, lesson: str) -> Change:
    with _about("item"):
        item = item_of(catalogue, lesson, message.kind, message.item)
    changes: Mapping[str, Any] = message.changes

    def changed(before: Terms) -> Terms | None:
        after = replace(before, **changes)
        return None if after == before else after

    def change(uow: UnitOfWork, course: Course, now: datetime) -> Done:
        grades = change_terms(uow, course, item, changed, now)
        return Done({"kind": message.kind.value, "item": item.slug, "changed_grades": grades})

    return change


def _hand_in(message: SubmissionCreated, catalogue: Catalogue, lesson: str, admit: Callable[[User], None]) -> Change:
    login = parse_login(message.login)
    with _about("exercise"):
        exercise = catalogue.exercise(lesson, message.exercise)
    source = submit.parse_source(message.source.encode(), limit_kib=exercise.limits.source_kib)

    def change(uow: UnitOfWork, course: Course, now: datetime) -> Done:
        with _about("login"):
            student, enrolment = student_of(uow, course, login)
        if not enrolment.is_active:
            raise Invalid(f"{login!r} has left this course", field="login")
        admit(student)
        entry = submit.entry_of(uow, course, enrolment, exercise)
        with _about("exercise"):
            entry.require_open(now)
        submission, run = submit.keep(uow, entry, source, now)
        what = f"{exercise.slug} {submission.id}"
        uow.audit.add(Deed.HANDED_IN, when=now, what=what, course_id=course.id, user_id=student.id)
        told = {"login": login, "exercise": exercise.slug, "submission": submission.id}
        return Done(told, submission.id, run.id)

    return change


@contextmanager
def _about(field: str) -> Iterator[None]:
    """Tell what is not there as a wrong value of *field*: the address was right, the body is not."""
    try:
        yield
    except NotFound as error:
        raise Invalid(str(error), field=field) from error
