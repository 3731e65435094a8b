"""A course on a database, connected to a platform that behaves as the big ones do, and what tests do with both."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from fractions import Fraction
from typing import TYPE_CHECKING, Any, TypeVar

from grader.domain.audit import Filter
from grader.domain.lms.endpoint import Endpoint
from grader.domain.lms.platform import INSTRUCTOR, LEARNER, SCOPES, Context, Family, LineItem, Member, Platform
from grader.domain.scoring import ItemKind
from grader.lms.gradebooks import Gradebooks
from grader.lms.tokens import Tokens
from grader.services import columns, dispatch, override, reconcile, roster, sync_members
from grader.services.sending import Ways
from tests.lms.platform import ITEMS, MEMBERS, FakePlatform, a_key, a_platform

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from grader.domain.audit import Entry
    from grader.domain.lms.delivery import Answer, Delivery
    from grader.domain.people import Enrolment, Role
    from grader.domain.scoring import Grade
    from grader.ports import UnitOfWork
    from grader.services.reconcile import Difference
    from grader.services.sync_members import Synced
    from tests.services.conftest import World

Result = TypeVar("Result")
CONV = (ItemKind.EXERCISE, "pointwise-conv")
BOTTLENECK = (ItemKind.EXERCISE, "bottleneck")
QUIZ = (ItemKind.QUIZ, "weights")


class NoCourier:
    """There are no webhooks here."""

    def post(self, url: str, **_: Any) -> Answer:  # noqa: ANN401 - whatever it would be sent
        raise AssertionError(url)


class NoVault:
    """Nor secrets."""

    def seal(self, text: str) -> str:
        return text

    def open(self, sealed: str) -> str:
        return sealed


@dataclass
class Desk:
    """Ian teaches "spring", which the platform's course "c" shows; nobody has come from there yet."""

    world: World
    lms: FakePlatform = field(init=False)
    platform: Platform = field(init=False)
    context: Context = field(init=False)

    def __post_init__(self) -> None:
        self.lms = FakePlatform(clock=self.world.clock)
        self.gradebooks = Gradebooks(self.lms, Tokens(self.lms, self.world.clock, a_key))
        self.ways = Ways(NoVault(), NoCourier(), self.gradebooks)
        course = self.read(lambda uow: uow.courses.by_slug("spring"))
        assert course
        self.course = course
        self.platform, self.context = self.connect("lms", "c")

    def connect(self, key: str, course: str, scopes: tuple[str, ...] = SCOPES) -> tuple[Platform, Context]:
        """Connect one more platform, or one more course of one."""
        kept = self.read(lambda uow: uow.platforms.by_key(key))
        platform = kept or self.write(lambda uow: uow.platforms.add(a_platform(key=key, course_id=self.course.id)))
        told = Context(0, platform.id, "d", course, "Networks", None, ITEMS, MEMBERS, scopes)
        return platform, self.write(lambda uow: uow.platforms.put_context(told))

    def is_a(self, family: Family) -> None:
        """Have the platform be somebody's."""
        self.lms.family = family
        self.platform = replace(self.platform, family=family)
        self.write(lambda uow: uow.platforms.change(self.platform))

    def read(self, ask: Callable[[UnitOfWork], Result]) -> Result:
        with self.world.make_uow().reading() as uow:
            return ask(uow)

    def write(self, change: Callable[[UnitOfWork], Result]) -> Result:
        uow = self.world.make_uow()
        with uow.writing():
            result = change(uow)
            uow.commit()
        return result

    def names(self, *people: str, teachers: Sequence[str] = ("ian",), away: Sequence[str] = ()) -> None:
        """Have the platform name these people, by their logins here."""
        self.lms.members = [
            {"user_id": f"sub-{login}", "roles": [role], "name": login.capitalize(), "email": login, "status": status}
            for role, status, logins in (
                (LEARNER, "Active", people),
                (INSTRUCTOR, "Active", teachers),
                (LEARNER, "Inactive", away),
            )
            for login in logins
        ]

    def sync(self, context: Context | None = None, **changes: Any) -> Synced:  # noqa: ANN401 - what sync takes
        told: dict[str, Any] = {"user": self.world["ian"], "course_slug": "spring"}
        told |= {"context_id": (context or self.context).id} | changes
        return sync_members.sync(self.world.make_uow, self.world.clock, self.gradebooks, **told)

    def knows(self, *logins: str, context: Context | None = None) -> None:
        """Have people be known at the platform, without a list."""
        at = (context or self.context).id
        members = [Member(at, f"sub-{login}", self.world[login].id) for login in logins]
        with (uow := self.world.make_uow()).writing():
            for each in members:
                uow.platforms.put_member(each)
            uow.commit()

    def make(self, *items: tuple[ItemKind, str], **changes: Any) -> Sequence[LineItem]:  # noqa: ANN401 - the same
        told: dict[str, Any] = {"user": self.world["ian"], "course_slug": "spring", "context_id": self.context.id}
        return columns.make_columns(
            self.world.make_uow,
            self.world.clock,
            self.world.catalogue,
            self.gradebooks,
            **(told | {"items": items} | changes),
        )

    def grade(self, login: str, points: Fraction | int, item: tuple[ItemKind, str] = CONV) -> int:
        """Set a grade by hand; return the override's number."""
        return override.override(
            self.world.make_uow(),
            self.world.clock,
            self.world.catalogue,
            user=self.world["ian"],
            course_slug="spring",
            login=login,
            kind=item[0],
            slug=item[1],
            points=Fraction(points),
            reason="because",
        ).id

    def withdraw(self, override_id: int) -> None:
        """Take it back."""
        override.withdraw(
            self.world.make_uow(),
            self.world.clock,
            self.world.catalogue,
            user=self.world["ian"],
            course_slug="spring",
            override_id=override_id,
        )

    def put(self, login: str, role: Role | None = None) -> None:
        """Put somebody back, or into another role, by hand."""
        roster.put(
            self.world.make_uow(),
            self.world.clock,
            user=self.world["ian"],
            course_slug="spring",
            login=login,
            role=role,
        )

    def put_out(self, login: str) -> None:
        """Put somebody out by hand."""
        roster.remove(
            self.world.make_uow(), self.world.clock, user=self.world["ian"], course_slug="spring", login=login
        )

    def counts(self, login: str, item: tuple[ItemKind, str] = CONV) -> Grade | None:
        return self.read(lambda uow: uow.grades.find(self.enrolment(login).id, *item))

    def enrolment(self, login: str) -> Enrolment:
        user = self.read(lambda uow: uow.users.by_login(login))
        assert user, login
        found = self.read(lambda uow: uow.enrolments.find(user.id, self.course.id))
        assert found, login
        return found

    def login_of(self, subject: str) -> str:
        """Return the login that somebody of the platform has here."""
        user_id = self.read(lambda uow: uow.platforms.user_of(self.platform.id, subject))
        assert user_id, subject
        return self.read(lambda uow: uow.users.get(user_id)).login

    def dispatch(self) -> int:
        """Send what is due until nothing is; return how many attempts that took."""
        sent = 0
        while taken := dispatch.take(self.world.make_uow, self.world.clock, limit=50, at_once=8):
            for claimed in taken:
                dispatch.send(self.world.make_uow, self.world.clock, self.ways, claimed)
                sent += 1
            assert sent < 1000, "it has no end"
        return sent

    def shown(self, login: str, column: LineItem) -> float | None:
        """Return what the platform's column holds for somebody."""
        return self.lms.shown(column.url, f"sub-{login}")

    def newest(self, column: LineItem) -> Sequence[Delivery]:
        return self.read(lambda uow: uow.line_items.newest(column.id))

    def compare(self) -> Sequence[Difference]:
        ian = self.world["ian"]
        return reconcile.compare(
            self.world.make_uow, self.gradebooks, user=ian, course_slug="spring", context_id=self.context.id
        )

    def resend(self, *, everything: bool = False) -> int:
        return reconcile.resend(
            self.world.make_uow,
            self.world.clock,
            self.gradebooks,
            user=self.world["ian"],
            course_slug="spring",
            context_id=self.context.id,
            everything=everything,
        )

    def listen(self) -> None:
        """Have an endpoint be told of enrolments, so that events can be counted by their deliveries."""
        told = Endpoint(
            0, "key", self.course.id, "hook", "https://hook.example/", frozenset(), False, "s", self.world.clock.now()
        )
        self.write(lambda uow: uow.endpoints.add(told))

    def log(self) -> Sequence[Entry]:
        """Return the audit log, oldest first."""
        return list(reversed(self.read(lambda uow: uow.audit.of_course(self.course.id, Filter(), 100))))
