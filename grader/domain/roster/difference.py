"""What lines would change in a course's roster. One rule protects it: nobody changes their own role or leaves.

Whoever changes a roster is an instructor, and stays one: so a course never loses its last instructor.
"""

from __future__ import annotations

import enum
import hashlib
from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

from grader.domain.people import Role
from grader.domain.roster.sheet import Problem

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from grader.domain.people import Enrolment, User
    from grader.domain.roster.sheet import Line, Sheet


class Kind(enum.Enum):
    """What happens to somebody."""

    NEW_USER = "new user"  # never heard of here
    NEW = "new"  # known, in other courses
    RETURNING = "returning"  # was in this course once; the work is there
    CHANGED = "changed"
    REMOVED = "removed"
    UNCHANGED = "unchanged"


class Place(NamedTuple):
    """What somebody is in the course."""

    role: Role
    section: str


class Member(NamedTuple):
    """Who is or was in the course."""

    enrolment: Enrolment
    user: User

    @property
    def place(self) -> Place | None:
        """What they are now, None when they left."""
        return Place(self.enrolment.role, self.enrolment.section) if self.enrolment.is_active else None


@dataclass(frozen=True)
class Change:
    """One person's: *user* and *enrolment* are None where there is none yet; *name* is what the file calls them."""

    kind: Kind
    login: str
    name: str
    before: Place | None
    after: Place | None
    user: User | None = None
    enrolment: Enrolment | None = None
    line: int | None = None

    @property
    def other_name(self) -> str | None:
        """What the service calls them, where the file says otherwise: names are people's own, over all courses."""
        return self.user.name if self.user and self.user.name != self.name else None

    @property
    def makes_staff(self) -> bool:
        """Whether they may see everybody's work from now on; worth a second look."""
        was = self.before.role if self.before else None
        return self.after is not None and self.after.role.is_staff and self.after.role is not was


@dataclass(frozen=True)
class Difference:
    """What would change, in the file's order, and why it can't, if so."""

    changes: tuple[Change, ...]
    problems: tuple[Problem, ...] = ()
    ignored: tuple[str, ...] = ()

    @property
    def real(self) -> Sequence[Change]:
        """The changes that change something."""
        return [change for change in self.changes if change.kind is not Kind.UNCHANGED]

    @property
    def counts(self) -> Mapping[Kind, int]:
        """How many there are of each kind."""
        return Counter(change.kind for change in self.changes)

    @property
    def fingerprint(self) -> str:
        """Equal for differences that do the same: what was looked at is what is applied."""
        said = sorted(repr((each.kind.value, each.login, each.name, each.before, each.after)) for each in self.real)
        return hashlib.sha256("\n".join(said).encode("utf-8", "surrogatepass")).hexdigest()[:32]


def compare(
    sheet: Sheet, roster: Iterable[Member], users: Mapping[str, User], *, by: User | None, removes: bool = False
) -> Difference:
    """Return what *sheet* would change in *roster*, done *by* an instructor of the course, None for a program.

    *users* are those of the sheet's people who are known but never were in the course, by login. With *removes*,
    students who are not in the sheet leave; the staff never does by a file, since registrars list students only. Who
    would leave is not told while lines are wrong: theirs may be among them.
    """
    members = {member.user.login: member for member in roster}
    changes, problems = [], list(sheet.problems)
    for line in sheet.lines:
        change = _change(line, members.get(line.login), users.get(line.login))
        problem = _problem(change, by)
        if problem:
            problems.append(Problem(line.number, problem))
        else:
            changes.append(change)
    if removes and not problems:
        named = {line.login for line in sheet.lines}
        changes += [
            removal(member) for member in members.values() if member.user.login not in named and _leaves(member)
        ]
    return Difference(tuple(changes), tuple(sorted(problems, key=lambda each: each.line)), sheet.ignored)


def removal(member: Member) -> Change:
    """Return how somebody leaves: what they did stays, and they may come back to it."""
    return Change(Kind.REMOVED, member.user.login, member.user.name, member.place, None, member.user, member.enrolment)


def _leaves(member: Member) -> bool:
    return member.enrolment.is_active and member.enrolment.role is Role.STUDENT


def _change(line: Line, member: Member | None, user: User | None) -> Change:
    if member is None:
        after = Place(line.role or Role.STUDENT, line.section or "")
        name = line.name or (user.name if user else "")
        kind = Kind.NEW if user else Kind.NEW_USER
        return Change(kind, line.login, name, None, after, user, line=line.number)
    before = member.place
    after = Place(
        line.role or member.enrolment.role, member.enrolment.section if line.section is None else line.section
    )
    kind = Kind.RETURNING if before is None else Kind.UNCHANGED if before == after else Kind.CHANGED
    name = line.name or member.user.name
    return Change(kind, line.login, name, before, after, member.user, member.enrolment, line.number)


def _problem(change: Change, by: User | None) -> str:
    """Return why a change can't be made, empty when it can."""
    if change.kind is Kind.NEW_USER and not change.name:
        return f"{change.login!r} is new here: say the name"
    is_own = by is not None and change.login == by.login
    if is_own and change.before and change.after and change.before.role is not change.after.role:
        return "you can't change your own role: ask another instructor"
    return ""
