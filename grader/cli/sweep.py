"""`grader sweep`: leave no run behind and no attempt at a quiz open past its time, every two seconds or once.

One sweeper is enough; two do no harm, each change is conditional.
"""

from __future__ import annotations

import logging
import signal
import threading
from typing import TYPE_CHECKING

import click

from grader.bootstrap import logs
from grader.bootstrap.process import Readiness
from grader.bootstrap.store import open_store
from grader.domain.errors import DatabaseBusy
from grader.services.overtime import finish_overdue
from grader.services.stations import forget_silent
from grader.services.sweep import sweep
from grader.settings import Settings, read_settings

if TYPE_CHECKING:
    from datetime import datetime

    from grader.bootstrap.store import Store

_log = logging.getLogger(__name__)


@click.command()
@click.option("--once", is_flag=True, help="Sweep once and say what was done.")
@click.option("--every", type=click.FloatRange(0.1), default=2.0, show_default=True, help="Seconds between sweeps.")
def command(*, once: bool, every: float) -> None:
    """Return runs of dead workers to the queue, ring for runs that wait, finish quizzes whose time is up."""
    settings = read_settings(Settings)
    logs.set_up(settings.log_level)
    with open_store(settings) as store:
        if once:
            swept = sweep(store.make_uow, store.clock, store.bell)
            finished = finish_overdue(store.make_uow, store.clock, store.catalogue)
            forget_silent(store.make_uow(), store.clock)
            runs = f"{swept.returned} returned, {swept.voided} given up, {swept.rung} rung for"
            click.echo(f"{runs}; {finished} quizzes finished")
            return
        stop = threading.Event()
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, lambda *_: stop.set())
        Readiness().tell(f"sweeps every {every:g} s")
        rung: dict[int, datetime] = {}
        while not stop.wait(every):
            _sweep(store, rung)


def _sweep(store: Store, rung: dict[int, datetime]) -> None:
    try:
        swept = sweep(store.make_uow, store.clock, store.bell, rung=rung)
        finished = finish_overdue(store.make_uow, store.clock, store.catalogue)
        forget_silent(store.make_uow(), store.clock)
    except DatabaseBusy as error:  # it will be swept the next time
        _log.warning("not swept: %s", error)
        return
    if swept.returned or swept.voided:
        _log.info("%d runs returned, %d given up", swept.returned, swept.voided)
    if finished:
        _log.info("%d attempts at quizzes finished: their time was up", finished)
