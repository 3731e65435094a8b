"""The jail and the examiner besides the store: what a worker grades with. Importing this imports torch."""

from __future__ import annotations

import logging
from contextlib import ExitStack
from typing import TYPE_CHECKING

from grader.bootstrap.store import open_store
from grader.catalogue import FolderCatalogue
from grader.domain.errors import BadExercise, Internal
from grader.kit.examiner import KitExaminer
from grader.sandbox import host
from grader.sandbox.host import BwrapSandbox
from grader.services.grade import grade_run

if TYPE_CHECKING:
    from grader.bootstrap.store import Store
    from grader.settings import WorkerSettings

_log = logging.getLogger(__name__)


class Station:
    """Grades runs in one process."""

    def __init__(self, store: Store, examiner: KitExaminer, *, node: str, resources: ExitStack) -> None:
        self._store = store
        self._examiner = examiner
        self._node = node
        self._resources = resources

    def grade(self, run_id: int) -> None:
        """Claim the run and grade it; do nothing when it is not queued."""
        store = self._store
        grade_run(store.make_uow, store.clock, store.catalogue, self._examiner, run_id=run_id, node=self._node)
        self._examiner.rest()

    def close(self) -> None:
        """End the nursery, every guest and the connections."""
        self._resources.close()


def check_machine(settings: WorkerSettings) -> None:
    """Raise NoJail, with one clear sentence, when this machine can't isolate a student's code."""
    host.check(settings.device)


def open_station(settings: WorkerSettings) -> Station:
    """Start this process's nursery and connect it to the store; takes a few seconds."""
    with ExitStack() as resources:
        store = resources.enter_context(open_store(settings))
        sandbox = BwrapSandbox(device=settings.device)
        resources.callback(sandbox.close)
        secret = settings.seed_secret.get_secret_value().encode()
        examiner = KitExaminer(sandbox, secret=secret, node=settings.node)
        _prepare(store, examiner)
        return Station(store, examiner, node=settings.node, resources=resources.pop_all())


def _prepare(store: Store, examiner: KitExaminer) -> None:
    """Run every exercise's reference once: the first student waits for nothing, a broken exercise shows now."""
    for lesson in store.catalogue.lessons():
        for exercise in store.catalogue.exercises(lesson):
            try:
                examiner.prepare(exercise)
            except (BadExercise, Internal) as error:  # the other exercises are graded all the same
                _log.error("exercise %s/%s can't be graded: %s", lesson, exercise.slug, error)


def longest_run(settings: WorkerSettings) -> float:
    """Return the most seconds that any exercise may take in all."""
    catalogue = FolderCatalogue(settings.exercises)
    limits = [
        exercise.limits.total_seconds for lesson in catalogue.lessons() for exercise in catalogue.exercises(lesson)
    ]
    return max(limits, default=0.0)
