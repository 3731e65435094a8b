"""Many submissions at once, on the real service with two workers: each gets what it gets alone."""

from __future__ import annotations

import shutil
import time
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from grader.bootstrap.store import open_store
from grader.catalogue import FolderCatalogue
from grader.cli.embedded.service import Plan, Service
from grader.domain.people import Role
from grader.domain.submission import State
from grader.kit.examiner import KitExaminer
from grader.sandbox.host import BwrapSandbox
from grader.services import enrol
from grader.services.submit import submit
from tests.adversarial.attack import BOTTLENECK, POINTWISE, SUBMISSIONS, Slug

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from grader.bootstrap.store import Store
    from grader.domain.people import User
    from grader.domain.report import Report

pytestmark = pytest.mark.jail

REPOSITORY = Path(__file__).parents[2]
SOLUTIONS = REPOSITORY / "tests" / "solutions"
LESSON = "1x1-convolutions"
LIMITS = "\n[limits]\nscenario_seconds = 5.0\ntotal_seconds = 7.5\nmemory_mib = 512\n"
"""Long enough for the honest on a busy machine; a hang costs them all."""

STUDENTS = 10

MIX: list[tuple[Slug, Path]] = [
    (POINTWISE, SOLUTIONS / "pointwise-conv/right_einsum.py"),
    (POINTWISE, SOLUTIONS / "pointwise-conv/right_loop_over_channels.py"),
    (POINTWISE, SUBMISSIONS / "controls/pointwise_right.py"),
    (POINTWISE, SUBMISSIONS / "controls/pointwise_wrong.py"),
    (POINTWISE, SOLUTIONS / "pointwise-conv/wrong_detached.py"),
    (POINTWISE, SOLUTIONS / "pointwise-conv/wrong_crash.py"),
    (POINTWISE, SOLUTIONS / "pointwise-conv/wrong_calls_conv2d.py"),
    (POINTWISE, SUBMISSIONS / "evading/right_at_first.py"),
    (POINTWISE, SUBMISSIONS / "evading/low_precision.py"),
    (POINTWISE, SUBMISSIONS / "evading/conv_by_built_name.py"),
    (POINTWISE, SUBMISSIONS / "stealing/state_left.py"),
    (POINTWISE, SUBMISSIONS / "tampering/files_shadowed.py"),
    (POINTWISE, SUBMISSIONS / "dying/exits_at_import.py"),
    (POINTWISE, SUBMISSIONS / "dying/exits_in_forward.py"),
    (POINTWISE, SUBMISSIONS / "dying/segfaults.py"),
    (BOTTLENECK, SOLUTIONS / "bottleneck/right_functional.py"),
    (BOTTLENECK, SUBMISSIONS / "controls/bottleneck_right.py"),
    (BOTTLENECK, SUBMISSIONS / "controls/bottleneck_wrong.py"),
    (BOTTLENECK, SOLUTIONS / "bottleneck/wrong_returns_the_input_when_the_block_is_small.py"),
    (BOTTLENECK, SUBMISSIONS / "evading/only_at_first.py"),
]
HANG: tuple[Slug, Path] = (POINTWISE, SUBMISSIONS / "dying/hangs_in_c.py")

Verdicts = tuple[tuple[str, str, int], ...]


def verdicts(report: Report | None) -> Verdicts:
    assert report
    return tuple((check.name, check.outcome.value, check.points) for check in report.checks)


@pytest.fixture(scope="module")
def exercises(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a folder with the two exercises, whose submissions have little time."""
    root = tmp_path_factory.mktemp("exercises")
    (root / LESSON).mkdir()
    for name in ("lesson.toml", "lesson.md"):
        shutil.copy(REPOSITORY / "exercises" / LESSON / name, root / LESSON)
    for slug in (POINTWISE, BOTTLENECK):
        copied = shutil.copytree(REPOSITORY / "exercises" / LESSON / slug, root / LESSON / slug)
        settings = copied / "exercise.toml"
        assert "[limits]" not in settings.read_text()
        with settings.open("a") as file:
            file.write(LIMITS)
    return root


@pytest.fixture(scope="module")
def alone(exercises: Path) -> Iterator[Callable[[Slug, Path], Verdicts]]:
    """Return what tells what a submission gets with an examiner to itself."""
    catalogue, sandbox = FolderCatalogue(exercises), BwrapSandbox()
    examiner = KitExaminer(sandbox, secret=b"another secret", node="here")
    yield cache(
        lambda slug, path: verdicts(
            examiner.examine(catalogue.exercise(LESSON, slug), path.read_text(encoding="utf-8"))
        )
    )
    sandbox.close()


@dataclass
class School:
    """A course with students, who hand in straight into the database, as the web does."""

    store: Store
    students: list[User]

    def hand_in(self, number: int, slug: Slug, path: Path) -> int:
        submission = submit(
            self.store.make_uow(),
            self.store.clock,
            self.store.catalogue,
            self.store.bell,
            user=self.students[number % STUDENTS],
            course_slug="spring",
            exercise_slug=slug,
            data=path.read_bytes(),
        )
        with self.store.make_uow().reading() as uow:
            return uow.runs.latest(submission.id).id

    def wait_for(self, runs: list[int], seconds: float) -> None:
        deadline, waiting = time.monotonic() + seconds, list(runs)
        while waiting:
            with self.store.make_uow().reading() as uow:
                waiting = [run for run in waiting if not uow.runs.get(run).state.is_final]
            assert time.monotonic() < deadline, f"{len(waiting)} runs wait"
            time.sleep(0.2)


@contextmanager
def service(exercises: Path, folder: Path) -> Iterator[School]:
    with (
        Service(Plan(folder, exercises, workers=2), say=lambda _: None) as running,
        open_store(running.settings) as store,
    ):
        course = enrol.add_course(store.make_uow(), slug="spring", title="Spring", lesson=LESSON)
        students = [
            enrol.add_user(store.make_uow(), login=f"student-{number}", name=f"Student {number}")
            for number in range(STUDENTS)
        ]
        for student in students:
            enrol.enrol(store.make_uow(), user=student, course=course, role=Role.STUDENT)
        yield School(store, students)


@pytest.mark.timeout(1800)
@pytest.mark.parametrize("rounds", [1, pytest.param(10, marks=pytest.mark.slow)], ids="{}-rounds".format)
def test_submissions_get_together_what_they_get_alone(
    exercises: Path, alone: Callable[[Slug, Path], Verdicts], tmp_path: Path, rounds: int
) -> None:
    handed_in = [*MIX * rounds, *[HANG] * (rounds - 1)]
    with service(exercises, tmp_path / "var") as school:
        runs = [school.hand_in(number, slug, path) for number, (slug, path) in enumerate(handed_in)]
        school.wait_for(runs, seconds=120 + 60 * rounds)
        with school.store.make_uow().reading() as uow:
            found = [uow.runs.get(run) for run in runs]
            together = [verdicts(uow.runs.report(run)) for run in runs]
    assert {(run.state, run.claims) for run in found} == {(State.GRADED, 1)}
    assert len(together) >= 20 * rounds
    differ = [(each, got) for each, got in zip(handed_in, together, strict=True) if got != alone(*each)]
    assert differ == []
