"""A full disk or a locked database costs no student anything, and all is graded once there is room again."""

from __future__ import annotations

import os
import sqlite3
import subprocess
import tempfile
from contextlib import contextmanager, suppress
from datetime import timedelta
from typing import TYPE_CHECKING

import pytest
from sqlalchemy import event

from grader.domain.errors import DatabaseBusy
from grader.domain.submission import MAX_RUN_CLAIMS, State
from grader.sandbox.session import GuestSession
from grader.services.sweep import sweep
from grader.storage import engine as storage_engine
from grader.storage import faults
from tests.fakes import FixedClock, SilentBell
from tests.outside.desk import Desk, kill_nursery
from tests.outside.lesson import FULL, RIGHT

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from sqlalchemy import Connection, Engine

    from grader.domain.submission import Run

pytestmark = pytest.mark.jail

TALKATIVE = RIGHT.replace("return x", 'print("x" * 8000)\n        return x')
"""Prints what its report must keep: more than fits into the pages that the database has."""


@pytest.fixture(scope="module")
def desk(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Desk]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(storage_engine, "LOCK_SECONDS", 0.3)
        desk = Desk(tmp_path_factory.mktemp("desk"))
    yield desk
    desk.close()


@contextmanager
def no_new_pages(desk: Desk) -> Iterator[None]:
    """Keep the database as large as it is: for SQLite, a full disk."""

    def limit(connection: Connection) -> None:
        connection.exec_driver_sql("PRAGMA max_page_count = 1")  # that is, as many as it has

    engines: list[Engine] = [uow._writer for uow in (desk.uow(), desk.station._store.make_uow())]  # type: ignore[attr-defined]
    for engine in engines:
        event.listen(engine, "begin", limit)
    try:
        yield
    finally:
        for engine in engines:
            event.remove(engine, "begin", limit)
            engine.dispose()  # new connections have no limit


@contextmanager
def full_disk(folder: Path) -> Iterator[Path]:
    """Mount a small disk on *folder* and leave nothing of it free; skips who may not mount."""
    folder.mkdir()
    command = ["mount", "-t", "tmpfs", "-o", "size=1m", "tmpfs", str(folder)]
    if os.geteuid() != 0 or subprocess.run(command, capture_output=True, check=False).returncode:
        pytest.skip("only who may mount can fill a disk of its own")
    try:
        with suppress(OSError), (folder / "filling").open("wb", buffering=0) as filling:
            while True:
                filling.write(b"\0" * 4096)
        yield folder
    finally:
        subprocess.run(["umount", str(folder)], check=True)


def sweep_later(desk: Desk) -> list[int]:
    """Sweep when all leases have run out, and return the runs that were rung for."""
    bell = SilentBell()
    sweep(desk.store.make_uow, FixedClock(desk.store.clock.now() + timedelta(hours=1)), bell)
    return bell.rung


def grade_and_sweep(desk: Desk, run: Run) -> None:
    """Do what a ring and an hour of the sweeper do, on a database that may refuse."""
    with suppress(DatabaseBusy):
        desk.station.grade(run.id)
    with suppress(DatabaseBusy):
        sweep_later(desk)


class TestDatabaseWithoutRoom:
    def test_the_run_ends_after_some_tries_and_costs_nothing(self, desk: Desk) -> None:
        before, run = desk.standing(), desk.hand_in(TALKATIVE)
        with no_new_pages(desk):
            for _ in range(MAX_RUN_CLAIMS + 3):
                grade_and_sweep(desk, run)
        run = desk.run(run)
        assert (run.state, run.claims) == (State.VOID, MAX_RUN_CLAIMS)
        assert "DatabaseBusy" in desk.seen_by("ines", run).fault
        assert desk.standing() == before
        assert desk.is_well()

    def test_with_room_in_time_the_run_is_graded(self, desk: Desk) -> None:
        run = desk.hand_in(TALKATIVE)
        with no_new_pages(desk):
            grade_and_sweep(desk, run)
        assert desk.points(desk.grade(run)) == FULL
        assert desk.run(run).claims == 2

    def test_a_submission_that_can_t_be_kept_is_refused_and_leaves_nothing(self, desk: Desk) -> None:
        before = desk.standing()
        with no_new_pages(desk), pytest.raises(DatabaseBusy):
            desk.hand_in(RIGHT + "#" * 20_000)
        assert desk.standing() == before
        assert desk.is_well()


