"""The live board: how busy the service is, for a course's staff. Of other courses it tells numbers and no names."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING

from grader.domain.errors import GraderError
from grader.domain.permissions import Action
from grader.domain.queueing import RECENT, expected_wait
from grader.services.enrol import allowed
from grader.services.faults import Fault

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import datetime

    from grader.domain.board import Done, OpenAttempts, Queue, Seat
    from grader.domain.lms.log import Load as Deliveries
    from grader.domain.people import Course, Role, User
    from grader.ports import Catalogue, Clock, UnitOfWork

LOOK_BACK = timedelta(hours=1)
MOST_FAULTS = 20


@dataclass(frozen=True)
class Worker:
    """A worker as this course's staff may see it.

    *exercise* and *submission_id* are of the run in hand when it is this course's, *elsewhere* when it is another's.
    """

    node: str
    device: str
    is_alive: bool
    heard: datetime
    since: datetime | None = None  # the run is in hand
    exercise: str = ""
    submission_id: int | None = None
    elsewhere: bool = False


@dataclass(frozen=True)
class Board:
    """What the board shows at one moment; *wait* is what somebody waits who hands in now, None when nobody knows."""

    course: Course
    role: Role
    now: datetime
    queue: Queue
    wait: timedelta | None
    done: Done  # within LOOK_BACK
    workers: Sequence[Worker]
    attempts: OpenAttempts
    faults: Sequence[Fault]  # of this course, not graded yet
    told: Deliveries  # of this course, ended within LOOK_BACK

    @property
    def silent(self) -> int:
        """How many workers are not heard of any more."""
        return sum(not worker.is_alive for worker in self.workers)

    @property
    def alive(self) -> int:
        """How many workers grade or could."""
        return len(self.workers) - self.silent

    @property
    def busy(self) -> int:
        """How many of them have a run in hand."""
        return sum(worker.is_alive and worker.since is not None for worker in self.workers)


def board(uow: UnitOfWork, clock: Clock, catalogue: Catalogue, *, user: User, course_slug: str) -> Board:
    """Return the board as it is now; Forbidden for students."""
    now = clock.now()
    with uow.reading():
        course, enrolment = allowed(uow, user, course_slug, Action.SEE_BOARD)
        queue, recent, seats = uow.load.queue(), uow.runs.recent(RECENT), uow.load.seats()
        done, attempts = uow.load.done(now - LOOK_BACK), uow.load.open_attempts(course.id, now)
        faults = [Fault(*found) for found in uow.runs.failed(course.id, MOST_FAULTS)]
        told = uow.outbox.load(course.id, now - LOOK_BACK)
    titles = _titles(catalogue, course)
    return Board(
        course=course,
        role=enrolment.role,
        now=now,
        queue=queue,
        wait=expected_wait(queue.live + 1, recent),
        done=done,
        workers=[_worker(seat, course, titles, now) for seat in seats],
        attempts=attempts,
        faults=faults,
        told=told,
    )


def _worker(seat: Seat, course: Course, titles: Mapping[str, str], now: datetime) -> Worker:
    station, work = seat.station, seat.work
    is_ours = work is not None and work.course_id == course.id
    return Worker(
        node=station.node,
        device=station.device,
        is_alive=seat.is_alive(now),
        heard=station.heard,
        since=station.since if work else None,
        exercise=titles.get(work.exercise, work.exercise) if work and is_ours else "",
        submission_id=work.submission_id if work and is_ours else None,
        elsewhere=work is not None and not is_ours,
    )


def _titles(catalogue: Catalogue, course: Course) -> Mapping[str, str]:
    """Return what exercises are called; nothing for a lesson that can't be read: the board is for such days, too."""
    titles: dict[str, str] = {}
    with suppress(GraderError):
        titles = {exercise.slug: exercise.title for exercise in catalogue.exercises(course.lesson)}
    return titles
