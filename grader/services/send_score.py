"""Send a student's grade, as it counts now, to a column of a platform's gradebook.

What the platform shows in the end is what counts here, since

- each change of points leaves a delivery behind, written with the change;
- one score is sent at a time for each student and column, and each carries a later timestamp than all before it,
  committed before it is sent: of two that arrive, the platform keeps the one that was read later;
- a platform that takes scores again gets those, too, that were given up while it took none;
- a platform that says it has a later score than this one is only believed when we sent or are about to send one.
  Otherwise its clock, a grade typed in there or a backup of ours is in the way, and it is sent again, later.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from grader.domain.lms.delivery import Verdict, judge_score
from grader.domain.lms.platform import Family
from grader.domain.lms.score import LmsScore, next_timestamp
from grader.domain.scoring import ItemKind
from grader.services.sending import Held, Lost, impossible

if TYPE_CHECKING:
    from datetime import datetime

    from grader.domain.lms.delivery import Answer, Delivery
    from grader.domain.lms.platform import LineItem, Platform
    from grader.domain.people import Enrolment
    from grader.domain.scoring import Grade
    from grader.ports import Clock, UnitOfWork
    from grader.services.sending import Claimed, Tried, Ways


_LATER = (
    "the platform has a score from later than this one, typed in there or by a clock that is fast, or a backup of "
    "ours was restored"
)


@dataclass(frozen=True)
class ScoreTried:
    """An attempt at a line item."""

    delivery: Delivery
    platform: Platform
    line_item: LineItem
    score: LmsScore
    answer: Answer

    def judge(self, uow: UnitOfWork) -> Verdict:
        """Return what the answer means for the delivery."""
        if not (_is_conflict(self.answer) or _is_unwell(self.answer)):
            return judge_score(self.answer)
        return Verdict.SUPERSEDED if uow.outbox.is_overtaken(self.delivery.id) else Verdict.AGAIN

    def told(self, verdict: Verdict) -> str:
        """Return what it answered, and what that may mean."""
        if verdict is Verdict.SUPERSEDED:
            return f"{self.answer.note}; a newer grade is on its way"
        return f"{self.answer.note}: {_LATER}" if _is_conflict(self.answer) else self.answer.note

    def note(self, uow: UnitOfWork, verdict: Verdict, now: datetime) -> None:
        """Note what the platform has now, or that it takes no scores."""
        if verdict is Verdict.DELIVERED:
            pair = (self.line_item.id, self.delivery.enrolment_id or 0)
            uow.line_items.confirm(*pair, self.score.points, self.score.max_points, now)
            uow.platforms.arrived(self.platform.id)
            if self.platform.failing is not None:  # it is back: what was given up meanwhile is sent, too
                uow.outbox.revive(self.platform.id, now, since=self.platform.failing)
        elif _is_unwell(self.answer):
            uow.platforms.failed(self.platform.id, now)


def try_score(uow: UnitOfWork, clock: Clock, ways: Ways, claimed: Claimed) -> Tried:
    """Send the grade of a claimed delivery once; Lost and Held say why not."""
    with uow.writing():
        if not claimed.is_held(uow):
            raise Lost
        line_item = uow.line_items.get(claimed.delivery.line_item_id or 0)
        context = uow.platforms.context(line_item.context_id)
        platform = uow.platforms.get(context.platform_id)
        if line_item.removed is not None or platform.removed is not None:
            raise Held
        enrolment = uow.enrolments.get(claimed.delivery.enrolment_id or 0)
        member = uow.platforms.member_of(context.id, enrolment.user_id)
        if context.course_id != enrolment.course_id:
            return impossible("the platform's course is not connected to this one any more")
        if not enrolment.is_active:
            return impossible("the student is not in the course any more")
        if member is None or member.ended is not None:
            return impossible("the platform does not have this student in its course (any more)")
        score = _score(uow, clock.now(), line_item, enrolment, member.subject)
        if platform.family is Family.CANVAS:
            score = replace(score, comment="")  # it keeps one for each time that a score is sent
        if not uow.line_items.stamp(line_item.id, enrolment.id, claimed.delivery.id, score.timestamp):
            raise Lost
        uow.commit()
    answer = ways.gradebooks.post_score(platform, line_item, score)
    return ScoreTried(claimed.delivery, platform, line_item, score, answer)


def _score(uow: UnitOfWork, now: datetime, line_item: LineItem, enrolment: Enrolment, subject: str) -> LmsScore:
    grade = uow.grades.find(enrolment.id, line_item.kind, line_item.item)
    timestamp = next_timestamp(now, uow.line_items.state(line_item.id, enrolment.id).stamped)
    if grade is None:
        return LmsScore(subject, None, line_item.max_points, timestamp)
    return LmsScore(
        subject,
        grade.points,
        grade.max_points or line_item.max_points,  # one set by hand may not know what the item is worth
        timestamp,
        comment=_comment(grade),
        submitted=_submitted(uow, grade),
    )


def _is_conflict(answer: Answer) -> bool:
    return judge_score(answer) is Verdict.SUPERSEDED


def _is_unwell(answer: Answer) -> bool:
    """Whether the platform takes no scores now, whosever."""
    return judge_score(answer) is Verdict.AGAIN


def _comment(grade: Grade) -> str:
    if grade.override_id is not None:
        return "set by hand"
    return "late" if grade.is_late else ""


def _submitted(uow: UnitOfWork, grade: Grade) -> datetime | None:
    """Return when the work was handed in that counts."""
    if grade.attempt_id is None:
        return None
    if grade.kind is ItemKind.EXERCISE:
        return uow.submissions.get(grade.attempt_id).submitted
    return uow.attempts.get(grade.attempt_id).finished
