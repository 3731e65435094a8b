"""A worker says that it is alive and what it has in hand; who was silent for long is forgotten."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING

from grader.domain.errors import DatabaseBusy
from grader.domain.station import BEAT

if TYPE_CHECKING:
    from collections.abc import Callable

    from grader.domain.station import Station
    from grader.ports import Clock, UnitOfWork

FORGET = timedelta(days=1)
"""A worker that was killed is shown as silent for so long."""


class Presence:
    """What one worker says of itself. A busy database is let be: the next word tells all that the lost one did."""

    def __init__(self, make_uow: Callable[[], UnitOfWork], clock: Clock, station: Station) -> None:
        self._make_uow = make_uow
        self._clock = clock
        self._now = station
        self._said: Station | None = None

    def take(self, run_id: int) -> None:
        """Note that run *run_id* is in hand: said with the next word, if it is still so."""
        self._now = replace(self._now, run_id=run_id, since=self._clock.now())

    def lay_down(self) -> None:
        """Say that no run is in hand any more, if one was said to be."""
        self._now = replace(self._now, run_id=None, since=None)
        if self._said and self._said.run_id is not None:
            self.beat()

    def beat(self) -> None:
        """Say that this worker is alive, unless it said the same a moment ago."""
        now = self._clock.now()
        if self._said and self._said.run_id == self._now.run_id and now - self._said.heard < BEAT:
            return
        self._now = replace(self._now, heard=now)
        uow = self._make_uow()
        with suppress(DatabaseBusy), uow.noting():
            uow.stations.heard(self._now)
            uow.commit()
        self._said = self._now  # when it was lost, too: a locked database is not asked again at once

    def leave(self) -> None:
        """Say good-bye."""
        uow = self._make_uow()
        with suppress(DatabaseBusy), uow.noting():
            uow.stations.gone(self._now.name)
            uow.commit()


def forget_silent(uow: UnitOfWork, clock: Clock) -> int:
    """Forget workers that were silent for a day; return how many. Nothing is written when there are none."""
    before = clock.now() - FORGET
    with uow.reading():
        silent = any(station.heard < before for station in uow.stations.all())
    if not silent:
        return 0
    with uow.noting():
        forgotten = uow.stations.forget(before)
        uow.commit()
    return forgotten
