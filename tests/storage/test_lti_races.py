"""A class comes in by its LMS all at once: what is for one caller goes to one, and nobody fails."""

from __future__ import annotations

import threading
from functools import partial
from typing import TYPE_CHECKING

import pytest

from grader.domain.lms.launch import Code, Login
from grader.domain.lms.platform import Member
from grader.storage import unit_of_work_factory
from tests.fakes import NOON
from tests.storage.databases import enrolled
from tests.storage.test_lti import LATER, a_context, a_line_item, connected

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from sqlalchemy import Engine

    from grader.ports import UnitOfWork
    from tests.storage.databases import Enrolled, MakeUow

CALLS = 12


@pytest.fixture
def make_uow(engine: Engine) -> MakeUow:
    return unit_of_work_factory(engine)


@pytest.fixture
def ada(make_uow: MakeUow) -> Enrolled:
    return enrolled(make_uow)


def at_once(make_uow: MakeUow, calls: Sequence[Callable[[UnitOfWork], object]]) -> list[object]:
    """Return what each call returned, each in a unit of work of its own that is committed."""
    together, found = threading.Barrier(len(calls)), list[object]()

    def run(call: Callable[[UnitOfWork], object]) -> None:
        together.wait()
        try:
            with make_uow().writing() as uow:
                answer = call(uow)
                uow.commit()
            found.append(answer)
        except Exception as error:  # noqa: BLE001 - told below, by the main thread
            found.append(error)

    threads = [threading.Thread(target=run, args=(call,)) for call in calls]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert [each for each in found if isinstance(each, Exception)] == []
    return found


def test_of_many_deployments_at_once_one_is_taken(make_uow: MakeUow) -> None:
    platform, _ = connected(make_uow)
    calls = [lambda uow, name=str(number): uow.platforms.take_deployment(platform.id, name) for number in range(CALLS)]
    assert sum(bool(each) for each in at_once(make_uow, calls)) == 1
    with make_uow().reading() as uow:
        assert len(uow.platforms.get(platform.id).deployments) == 1


def test_a_class_that_launches_at_once_makes_one_course(make_uow: MakeUow) -> None:
    platform, _ = connected(make_uow)
    told = [{"title": "Nets"}, {"title": "", "members_url": "https://m"}, {"title": "", "line_items_url": "l"}]
    contexts = [a_context(platform, "8", **fields) for fields in told * (CALLS // 3)]
    calls = [lambda uow, context=context: uow.platforms.put_context(context).id for context in contexts]
    (number,) = set(at_once(make_uow, calls))
    with make_uow().reading() as uow:
        kept = uow.platforms.context(int(str(number)))
    assert (kept.title, kept.members_url, kept.line_items_url) == ("Nets", "https://m", "l")


def test_of_many_who_bind_a_course_at_once_one_does(make_uow: MakeUow, ada: Enrolled) -> None:
    _, context = connected(make_uow)
    found = at_once(make_uow, [lambda uow: uow.platforms.bind(context.id, ada.course.id)] * CALLS)
    assert sorted(map(bool, found)) == [False] * (CALLS - 1) + [True]


def test_a_user_who_comes_by_many_subjects_at_once_keeps_one(make_uow: MakeUow, ada: Enrolled) -> None:
    _, context = connected(make_uow)
    told = [Member(context.id, f"s{number // 2}", ada.user.id) for number in range(CALLS)]

    def put(uow: UnitOfWork, member: Member) -> None:
        uow.platforms.put_member(member)

    at_once(make_uow, [partial(put, member=member) for member in told])
    with make_uow().reading() as uow:
        assert len(uow.platforms.members(context.id)) == 1


def test_a_line_item_that_many_launches_bring_at_once_is_one(make_uow: MakeUow) -> None:
    _, context = connected(make_uow)
    assert len(set(at_once(make_uow, [lambda uow: uow.line_items.put(a_line_item(context)).id] * CALLS))) == 1


def test_a_login_that_comes_back_many_times_at_once_is_good_for_one(make_uow: MakeUow) -> None:
    platform, _ = connected(make_uow)
    login = Login("state", "nonce", platform.id, LATER)
    with make_uow().writing() as uow:
        uow.logins.start(login)
        uow.commit()
    found = at_once(make_uow, [lambda uow: uow.logins.burn("state")] * CALLS)
    assert [each for each in found if each is not None] == [login]


def test_a_code_that_many_use_at_once_is_good_for_one(make_uow: MakeUow, ada: Enrolled) -> None:
    code = Code("h1", ada.course.id, "ines", LATER)
    with make_uow().writing() as uow:
        uow.logins.add_code(code)
        uow.commit()
    found = at_once(make_uow, [lambda uow: uow.logins.use_code("h1", NOON)] * CALLS)
    assert [each for each in found if each is not None] == [code]
