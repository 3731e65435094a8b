"""A course on a database whose events and scores go out to real sockets: what tests of receivers begin with."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from fractions import Fraction
from functools import cache
from typing import TYPE_CHECKING, TypeVar

from grader.domain.lms.delivery import Kind
from grader.domain.lms.endpoint_draft import EndpointDraft
from grader.domain.lms.event import Draft, EventType
from grader.domain.lms.log import Wanted
from grader.domain.lms.platform import Context, Family, LineItem, Member
from grader.domain.scoring import Grade, ItemKind
from grader.lms.courier import WebCourier
from grader.lms.gradebooks import Gradebooks
from grader.lms.outgoing import Outgoing
from grader.lms.tokens import Tokens
from grader.lms.vault import FernetVault
from grader.services import dispatch, endpoints
from grader.services.sending import Ways
from tests.lms.platform import a_key, a_platform
from tests.lms.raw_server import LOOPBACK

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from pathlib import Path

    from grader.domain.lms.delivery import Delivery, Try
    from grader.domain.lms.endpoint import Endpoint
    from grader.domain.lms.event import Event
    from grader.domain.lms.platform import Platform
    from grader.ports import UnitOfWork
    from grader.services.sending import Sent
    from tests.fakes import FixedClock
    from tests.services.conftest import World

PLACE = (ItemKind.EXERCISE, "pointwise-conv")
CONNECT, TOTAL = 0.8, 1.5  # seconds that a receiver has
Result = TypeVar("Result")


@cache
def quick(authorities: Path | None = None) -> Outgoing:
    """Return what asks this machine, with little patience."""
    return Outgoing([LOOPBACK], CONNECT, TOTAL, authorities=str(authorities) if authorities else None)


def now() -> datetime:
    """Return the time by which receivers judge ours."""
    return datetime.now(UTC)


@dataclass
class Post:
    """What "spring" sends; *authorities* are trusted besides the usual ones."""

    world: World
    authorities: Path | None = None
    vault: FernetVault = field(default_factory=lambda: FernetVault("s" * 32))

    @property
    def clock(self) -> FixedClock:
        return self.world.clock

    def ways(self) -> Ways:
        out = quick(self.authorities)
        return Ways(self.vault, WebCourier(out), Gradebooks(out, Tokens(out, self.clock, a_key)))

    def endpoint(self, url: str, headers: Mapping[str, str] | None = None) -> tuple[Endpoint, str]:
        draft = EndpointDraft("Receiver", url, headers=headers or {})
        return endpoints.make(
            self.world.make_uow(), self.clock, self.vault, user=self.world["ian"], course_slug="spring", draft=draft
        )

    def rotate(self, endpoint: Endpoint) -> str:
        """Return the endpoint's new secret."""
        given = {"user": self.world["ian"], "course_slug": "spring", "endpoint_id": endpoint.id}
        return endpoints.rotate(self.world.make_uow(), self.clock, self.vault, **given)[1]  # type: ignore[arg-type]

    def tell(self, data: Mapping[str, object] | None = None) -> Event:
        """Let something happen to Ada."""
        draft = Draft(EventType.SUBMISSION_GRADED, data or {"points": 3}, self.enrolment_id, PLACE)
        return self.write(lambda uow: uow.outbox.add([draft], course_id=1, made=self.clock.now())[0])

    @property
    def enrolment_id(self) -> int:
        found = self.read(lambda uow: uow.enrolments.find(self.world["ada"].id, 1))
        assert found is not None
        return found.id

    def column(self, host: str, *, family: Family = Family.MOODLE) -> LineItem:
        """Connect a platform at *host* that knows Ada and has a column for the exercise."""
        told = a_platform(family=family, issuer=host, token_url=f"{host}/token", jwks_url=f"{host}/keys")

        def connect(uow: UnitOfWork) -> LineItem:
            kept = uow.platforms.add(replace(told, id=0))
            context = uow.platforms.put_context(Context(0, kept.id, "d", "c", "Course", None))
            uow.platforms.bind(context.id, 1)
            uow.platforms.put_member(Member(context.id, "sub-ada", self.world["ada"].id))
            return uow.line_items.put(LineItem(0, context.id, *PLACE, f"{host}/items/1", "Conv", 4, made=told.made))

        return self.write(connect)

    def score(self, points: int = 3) -> None:
        """Let Ada's grade be so many points of four."""
        value = Fraction(points)
        grade = Grade(
            self.enrolment_id, *PLACE, points=value, max_points=4, attempt_id=None, attempts=1, raw=value, earned=value
        )

        def put(uow: UnitOfWork) -> None:
            uow.grades.put(grade)
            uow.outbox.add_scores(1, [self.enrolment_id], *PLACE, made=self.clock.now())

        self.write(put)

    def deliver(self) -> Sequence[Sent]:
        """Send what is due, once, as a dispatcher does."""
        claimed = dispatch.take(self.world.make_uow, self.clock, 50, 8)
        return [dispatch.send(self.world.make_uow, self.clock, self.ways(), each) for each in claimed]

    def newest(self) -> tuple[Delivery, Sequence[Try]]:
        """Return the newest delivery and its attempts, as the log has them."""

        def look(uow: UnitOfWork) -> tuple[Delivery, Sequence[Try]]:
            delivery = uow.outbox.of_course(1, Wanted(), 1)[0].delivery
            return delivery, uow.outbox.tries(delivery.id)

        return self.read(look)

    def receiver(self, delivery: Delivery) -> Endpoint | Platform:
        """Return whom a delivery is for."""

        def look(uow: UnitOfWork) -> Endpoint | Platform:
            if delivery.kind is Kind.WEBHOOK:
                return uow.endpoints.get(delivery.endpoint_id or 0)
            line_item = uow.line_items.get(delivery.line_item_id or 0)
            return uow.platforms.get(uow.platforms.context(line_item.context_id).platform_id)

        return self.read(look)

    def read(self, look: Callable[[UnitOfWork], Result]) -> Result:
        with self.world.make_uow().reading() as uow:
            return look(uow)

    def write(self, change: Callable[[UnitOfWork], Result]) -> Result:
        with self.world.make_uow().writing() as uow:
            result = change(uow)
            uow.commit()
        return result
