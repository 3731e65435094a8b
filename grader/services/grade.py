"""Grade one run: claim it, examine it, store its report. Delivered twice, it is still graded once."""

from __future__ import annotations

import logging
import secrets
from contextlib import suppress
from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING

from grader.domain.errors import DatabaseBusy, Internal, NoJail, NotFound, Stopped
from grader.domain.exercise import Limits
from grader.domain.report import Outcome
from grader.domain.scoring import Cause, ItemKind
from grader.domain.submission import MAX_RUN_CLAIMS, State
from grader.services import notify
from grader.services.settle import settle

if TYPE_CHECKING:
    from collections.abc import Callable

    from grader.domain.people import Course
    from grader.domain.report import CheckResult, Report
    from grader.domain.submission import Submission
    from grader.ports import Catalogue, Clock, Examiner, UnitOfWork

logger = logging.getLogger(__name__)

LEASE_MARGIN = timedelta(seconds=30)
"""Beyond one scenario's time, after which it is renewed: for the reference, the database and a busy machine."""

PROGRESS_EVERY = timedelta(milliseconds=150)
"""At most one progress write in this time, the first one after it: quick runs pay nothing."""

STORE_TRIES = 3
"""How often a report is offered to a busy database, which lets us wait each time, before the work is thrown away."""


@dataclass(frozen=True)
class _Claim:
    """A run in our hands."""

    run_id: int
    key: str
    submission: Submission
    course: Course
    counts: bool
    lease: timedelta


def grade_run(
    make_uow: Callable[[], UnitOfWork],
    clock: Clock,
    catalogue: Catalogue,
    examiner: Examiner,
    *,
    run_id: int,
    node: str,
    new_key: Callable[[], str] = secrets.token_hex,
    on_alive: Callable[[], None] = lambda: None,
) -> bool:
    """Claim run *run_id* and bring it to its end; False when it is not ours to take.

    A fault of ours queues the run again, or ends it as void after MAX_RUN_CLAIMS claims; NoJail goes on from here,
    since this worker can grade nothing any more. When the service is stopped the run goes back uncounted. *on_alive*
    is called once the run is ours, then at every sign of life.
    """
    uow = make_uow()
    claim = _take(uow, clock, catalogue, run_id=run_id, node=node, key=new_key())
    if claim is None:
        return False
    try:
        on_alive()
        exercise = catalogue.exercise(claim.course.lesson, claim.submission.exercise)
        progress = _Progress(make_uow(), clock, claim, total=len(exercise.scenarios), on_alive=on_alive)
        report = examiner.examine(exercise, claim.submission.source, on_check=progress, on_alive=progress.renew_lease)
        _refuse_internal(report)
        _store_patiently(uow, clock, claim, report)
    except (KeyboardInterrupt, Stopped):
        _put_back(uow, claim)
        raise
    except (Exception, SystemExit) as error:  # whatever it was, it was not the student: another try, then void
        logger.exception("run %d of submission %d failed by a fault of ours", run_id, claim.submission.id)
        _put_back_or_give_up(uow, clock, claim, fault=f"{type(error).__name__}: {error}")
        if isinstance(error, NoJail):
            raise
    return True


class _Progress:
    """Hears each verdict, says "3/12" to who watches, now and then, and renews the lease."""

    def __init__(
        self, uow: UnitOfWork, clock: Clock, claim: _Claim, *, total: int, on_alive: Callable[[], None]
    ) -> None:
        self._uow = uow
        self._clock = clock
        self._claim = claim
        self._total = total
        self._on_alive = on_alive
        self._done = 0
        self._written = clock.now()

    def __call__(self, check: CheckResult) -> None:  # noqa: ARG002 - counted only; nothing is told early
        self._done += 1
        self.renew_lease()

    def renew_lease(self) -> None:
        """Say that the run is in hand; at most one write in PROGRESS_EVERY."""
        now = self._clock.now()
        if now - self._written < PROGRESS_EVERY:
            return
        self._written = now
        claim, said = self._claim, f"{self._done}/{self._total}"
        with suppress(DatabaseBusy), self._uow.noting():  # progress is not worth a run
            self._uow.runs.save_progress(claim.run_id, claim.key, said, lease_until=now + claim.lease)
            self._uow.commit()
        self._on_alive()


def _take(uow: UnitOfWork, clock: Clock, catalogue: Catalogue, *, run_id: int, node: str, key: str) -> _Claim | None:
    with uow.reading():
        try:
            run, submission, course = uow.runs.with_submission(run_id)
        except NotFound:  # a ring that outlived its row
            return None
    if run.state is not State.QUEUED:
        return None
    now = clock.now()
    lease = _lease(catalogue, course.lesson, submission.exercise)
    with uow.noting():  # a claim that a power cut undoes is made again
        if not uow.runs.claim(run_id, key, node=node, now=now, lease_until=now + lease):
            return None
        uow.commit()
    return _Claim(run_id, key, submission, course, run.counts, lease)


def _lease(catalogue: Catalogue, lesson: str, slug: str) -> timedelta:
    try:
        limits = catalogue.exercise(lesson, slug).limits
    except Exception:  # noqa: BLE001 - gone, broken, unreadable: told after the claim, where it is counted
        limits = Limits()
    return timedelta(seconds=limits.scenario_seconds) + LEASE_MARGIN


def _refuse_internal(report: Report) -> None:
    ours = [check for check in report.checks if check.outcome is Outcome.INTERNAL]
    if ours:
        raise Internal(f"scenario {ours[0].name}: {ours[0].staff_message or ours[0].message}")


def _store_patiently(uow: UnitOfWork, clock: Clock, claim: _Claim, report: Report) -> None:
    for _ in range(STORE_TRIES - 1):
        with suppress(DatabaseBusy):
            _store(uow, clock, claim, report)
            return
    _store(uow, clock, claim, report)


def _store(uow: UnitOfWork, clock: Clock, claim: _Claim, report: Report) -> None:
    enrolment_id, now = claim.submission.enrolment_id, clock.now()
    with uow.writing():
        uow.enrolments.hold(enrolment_id)  # two runs of one student: the grade must see both
        if not uow.runs.finish(claim.run_id, claim.key, report, finished=now):
            logger.warning("run %d took longer than its lease; its report is dropped", claim.run_id)
            return
        if claim.counts:
            grade = settle(
                uow,
                course_id=claim.course.id,
                enrolment_id=enrolment_id,
                kind=ItemKind.EXERCISE,
                item=claim.submission.exercise,
                cause=Cause.GRADED,
                now=now,
            )
            notify.graded(uow, claim.course, claim.submission, report, grade, now=now)
        uow.commit()


def _put_back(uow: UnitOfWork, claim: _Claim) -> None:
    with suppress(DatabaseBusy), uow.writing():  # then the lease runs out and the sweeper does it
        uow.runs.put_back(claim.run_id, claim.key, refund=True)
        uow.commit()


def _put_back_or_give_up(uow: UnitOfWork, clock: Clock, claim: _Claim, *, fault: str) -> None:
    with uow.writing():
        if uow.runs.get(claim.run_id).claims < MAX_RUN_CLAIMS:
            uow.runs.put_back(claim.run_id, claim.key, fault=fault)
        else:
            uow.runs.give_up(claim.run_id, claim.key, fault=fault, finished=clock.now())
        uow.commit()
