"""The jail and the examiner besides the store: what a worker grades with. Importing this imports torch."""

from __future__ import annotations

import logging
import os
import secrets
from contextlib import ExitStack, contextmanager
from typing import TYPE_CHECKING

from grader.bootstrap.store import open_store
from grader.catalogue import FolderCatalogue
from grader.domain import station as domain
from grader.domain.errors import GraderError, NoJail, Stopped
from grader.domain.exercise import Limits
from grader.kit.examiner import KitExaminer
from grader.sandbox import host
from grader.sandbox.host import BwrapSandbox
from grader.services.grade import grade_run
from grader.services.stations import Presence

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from grader.bootstrap.store import Store
    from grader.domain.exercise import Exercise
    from grader.ports import Catalogue
    from grader.settings import WorkerSettings

_log = logging.getLogger(__name__)


class Station:
    """Grades runs in one process."""

    def __init__(self, store: Store, examiner: KitExaminer, *, node: str, device: str, resources: ExitStack) -> None:
        self._store = store
        self._examiner = examiner
        self._node = node
        self._resources = resources
        now = store.clock.now()
        name = f"{node}-{os.getpid()}-{secrets.token_hex(2)}"  # containers may share node and number
        self._presence = Presence(store.make_uow, store.clock, domain.Station(name, node, device, now, now))

    def beat(self) -> None:
        """Say that this process is alive; for between two runs."""
        self._presence.beat()

    def grade(self, run_id: int) -> None:
        """Claim the run and grade it; do nothing when it is not queued."""
        store = self._store
        self._presence.take(run_id)
        try:
            grade_run(
                store.make_uow,
                store.clock,
                store.catalogue,
                self._examiner,
                run_id=run_id,
                node=self._node,
                on_alive=self._presence.beat,
            )
        finally:
            self._presence.lay_down()
        with _told("nothing was prepared for the next run"):
            self._examiner.rest()

    def close(self) -> None:
        """End the nursery, every guest and the connections."""
        self._presence.leave()
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
        return Station(store, examiner, node=settings.node, device=settings.device, resources=resources.pop_all())


def _prepare(store: Store, examiner: KitExaminer) -> None:
    """Run every exercise's reference once: the first student waits for nothing, a broken exercise shows now."""
    for exercise in _exercises(store.catalogue):
        with _told(f"exercise {exercise.lesson}/{exercise.slug} can't be graded"):
            examiner.prepare(exercise)


def longest_run(settings: WorkerSettings) -> float:
    """Return the most seconds that any exercise may take in all, one with the usual limits at least."""
    limits = [exercise.limits for exercise in _exercises(FolderCatalogue(settings.exercises))]
    return max(each.total_seconds for each in [Limits(), *limits])


def _exercises(catalogue: Catalogue) -> Iterator[Exercise]:
    """Yield the exercises of all lessons that can be read."""
    lessons: Sequence[str] = ()
    with _told("no lesson can be read"):
        lessons = catalogue.lessons()
    for lesson in lessons:
        with _told(f"lesson {lesson} can't be read"):
            yield from catalogue.exercises(lesson)


@contextmanager
def _told(consequence: str) -> Iterator[None]:
    """Log what goes wrong with a lecturer's files, and go on: the other exercises are graded all the same."""
    try:
        yield
    except (NoJail, Stopped):
        raise
    except GraderError as error:
        _log.error("%s: %s", consequence, error)
    except (Exception, SystemExit):  # noqa: BLE001 - whatever their files may raise
        _log.exception("%s", consequence)