def test_a_database_on_a_full_disk_keeps_what_it_has_and_goes_on_later(tmp_path: Path) -> None:
    with full_disk(tmp_path / "disk") as disk:
        (disk / "filling").unlink()
        desk = Desk(tmp_path / "disk")
        try:
            graded, waiting = desk.grade(desk.hand_in(RIGHT)), desk.hand_in(TALKATIVE)
            with suppress(OSError), (disk / "filling").open("wb", buffering=0) as filling:
                while True:
                    filling.write(b"\0" * 512)
            for _ in range(MAX_RUN_CLAIMS + 3):
                grade_and_sweep(desk, waiting)
            assert desk.points(graded) == FULL
            assert desk.run(waiting).state is not State.GRADED
            (disk / "filling").unlink()
            for _ in range(MAX_RUN_CLAIMS):
                grade_and_sweep(desk, waiting)
            assert desk.run(waiting).state.is_final
            assert desk.is_well()
        finally:
            desk.close()


def test_a_nursery_is_replaced_while_the_disk_for_temporary_files_is_full(
    desk: Desk, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with full_disk(tmp_path / "disk") as disk:
        for name in ("TMPDIR", "TEMP", "TMP"):
            monkeypatch.setenv(name, str(disk))
        monkeypatch.setattr(tempfile, "tempdir", str(disk))
        kill_nursery(desk.sandbox)
        assert desk.is_well()


class Lock:
    """Somebody else who writes into the database, from the end of a run's scenarios on."""

    def __init__(self, desk: Desk) -> None:
        self._connection = sqlite3.connect(desk.database, isolation_level=None)
        self.will_come = True

    def take(self) -> None:
        if self.will_come:
            self.will_come = False
            self._connection.execute("BEGIN IMMEDIATE")

    def release(self) -> None:
        self._connection.rollback()

    def close(self) -> None:
        self._connection.close()


@pytest.fixture
def lock(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> Iterator[Lock]:
    lock, close = Lock(desk), GuestSession.close

    def close_and_lock(self: GuestSession) -> None:
        close(self)
        lock.take()

    monkeypatch.setattr(GuestSession, "close", close_and_lock)
    yield lock
    lock.close()


class TestLockedDatabase:
    def test_a_lock_that_ends_soon_costs_no_try(self, desk: Desk, lock: Lock, monkeypatch: pytest.MonkeyPatch) -> None:
        refused: list[str] = []

        class Told(DatabaseBusy):
            def __init__(self, message: str) -> None:
                super().__init__(message)
                refused.append(message)
                lock.release()

        monkeypatch.setattr(faults, "DatabaseBusy", Told)
        run = desk.grade(desk.hand_in(RIGHT))
        assert (run.state, run.claims, len(refused), desk.points(run)) == (State.GRADED, 1, 1, FULL)

    def test_a_lock_that_lasts_costs_a_try_and_no_points(self, desk: Desk, lock: Lock) -> None:
        before, run = desk.standing(), desk.hand_in(RIGHT)
        with pytest.raises(DatabaseBusy):
            desk.station.grade(run.id)
        lock.release()
        assert (desk.run(run).state, desk.run(run).claims) == (State.RUNNING, 1)  # until its lease has run out
        assert sweep_later(desk) == [run.id]
        assert "claim 1 of 3" in desk.seen_by("ines", run).fault
        assert (desk.grade(run).claims, desk.points(run)) == (2, FULL)
        assert desk.standing().attempts == before.attempts + 1
