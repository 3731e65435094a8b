"""A course with Ada on a database, who is told of it, and what tests do with its dispatcher."""

from __future__ import annotations

import threading
from dataclasses import dataclass, field, replace
from fractions import Fraction
from typing import TYPE_CHECKING, Any, TypeVar

from grader.domain.audit import Filter
from grader.domain.lms.delivery import Answer, Verdict
from grader.domain.lms.endpoint import Endpoint
from grader.domain.lms.event import Draft, EventType
from grader.domain.lms.log import Wanted
from grader.domain.lms.platform import SCOPES, Context, Family, Member
from grader.domain.scoring import Grade, ItemKind
from grader.lms.gradebooks import Gradebooks
from grader.lms.tokens import Tokens
from grader.lms.vault import FernetVault
from grader.services import dispatch
from grader.services.endpoint_secrets import sealed_headers
from grader.services.sending import Ways
from tests.fakes import NOON, FixedClock
from tests.lms.platform import ITEMS, MEMBERS, FakePlatform, a_key, a_line_item, a_platform
from tests.storage.databases import enrolled

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from grader.domain.audit import Entry
    from grader.domain.lms.delivery import Delivery, Try
    from grader.domain.lms.event import Event
    from grader.domain.lms.platform import LineItem
    from grader.domain.lms.score import ScoreState
    from grader.ports import UnitOfWork
    from grader.services.sending import Claimed, Sent
    from tests.storage.databases import Enrolled

Result = TypeVar("Result")
CONV = (ItemKind.EXERCISE, "pointwise-conv")
SECRET = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"  # noqa: S105 - the specification's example


@dataclass
class FakeCourier:
    """Notes what it is given; answers what stands in *answers*, then 204. Has a bug for *broken_at*."""

    answers: list[Answer] = field(default_factory=list)
    posted: list[tuple[str, Mapping[str, str], bytes, Sequence[str]]] = field(default_factory=list)
    lock: threading.Lock = field(default_factory=threading.Lock)
    broken_at: str = ""

    def post(self, url: str, *, headers: Mapping[str, str], body: bytes, hidden: Sequence[str] = ()) -> Answer:
        if url == self.broken_at:
            raise ZeroDivisionError(SECRET)
        with self.lock:
            self.posted.append((url, headers, body, hidden))
            return self.answers.pop(0) if self.answers else Answer(f"POST {url}", 204)

    @property
    def ids(self) -> list[str]:
        return [headers["webhook-id"] for _, headers, _, _ in self.posted]


