"""Invite a course's people to choose a password: links that are shown once.

Who holds an invitation becomes that person. So an instructor may invite only whom nobody else answers for: who is in
no course but the instructor's own, nor was of another's staff; and of the own staff only who never had a password.
The operator invites the others.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from grader.domain.audit import Deed, Note
from grader.domain.errors import Forbidden
from grader.domain.people import Role
from grader.domain.permissions import Action
from grader.services import sign_in
from grader.services.enrol import allowed
from grader.services.roster import active_member

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence
    from datetime import datetime

    from grader.domain.people import Course, User
    from grader.domain.roster import Member
    from grader.ports import Clock, UnitOfWork


@dataclass(frozen=True)
class Invited:
    """Somebody with the secret of a new invitation."""

    user: User
    secret: str


@dataclass(frozen=True)
class Batch:
    """All who were invited at once, and who may only be invited by the operator."""

    course: Course
    role: Role
    invited: Sequence[Invited]
    others: Sequence[User]


@dataclass(frozen=True)
class _Answerable:
    """For whom the instructor answers alone."""

    by: User
    elsewhere: Collection[int]  # users who are in a course of somebody else's, or were of its staff
    settled: Collection[int]  # users who have a password

    def refusal(self, member: Member) -> str:
        """Return why this one can't be invited, empty when they can."""
        user, enrolment = member.user, member.enrolment
        if user.id == self.by.id:
            return "change your own password in your profile"
        if user.id in self.elsewhere:
            return f"{user.login} is in courses of others, too: only the operator can invite them, with `grader invite`"
        if enrolment.role is not Role.STUDENT and user.id in self.settled:
            return f"{user.login} is of the staff and has a password: only the operator can invite them anew"
        return ""


def invite(uow: UnitOfWork, clock: Clock, *, user: User, course_slug: str, login: str) -> Invited:
    """Return the secret of a new invitation, which closes earlier ones; Forbidden for whom others answer for."""
    now = clock.now()
    with uow.writing():
        course, _ = allowed(uow, user, course_slug, Action.CHANGE_ROSTER)
        member = active_member(uow, course, login)
        refusal = _answerable(uow, course, user).refusal(member)
        if refusal:
            raise Forbidden(refusal)
        (invited,) = _invited(uow, course, [member.user], now)
        uow.commit()
    return invited


def invite_all(uow: UnitOfWork, clock: Clock, *, user: User, course_slug: str) -> Batch:
    """Invite everybody in the course who never chose a password."""
    now = clock.now()
    with uow.writing():
        course, mine = allowed(uow, user, course_slug, Action.CHANGE_ROSTER)
        answerable = _answerable(uow, course, user)
        waiting = [
            member
            for member in uow.rosters.members(course.id)
            if member.enrolment.is_active and member.user.id not in {user.id, *answerable.settled}
        ]
        invited = _invited(uow, course, [each.user for each in waiting if not answerable.refusal(each)], now)
        others = [each.user for each in waiting if answerable.refusal(each)]
        uow.commit()
    return Batch(course, mine.role, invited, others)


def _answerable(uow: UnitOfWork, course: Course, user: User) -> _Answerable:
    own = {
        each.id
        for each, enrolment in uow.courses.of_user(user.id)
        if enrolment.role is Role.INSTRUCTOR and user.reaches(each.id)
    }
    others = [each for each in uow.rosters.elsewhere(course.id) if each.course_id not in own]
    elsewhere = {each.user_id for each in others if each.is_active or each.role.is_staff}
    return _Answerable(user, elsewhere, set(uow.rosters.with_password(course.id)))


def _invited(uow: UnitOfWork, course: Course, users: Sequence[User], now: datetime) -> Sequence[Invited]:
    made = sign_in.invitations(uow, users, now)
    uow.audit.add_all([Note(Deed.INVITED, user.login, user.id) for user in users], when=now, course_id=course.id)
    return [Invited(user, secret) for user, secret in zip(users, made, strict=True)]
