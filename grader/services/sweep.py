"""Leave no run behind: take back what dead workers held, ring again for what waits."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING

from grader.domain.submission import MAX_RUN_CLAIMS

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from datetime import datetime

    from grader.domain.submission import Run
    from grader.ports import Bell, Clock, UnitOfWork

PATIENCE = timedelta(seconds=5)
"""A run that waits longer may have lost its ring; a second ring costs one look at its row."""

RING_AGAIN = timedelta(seconds=30)
"""A run that this sweeper rang for is left alone for so long: behind a deep queue rings would pile up."""

BATCH = 100
"""Runs of each kind in one sweep."""


@dataclass(frozen=True)
class Swept:
    """What one sweep did, in runs."""

    returned: int
    voided: int
    rung: int


def sweep(
    make_uow: Callable[[], UnitOfWork], clock: Clock, bell: Bell, *, rung: dict[int, datetime] | None = None
) -> Swept:
    """Return runs whose lease ran out to the queue, or give them up; then ring for those that wait.

    Every change is conditional on the doubted claim's key: two sweepers at once, or a worker that ends late,
    do no harm. *rung* remembers from one sweep to the next which runs were rung for.
    """
    now = clock.now()
    uow = make_uow()
    returned = voided = 0
    with uow.reading():
        expired = uow.runs.expired(now, BATCH)
    if expired:
        with uow.writing():
            for run in expired:
                key = run.claim_key or ""
                fault = f"no answer from the worker in time (claim {run.claims} of {MAX_RUN_CLAIMS})"
                if run.claims < MAX_RUN_CLAIMS:
                    returned += uow.runs.put_back(run.id, key, fault=fault)
                else:
                    voided += uow.runs.give_up(run.id, key, fault=fault, finished=now)
            uow.commit()
    with uow.reading():
        waiting = uow.runs.waiting(now - PATIENCE, BATCH)
    return Swept(returned, voided, rung=_ring(bell, now, waiting, {} if rung is None else rung))


def _ring(bell: Bell, now: datetime, waiting: Sequence[Run], rung: dict[int, datetime]) -> int:
    for run_id in [run_id for run_id, when in rung.items() if when <= now - RING_AGAIN]:
        del rung[run_id]
    left = [run for run in waiting if run.id not in rung]
    heard = [run.id for run in left if bell.ring(run.id, behind=run.regrade_id is not None)]
    rung.update(dict.fromkeys(heard, now))
    return len(heard)
