"""Read who is in a platform's course (NRPS) and have the same people in ours.

Who is there comes in as by a launch. Who is not there any more is let go, but only who was known to be there: people
that were enrolled here by hand stay.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING

from grader.domain.audit import Deed
from grader.domain.errors import Conflict, Unavailable
from grader.domain.lms.platform import role_of
from grader.services.catch_up import send_missing
from grader.services.class_list import ClassList, Way
from grader.services.lms_course import bound, still

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from datetime import datetime

    from grader.domain.lms.launch import Person
    from grader.domain.people import User
    from grader.ports import Clock, UnitOfWork
    from grader.ports.outside import Gradebooks
    from grader.services.lms_course import Bound


@dataclass(frozen=True)
class Synced:
    """How many people came (back), have another role, were let go, and are as before; *note* says it in words."""

    added: int
    changed: int
    ended: int
    unchanged: int
    note: str


class _Refused(Conflict):
    """The list is not to be believed."""


def sync(
    make_uow: Callable[[], UnitOfWork],
    clock: Clock,
    gradebooks: Gradebooks,
    *,
    user: User,
    course_slug: str,
    context_id: int,
    removes_many: bool = False,
) -> Synced:
    """Read all pages, then change the course at once; what it came to is noted at the platform's course, too.

    Unavailable when a page can't be read, Conflict when more than half would have to go and *removes_many* is not set:
    nothing is changed then. Whoever syncs and the last instructor go on teaching, whatever the list says.
    """
    uow, now = make_uow(), clock.now()
    with uow.reading():
        at = bound(uow, user=user, course_slug=course_slug, context_id=context_id)
    try:
        people = _present(gradebooks.members(at.platform, at.context))
        try:
            found = _apply(uow, at, people, now, removes_many=removes_many)
        except _Refused:
            raise
        except Conflict:  # somebody of them came by a launch at the same moment: once more finds them
            found = _apply(uow, at, people, now, removes_many=removes_many)
    except (Unavailable, _Refused) as error:
        _note(uow, context_id, now, str(error))
        raise
    _note(uow, context_id, now, found.note)
    return found


def _present(people: Sequence[Person]) -> Sequence[Person]:
    """Return who is there, each once, who teaches first: so that somebody teaches all the while."""
    present = {person.subject: person for person in people if person.active}
    return sorted(present.values(), key=lambda person: not role_of(person.roles).is_staff)


def _note(uow: UnitOfWork, context_id: int, now: datetime, note: str) -> None:
    """Note it on its own: launches write to this row before they touch people, and must not meet us half-way."""
    with uow.writing():
        uow.platforms.synced(context_id, now, note)
        uow.commit()


def _apply(uow: UnitOfWork, at: Bound, people: Sequence[Person], now: datetime, *, removes_many: bool) -> Synced:
    subjects = {person.subject for person in people}
    with uow.writing():
        still(uow, at)
        uow.enrolments.hold_all(at.course.id)
        class_list = ClassList(uow, at, now)
        gone = [member for member in class_list.named() if member.subject not in subjects]
        if 2 * len(gone) > len(class_list.named()) and not removes_many:
            raise _Refused(_too_many(at, len(gone), len(class_list.named())))
        came = [class_list.come(person) for person in people]
        ended = sum([class_list.go(member) for member in gone])
        found = _told(Counter(way for _, way in came), ended)
        joined = [each for each, way in came if way is not Way.SAME]
        send_missing(uow, at.context, now, students=joined, anew=True)
        what = at.context.title or at.context.key
        uow.audit.add(Deed.LMS_MEMBERS_READ, when=now, what=what, course_id=at.course.id, detail={"people": found.note})
        uow.commit()
    return found


def _too_many(at: Bound, gone: int, named: int) -> str:
    return (
        f"nothing was changed: {at.platform.name} leaves out {gone} of the {named} people whom it named before; look "
        "at its course, and allow many to be let go if that is right"
    )


def _told(ways: Counter[Way], ended: int) -> Synced:
    same, came = ways[Way.SAME] + ways[Way.KNOWN], ways[Way.CAME]
    note = f"{ways.total()} people: {came} came, {ways[Way.CHANGED]} changed, {ended} went"
    return Synced(came, ways[Way.CHANGED], ended, same, note)
