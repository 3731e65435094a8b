"""A real worker with an examiner that is told by files what to do: `python -m tests.queue.fake_worker FOLDER`.

FOLDER/examined   gets a line for each examination that begins
FOLDER/hold       while it is there, examinations don't end
FOLDER/broken     while it is there, no station can be built
FOLDER/lost       while it is there, no jail can be started any more
FOLDER/exits      while it is there, a file of the lecturer's exits
"""

from __future__ import annotations

import os
import sys
import time
from contextlib import ExitStack
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING

from grader.bootstrap import logs
from grader.bootstrap.process import obey_parent
from grader.bootstrap.store import open_store
from grader.domain.errors import NoJail
from grader.domain.station import Station
from grader.services import stations
from grader.services.grade import grade_run
from grader.services.stations import Presence
from grader.settings import WorkerSettings, read_settings
from grader.worker import pool
from tests.fakes import FakeCatalogue, FakeExaminer, a_report, an_exercise

if TYPE_CHECKING:
    from collections.abc import Callable

    from grader.domain.exercise import Exercise
    from grader.domain.report import CheckResult, Report


class ToldExaminer(FakeExaminer):
    """Notes when it begins, and goes on when it may."""

    def __init__(self, folder: Path) -> None:
        super().__init__(a_report())
        self._folder = folder

    def examine(
        self,
        exercise: Exercise,
        source: str,
        *,
        seed_id: str | None = None,
        on_check: Callable[[CheckResult], None] = lambda _: None,
        on_alive: Callable[[], None] = lambda: None,
    ) -> Report:
        with (self._folder / "examined").open("a") as file:
            file.write(source)
        if (self._folder / "lost").exists():
            raise NoJail("user namespaces were switched off")
        if (self._folder / "exits").exists():
            sys.exit(1)
        while (self._folder / "hold").exists():
            time.sleep(0.02)
        return super().examine(exercise, source, seed_id=seed_id, on_check=on_check, on_alive=on_alive)


class ToldStation:
    """Grades as a real station does, by another examiner."""

    def __init__(self, settings: WorkerSettings, folder: Path) -> None:
        if (folder / "broken").exists():
            raise NoJail("user namespaces are switched off")
        self._resources = ExitStack()
        self._store = self._resources.enter_context(open_store(settings))
        self._examiner = ToldExaminer(folder)
        now = self._store.clock.now()
        station = Station(f"here-{os.getpid()}", "here", "cpu", now, now)
        self._presence = Presence(self._store.make_uow, self._store.clock, station)

    def beat(self) -> None:
        self._presence.beat()

    def grade(self, run_id: int) -> None:
        store, catalogue, said = self._store, FakeCatalogue([an_exercise()]), self._presence
        said.take(run_id)
        grade_run(
            store.make_uow, store.clock, catalogue, self._examiner, run_id=run_id, node="here", on_alive=said.beat
        )
        said.lay_down()

    def close(self) -> None:
        self._presence.leave()
        self._resources.close()


def main() -> None:
    obey_parent()
    folder = Path(sys.argv[1])
    settings = read_settings(WorkerSettings)
    logs.set_up("info")
    for module in (pool, stations):  # each a word that is heard within a test
        setattr(module, "BEAT", timedelta(seconds=0.2))  # noqa: B010 - mypy sees no export
    pool.run(settings, lambda: ToldStation(settings, folder), concurrency=1, longest_run=60)


if __name__ == "__main__":
    main()
