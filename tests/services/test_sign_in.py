"""Passwords, invitations, sessions: who is let in, and who is not any more."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

import pytest

from grader.domain.errors import Conflict, Invalid, NotFound, NotSignedIn
from grader.domain.people import Scope
from grader.services import sign_in as doors
from grader.services.tokens import holder
from tests.fakes import PlainPasswords

if TYPE_CHECKING:
    from collections.abc import Callable

    from grader.domain.people import User
    from tests.services.conftest import World

GOOD, OTHER = "four plain words here", "another four plain words"
PLAIN = PlainPasswords()


def accept(world: World, secret: str, password: str = GOOD) -> tuple[User, str]:
    return doors.accept(world.make_uow(), world.clock, PLAIN, secret=secret, password=password)


def settled(world: World, login: str = "ada") -> str:
    """Let *login* choose a password; return the session that this opens."""
    return accept(world, doors.invite(world.make_uow(), world.clock, login=login))[1]


def sign_in(world: World, login: str, password: str) -> tuple[User, str]:
    return doors.sign_in(world.make_uow(), world.clock, PLAIN, login=login, password=password)


def is_open(world: World, session: str) -> bool:
    try:
        holder(world.make_uow(), world.clock, session, Scope.SESSION)
    except NotSignedIn:
        return False
    return True


class TestInvitations:
    def test_an_invitation_lets_one_choose_a_password_and_signs_in(self, world: World) -> None:
        assert is_open(world, settled(world))
        assert sign_in(world, " ADA ", GOOD)[0] == world["ada"]

    def test_it_is_good_once(self, world: World) -> None:
        secret = doors.invite(world.make_uow(), world.clock, login="ada")
        accept(world, secret)
        with pytest.raises(Conflict, match="ask your instructor"):
            accept(world, secret, OTHER)
        with pytest.raises(NotSignedIn):
            sign_in(world, "ada", OTHER)

    def test_it_expires(self, world: World) -> None:
        secret = doors.invite(world.make_uow(), world.clock, login="ada")
        world.clock.advance(days=doors.INVITATION.days)
        with pytest.raises(Conflict):
            doors.invited(world.make_uow(), world.clock, secret)

    def test_a_new_one_closes_the_one_before(self, world: World) -> None:
        first = doors.invite(world.make_uow(), world.clock, login="ada")
        second = doors.invite(world.make_uow(), world.clock, login="ada")
        with pytest.raises(Conflict):
            accept(world, first)
        assert accept(world, second)[0] == world["ada"]

    def test_nobody_is_not_invited(self, world: World) -> None:
        with pytest.raises(NotFound, match="there is no user 'nobody'"):
            doors.invite(world.make_uow(), world.clock, login="nobody")

    @pytest.mark.parametrize("password", ["", "short", "x" * 9, "x" * 201, "aaaaaaaaaaaa", "abababababab"])
    def test_a_weak_password_is_refused_and_the_invitation_stays_open(self, world: World, password: str) -> None:
        secret = doors.invite(world.make_uow(), world.clock, login="ada")
        with pytest.raises(Invalid) as refused:
            accept(world, secret, password)
        assert refused.value.field == "password"
        assert accept(world, secret)[0] == world["ada"]

    def test_choosing_anew_signs_other_browsers_out(self, world: World) -> None:
        before = settled(world)
        after = settled(world)
        assert (is_open(world, before), is_open(world, after)) == (False, True)


class TestSignIn:
    @pytest.mark.parametrize(("login", "password"), [("ada", OTHER), ("nobody", GOOD), ("bob", GOOD), ("", "")])
    def test_whether_login_or_password_is_wrong_is_not_told(self, world: World, login: str, password: str) -> None:
        settled(world)
        with pytest.raises(NotSignedIn, match=r"^login or password is wrong$"):
            sign_in(world, login, password)

    def test_each_browser_has_a_session_of_its_own(self, world: World) -> None:
        settled(world)
        first, second = (sign_in(world, "ada", GOOD)[1] for _ in range(2))
        doors.sign_out(world.make_uow(), world.clock, first)
        doors.sign_out(world.make_uow(), world.clock, first)
        assert (is_open(world, first), is_open(world, second)) == (False, True)

    def test_a_session_ends_by_itself(self, world: World) -> None:
        session = settled(world)
        world.clock.advance(days=(doors.SESSION - timedelta(days=1)).days)
        assert is_open(world, session)
        world.clock.advance(days=1)
        assert not is_open(world, session)


class TestChange:
    def test_a_new_password_replaces_the_old_and_signs_other_browsers_out(self, world: World) -> None:
        elsewhere = settled(world)
        here = doors.change_password(world.make_uow(), world.clock, PLAIN, user=world["ada"], old=GOOD, new=OTHER)
        assert (is_open(world, elsewhere), is_open(world, here)) == (False, True)
        assert sign_in(world, "ada", OTHER)
        with pytest.raises(NotSignedIn):
            sign_in(world, "ada", GOOD)

    def test_who_does_not_know_the_old_one_changes_nothing(self, world: World) -> None:
        settled(world)
        with pytest.raises(Invalid, match="present password is wrong"):
            doors.change_password(world.make_uow(), world.clock, PLAIN, user=world["ada"], old=OTHER, new=OTHER)
        assert sign_in(world, "ada", GOOD)


class Hasty(PlainPasswords):
    """While a password is looked at, something else happens."""

    def __init__(self, meanwhile: Callable[[], object]) -> None:
        self._meanwhile = meanwhile

    def verify(self, hashed: str | None, password: str) -> bool:
        self._meanwhile()
        return super().verify(hashed, password)


class TestMeanwhile:
    """A hash takes long enough for something else to happen."""

    def test_a_password_that_is_changed_meanwhile_opens_nothing(self, world: World) -> None:
        settled(world)
        hasty = Hasty(lambda: settled_with(world, OTHER))
        with pytest.raises(NotSignedIn):
            doors.sign_in(world.make_uow(), world.clock, hasty, login="ada", password=GOOD)

    def test_a_change_that_comes_second_is_refused(self, world: World) -> None:
        settled(world)
        hasty = Hasty(lambda: settled_with(world, OTHER))
        with pytest.raises(Invalid, match="present password is wrong"):
            doors.change_password(
                world.make_uow(), world.clock, hasty, user=world["ada"], old=GOOD, new="words that are of no use"
            )
        assert sign_in(world, "ada", OTHER)[0] == world["ada"]


def settled_with(world: World, password: str) -> None:
    """Have the owner choose another password, by an invitation."""
    accept(world, doors.invite(world.make_uow(), world.clock, login="ada"), password)
