"""Who rotates, changes and switches one endpoint at the same moment, on both databases: none undoes another's."""

from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING, Any

from grader.domain.lms.endpoint_draft import EndpointDraft
from grader.domain.people import Role
from grader.lms.vault import FernetVault
from grader.services import endpoints
from grader.services.endpoint_secrets import headers_of, signing
from tests.fakes import NOON, FixedClock
from tests.storage.databases import enrolled
from tests.storage.test_quiz_races import make_uow

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.storage.databases import MakeUow

__all__ = ["make_uow"]  # the fixture: both real databases

ROUNDS = 8


def test_a_rotation_a_change_and_a_switch_at_once_all_last(make_uow: MakeUow) -> None:
    ada, clock, vault = enrolled(make_uow), FixedClock(), FernetVault("s" * 32)
    with make_uow().writing() as uow:
        ian = uow.users.add("ian", "Ian")
        uow.enrolments.add(ian.id, ada.course.id, Role.INSTRUCTOR)
        uow.commit()
    who: dict[str, Any] = {"user": ian, "course_slug": "spring"}
    made, _ = endpoints.make(make_uow(), clock, vault, **who, draft=EndpointDraft("0", "https://x.example/"))
    which: dict[str, Any] = who | {"endpoint_id": made.id}
    gate = threading.Barrier(3)

    def rotate(_: int) -> str:
        return endpoints.rotate(make_uow(), clock, vault, **which)[1]

    def change(number: int) -> str:
        draft = EndpointDraft(str(number), "https://x.example/", headers={"X-Round": str(number)})
        return endpoints.change(make_uow(), clock, vault, **which, draft=draft).name

    def switch(number: int) -> str:
        return str(endpoints.switch(make_uow(), clock, **which, on=bool(number % 2)).off)

    def go(do: Callable[[int], str]) -> str:
        last = ""
        for number in range(ROUNDS):
            gate.wait(30)
            last = do(number)
        return last

    with ThreadPoolExecutor(3) as pool:
        secret, name, off = pool.map(go, (rotate, change, switch))
    with make_uow().reading() as uow:
        kept = uow.endpoints.get(made.id)
    assert signing(vault, kept, NOON)[0] == secret
    assert (kept.name, headers_of(vault, kept)) == (name, {"X-Round": name})
    assert str(kept.off) == off
