"""How busy the service is, over plain dicts, for `tests.fakes.FakeUnitOfWork`."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from grader.domain.board import Done, InHand, OpenAttempts, Queue, Seat
from grader.domain.submission import State
from tests.fake_tables import Repository

if TYPE_CHECKING:
    from datetime import datetime

    from grader.domain.station import Station

_DAY = timedelta(days=1)


class FakeLoad(Repository):
    def queue(self) -> Queue:
        waits = [run for run in self.tables.runs.values() if run.state is State.QUEUED]
        live = [run.queued for run in waits if run.regrade_id is None]
        regrades = [run.queued for run in waits if run.regrade_id is not None]
        return Queue(len(live), min(live, default=None), len(regrades), min(regrades, default=None))

    def done(self, since: datetime) -> Done:
        ended = [
            run
            for run in self.tables.runs.values()
            if run.queued >= since - _DAY and run.id in self.tables.times and self.tables.times[run.id][1] >= since
        ]
        graded = [run.regrade_id is None for run in ended if run.state is State.GRADED]
        failed = sum(bool(self.tables.faults.get(run.id)) for run in ended)
        return Done(graded.count(True), graded.count(False), failed)

    def seats(self) -> list[Seat]:
        found = sorted(self.tables.stations.values(), key=lambda station: (station.node, station.name))
        return [Seat(station, self._work(station)) for station in found]

    def _work(self, station: Station) -> InHand | None:
        run = self.tables.runs.get(station.run_id or 0)
        if run is None:
            return None
        submission = self.tables.submissions[run.submission_id]
        course_id = self.tables.enrolments[submission.enrolment_id].course_id
        return InHand(submission.id, submission.exercise, course_id, run.lease_until)

    def open_attempts(self, course_id: int, now: datetime) -> OpenAttempts:
        attempts = [
            attempt
            for attempt in self.tables.attempts.values()
            if not attempt.finished
            and (attempt.started > now - _DAY if attempt.deadline is None else attempt.deadline > now)
        ]
        here = [a for a in attempts if self.tables.enrolments[a.enrolment_id].course_id == course_id]
        return OpenAttempts(len(here), sum(a.deadline is not None for a in here), len(attempts) - len(here))
