"""A course's people beside a platform's list of them: who comes, who goes, who stays what they are."""

from __future__ import annotations

import enum
from dataclasses import replace
from typing import TYPE_CHECKING

from grader.domain.audit import Deed
from grader.domain.people import Role
from grader.services import notify
from grader.services.joining import Joining, Standing, keep_member, new_role, place, user_of

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from grader.domain.lms.launch import Person
    from grader.domain.lms.platform import Member
    from grader.domain.people import Enrolment
    from grader.ports import UnitOfWork
    from grader.services.lms_course import Bound


class Way(enum.Enum):
    """What became of somebody whom the platform names."""

    CAME = "came"  # or came back
    KNOWN = "known"  # was here already, the platform is known to have them since
    CHANGED = "changed"
    SAME = "same"


class ClassList:
    """Changes a course inside the open unit of work, which holds all its enrolments."""

    def __init__(self, uow: UnitOfWork, at: Bound, now: datetime) -> None:
        self._uow, self._at, self._now = uow, at, now
        self._members = {each.subject: each for each in uow.platforms.members(at.context.id)}
        self._people = {each.user.id: each for each in uow.rosters.members(at.course.id)}
        self._teachers = {each.user.id for each in self._people.values() if _teaches(each.enrolment)}

    def named(self) -> Sequence[Member]:
        """Return whom the platform named before."""
        return [member for member in self._members.values() if member.ended is None]

    def come(self, person: Person) -> tuple[int, Way]:
        """Let somebody in, or in their role of now; return the enrolment and what became of it."""
        uow, joining = self._uow, self._joining(person)
        known = self._members.get(person.subject)
        mine = self._people.get(known.user_id) if known and known.ended is None else None
        if mine and mine.enrolment.is_active and new_role(joining, mine.user, mine.enrolment) is mine.enrolment.role:
            return mine.enrolment.id, Way.SAME
        user = user_of(uow, joining)
        before = uow.enrolments.find(user.id, self._at.course.id)
        if before and self._stays(before) and new_role(joining, user, before) is not Role.INSTRUCTOR:
            enrolment, is_placed = before, False
        else:
            enrolment, is_placed = place(uow, joining, user)
        is_known = keep_member(uow, joining, user) is Standing.SAME
        (self._teachers.add if _teaches(enrolment) else self._teachers.discard)(user.id)
        if not is_placed:
            return enrolment.id, Way.SAME if is_known else Way.KNOWN
        return enrolment.id, Way.CHANGED if before and before.is_active else Way.CAME

    def go(self, member: Member) -> bool:
        """Let somebody go whom the platform names no more; return whether they were in the course until now."""
        uow = self._uow
        uow.platforms.put_member(replace(member, ended=self._now))
        mine = self._people.get(member.user_id)
        if mine is None or not mine.enrolment.is_active or self._stays(mine.enrolment) or self._is_elsewhere(member):
            return False
        ended = replace(mine.enrolment, ended=self._now)
        uow.enrolments.change(ended)
        self._teachers.discard(member.user_id)
        uow.audit.add(
            Deed.REMOVED,
            when=self._now,
            what=mine.user.login,
            course_id=ended.course_id,
            user_id=mine.user.id,
            detail={"role": ended.role.value, "section": ended.section, "by": self._source},
        )
        notify.enrolled(uow, self._at.course, [(mine.user.login, ended)], self._now)
        return True

    def _stays(self, enrolment: Enrolment) -> bool:
        """Whether somebody teaches and goes on with it whatever a platform says: who asks, and the last one."""
        return _teaches(enrolment) and (enrolment.user_id == self._at.user.id or self._teachers == {enrolment.user_id})

    def _is_elsewhere(self, member: Member) -> bool:
        """Whether another course of an LMS that is bound to this one has them still."""
        others = (context for context, _ in self._uow.platforms.contexts(self._at.course.id))
        found = [self._uow.platforms.member_of(each.id, member.user_id) for each in others if each != self._at.context]
        return any(each is not None and each.ended is None for each in found)

    def _joining(self, person: Person) -> Joining:
        at = self._at
        return Joining(at.platform, at.context, at.course, person, self._now, self._source)

    @property
    def _source(self) -> str:
        return f"list of {self._at.platform.name}"


def _teaches(enrolment: Enrolment) -> bool:
    return enrolment.is_active and enrolment.role is Role.INSTRUCTOR
