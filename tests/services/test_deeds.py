"""Tokens, passwords, invitations and what the operator does stand in the audit log: who, to whom, what; no secrets."""

from __future__ import annotations

import os
import pwd
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from grader.bootstrap.store import operator
from grader.domain.audit import Filter, Origin
from grader.domain.errors import Conflict, Invalid
from grader.domain.people import Role, Scope
from grader.services import enrol, sign_in, tokens
from tests.fakes import NOON, PlainPasswords

if TYPE_CHECKING:
    from grader.domain.audit import Entry
    from grader.domain.people import Course
    from tests.services.conftest import World

PASSWORD = "four plain words here"  # noqa: S105 - of people who don't exist


def log(world: World) -> list[Entry]:
    """Return all entries of "spring", oldest first."""
    with world.make_uow().reading() as uow:
        return list(reversed(uow.audit.of_course(course_of(world).id, Filter(), 100)))


def course_of(world: World) -> Course:
    with world.make_uow().reading() as uow:
        found = uow.courses.by_slug("spring")
    assert found
    return found


def told(world: World) -> list[tuple[str, str, int | None]]:
    return [(entry.deed, entry.what, entry.user_id) for entry in log(world)]


class TestTokens:
    def test_issuing_and_revoking_are_noted_with_what_it_opens(self, world: World) -> None:
        ada = world["ada"]
        token, secret = tokens.issue(world.make_uow(), world.clock, user=ada, name="laptop", scope=Scope.READ)
        tokens.revoke(world.make_uow(), world.clock, user=ada, token_id=token.id)
        tokens.revoke(world.make_uow(), world.clock, user=ada, token_id=token.id)  # revoked once
        assert told(world) == [("token.issued", "laptop", ada.id), ("token.revoked", "laptop", ada.id)]
        assert log(world)[0].detail == {"opens": "read", "expires": "–"}
        assert secret not in repr(log(world))
        assert token.hash not in repr(log(world))

    def test_revoking_all_is_one_entry_with_how_many(self, world: World) -> None:
        for name in ("laptop", "desk"):
            tokens.issue(world.make_uow(), world.clock, user=world["ada"], name=name)
        tokens.revoke_all(world.make_uow(), world.clock, login="ada")
        assert told(world)[-1] == ("token.revoked", "", world["ada"].id)
        assert log(world)[-1].detail == {"closed": "2"}


class TestPasswords:
    def test_an_invitation_and_its_acceptance_are_noted_as_of_whom_they_are(self, world: World) -> None:
        secret = sign_in.invite(world.make_uow(), world.clock, login="ada")
        uow = world.make_uow()
        uow.origin = Origin("", "page", "192.0.2.7")  # nobody is signed in at the door
        sign_in.accept(uow, world.clock, PlainPasswords(), secret=secret, password=PASSWORD)
        assert told(world) == [("roster.invited", "ada", world["ada"].id), ("password.set", "", world["ada"].id)]
        assert log(world)[-1].origin == Origin("ada", "page", "192.0.2.7")
        assert secret not in repr(log(world))

    def test_a_change_is_noted_and_a_refused_one_is_not(self, world: World) -> None:
        secret = sign_in.invite(world.make_uow(), world.clock, login="ada")
        sign_in.accept(world.make_uow(), world.clock, PlainPasswords(), secret=secret, password=PASSWORD)
        before = len(log(world))
        with pytest.raises(Invalid):
            sign_in.change_password(
                world.make_uow(), world.clock, PlainPasswords(), user=world["ada"], old="wrong", new="other plain words"
            )
        assert len(log(world)) == before
        sign_in.change_password(
            world.make_uow(), world.clock, PlainPasswords(), user=world["ada"], old=PASSWORD, new="other plain words"
        )
        assert told(world)[-1] == ("password.set", "", world["ada"].id)
        assert "plain" not in repr(log(world))


class TestOperator:
    def test_what_changes_a_course_is_noted_when_it_is_said_when(self, world: World) -> None:
        made = enrol.add_course(world.make_uow(), slug="autumn", title="Autumn", lesson="channels", when=NOON)
        enrol.enrol(world.make_uow(), user=world["zoe"], course=made, role=Role.ASSISTANT, when=NOON)
        enrol.close_course(world.make_uow(), course=made, closes=NOON, when=NOON)
        with world.make_uow().reading() as uow:
            found = uow.audit.of_course(made.id, Filter(), 10)
        assert [(entry.deed, entry.what, dict(entry.detail)) for entry in reversed(found)] == [
            ("course.made", "autumn", {"lesson": "channels"}),
            ("roster.enrolled", "zoe", {"role": "assistant", "section": ""}),
            ("course.changed", "autumn", {"closes": f"– → {NOON}"}),
        ]

    def test_who_had_left_comes_back_with_their_work(self, world: World) -> None:
        course, ada = course_of(world), world["ada"]
        with world.make_uow().writing() as uow:
            before = uow.enrolments.find(ada.id, course.id)
            assert before
            uow.enrolments.change(replace(before, ended=NOON))
            uow.commit()
        found = enrol.enrol(world.make_uow(), user=ada, course=course, role=Role.STUDENT, when=NOON)
        assert found == before
        assert told(world) == [("roster.restored", "ada", ada.id)]
        with pytest.raises(Conflict):
            enrol.enrol(world.make_uow(), user=ada, course=course, role=Role.STUDENT, when=NOON)

    def test_the_account_is_told_and_not_what_the_environment_says(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setenv("USER", "ines")
        monkeypatch.setenv("LOGNAME", "ines")
        assert operator() == Origin(pwd.getpwuid(os.getuid()).pw_name, "terminal")

    def test_an_account_without_a_name_is_its_number(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(os, "getuid", lambda: 54321)
        assert operator() == Origin("54321", "terminal")
