"""The audit log of a course, for its instructors: who did what to which score, role or token, when, from where."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING

from grader.domain.audit import Deed, Filter
from grader.domain.errors import Invalid, NotFound
from grader.domain.permissions import Action
from grader.domain.spreadsheet import as_csv
from grader.services.enrol import allowed

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import datetime

    from grader.domain.audit import Entry
    from grader.domain.people import Course, Role, User
    from grader.ports import Clock, UnitOfWork

PAGE = 100
MOST_EXPORTED = 20_000
"""Entries in one file; who wants older ones asks for earlier dates."""

DEEDS = tuple(deed.value for deed in Deed)
GROUPS = tuple(dict.fromkeys(deed.partition(".")[0] for deed in DEEDS))

_HEADER = ("id", "made", "actor", "via", "address", "deed", "concerns", "what", "detail")


@dataclass(frozen=True)
class Wanted:
    """What somebody looks for, as they say it; empty is any. *deed* is one of DEEDS or GROUPS, *person* a login."""

    actor: str = ""
    deed: str = ""
    person: str = ""
    since: datetime | None = None
    until: datetime | None = None
    before: int | None = None


@dataclass(frozen=True)
class Line:
    """An entry with whom it concerns."""

    entry: Entry
    person: User | None


@dataclass(frozen=True)
class Log:
    """Entries, newest first; *more* tells that there are older ones that fit."""

    course: Course
    role: Role
    lines: Sequence[Line]
    more: bool
    people: Sequence[User]  # who is or was in the course, for the filter

    @property
    def last(self) -> int | None:
        """The entry below which the next page begins."""
        return self.lines[-1].entry.id if self.more and self.lines else None


def log(uow: UnitOfWork, *, user: User, course_slug: str, wanted: Wanted, limit: int = PAGE) -> Log:
    """Return what fits, at most *limit* entries; Forbidden for all but instructors, Invalid for no such deed."""
    if wanted.deed and wanted.deed not in (*DEEDS, *GROUPS):
        raise Invalid(f"there is no deed {wanted.deed!r}; there are: {', '.join((*GROUPS, *DEEDS))}", field="deed")
    with uow.reading():
        course, enrolment = allowed(uow, user, course_slug, Action.SEE_AUDIT)
        return _found(uow, course, enrolment.role, wanted, limit)


def export(uow: UnitOfWork, clock: Clock, *, user: User, course_slug: str, wanted: Wanted, form: str) -> Log:
    """Return what fits for a file, at most MOST_EXPORTED entries, and note in the log who took it as *form*."""
    found = log(uow, user=user, course_slug=course_slug, wanted=wanted, limit=MOST_EXPORTED)
    with uow.writing():
        uow.audit.add(Deed.EXPORTED, when=clock.now(), what=f"log as {form}", course_id=found.course.id)
        uow.commit()
    return found


def to_csv(found: Log) -> str:
    """Return a log as CSV in which no cell is a formula."""
    return as_csv([_HEADER, *(_cells(line) for line in found.lines)])


def to_json_lines(found: Log) -> str:
    """Return a log as JSON, a line for each entry."""
    return "".join(f"{json.dumps(told(line))}\n" for line in found.lines)


def told(line: Line) -> Mapping[str, object]:
    """Return an entry as programs read it."""
    entry, origin = line.entry, line.entry.origin
    return {
        "id": entry.id,
        "made": entry.made.isoformat(),
        "actor": origin.actor,
        "via": origin.via,
        "address": origin.address,
        "deed": entry.deed,
        "concerns": line.person.login if line.person else "",
        "what": entry.what,
        "detail": dict(entry.detail),
    }


def _cells(line: Line) -> list[str]:
    values = {**told(line), "detail": "; ".join(f"{name}: {value}" for name, value in line.entry.detail.items())}
    return [str(values[name]) for name in _HEADER]


def _found(uow: UnitOfWork, course: Course, role: Role, wanted: Wanted, limit: int) -> Log:
    people = {user.id: user for _, user in uow.enrolments.of_course(course.id)}
    asked = Filter(
        actor=wanted.actor,
        deed=wanted.deed,
        user_id=_number(people, wanted.person, course),
        since=wanted.since,
        until=wanted.until,
        before=wanted.before,
    )
    entries = uow.audit.of_course(course.id, asked, limit + 1)
    lines = [Line(entry, people.get(entry.user_id or 0)) for entry in entries[:limit]]
    return Log(course, role, lines, more=len(entries) > limit, people=list(people.values()))


def _number(people: Mapping[int, User], login: str, course: Course) -> int | None:
    if not login:
        return None
    found = next((number for number, user in people.items() if user.login == login.strip().lower()), None)
    if found is None:
        raise NotFound(f"there is nobody {login!r} in {course.slug!r}")
    return found
