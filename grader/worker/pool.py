"""Celery processes that wait for the bell, each with a station of its own, built when the process starts.

SIGTERM lets every process finish the run in hand. A process that dies in the middle leaves a row whose lease
runs out, which the sweeper returns.
"""

from __future__ import annotations

import logging
import os
import signal
import warnings
from contextlib import contextmanager
from multiprocessing import Value
from typing import TYPE_CHECKING, Protocol

import billiard.pool
from celery import signals
from celery.exceptions import Reject, SecurityWarning

from grader.bootstrap.process import Readiness, die_with
from grader.domain.errors import Internal, NoJail, Stopped, Unavailable
from grader.domain.station import BEAT
from grader.queue import BEHIND, QUEUE, RING, make_celery

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from types import FrameType

    from celery import Celery

    from grader.settings import WorkerSettings

_log = logging.getLogger(__name__)

_STATION_SECONDS = 120
"""How long a pool process may take to import torch and start its nursery."""

_SOFT_MARGIN = 30
_HARD_MARGIN = 60
"""Seconds beyond the longest exercise after which Celery ends a run: a last resort behind the jail's own clock."""


class Station(Protocol):
    """What a pool process grades with."""

    def grade(self, run_id: int) -> None:
        """Claim the run and grade it; do nothing when it is not queued."""
        ...

    def beat(self) -> None:
        """Say that this process is alive."""
        ...

    def close(self) -> None:
        """End the nursery and every guest."""
        ...


class Pool:
    """The processes of one worker: each builds a station, rings it, closes it.

    Lives in the worker's main process and, copied by the fork, in each pool process; only the counters are shared.
    """

    def __init__(self, build: Callable[[], Station], *, size: int, readiness: Readiness) -> None:
        self._build = build
        self._size = size
        self._readiness = readiness
        self._station: Station | None = None
        self._main = os.getpid()
        self._ready = Value("i", 0)
        self._failed = Value("i", 0)

    @property
    def failed(self) -> bool:
        """Whether a process could not build its station, or lost its jail."""
        return bool(self._failed.value)

    def open(self, **_: object) -> None:
        """Build this process's station; a process that can't ends the whole worker."""
        die_with(self._main)
        signal.signal(signal.SIGTERM, _leave)
        try:
            self._station = self._build()
        except Exception:  # noqa: BLE001 - whatever it is, this worker is of no use
            _log.exception("a station could not be built, the worker stops")
            self._give_up()
            return
        signal.signal(signal.SIGALRM, self._beat)
        self._beat()
        with self._ready.get_lock():
            self._ready.value += 1
            if self._ready.value == self._size:
                self._readiness.tell(
                    "1 process waits for the bell" if self._size == 1 else f"{self._size} processes wait for the bell"
                )

    def ring(self, run_id: int) -> None:
        """Grade run *run_id* in this process."""
        if self._station is None:
            raise Reject("this process has no station", requeue=True)
        _wake_in(0)  # while it grades, the station says by itself that it is alive
        try:
            with _stops_are_told():
                self._station.grade(run_id)
        except NoJail:  # it would take every ring from the workers that can grade
            _log.exception("this process has lost its jail, the worker stops")
            self._give_up()
        except (Unavailable, Internal) as error:  # the row is queued again, the sweeper rings
            _log.warning("run %d was not graded this time: %s", run_id, error)
        finally:
            _wake_in(BEAT.total_seconds())

    def _beat(self, *_: object) -> None:
        """Say that the station is alive, and again after each BEAT until the next ring.

        By an alarm and no thread: the station forks its nursery from this process, which must have one thread.
        """
        if self._station is None:
            return
        try:
            self._station.beat()
        except Exception:  # noqa: BLE001 - a process that can grade goes on, seen or not
            _log.exception("this process could not say that it is alive")
        _wake_in(BEAT.total_seconds())

    def _give_up(self) -> None:
        self._failed.value = 1
        os.kill(self._main, signal.SIGTERM)

    def close(self, **_: object) -> None:
        """Close this process's station."""
        _wake_in(0)
        if self._station is not None:
            self._station.close()
            self._station = None


def _wake_in(seconds: float) -> None:
    """Have SIGALRM come after so long, 0 for never."""
    signal.setitimer(signal.ITIMER_REAL, seconds)


def _leave(number: int, _: object) -> None:
    raise Stopped(128 + number)


@contextmanager
def _stops_are_told() -> Iterator[None]:
    """Have a cold stop raise Stopped, for which the run in hand goes back to the queue.

    Celery's own handler, set after `Pool.open`, raises a SystemExit like one that a lecturer's file may raise.
    """
    theirs = signal.getsignal(signal.SIGTERM)

    def leave(number: int, frame: FrameType | None) -> None:
        try:
            if callable(theirs):
                theirs(number, frame)  # it notes that this process is on its way out
        finally:
            _leave(number, frame)

    signal.signal(signal.SIGTERM, leave)
    try:
        yield
    finally:
        signal.signal(signal.SIGTERM, theirs)


def run(settings: WorkerSettings, build: Callable[[], Station], *, concurrency: int, longest_run: float) -> None:
    """Wait for the bell until SIGTERM; Unavailable when a process could not build its station, or lost its jail."""
    pool = Pool(build, size=concurrency, readiness=Readiness())
    app = make_celery(settings.broker_url)
    _configure(app, longest_run=longest_run)
    app.task(pool.ring, name=RING)
    signals.worker_process_init.connect(pool.open, weak=False)
    signals.worker_process_shutdown.connect(pool.close, weak=False)
    # A process that ends just after a run waits for the main process to note its result, up to 30 s if that has
    # stopped reading. Results mean nothing to us, the row is written: a second is enough.
    billiard.pool.GUARANTEE_MESSAGE_CONSUMPTION_RETRY_LIMIT = 10
    warnings.filterwarnings("ignore", category=SecurityWarning)  # about root and pickle; we take JSON only
    worker = app.Worker(
        concurrency=concurrency,
        queues=[QUEUE, BEHIND],  # not the dispatchers'
        pool="prefork",
        hostname=f"{os.getpid()}@{settings.node}",
        quiet=True,
        without_gossip=True,
        without_mingle=True,
        without_heartbeat=True,
    )
    worker.start()
    if pool.failed:
        raise Unavailable("the worker has no jail, or lost it; its log says why, `grader doctor` says more")


def _configure(app: Celery, *, longest_run: float) -> None:
    app.conf.update(
        task_soft_time_limit=longest_run + _SOFT_MARGIN,
        task_time_limit=longest_run + _HARD_MARGIN,
        worker_proc_alive_timeout=_STATION_SECONDS,
        worker_hijack_root_logger=False,
        worker_redirect_stdouts=False,
        worker_enable_remote_control=False,  # who reaches the broker can ring, and nothing else
        worker_cancel_long_running_tasks_on_connection_loss=False,  # the row, not the broker, says who grades
        broker_connection_retry_on_startup=True,
        broker_connection_max_retries=None,
    )
