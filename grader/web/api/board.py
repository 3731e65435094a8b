"""How busy the service is, for a course's staff."""

from datetime import datetime

from apiflask import APIBlueprint
from pydantic import BaseModel

from grader.services.board import Board, Worker, board
from grader.web.api.faults import FaultOut, shown
from grader.web.context import current_user, services

blueprint = APIBlueprint("board", __name__, tag="Board")


class QueueOut(BaseModel):
    """Runs that wait; *wait_seconds* is about what somebody waits who hands in now, null when nobody knows."""

    live: int
    oldest: datetime | None
    wait_seconds: float | None
    regrades: int
    oldest_regrade: datetime | None


class LastHourOut(BaseModel):
    """Runs of all courses that ended in the last hour, by how they ended."""

    graded: int
    graded_for_regrades: int
    failed: int


class WorkerOut(BaseModel):
    """A worker: *alive* when it was heard lately, *busy_since* when it has a run in hand.

    *submission* is that run's when it is of this course, else null.
    """

    node: str
    device: str
    alive: bool
    heard: datetime
    busy_since: datetime | None
    submission: int | None


class OpenQuizzesOut(BaseModel):
    """Quiz attempts that are open now: in this course, those of them against the clock, in all others."""

    here: int
    timed: int
    elsewhere: int


class DeliveriesOfBoardOut(BaseModel):
    """What other systems are told of this course; *delivered* and *dead* are of the last hour.

    *oldest* is since when the one is due that is due longest, or when the next one is; receivers that are switched off
    or failing left out.
    """

    waiting: int
    sending: int
    delivered: int
    dead: int
    oldest: datetime | None


class BoardOut(BaseModel):
    """How busy the service is, all courses together.

    *faults* are of this course alone, newest first, the first 20; *deliveries* are, too.
    """

    now: datetime
    queue: QueueOut
    last_hour: LastHourOut
    workers: list[WorkerOut]
    open_quizzes: OpenQuizzesOut
    faults: list[FaultOut]
    deliveries: DeliveriesOfBoardOut


@blueprint.get("/courses/<name:course>/board")
@blueprint.output(BoardOut)
@blueprint.doc(responses={403: "You are a student of this course"})
def get_board(course: str) -> BoardOut:
    """Show queue, workers and failures."""
    needs = services()
    view = board(needs.make_uow(), needs.clock, needs.catalogue, user=current_user(), course_slug=course)
    return BoardOut(
        now=view.now,
        queue=_queue(view),
        last_hour=LastHourOut(graded=view.done.live, graded_for_regrades=view.done.regrades, failed=view.done.failed),
        workers=[_worker(each) for each in view.workers],
        open_quizzes=OpenQuizzesOut(
            here=view.attempts.here, timed=view.attempts.timed, elsewhere=view.attempts.elsewhere
        ),
        faults=[shown(each) for each in view.faults],
        deliveries=DeliveriesOfBoardOut(
            waiting=view.told.waiting,
            sending=view.told.sending,
            delivered=view.told.delivered,
            dead=view.told.dead,
            oldest=view.told.oldest,
        ),
    )


def _queue(view: Board) -> QueueOut:
    return QueueOut(
        live=view.queue.live,
        oldest=view.queue.oldest,
        wait_seconds=None if view.wait is None else view.wait.total_seconds(),
        regrades=view.queue.regrades,
        oldest_regrade=view.queue.oldest_regrade,
    )


def _worker(worker: Worker) -> WorkerOut:
    return WorkerOut(
        node=worker.node,
        device=worker.device,
        alive=worker.is_alive,
        heard=worker.heard,
        busy_since=worker.since,
        submission=worker.submission_id,
    )
