"""A school on SQLite, with endpoints and deliveries: the fake storage knows none."""

from __future__ import annotations

import tempfile
from contextlib import contextmanager
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING

from sqlalchemy import event

from grader.domain.lms.delivery import Answer, Delivery, DeliveryState, Try, Verdict
from grader.domain.lms.log import Wanted
from grader.domain.lms.platform import Context, Family, LineItem, Member, Platform
from grader.domain.scoring import ItemKind
from grader.lms.vault import FernetVault
from grader.services import endpoints
from grader.services.endpoints import EndpointDraft
from grader.storage import make_engine, unit_of_work_factory
from grader.storage.tables import Table
from tests.fakes import NOON
from tests.web.school import SPRING, School

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sqlalchemy import Engine

    from grader.domain.lms.endpoint import Endpoint

VAULT = FernetVault("v" * 32)
HOOK = "https://hooks.example/grader"
LEASE = timedelta(minutes=1)


@contextmanager
def opened(file: Path) -> Iterator[Engine]:
    """Give an engine on a database that nobody misses after a power cut."""
    engine = make_engine(f"sqlite:///{file}")
    event.listen(engine, "connect", lambda connection, _: connection.execute("PRAGMA synchronous=OFF"))
    yield engine
    engine.dispose()


@contextmanager
def connected_school() -> Iterator[School]:
    """Give a school that sends webhooks."""
    with tempfile.TemporaryDirectory(prefix="school-") as folder, opened(Path(folder) / "school.db") as engine:
        Table.metadata.create_all(engine)
        yield School(unit_of_work_factory(engine), vault=VAULT)


def an_endpoint(school: School, name: str = "Archive", course: str = SPRING, **draft: object) -> Endpoint:
    """Make an endpoint of a course, whose instructor does it."""
    by = {"spring": "ines", "autumn": "otto"}[course]
    wanted = replace(EndpointDraft(name, HOOK), **draft)  # type: ignore[arg-type]
    made, _secret = endpoints.make(
        school.make_uow(), school.clock, VAULT, user=school.users[by], course_slug=course, draft=wanted
    )
    return made


def a_column(school: School, label: str = "Pointwise", login: str = "ada") -> LineItem:
    """Connect a platform that knows somebody, with a column for the exercise."""
    course = school.courses[SPRING]
    with school.make_uow().writing() as uow:
        platform = uow.platforms.add(
            Platform(0, f"key-{label}", course.id, "Moodle", Family.MOODLE, "https://m", "c", "a", "t", "j", NOON)
        )
        context = uow.platforms.put_context(Context(0, platform.id, "1", "c1", "Course", course.id))
        uow.platforms.bind(context.id, course.id)
        uow.platforms.put_member(Member(context.id, f"sub-{login}", school.users[login].id))
        column = uow.line_items.put(
            LineItem(0, context.id, ItemKind.EXERCISE, "pointwise-conv", f"https://m/{label}", label, 4, made=NOON)
        )
        uow.commit()
    return column


def newest(school: School) -> Delivery:
    """Return the delivery that was made last."""
    return delivery_of(school, deliveries(school)[-1])


def deliveries(school: School, course: str = SPRING) -> list[int]:
    """Return the numbers of a course's deliveries, oldest first."""
    with school.make_uow().reading() as uow:
        found = uow.outbox.of_course(school.courses[course].id, Wanted(), 1000)
    return [each.delivery.id for each in reversed(found)]


def delivery_of(school: School, number: int) -> Delivery:
    with school.make_uow().reading() as uow:
        return uow.outbox.get(number)


def attempt(
    school: School,
    delivery: Delivery,
    answer: Answer | None = None,
    verdict: Verdict = Verdict.DEAD,
    state: DeliveryState = DeliveryState.DEAD,
) -> None:
    """Let a delivery be tried once, as a dispatcher does, and come to this."""
    now = school.clock.now()
    answer = answer or Answer("POST https://hooks.example/grader\nAuthorization: …\n\n{}", 500, "no", seconds=0.25)
    again = now + timedelta(minutes=5) if state is DeliveryState.WAITING else None
    with school.make_uow().writing() as uow:
        assert uow.outbox.claim(delivery, "key", now=now, lease_until=now + LEASE)
        uow.outbox.add_try(Try(delivery.id, delivery.attempts + 1, now, answer, verdict))
        assert uow.outbox.end(
            delivery, "key", state, now=now, next_attempt=again, status=answer.status, note=answer.note
        )
        uow.commit()
