"""Secrets open what they are for, as long as they are valid."""

from __future__ import annotations

import hashlib
from datetime import timedelta
from typing import TYPE_CHECKING

import pytest

from grader.domain.errors import NotFound, NotSignedIn
from grader.domain.people import Scope
from grader.services.tokens import holder, issue, of_user, revoke, revoke_all

if TYPE_CHECKING:
    from tests.services.conftest import World


class TestTokens:
    def test_the_secret_opens_and_is_not_kept(self, world: World) -> None:
        token, secret = issue(world.make_uow(), world.clock, user=world["ada"], name="laptop")
        assert holder(world.make_uow(), world.clock, secret, Scope.EVERYTHING)[0] == world["ada"]
        assert secret.startswith("grd_")
        assert token.hash == hashlib.sha256(secret.encode()).hexdigest()

    def test_two_tokens_differ(self, world: World) -> None:
        secrets = {issue(world.make_uow(), world.clock, user=world["ada"], name="laptop")[1] for _ in range(2)}
        assert len(secrets) == 2

    @pytest.mark.parametrize("secret", ["", "grd_", "grd_unknown", "Bearer x", "grd_\ud800", "grd_" + "x" * 10_000])
    def test_an_unknown_secret_opens_nothing(self, world: World, secret: str) -> None:
        with pytest.raises(NotSignedIn):
            holder(world.make_uow(), world.clock, secret, Scope.EVERYTHING)

    def test_an_expired_token_opens_nothing(self, world: World) -> None:
        expires = world.clock.now() + timedelta(hours=1)
        _, secret = issue(world.make_uow(), world.clock, user=world["ada"], name="laptop", expires=expires)
        world.clock.advance(hours=1)
        with pytest.raises(NotSignedIn):
            holder(world.make_uow(), world.clock, secret, Scope.EVERYTHING)

    def test_revoked_tokens_open_nothing_and_others_still_do(self, world: World) -> None:
        _, kept = issue(world.make_uow(), world.clock, user=world["bob"], name="laptop")
        lost = [issue(world.make_uow(), world.clock, user=world["ada"], name=name)[1] for name in ("a", "b")]
        assert revoke_all(world.make_uow(), world.clock, login=" ADA ") == 2
        assert revoke_all(world.make_uow(), world.clock, login="ada") == 0
        for secret in lost:
            with pytest.raises(NotSignedIn):
                holder(world.make_uow(), world.clock, secret, Scope.EVERYTHING)
        assert holder(world.make_uow(), world.clock, kept, Scope.EVERYTHING)[0] == world["bob"]

    def test_tokens_of_nobody_are_not_revoked(self, world: World) -> None:
        with pytest.raises(NotFound, match="there is no user 'nobody'"):
            revoke_all(world.make_uow(), world.clock, login="nobody")


class TestScopes:
    @pytest.mark.parametrize("scope", Scope)
    @pytest.mark.parametrize("asked", Scope)
    def test_a_secret_opens_what_it_is_for_and_nothing_else(self, world: World, scope: Scope, asked: Scope) -> None:
        _, secret = issue(world.make_uow(), world.clock, user=world["ada"], name="one", scope=scope)
        if scope is asked:
            assert holder(world.make_uow(), world.clock, secret, asked)[1].scope is scope
        else:
            with pytest.raises(NotSignedIn):
                holder(world.make_uow(), world.clock, secret, asked)


class TestOwn:
    def test_only_open_tokens_for_the_api_are_listed(self, world: World) -> None:
        for scope in Scope:
            issue(world.make_uow(), world.clock, user=world["ada"], name=scope.value, scope=scope)
        gone, _ = issue(world.make_uow(), world.clock, user=world["ada"], name="gone")
        revoke(world.make_uow(), world.clock, user=world["ada"], token_id=gone.id)
        found = of_user(world.make_uow(), world.clock, user=world["ada"])
        assert [token.name for token in found] == ["everything", "read"]

    def test_one_of_ones_own_is_revoked_and_nobody_elses(self, world: World) -> None:
        token, secret = issue(world.make_uow(), world.clock, user=world["ada"], name="one")
        with pytest.raises(NotFound, match=f"there is no token {token.id}"):
            revoke(world.make_uow(), world.clock, user=world["bob"], token_id=token.id)
        assert holder(world.make_uow(), world.clock, secret, Scope.EVERYTHING)
        revoke(world.make_uow(), world.clock, user=world["ada"], token_id=token.id)
        with pytest.raises(NotSignedIn):
            holder(world.make_uow(), world.clock, secret, Scope.EVERYTHING)

    def test_a_session_is_no_api_token(self, world: World) -> None:
        session, _ = issue(world.make_uow(), world.clock, user=world["ada"], name="b", scope=Scope.SESSION)
        with pytest.raises(NotFound):
            revoke(world.make_uow(), world.clock, user=world["ada"], token_id=session.id)
