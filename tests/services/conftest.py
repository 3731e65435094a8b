"""A course with people in it, on the fake database: what every use case needs to begin."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import pytest

from grader.domain.assignment import Assignment
from grader.domain.people import Role
from grader.domain.scoring import ItemKind
from grader.services.enrol import add_course, add_user, enrol
from grader.services.submit import submit
from grader.storage import make_engine, unit_of_work_factory
from grader.storage.tables import Table
from tests.fakes import FakeCatalogue, FakeUnitOfWork, FixedClock, SilentBell, a_quiz, an_exercise

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from grader.domain.assignment import Terms
    from grader.domain.people import User
    from grader.domain.submission import Run, Submission
    from grader.ports import UnitOfWork


@dataclass
class World:
    """Ada and Bob are students of "spring", Ian instructs; Zoe is in no course."""

    make_uow: Callable[[], UnitOfWork] = field(default_factory=FakeUnitOfWork.factory)
    clock: FixedClock = field(default_factory=FixedClock)
    bell: SilentBell = field(default_factory=SilentBell)
    catalogue: FakeCatalogue = field(
        default_factory=lambda: FakeCatalogue([an_exercise(), an_exercise("bottleneck")], [("channels", a_quiz())])
    )
    people: dict[str, User] = field(default_factory=dict)

    def __getitem__(self, login: str) -> User:
        return self.people[login]

    def submit(self, login: str = "ada", exercise: str = "pointwise-conv", data: bytes = b"x = 1\n") -> Submission:
        """Hand in for *login*."""
        return submit(
            self.make_uow(),
            self.clock,
            self.catalogue,
            self.bell,
            user=self.people[login],
            course_slug="spring",
            exercise_slug=exercise,
            data=data,
        )

    def set_terms(self, item: str, terms: Terms, kind: ItemKind = ItemKind.EXERCISE) -> None:
        """Give an item of "spring" its terms, as if they had always been so."""
        with self.make_uow().writing() as uow:
            course = uow.courses.by_slug("spring")
            assert course
            uow.assignments.put(Assignment(course.id, kind, item, terms))
            uow.commit()

    def run(self, submission: Submission) -> Run:
        """Return the submission's newest run as it is now."""
        with self.make_uow().reading() as uow:
            return uow.runs.latest(submission.id)


@pytest.fixture
def world() -> World:
    return populated(World())


@pytest.fixture
def stored(tmp_path: Path) -> Iterator[World]:
    """Give the same course on a database: for what is only kept there."""
    engine = make_engine(f"sqlite:///{tmp_path / 'grader.db'}")
    Table.metadata.create_all(engine)
    yield populated(World(unit_of_work_factory(engine)))
    engine.dispose()


def populated(world: World) -> World:
    """Return *world* with its course and people in it."""
    course = add_course(world.make_uow(), slug="spring", title="Spring", lesson="channels")
    roles = {"ada": Role.STUDENT, "bob": Role.STUDENT, "ian": Role.INSTRUCTOR, "zoe": None}
    for login, role in roles.items():
        world.people[login] = add_user(world.make_uow(), login=login, name=login.capitalize())
        if role:
            enrol(world.make_uow(), user=world[login], course=course, role=role)
    return world
