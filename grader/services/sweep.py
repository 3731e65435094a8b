"""Leave no run behind: take back what dead workers held, ring again for what waits."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING

from grader.domain.submission import MAX_RUN_CLAIMS

if TYPE_CHECKING:
    from collections.abc import Callable

    from grader.ports import Bell, Clock, UnitOfWork

PATIENCE = timedelta(seconds=2)
"""A run that waits longer may have lost its ring; a second ring costs one look at its row."""

BATCH = 100
"""Runs of each kind in one sweep."""


@dataclass(frozen=True)
class Swept:
    """What one sweep did, in runs."""

    returned: int
    voided: int
    rung: int


def sweep(make_uow: Callable[[], UnitOfWork], clock: Clock, bell: Bell) -> Swept:
    """Return runs whose lease ran out to the queue, or give them up; then ring for those that wait.

    Every change is conditional on the doubted claim's key: two sweepers at once, or a worker that ends late,
    do no harm.
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
    for run in waiting:
        bell.ring(run.id)
    return Swept(returned, voided, rung=len(waiting))
