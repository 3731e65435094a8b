"""A worker's desk in this process: real files, database, jail and examiner; only nobody rings."""

from __future__ import annotations

import os
import signal
import time
from contextlib import ExitStack, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from grader.bootstrap.grading import open_station
from grader.bootstrap.store import migrate, open_store
from grader.domain.people import Role
from grader.domain.scoring import ItemKind
from grader.domain.submission import State
from grader.services import enrol
from grader.services.browse import exercise as browse_exercise
from grader.services.follow import follow
from grader.services.submit import submit
from grader.settings import WorkerSettings
from tests.outside.lesson import EXERCISE, FULL, LESSON, RIGHT, write_lesson

if TYPE_CHECKING:
    from collections.abc import Iterator

    from grader.domain.submission import Run
    from grader.ports import UnitOfWork
    from grader.sandbox.host import BwrapSandbox
    from grader.services.follow import SubmissionView

MOST_RINGS = 8
"""More than a run is ever claimed: who rings so often would see a run that never ends."""


@dataclass(frozen=True)
class Standing:
    """What a student has at the exercise: nothing that is our fault may change it."""

    points: float | None
    graded: int
    attempts: int


class Desk:
    """Ada and Ben are students, Ines instructs; `grade` is what a ring makes a worker do."""

    def __init__(self, folder: Path) -> None:
        self.exercises = folder / "exercises"
        write_lesson(self.exercises)
        self.database = folder / "grader.sqlite3"
        self.settings = WorkerSettings(
            database_url=f"sqlite:///{self.database}",
            broker_url="redis+socket:///nowhere/broker",
            exercises=self.exercises,
            seed_secret="s" * 32,  # type: ignore[arg-type]  # pydantic makes it one
            node="node-7",
        )
        migrate(self.settings)
        self._resources = ExitStack()
        self.store = self._resources.enter_context(open_store(self.settings))
        self.station = open_station(self.settings)
        self._resources.callback(self.station.close)
        course = enrol.add_course(self.uow(), slug="spring", title="Spring", lesson=LESSON)
        self.people = {}
        for login, role in {"ada": Role.STUDENT, "ben": Role.STUDENT, "ines": Role.INSTRUCTOR}.items():
            self.people[login] = enrol.add_user(self.uow(), login=login, name=login.title())
            enrol.enrol(self.uow(), user=self.people[login], course=course, role=role)

    @property
    def sandbox(self) -> BwrapSandbox:
        sandbox: BwrapSandbox = self.station._examiner._sandbox  # type: ignore[assignment]
        return sandbox

    def uow(self) -> UnitOfWork:
        return self.store.make_uow()

    def close(self) -> None:
        self._resources.close()

    def hand_in(self, source: str, login: str = "ada") -> Run:
        submission = submit(
            self.uow(),
            self.store.clock,
            self.store.catalogue,
            self.store.bell,
            user=self.people[login],
            course_slug="spring",
            exercise_slug=EXERCISE,
            data=source.encode(),
        )
        with self.uow().reading() as uow:
            return uow.runs.latest(submission.id)

    def run(self, run: Run) -> Run:
        """Return *run* as it is now."""
        with self.uow().reading() as uow:
            return uow.runs.get(run.id)

    def grade(self, run: Run) -> Run:
        """Do what one ring makes a worker do, and return how the run stands."""
        self.station.grade(run.id)
        return self.run(run)

    def grade_to_the_end(self, run: Run) -> Run:
        """Ring until there is nothing more to do."""
        for _ in range(MOST_RINGS):
            if (now := self.grade(run)).state.is_final:
                return now
        raise AssertionError(f"{now} has no end")

    def seen_by(self, login: str, run: Run) -> SubmissionView:
        return follow(self.uow(), self.store.clock, user=self.people[login], submission_id=run.submission_id)

    def points(self, run: Run) -> int | None:
        report = self.seen_by("ines", run).report
        return report.points if report else None

    def standing(self, login: str = "ada") -> Standing:
        with self.uow().reading() as uow:
            grade = None
            for enrolment, user in uow.enrolments.of_course(1):
                if user.login == login:
                    grade = uow.grades.find(enrolment.id, ItemKind.EXERCISE, EXERCISE)
        view = browse_exercise(
            self.uow(),
            self.store.clock,
            self.store.catalogue,
            user=self.people[login],
            course_slug="spring",
            exercise_slug=EXERCISE,
        )
        return Standing(float(grade.points) if grade else None, grade.attempts if grade else 0, view.attempts)

    def is_well(self) -> bool:
        """Whether the next student gets what is theirs, at the first try."""
        run = self.grade(self.hand_in(RIGHT, "ben"))
        return (run.state, run.claims, self.points(run)) == (State.GRADED, 1, FULL)


def family(pid: int) -> list[int]:
    """Return the processes below *pid*, parents first."""
    children: list[int] = []
    with suppress(OSError):  # it may end meanwhile
        for task in Path(f"/proc/{pid}/task").iterdir():
            with suppress(OSError):
                children += map(int, (task / "children").read_text().split())
    return [found for child in children for found in (child, *family(child))]


def pythons(sandbox: BwrapSandbox) -> Iterator[int]:
    """Yield the ids of nursery, templates and guests, parents first."""
    for pid in family(sandbox._nursery.pid):
        with suppress(OSError):
            if Path(f"/proc/{pid}/comm").read_text().startswith("python"):
                yield pid


def kill_nursery(sandbox: BwrapSandbox) -> None:
    """Kill it and wait until its whole namespace is gone."""
    inside = family(sandbox._nursery.pid)
    os.kill(next(pythons(sandbox)), signal.SIGKILL)
    sandbox._nursery.wait()
    while any(Path(f"/proc/{pid}").exists() for pid in inside):
        time.sleep(0.01)
