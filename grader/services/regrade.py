"""Decide about a regrade: let its runs count, throw them away, take that back.

Only here do students hear of it. Each step is one transaction; steps of one course's regrades wait for each other,
and a step that was made already is not made again.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from grader.domain.audit import Deed
from grader.domain.errors import Conflict
from grader.domain.regrade import Stage, move, require_ended
from grader.domain.regrade_difference import Way
from grader.domain.scoring import Cause
from grader.services import notify
from grader.services.regrade_basis import found, note, progress, read_difference, read_marks
from grader.services.settle import settle_class

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import datetime

    from grader.domain.people import User
    from grader.domain.regrade import Proposal, Regrade
    from grader.ports import Clock, UnitOfWork


def apply(uow: UnitOfWork, clock: Clock, *, user: User, course_slug: str, regrade_id: int) -> Regrade:
    """Let a regrade's runs count, and make the grades anew; Conflict before all of its runs have ended."""
    now = clock.now()
    with uow.writing():
        regrade = _held(uow, user, course_slug, regrade_id)
        if regrade.stage is Stage.APPLIED:
            return regrade
        moved = _moved(uow, regrade, Stage.APPLIED, now)
        require_ended(progress(uow, regrade))
        uow.enrolments.hold_all(regrade.course_id)  # what is graded meanwhile waits for it, or is part of it
        difference = read_difference(uow, regrade, in_full=False)
        uow.regrades.let_count([proposal.run_id for proposal in difference.taken], counts=True)
        _settle(uow, moved, difference.taken, Cause.REGRADED, now)
        ways = {way.value: str(difference.students(way)) for way in (Way.RISES, Way.FALLS, Way.STAYS)}
        note(uow, Deed.REGRADE_APPLIED, regrade, now, {"submissions": str(len(difference.taken)), **ways})
        uow.commit()
    return moved


def discard(uow: UnitOfWork, clock: Clock, *, user: User, course_slug: str, regrade_id: int) -> Regrade:
    """Throw a regrade away: what waits is not run any more, what ran never counts."""
    now = clock.now()
    with uow.writing():
        regrade = _held(uow, user, course_slug, regrade_id)
        if regrade.stage is Stage.DISCARDED:
            return regrade
        moved = _moved(uow, regrade, Stage.DISCARDED, now)
        ended = uow.regrades.end_waiting(regrade.id, finished=now)
        note(uow, Deed.REGRADE_DISCARDED, regrade, now, {"not run": str(ended)})
        uow.commit()
    return moved


def undo(uow: UnitOfWork, clock: Clock, *, user: User, course_slug: str, regrade_id: int) -> Regrade:
    """Let a regrade's runs count no more, and make the grades anew; what was graded later stays as it is."""
    now = clock.now()
    with uow.writing():
        regrade = _held(uow, user, course_slug, regrade_id)
        if regrade.stage is Stage.UNDONE:
            return regrade
        moved = _moved(uow, regrade, Stage.UNDONE, now)
        uow.enrolments.hold_all(regrade.course_id)
        counted = [each for each in uow.regrades.proposals(regrade.id) if each.counts]
        uow.regrades.let_count([each.run_id for each in counted], counts=False)
        _settle(uow, moved, counted, Cause.UNDONE, now)
        note(uow, Deed.REGRADE_UNDONE, regrade, now, {"submissions": str(len(counted))})
        uow.commit()
    return moved


def _held(uow: UnitOfWork, user: User, course_slug: str, regrade_id: int) -> Regrade:
    """Return a regrade as it is once nobody else can decide about it."""
    course, _, regrade = found(uow, user, course_slug, regrade_id)
    uow.regrades.hold(course.id)
    return uow.regrades.get(regrade.id)


def _moved(uow: UnitOfWork, regrade: Regrade, stage: Stage, now: datetime) -> Regrade:
    move(regrade.stage, stage)
    if not uow.regrades.move(regrade.id, regrade.stage, stage, when=now):
        raise Conflict("somebody else decided about this regrade a moment ago")
    return uow.regrades.get(regrade.id)


def _settle(uow: UnitOfWork, regrade: Regrade, changed: Iterable[Proposal], cause: Cause, now: datetime) -> None:
    proposals = list(changed)
    grades = settle_class(
        uow,
        course_id=regrade.course_id,
        marks=read_marks(uow, regrade),
        enrolments={proposal.enrolment_id for proposal in proposals},
        cause=cause,
        now=now,
    )
    notify.regraded(uow, regrade, proposals, grades, now)
