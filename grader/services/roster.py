"""Who is in a course: look, compare with a file, change all at once or one person by hand.

By hand is a file of one line: the same rules, the same entries in the log. A change holds at once, since whoever
looks at a course is looked up each time.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from grader.domain.audit import Deed, Note
from grader.domain.errors import Conflict, Invalid, NotFound
from grader.domain.naming import parse_login, parse_name, parse_section
from grader.domain.permissions import Action
from grader.domain.roster import Difference, Kind, Line, Sheet, compare, parse, removal
from grader.domain.spreadsheet import as_csv
from grader.services import notify
from grader.services.catch_up import catch_up
from grader.services.enrol import allowed, require

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import datetime

    from grader.domain.people import Course, Enrolment, Role, User
    from grader.domain.roster import Change, Member, Place
    from grader.ports import Clock, UnitOfWork


@dataclass(frozen=True)
class Person:
    """Somebody who is or was in the course; *active* is when they last handed in or began a quiz."""

    user: User
    enrolment: Enrolment
    has_password: bool
    active: datetime | None


@dataclass(frozen=True)
class Roster:
    """A course's people, by login."""

    course: Course
    role: Role  # the reader's
    people: Sequence[Person]

    def find(self, login: str) -> Person:
        """Return one of them; NotFound when there is none."""
        wanted = login.strip().lower()
        found = next((person for person in self.people if person.user.login == wanted), None)
        if found is None:
            raise NotFound(f"there is no {login!r} in this course")
        return found


@dataclass(frozen=True)
class Preview:
    """What a file would change."""

    course: Course
    role: Role
    difference: Difference


def roster(uow: UnitOfWork, *, user: User, course_slug: str) -> Roster:
    """Return who is and was in the course; Forbidden for students."""
    with uow.reading():
        course, enrolment = allowed(uow, user, course_slug, Action.SEE_ROSTER)
        members = uow.rosters.members(course.id)
        known, active = uow.rosters.with_password(course.id), uow.rosters.last_active(course.id)
    people = [Person(who, each, who.id in known, active.get(each.id)) for each, who in members]
    return Roster(course, enrolment.role, people)


def to_csv(found: Roster) -> str:
    """Return who is in the course now as CSV that `preview` takes; formulas start with '."""
    now = [(person.user, person.enrolment) for person in found.people if person.enrolment.is_active]
    lines = [[user.login, user.name, each.section, each.role.value] for user, each in now]
    return as_csv([["login", "name", "section", "role"], *lines])


def changeable(uow: UnitOfWork, *, user: User, course_slug: str) -> tuple[Course, Role]:
    """Return the course and the reader's role in it; Forbidden for all who may not change its roster."""
    with uow.reading():
        course, enrolment = allowed(uow, user, course_slug, Action.CHANGE_ROSTER)
    return course, enrolment.role


def preview(uow: UnitOfWork, *, user: User, course_slug: str, data: bytes, removes: bool) -> Preview:
    """Return what the file would change, writing nothing; Invalid or TooLarge for what is no roster."""
    sheet = _sheet(data)
    with uow.reading():
        course, enrolment = allowed(uow, user, course_slug, Action.CHANGE_ROSTER)
        difference = _compared(uow, course, user, sheet, removes=removes)
    return Preview(course, enrolment.role, difference)


def apply(
    uow: UnitOfWork,
    clock: Clock,
    *,
    user: User,
    course_slug: str,
    data: bytes,
    removes: bool,
    expected: str | None = None,
) -> Difference:
    """Do what the file says, all or nothing; return what that was.

    Invalid while a line is wrong; Conflict when it would do something else than what was looked at, by the fingerprint
    *expected*.
    """
    sheet = _sheet(data)
    with uow.writing():
        course = _held(uow, user, course_slug)
        difference = _compared(uow, course, user, sheet, removes=removes)
        _require_sound(difference)
        if expected is not None and expected != difference.fingerprint:
            raise Conflict("the roster has changed since you looked: look at the difference once more")
        write(uow, course, difference.changes, clock.now())
        uow.commit()
    return difference


def put(
    uow: UnitOfWork,
    clock: Clock,
    *,
    user: User,
    course_slug: str,
    login: str,
    name: str | None = None,
    role: Role | None = None,
    section: str | None = None,
) -> Change:
    """Add somebody, bring them back, or change their role or section; None leaves it as it is.

    Invalid for a new person without a name, and for one's own role.
    """
    line = line_of(login, name=name, role=role, section=section)
    with uow.writing():
        course = _held(uow, user, course_slug)
        change = change_of(uow, course, line, by=user)
        write(uow, course, [change], clock.now())
        uow.commit()
    return change


def line_of(login: str, *, name: str | None = None, role: Role | None = None, section: str | None = None) -> Line:
    """Return a roster's line for one person; None leaves a thing as it is. Invalid names what can't be so."""
    return Line(
        1,
        parse_login(login),
        parse_name(name) if name else None,
        None if section is None else parse_section(section),
        role,
    )


