"""What stands in the places of routes: names of a School's things, and numbers of things that are made for it."""

from __future__ import annotations

import re
import tempfile
from contextlib import contextmanager
from copy import copy, deepcopy
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from grader.lms.gradebooks import Gradebooks
from grader.lms.tokens import Tokens
from grader.storage import unit_of_work_factory
from grader.storage.tables import Table
from tests.fakes import FakeUnitOfWork, FixedClock
from tests.lms.campus import Campus
from tests.lms.platform import FakePlatform, a_key
from tests.web.connected import VAULT, an_endpoint, attempt, newest, opened
from tests.web.school import SPRING, School

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sqlalchemy import Engine

NAMES = {
    "course": SPRING,
    "exercise": "pointwise-conv",
    "quiz": "weights",
    "question": "six",
    "figure": "six.svg",
    "kind": "exercise",
    "item": "pointwise-conv",
    "login": "ada",
    "filename": "base.css",
}


ON_A_DATABASE = ("/endpoints", "/deliveries", "/lms")
"""What the fake storage knows nothing of."""


@contextmanager
def school_for(call: str) -> Iterator[School]:
    """Give a school on storage that knows what a call is about."""
    if any(part in call for part in ON_A_DATABASE):
        with tempfile.TemporaryDirectory(prefix="school-") as folder:
            database, school = _prepared()
            file = Path(folder) / "school.db"
            file.write_bytes(database)
            with opened(file) as engine:
                yield _another(school, engine)
    else:
        yield School(FakeUnitOfWork.factory())


@lru_cache
def _prepared() -> tuple[bytes, School]:
    """Return a database with a number for every place, and the school that made it: a copy of it takes no time."""
    with tempfile.TemporaryDirectory(prefix="school-") as folder:
        file = Path(folder) / "school.db"
        with opened(file) as engine:
            Table.metadata.create_all(engine)
            school = School(unit_of_work_factory(engine), vault=VAULT)
            school.made = numbers(school)
        return file.read_bytes(), school


def _another(school: School, engine: Engine) -> School:
    """Return the same school on a copy of its database."""
    another = copy(school)
    another.make_uow, another.clock = unit_of_work_factory(engine), FixedClock(school.clock.now())
    another.bell = deepcopy(school.bell)
    another.outside = reaching(another)
    return another.afresh()


def connections(school: School) -> dict[str, str]:
    """Make an endpoint and a delivery to it that failed; nothing in a school whose storage knows no endpoints."""
    if school.vault is None:
        return {}
    endpoint = an_endpoint(school)
    school.submit()
    school.grade()
    failed = newest(school)
    attempt(school, failed)
    return {"endpoint_id": str(endpoint.id), "delivery_id": str(failed.id)} | an_lms(school)


def reaching(school: School) -> dict[str, Any]:
    """Return what reaches a platform that stands where the network would, and lists Ada alone."""
    lms = FakePlatform(clock=school.clock, members=[{"user_id": "sub-ada", "name": "Ada", "roles": ["Learner"]}])
    return {"gradebooks": Gradebooks(lms, Tokens(lms, school.clock, a_key))}


def an_lms(school: School) -> dict[str, str]:
    """Connect the platform to spring, with a course that has opened us and a column."""
    campus = Campus(school)
    platform = campus.connect()
    context = campus.launched(platform)
    column = campus.column(context)
    found = {"platform_id": platform.id, "context_id": context.id, "line_item_id": column.id}
    return {name: str(number) for name, number in found.items()}


def numbers(school: School, login: str = "ada", *, source: str = "x = 1") -> dict[str, str]:
    """Make a graded submission, a queued one, an open attempt, a comment, an override and a token of *login*'s.

    And once a regrade; return the numbers that routes may ask for.
    """
    if school.made and login == "ada":
        return dict(school.made)
    first, attempt = school.submit(login, source), school.start_quiz(login)
    school.grade()
    with school.make_uow().reading() as uow:
        token = uow.tokens.of_user(school.users[login].id)[0]
        running = [regrade.id for regrade in uow.regrades.of_course(school.courses[SPRING].id)]
    found = {
        "submission_id": first,
        "other_id": school.submit(login),
        "attempt_id": attempt,
        "token_id": token.id,
        "override_id": school.set_grade(login, 4),
        "comment_id": school.say("ines", first),
        "one": first,
        "other": school.submit("bob"),
        "regrade_id": running[0] if running else school.regrade(),
    }
    return {name: str(number) for name, number in found.items()} | connections(school)


def address(route: str, values: dict[str, str]) -> str:
    """Return a route's address with these values in its places."""
    return re.sub(r"<\w+:(\w+)>", lambda match: values[match[1]], route)
