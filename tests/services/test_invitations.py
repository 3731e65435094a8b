"""Links to choose a password: whom an instructor may invite, and whom only the operator."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from grader.domain.audit import Filter
from grader.domain.errors import Conflict, Forbidden, NotFound
from grader.domain.people import Role
from grader.services import invitations, roster, sign_in
from grader.services.enrol import add_course, enrol

if TYPE_CHECKING:
    from tests.services.conftest import World


def invite(world: World, login: str, by: str = "ian") -> str:
    found = invitations.invite(world.make_uow(), world.clock, user=world[by], course_slug="spring", login=login)
    assert found.user.login == login
    return found.secret


def put(world: World, login: str, role: Role = Role.STUDENT) -> None:
    roster.put(world.make_uow(), world.clock, user=world["ian"], course_slug="spring", login=login, role=role)


def has_password(world: World, login: str) -> None:
    with world.make_uow().writing() as uow:
        uow.users.set_password(world[login].id, "hash")
        uow.commit()


def elsewhere(world: World, login: str, role: Role = Role.STUDENT, *, instructor: str | None = None) -> None:
    course = add_course(world.make_uow(), slug="autumn", title="Autumn", lesson="channels")
    enrol(world.make_uow(), user=world[login], course=course, role=role)
    if instructor:
        enrol(world.make_uow(), user=world[instructor], course=course, role=Role.INSTRUCTOR)


def test_a_link_is_good_once_and_the_log_knows_of_it_not_the_secret(world: World) -> None:
    first, second = invite(world, "ada"), invite(world, "ada")
    with pytest.raises(Conflict):
        sign_in.invited(world.make_uow(), world.clock, first)
    assert sign_in.invited(world.make_uow(), world.clock, second) == world["ada"]
    with world.make_uow().reading() as uow:
        course = uow.courses.by_slug("spring")
        assert course
        entries = uow.audit.of_course(course.id, Filter(deed="roster.invited"), 10)
    assert [(entry.what, entry.detail) for entry in entries] == [("ada", {})] * 2


def test_a_student_who_forgot_the_password_may_choose_another(world: World) -> None:
    has_password(world, "ada")
    assert invite(world, "ada")


def test_who_is_in_anothers_course_too_is_invited_by_the_operator(world: World) -> None:
    elsewhere(world, "ada")
    with pytest.raises(Forbidden, match="grader invite"):
        invite(world, "ada")


def test_who_is_only_in_courses_of_ones_own_is_invited(world: World) -> None:
    elsewhere(world, "ada", instructor="ian")
    assert invite(world, "ada")


def test_nobody_takes_over_an_instructor_by_making_them_a_student(world: World) -> None:
    elsewhere(world, "zoe", Role.INSTRUCTOR)
    put(world, "zoe")
    with pytest.raises(Forbidden):
        invite(world, "zoe")


def test_nor_one_who_was_an_instructor(world: World) -> None:
    elsewhere(world, "zoe", Role.INSTRUCTOR, instructor="bob")
    roster.remove(world.make_uow(), world.clock, user=world["bob"], course_slug="autumn", login="zoe")
    put(world, "zoe")
    with pytest.raises(Forbidden):
        invite(world, "zoe")


def test_of_the_own_staff_only_who_never_had_a_password_is_invited(world: World) -> None:
    put(world, "zoe", Role.ASSISTANT)
    assert invite(world, "zoe")
    has_password(world, "zoe")
    with pytest.raises(Forbidden, match="of the staff"):
        invite(world, "zoe")


def test_ones_own_password_is_changed_in_the_profile(world: World) -> None:
    with pytest.raises(Forbidden, match="profile"):
        invite(world, "ian")


@pytest.mark.parametrize(("by", "error"), [("ada", Forbidden), ("zoe", NotFound)])
def test_only_instructors_invite(world: World, by: str, error: type[Exception]) -> None:
    with pytest.raises(error):
        invite(world, "bob", by)
    with pytest.raises(error):
        invitations.invite_all(world.make_uow(), world.clock, user=world[by], course_slug="spring")


def test_who_left_is_not_invited(world: World) -> None:
    roster.remove(world.make_uow(), world.clock, user=world["ian"], course_slug="spring", login="ada")
    with pytest.raises(NotFound):
        invite(world, "ada")


def test_all_who_have_no_password_are_invited_at_once_and_the_others_named(world: World) -> None:
    has_password(world, "bob")
    put(world, "zoe")
    elsewhere(world, "zoe")
    batch = invitations.invite_all(world.make_uow(), world.clock, user=world["ian"], course_slug="spring")
    assert [each.user.login for each in batch.invited] == ["ada"]
    assert sign_in.invited(world.make_uow(), world.clock, batch.invited[0].secret) == world["ada"]
    assert [user.login for user in batch.others] == ["zoe"]
