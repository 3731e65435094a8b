"""Who gets in."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from grader.domain.errors import Conflict, Forbidden, Invalid, NotFound
from grader.domain.people import Role
from grader.domain.permissions import Action
from grader.services.enrol import (
    add_course,
    add_user,
    allowed,
    close_course,
    enrol,
    member,
)

if TYPE_CHECKING:
    from tests.services.conftest import World


class TestNames:
    @pytest.mark.parametrize("slug", ["", "Spring", "spring 2026", "-spring", "a--b", "a/b", "ä", "x" * 201])
    def test_a_slug_that_is_no_slug_is_refused(self, world: World, slug: str) -> None:
        with pytest.raises(Invalid) as refused:
            add_course(world.make_uow(), slug=slug, title="Spring", lesson="channels")
        assert refused.value.field == "slug"

    def test_a_login_is_kept_in_lower_case(self, world: World) -> None:
        assert add_user(world.make_uow(), login=" Eve@Example.org ", name="Eve").login == "eve@example.org"
        with pytest.raises(Conflict):
            add_user(world.make_uow(), login="EVE@example.org", name="Another")

    @pytest.mark.parametrize(("login", "name"), [("", "Eve"), ("e ve", "Eve"), ("eve", "  "), ("e\0e", "Eve")])
    def test_a_user_needs_a_login_and_a_name(self, world: World, login: str, name: str) -> None:
        with pytest.raises(Invalid):
            add_user(world.make_uow(), login=login, name=name)

    def test_nobody_is_enrolled_twice(self, world: World) -> None:
        with world.make_uow().reading() as uow:
            course, _ = member(uow, world["ada"], "spring")
        with pytest.raises(Conflict):
            enrol(world.make_uow(), user=world["ada"], course=course, role=Role.INSTRUCTOR)


class TestClosing:
    def test_a_course_that_was_closed_takes_no_work_until_it_is_opened(self, world: World) -> None:
        with world.make_uow().reading() as uow:
            course, _ = member(uow, world["ada"], "spring")
        close_course(world.make_uow(), course=course, closes=world.clock.now())
        with pytest.raises(Conflict, match="closed"):
            world.submit()
        close_course(world.make_uow(), course=course, closes=None)
        assert world.submit().id


class TestMembers:
    def test_a_stranger_hears_the_same_as_for_a_course_that_is_not_there(self, world: World) -> None:
        messages = []
        for slug in ("spring", "autumn"):
            with world.make_uow().reading() as uow, pytest.raises(NotFound) as refused:
                member(uow, world["zoe"], slug)
            messages.append(str(refused.value).replace(slug, "…"))
        assert messages[0] == messages[1]

    def test_a_student_is_no_staff(self, world: World) -> None:
        with world.make_uow().reading() as uow:
            with pytest.raises(Forbidden):
                allowed(uow, world["ada"], "spring", Action.SEE_GRADES)
            assert allowed(uow, world["ian"], "spring", Action.SEE_GRADES)[1].role is Role.INSTRUCTOR
