"""What the repository of rosters promises."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING

import pytest

from grader.domain.audit import Deed, Filter, Note, Origin
from grader.domain.errors import Conflict, NotFound
from grader.domain.people import Role, Scope
from tests.fakes import NOON
from tests.storage.databases import enrolled, handed_in

if TYPE_CHECKING:
    from grader.domain.roster import Member
    from tests.storage.databases import MakeUow


def members(make_uow: MakeUow, course_id: int) -> dict[str, Member]:
    with make_uow().reading() as uow:
        return {member.user.login: member for member in uow.rosters.members(course_id)}


def test_many_are_added_at_once_with_role_and_section(make_uow: MakeUow) -> None:
    course = enrolled(make_uow).course
    names = [(f"u{number:04}", f"Name {number}") for number in range(2500)]
    with make_uow().writing() as uow:
        users = uow.rosters.add_users(names)
        assert [(user.login, user.name) for user in users] == names
        uow.rosters.add(course.id, [(user.id, Role.ASSISTANT, "A") for user in users])
        uow.commit()
    found = members(make_uow, course.id)
    assert list(found) == ["ada", *(login for login, _ in names)]
    assert found["u2499"].place == (Role.ASSISTANT, "A")
    with make_uow().reading() as uow:
        assert len(uow.rosters.known([*(login for login, _ in names), "nobody"])) == 2500


def test_a_login_that_is_taken_and_a_person_who_is_in_are_conflicts_and_the_work_goes_on(make_uow: MakeUow) -> None:
    ada = enrolled(make_uow)
    with make_uow().writing() as uow:
        with pytest.raises(Conflict, match="taken"):
            uow.rosters.add_users([("bob", "Bob"), ("ada", "Another")])
        (bob,) = uow.rosters.add_users([("bob", "Bob")])
        with pytest.raises(Conflict, match="already"):
            uow.rosters.add(ada.course.id, [(bob.id, Role.STUDENT, ""), (ada.user.id, Role.INSTRUCTOR, "")])
        uow.rosters.add(ada.course.id, [(bob.id, Role.STUDENT, "")])
        uow.commit()
    assert list(members(make_uow, ada.course.id)) == ["ada", "bob"]


def test_many_are_changed_at_once_and_read_as_they_are_now(make_uow: MakeUow) -> None:
    ada, bob = enrolled(make_uow), enrolled(make_uow, "bob")
    with make_uow().writing() as uow:
        uow.rosters.change([])
        before = uow.rosters.members(ada.course.id)
        changed = [
            replace(before[0].enrolment, role=Role.ASSISTANT, section="B"),
            replace(before[1].enrolment, ended=NOON),
        ]
        uow.rosters.change(changed)
        assert [member.enrolment for member in uow.rosters.members(ada.course.id)] == changed
        uow.commit()
    found = members(make_uow, ada.course.id)
    assert found["ada"].place == (Role.ASSISTANT, "B")
    assert found["bob"].place is None
    assert found["bob"].enrolment.id == bob.enrolment.id


def test_who_has_a_password_is_told(make_uow: MakeUow) -> None:
    ada, bob = enrolled(make_uow), enrolled(make_uow, "bob")
    zoe = enrolled(make_uow, "zoe", slug="autumn")
    with make_uow().writing() as uow:
        for user in (ada.user, zoe.user):
            uow.users.set_password(user.id, "hash")
        uow.commit()
    with make_uow().reading() as uow:
        assert set(uow.rosters.with_password(bob.course.id)) == {ada.user.id}


def test_many_are_invited_at_once_and_earlier_invitations_are_closed(make_uow: MakeUow) -> None:
    ada, bob = enrolled(make_uow), enrolled(make_uow, "bob")
    later = NOON + timedelta(days=1)
    with make_uow().writing() as uow:
        session = uow.tokens.add(ada.user.id, "browser", "s", created=NOON, expires=None, scope=Scope.SESSION)
        uow.rosters.invite({}, created=NOON, expires=later)
        uow.rosters.invite({ada.user.id: "a1"}, created=NOON, expires=later)
        uow.rosters.invite({ada.user.id: "a2", bob.user.id: "b"}, created=later, expires=later + timedelta(days=1))
        uow.commit()
    with make_uow().reading() as uow:
        found = [uow.tokens.by_hash(hashed) for hashed in ("a1", "a2", "b")]
        assert [each and (each.scope, each.revoked) for each in found] == [
            (Scope.INVITATION, later),
            (Scope.INVITATION, None),
            (Scope.INVITATION, None),
        ]
        assert uow.tokens.by_hash("s") == session


def test_entries_about_many_come_in_their_order_and_with_their_origin(make_uow: MakeUow) -> None:
    ada, bob = enrolled(make_uow), enrolled(make_uow, "bob")
    uow = make_uow()
    uow.origin = Origin("ines", "api", "192.0.2.7")
    with uow.writing():
        notes = [Note(Deed.ENROLLED, "ada", ada.user.id, {"role": "student"}), Note(Deed.INVITED, "bob", bob.user.id)]
        uow.audit.add_all(notes, when=NOON, course_id=ada.course.id)
        uow.audit.add_all([], when=NOON, course_id=ada.course.id)
        uow.commit()
    with make_uow().reading() as uow:
        newest, oldest = uow.audit.of_course(ada.course.id, Filter(), 10)
    assert (oldest.deed, oldest.what, oldest.user_id, oldest.detail) == (
        "roster.enrolled",
        "ada",
        ada.user.id,
        {"role": "student"},
    )
    assert (newest.deed, newest.detail, newest.made) == ("roster.invited", {}, NOON)
    assert newest.origin == oldest.origin == Origin("ines", "api", "192.0.2.7")


def test_what_people_are_and_were_elsewhere_is_told_of_who_is_here_now(make_uow: MakeUow) -> None:
    ada, bob, cleo = (enrolled(make_uow, login) for login in ("ada", "bob", "cleo"))
    autumn = enrolled(make_uow, "zoe", slug="autumn").course
    with make_uow().writing() as uow:
        kept = uow.enrolments.add(ada.user.id, autumn.id, Role.INSTRUCTOR)
        left = uow.enrolments.add(bob.user.id, autumn.id, Role.STUDENT)
        left = replace(left, ended=NOON)
        uow.enrolments.change(left)
        uow.enrolments.add(cleo.user.id, autumn.id, Role.STUDENT)
        uow.enrolments.change(replace(cleo.enrolment, ended=NOON))
        uow.commit()
    with make_uow().reading() as uow:
        assert uow.rosters.elsewhere(ada.course.id) == [kept, left]


def test_when_somebody_was_last_active_is_the_later_of_work_and_quizzes(make_uow: MakeUow) -> None:
    ada, bob, cleo = (enrolled(make_uow, login) for login in ("ada", "bob", "cleo"))
    later = NOON + timedelta(hours=1)
    handed_in(make_uow, ada.enrolment, when=later)
    handed_in(make_uow, ada.enrolment, when=NOON)
    with make_uow().writing() as uow:
        uow.attempts.add(ada.enrolment.id, "quiz", seed="1", started=NOON)
        uow.attempts.add(bob.enrolment.id, "quiz", seed="1", started=later)
        uow.commit()
    with make_uow().reading() as uow:
        assert uow.rosters.last_active(cleo.course.id) == {ada.enrolment.id: later, bob.enrolment.id: later}


def test_a_course_gets_another_title_and_end(make_uow: MakeUow) -> None:
    course = enrolled(make_uow).course
    changed = replace(course, title="Spring, again", closes=NOON)
    with make_uow().writing() as uow:
        uow.courses.change(changed)
        with pytest.raises(NotFound):
            uow.courses.change(replace(course, id=4711))
        uow.commit()
    with make_uow().reading() as uow:
        assert uow.courses.by_slug("spring") == changed
