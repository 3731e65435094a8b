"""Our own keys: made on first need, sealed in the database, changed while the old ones are still known."""

from __future__ import annotations

import json
import threading
from functools import partial
from typing import TYPE_CHECKING

import jwt
import pytest

from grader.domain.errors import Unavailable
from grader.domain.lms.launch import KEY_OVERLAP
from grader.lms.launches.own_keys import key_set, new_key
from grader.lms.vault import FernetVault
from grader.services import tool_keys
from tests.lms.lti_platform import key

if TYPE_CHECKING:
    from collections.abc import Callable

    from grader.domain.lms.launch import NewKey
    from tests.lms.launches.campus import Campus


def _current(campus: Campus, vault: FernetVault | None = None, name: str = "ours") -> NewKey:
    return tool_keys.current(campus.make_uow(), campus.clock, vault or campus.vault, lambda: key(name))


def _rotated(campus: Campus, name: str) -> str:
    campus.clock.advance(seconds=1)
    return tool_keys.rotate(campus.make_uow(), campus.clock, campus.vault, lambda: key(name))


def _shown(campus: Campus) -> list[str]:
    answer = campus.visitor().get("/lti/jwks")
    assert answer.status_code == 200
    return [each["kid"] for each in json.loads(answer.data)["keys"]]


def test_the_first_key_is_made_when_somebody_asks_and_stays(campus: Campus) -> None:
    assert campus.read(lambda uow: uow.logins.keys()) == []
    assert _shown(campus) == _shown(campus)
    assert len(campus.read(lambda uow: uow.logins.keys())) == 1


def test_the_key_set_is_public_and_platforms_may_keep_it_five_minutes(campus: Campus) -> None:
    answer = campus.visitor().get("/lti/jwks")
    assert answer.mimetype == "application/json"
    assert answer.headers["Cache-Control"] == "public, max-age=300"
    assert answer.headers["Cross-Origin-Resource-Policy"] == "cross-origin"
    assert "Set-Cookie" not in answer.headers
    (shown,) = json.loads(answer.data)["keys"]
    assert set(shown) == {"kty", "use", "alg", "kid", "n", "e"}


def test_what_is_signed_verifies_with_the_key_set(campus: Campus) -> None:
    made = _current(campus)
    token = jwt.encode({"a": 1}, made.private, algorithm="RS256", headers={"kid": made.kid})
    (shown,) = jwt.PyJWKSet.from_dict(json.loads(campus.visitor().get("/lti/jwks").data)).keys
    assert shown.key_id == made.kid
    assert jwt.decode(token, shown.key, algorithms=["RS256"]) == {"a": 1}


def test_the_private_half_is_sealed_where_it_lies(campus: Campus) -> None:
    made = _current(campus)
    (kept,) = campus.read(lambda uow: uow.logins.keys())
    assert "PRIVATE KEY" in made.private
    assert "PRIVATE" not in kept.private
    with pytest.raises(Unavailable, match="GRADER_LMS_SECRET"):
        _current(campus, FernetVault("another secret of the operator's"))


def test_after_a_rotation_the_new_key_signs_and_the_old_one_is_shown_for_a_week(campus: Campus) -> None:
    old = _current(campus)
    assert _rotated(campus, "second") == _current(campus).kid != old.kid
    assert set(_shown(campus)) == {old.kid, key("second").kid}
    campus.clock.advance(seconds=KEY_OVERLAP.total_seconds() - 1)
    assert set(_shown(campus)) == {old.kid, key("second").kid}
    campus.clock.advance(seconds=1)
    assert _shown(campus) == [key("second").kid]


def test_a_second_rotation_keeps_no_key_longer_than_the_first_promised(campus: Campus) -> None:
    old = _current(campus)
    _rotated(campus, "second")
    campus.clock.advance(days=6)
    _rotated(campus, "third")
    assert set(_shown(campus)) == {old.kid, key("second").kid, key("third").kid}
    campus.clock.advance(days=1)
    assert set(_shown(campus)) == {key("second").kid, key("third").kid}
    campus.clock.advance(days=6)
    assert _shown(campus) == [key("third").kid]


def test_a_rotation_before_any_need_makes_the_first_key(campus: Campus) -> None:
    _rotated(campus, "second")
    assert _shown(campus) == [_current(campus).kid] == [key("second").kid]


def test_of_many_who_need_the_first_key_at_once_all_get_the_same(both: Campus) -> None:
    names = ("ours", "second", "third", "platform")
    together, found = threading.Barrier(len(names)), list[str]()

    def ask(make: Callable[[], NewKey]) -> None:
        together.wait()
        found.append(tool_keys.current(both.make_uow(), both.clock, both.vault, make).kid)

    makers = [partial(key, name) for name in names]
    for make in makers:
        make()
    threads = [threading.Thread(target=ask, args=(make,)) for make in makers]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    kept = both.read(lambda uow: uow.logins.keys())
    assert set(found) == {kept[0].kid}
    assert len(found) == len(names)


def test_a_key_is_named_by_its_fingerprint() -> None:
    made = new_key()
    assert f"'kid': '{made.kid}'" in str(key_set([made.public]))
    assert len(made.kid) == 43, "a SHA-256"