@dataclass
class Post:
    """What the tests say; *lms* stands where the network would."""

    make_uow: Callable[[], UnitOfWork]
    clock: FixedClock = field(default_factory=FixedClock)
    courier: FakeCourier = field(default_factory=FakeCourier)
    vault: FernetVault = field(default_factory=lambda: FernetVault("v" * 32))
    lms: FakePlatform = field(init=False)
    ada: Enrolled = field(init=False)
    ways: Ways = field(init=False)

    def __post_init__(self) -> None:
        self.lms = FakePlatform(clock=self.clock)
        self.ada = enrolled(self.make_uow)
        gradebooks = Gradebooks(self.lms, Tokens(self.lms, self.clock, a_key))
        self.ways = Ways(self.vault, self.courier, gradebooks)

    def write(self, change: Callable[[UnitOfWork], Result]) -> Result:
        uow = self.make_uow()
        with uow.writing():
            result = change(uow)
            uow.commit()
        return result

    def read(self, ask: Callable[[UnitOfWork], Result]) -> Result:
        with self.make_uow().reading() as uow:
            return ask(uow)

    def endpoint(self, name: str = "all", headers: Mapping[str, str] | None = None, **changes: Any) -> Endpoint:  # noqa: ANN401 - fields of Endpoint
        made = Endpoint(
            id=0,
            key=f"key-{name}",
            course_id=self.ada.course.id,
            name=name,
            url=f"https://{name}.example/hook",
            events=frozenset(),
            receives=False,
            secret=self.vault.seal(SECRET),
            made=NOON,
            headers=sealed_headers(self.vault, headers or {}),
        )
        return self.write(lambda uow: uow.endpoints.add(replace(made, **changes)))

    def tell(self, count: int = 1) -> Sequence[Event]:
        """Let something happen to Ada's submission."""
        drafts = [Draft(EventType.SUBMISSION_GRADED, {"points": 3}, self.ada.enrolment.id, CONV)] * count
        return self.write(lambda uow: uow.outbox.add(drafts, course_id=self.ada.course.id, made=self.clock.now()))

    def column(self, family: Family = Family.OTHER, key: str = "lms") -> LineItem:
        """Connect a platform that has Ada in its course, and a column for the exercise."""
        self.lms.family = family

        def connect(uow: UnitOfWork) -> LineItem:
            platform = uow.platforms.add(a_platform(key=key, course_id=self.ada.course.id, family=family))
            told = Context(0, platform.id, "d", "c", "Networks", None, ITEMS, MEMBERS, SCOPES)
            context = uow.platforms.put_context(told)
            uow.platforms.put_member(Member(context.id, "sub-ada", self.ada.user.id))
            return uow.line_items.put(a_line_item(f"{ITEMS}/{key}", context_id=context.id, made=NOON))

        return self.write(connect)

    def grade(self, points: int | Fraction | None, **changes: Any) -> None:  # noqa: ANN401 - fields of Grade
        """Let so many of ten points count for Ada, none at all for None, and have the platforms told."""
        place, grades = (self.ada.enrolment.id, *CONV), Fraction(points or 0)
        told = Grade(*place, grades, 10, attempt_id=None, attempts=1, raw=grades, earned=grades)._replace(**changes)

        def change(uow: UnitOfWork) -> None:
            uow.grades.drop(*place) if points is None else uow.grades.put(told)
            uow.outbox.add_scores(self.ada.course.id, [self.ada.enrolment.id], *CONV, made=self.clock.now())

        self.write(change)

    def other_grade(self, points: int) -> None:
        """Let so many points count for another exercise, which has a column at the same platform."""
        place = (ItemKind.EXERCISE, "bottleneck")

        def change(uow: UnitOfWork) -> None:
            (column,) = uow.line_items.of_course(self.ada.course.id)
            uow.line_items.put(replace(column, item=place[1], url=f"{ITEMS}/other"))
            uow.grades.put(Grade(self.ada.enrolment.id, *place, Fraction(points), 10, attempt_id=None, attempts=1))
            uow.outbox.add_scores(self.ada.course.id, [self.ada.enrolment.id], *place, made=self.clock.now())

        self.write(change)

    def take(self, limit: int = 16) -> Sequence[Claimed]:
        return dispatch.take(self.make_uow, self.clock, limit, 8)

    def send(self, claimed: Claimed) -> Sent:
        return dispatch.send(self.make_uow, self.clock, self.ways, claimed)

    def run(self) -> list[Verdict | None]:
        """Send what is due now, once."""
        return [self.send(claimed).verdict for claimed in self.take()]

    def run_until(self, verdict: Verdict, *, most: int = 20) -> int:
        """Send one delivery whenever it is due until an attempt comes to *verdict*; return how many it took."""
        for number in range(1, most + 1):
            if self.run() == [verdict]:
                return number
            self.clock.advance(hours=11)
        raise AssertionError(f"no {verdict} after {most} attempts: {[each.note for each in self.deliveries()]}")

    def deliveries(self) -> list[Delivery]:
        """Return all deliveries, oldest first."""
        found = self.read(lambda uow: uow.outbox.of_course(self.ada.course.id, Wanted(), 10_000))
        return [each.delivery for each in reversed(found)]

    def tries(self, delivery: Delivery) -> Sequence[Try]:
        return self.read(lambda uow: uow.outbox.tries(delivery.id))

    def state(self, line_item: LineItem) -> ScoreState:
        return self.read(lambda uow: uow.line_items.state(line_item.id, self.ada.enrolment.id))

    def shown(self, key: str = "lms") -> float | None:
        """Return what the platform shows for Ada."""
        return self.lms.shown(f"{ITEMS}/{key}", "sub-ada")

    def audit(self) -> Sequence[Entry]:
        return self.read(lambda uow: uow.audit.of_course(self.ada.course.id, Filter(), 50))
