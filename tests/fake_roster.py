"""All people of a course at once, over plain dicts; what it promises stands in `grader.ports.roster`."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from grader.domain.errors import Conflict
from grader.domain.people import Enrolment, Scope, Token, User
from grader.domain.roster import Member
from tests.fake_tables import Repository

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from datetime import datetime

    from grader.domain.people import Role


class FakeRosters(Repository):
    def members(self, course_id: int) -> list[Member]:
        inside = [each for each in self.tables.enrolments.values() if each.course_id == course_id]
        found = [Member(each, self.tables.users[each.user_id]) for each in inside]
        return sorted(found, key=lambda member: member.user.login)

    def known(self, logins: Iterable[str]) -> dict[str, User]:
        wanted = set(logins)
        return {user.login: user for user in self.tables.users.values() if user.login in wanted}

    def add_users(self, people: Sequence[tuple[str, str]]) -> list[User]:
        logins = [login for login, _ in people]
        if len(set(logins)) < len(logins) or self.known(logins):
            raise Conflict("one of these logins was taken meanwhile")
        made = [User(next(self.ids), login, name) for login, name in people]
        self.tables.users |= {user.id: user for user in made}
        return made

    def add(self, course_id: int, places: Sequence[tuple[int, Role, str]]) -> None:
        inside = {each.user_id for each in self.tables.enrolments.values() if each.course_id == course_id}
        if inside & {user_id for user_id, _, _ in places}:
            raise Conflict("one of these people is in the course already")
        for user_id, role, section in places:
            number = next(self.ids)
            self.tables.enrolments[number] = Enrolment(number, user_id, course_id, role, section)

    def change(self, enrolments: Sequence[Enrolment]) -> None:
        for each in enrolments:
            old = self.tables.enrolments[each.id]
            self.tables.enrolments[each.id] = replace(old, role=each.role, section=each.section, ended=each.ended)

    def invite(self, hashes: Mapping[int, str], *, created: datetime, expires: datetime) -> None:
        for token in list(self.tables.tokens.values()):
            if token.user_id in hashes and token.scope is Scope.INVITATION and token.revoked is None:
                self.tables.tokens[token.id] = replace(token, revoked=created)
        for user_id, hashed in hashes.items():
            number = next(self.ids)
            self.tables.tokens[number] = Token(
                number, user_id, "invitation", hashed, created, expires, scope=Scope.INVITATION
            )

    def with_password(self, course_id: int) -> set[int]:
        return {member.user.id for member in self.members(course_id)} & set(self.tables.passwords)

    def elsewhere(self, course_id: int) -> list[Enrolment]:
        here = {member.user.id for member in self.members(course_id) if member.enrolment.is_active}
        return [e for e in self.tables.enrolments.values() if e.user_id in here and e.course_id != course_id]

    def last_active(self, course_id: int) -> dict[int, datetime]:
        here = {member.enrolment.id for member in self.members(course_id)}
        times = [(each.enrolment_id, each.submitted) for each in self.tables.submissions.values()]
        times += [(each.enrolment_id, each.started) for each in self.tables.attempts.values()]
        found: dict[int, datetime] = {}
        for enrolment_id, when in times:
            if enrolment_id in here:
                found[enrolment_id] = max(when, found.get(enrolment_id, when))
        return found
