"""What logins under way, codes and our own keys promise, on both databases."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

import pytest

from grader.domain.lms.launch import Code, Login, ToolKey
from grader.storage import unit_of_work_factory
from tests.fakes import NOON
from tests.storage.databases import enrolled
from tests.storage.test_lti import LATER, connected

if TYPE_CHECKING:
    from sqlalchemy import Engine

    from tests.storage.databases import Enrolled, MakeUow


@pytest.fixture
def make_uow(engine: Engine) -> MakeUow:
    return unit_of_work_factory(engine)


@pytest.fixture
def ada(make_uow: MakeUow) -> Enrolled:
    return enrolled(make_uow)


def test_a_login_is_good_once(make_uow: MakeUow) -> None:
    platform, _ = connected(make_uow)
    login = Login("state", "nonce", platform.id, LATER)
    with make_uow().writing() as uow:
        uow.logins.start(login)
        uow.commit()
    with make_uow().writing() as uow:
        assert [uow.logins.burn(state) for state in ("another", "state", "state")] == [None, login, None]


def test_a_code_is_good_once_and_until_it_expires(make_uow: MakeUow, ada: Enrolled) -> None:
    first, second = (Code(hashed, ada.course.id, "ines", LATER) for hashed in ("h1", "h2"))
    with make_uow().writing() as uow:
        uow.logins.add_code(first)
        uow.logins.add_code(second)
        uow.commit()
    with make_uow().writing() as uow:
        assert uow.logins.use_code("h3", NOON) is None
        assert uow.logins.use_code("h1", LATER) is None
        assert [uow.logins.use_code("h1", NOON) for _ in range(2)] == [first, None]
        assert uow.logins.use_code("h2", LATER - timedelta(seconds=1)) == second


def test_logins_and_codes_that_expired_are_forgotten(make_uow: MakeUow, ada: Enrolled) -> None:
    platform, _ = connected(make_uow)
    with make_uow().writing() as uow:
        for number, expires in enumerate((NOON, LATER)):
            uow.logins.start(Login(f"s{number}", "nonce", platform.id, expires))
            uow.logins.add_code(Code(f"h{number}", ada.course.id, "ines", expires))
        assert [uow.logins.forget(before) for before in (NOON, LATER, LATER)] == [0, 2, 0]
        assert [uow.logins.burn(state) is None for state in ("s0", "s1")] == [True, False]


def test_keys_come_newest_first_and_a_new_one_retires_the_others_but_never_later(make_uow: MakeUow) -> None:
    days = [NOON + timedelta(days=day) for day in range(4)]
    with make_uow().writing() as uow:
        assert uow.logins.keys() == []
        for day, kid in enumerate("abc"):
            key = ToolKey(kid, "sealed", "public", days[day])
            uow.logins.add_key(key, retires_others=days[day + 1])
            assert uow.logins.keys()[0] == key
        uow.commit()
    with make_uow().reading() as uow:
        kept = uow.logins.keys()
    assert [(key.kid, key.retires) for key in kept] == [
        ("c", None),
        ("b", days[3]),
        ("a", days[2]),
    ]
