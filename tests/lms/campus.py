"""A school on a database, and a platform that is connected to its course: what tests of LMS pages begin with."""

from __future__ import annotations

from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from grader.domain.lms.platform import SCOPES, Context, Family, LineItem, Member, Platform
from grader.domain.scoring import ItemKind
from grader.lms.gradebooks import Gradebooks
from grader.lms.launches import LtiLaunches
from grader.lms.tokens import Tokens
from grader.lms.vault import FernetVault
from grader.services import platforms
from grader.storage import make_engine, unit_of_work_factory
from grader.storage.tables import Table
from tests.lms.platform import CLIENT, HOST, ITEMS, KEYS, MEMBERS, TOKEN, FakePlatform, a_key
from tests.web.school import SPRING, School

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

CONV = (ItemKind.EXERCISE, "pointwise-conv")


def a_draft(**changes: Any) -> platforms.PlatformDraft:  # noqa: ANN401 - fields of PlatformDraft
    """Return what the fake platform tells of itself."""
    given: dict[str, Any] = {
        "name": "Campus",
        "family": Family.MOODLE,
        "issuer": HOST,
        "client_id": CLIENT,
        "auth_url": f"{HOST}/auth",
        "token_url": TOKEN,
        "jwks_url": KEYS,
    }
    return platforms.PlatformDraft(**(given | changes))


@dataclass
class Campus:
    """*lms* stands where the network would; *services* are what an app with LMSes is given."""

    school: School
    lms: FakePlatform = field(default_factory=FakePlatform)
    services: dict[str, Any] = field(default_factory=dict)

    def __post_init__(self) -> None:
        clock = self.school.clock
        self.lms.clock = clock
        self.services = {
            "launches": LtiLaunches(self.lms, clock, a_key),
            "vault": FernetVault("v" * 32),
            "gradebooks": Gradebooks(self.lms, Tokens(self.lms, clock, a_key)),
            "url": "https://grader.example.edu",
        }

    @property
    def gradebooks(self) -> Gradebooks:
        made: Gradebooks = self.services["gradebooks"]
        return made

    def connect(self, **changes: Any) -> Platform:  # noqa: ANN401 - fields of PlatformDraft
        """Connect the platform to spring, as its instructor does."""
        school = self.school
        return platforms.connect(
            school.make_uow(), school.clock, user=school.users["ines"], course_slug=SPRING, draft=a_draft(**changes)
        )

    def shared(self, **changes: Any) -> Platform:  # noqa: ANN401 - fields of PlatformDraft
        """Connect the platform for all courses, as the operator does."""
        with self.school.make_uow().writing() as uow:
            kept = uow.platforms.add(platforms.made(a_draft(**changes), None, self.school.clock))
            uow.commit()
        return kept

    def launched(self, platform: Platform, *, slug: str = SPRING, title: str = "Deep learning") -> Context:
        """Let a course of the platform's open us, Ada in it, and be bound."""
        with self.school.make_uow().writing() as uow:
            told = Context(0, platform.id, "d", f"c-{slug}", title, None, ITEMS, MEMBERS, SCOPES)
            context = uow.platforms.put_context(told)
            uow.platforms.bind(context.id, self.school.courses[slug].id)
            uow.platforms.put_member(Member(context.id, "sub-ada", self.school.users["ada"].id))
            uow.commit()
        return context

    def column(self, context: Context, *, label: str = "Convolution", number: int = 1) -> LineItem:
        """Give the exercise a column in the platform's gradebook."""
        url = f"{ITEMS}/{number}"
        self.lms.items[url] = {"id": url, "label": label, "scoreMaximum": 4}
        with self.school.make_uow().writing() as uow:
            kept = uow.line_items.put(LineItem(0, context.id, *CONV, url, label, 4, made=self.school.clock.now()))
            uow.commit()
        return kept


@contextmanager
def opened(tmp_path: Path) -> Iterator[Campus]:
    """Give a campus on SQLite."""
    engine = make_engine(f"sqlite:///{tmp_path / 'campus.db'}")
    Table.metadata.create_all(engine)
    yield Campus(School(unit_of_work_factory(engine)))
    engine.dispose()