def change_of(uow: UnitOfWork, course: Course, line: Line, *, by: User | None) -> Change:
    """Return what one line changes, done *by* an instructor or, None, by a program; Invalid when it can't be done.

    For use inside a unit of work that holds the course's enrolments, like `write`.
    """
    difference = _compared(uow, course, by, Sheet((line,)), removes=False)
    for problem in difference.problems:
        raise Invalid(problem.message, field="role" if by and line.login == by.login else "name")
    return difference.changes[0]


def remove(uow: UnitOfWork, clock: Clock, *, user: User, course_slug: str, login: str) -> Change:
    """End somebody's enrolment, which keeps their work; NotFound for who is not in, Conflict for oneself."""
    with uow.writing():
        course = _held(uow, user, course_slug)
        member = active_member(uow, course, login)
        if member.user.id == user.id:
            raise Conflict("you can't remove yourself: ask another instructor")
        change = removal(member)
        write(uow, course, [change], clock.now())
        uow.commit()
    return change


def active_member(uow: UnitOfWork, course: Course, login: str) -> Member:
    """Return who is in *course* now under this login; NotFound when nobody is. For use inside a unit of work."""
    wanted = login.strip().lower()
    found = next((each for each in uow.rosters.members(course.id) if each.user.login == wanted), None)
    if found is None or not found.enrolment.is_active:
        raise NotFound(f"there is no {login!r} in this course")
    return found


def write(uow: UnitOfWork, course: Course, changes: Sequence[Change], now: datetime) -> None:
    """Do these changes, as far as they change something, with their entries in the log and events."""
    changes = [change for change in changes if change.kind is not Kind.UNCHANGED]
    users = {change.login: change.user for change in changes if change.user}
    strangers = [change for change in changes if change.user is None]
    made = uow.rosters.add_users([(change.login, change.name) for change in strangers])
    users |= {user.login: user for user in made}
    fresh = [(users[change.login].id, change.after) for change in changes if change.enrolment is None]
    uow.rosters.add(course.id, [(user_id, *after) for user_id, after in fresh if after])
    uow.rosters.change([_changed(change, change.enrolment, now) for change in changes if change.enrolment])
    notes = [
        Note(deed, change.login, users[change.login].id, detail)
        for change in changes
        for deed, detail in _deeds(change)
    ]
    uow.audit.add_all(notes, when=now, course_id=course.id)
    logins = {change.login for change in changes}
    people = [each for each in uow.rosters.members(course.id) if each.user.login in logins]
    notify.enrolled(uow, course, [(each.user.login, each.enrolment) for each in people], now)
    catch_up(uow, course.id, [each.enrolment.id for each in people if each.enrolment.is_active], now)


def _sheet(data: bytes) -> Sheet:
    sheet = parse(data)
    if not sheet.lines and not sheet.problems:
        raise Invalid("the roster names nobody: below the columns' names comes one line for each person", field="file")
    return sheet


def _held(uow: UnitOfWork, user: User, course_slug: str) -> Course:
    """Return the course, with its roster kept from other writers; Forbidden for all but its instructors.

    Asked twice: whoever was an instructor may not be one any more when the other writer is through.
    """
    course, mine = allowed(uow, user, course_slug, Action.CHANGE_ROSTER)
    uow.enrolments.hold_all(course.id)
    now = next(each for each, _ in uow.rosters.members(course.id) if each.id == mine.id)
    if not now.is_active:
        raise NotFound(f"there is no course {course_slug!r} that you are in")
    require(now, Action.CHANGE_ROSTER)
    return course


def _compared(uow: UnitOfWork, course: Course, user: User | None, sheet: Sheet, *, removes: bool) -> Difference:
    members = uow.rosters.members(course.id)
    users = uow.rosters.known(line.login for line in sheet.lines)
    return compare(sheet, members, users, by=user, removes=removes)


def _require_sound(difference: Difference) -> None:
    if difference.problems:
        first, *others = difference.problems
        more = f", and {len(others)} more" if others else ""
        raise Invalid(f"nothing was changed: {first}{more}", field="file", line=first.line)


def _changed(change: Change, enrolment: Enrolment, now: datetime) -> Enrolment:
    if change.after is None:
        return replace(enrolment, ended=now)
    return replace(enrolment, role=change.after.role, section=change.after.section, ended=None)


def _deeds(change: Change) -> Sequence[tuple[Deed, Mapping[str, str]]]:
    """Return the log's entries about one person."""
    before, after = change.before, change.after
    if after is None:
        return [(Deed.REMOVED, _told(before))]
    if before is None:
        return [(Deed.RESTORED if change.kind is Kind.RETURNING else Deed.ENROLLED, _told(after))]
    found: list[tuple[Deed, Mapping[str, str]]] = []
    if before.role is not after.role:
        found.append((Deed.ROLE_CHANGED, {"before": before.role.value, "after": after.role.value}))
    if before.section != after.section:
        found.append((Deed.SECTION_CHANGED, {"before": before.section, "after": after.section}))
    return found


def _told(place: Place | None) -> Mapping[str, str]:
    return {"role": place.role.value, "section": place.section} if place else {}
