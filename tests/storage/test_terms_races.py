"""Twenty at once against one student's terms, on real databases: no attempt too many, no grade on old terms."""

from __future__ import annotations

import threading
import time
from datetime import timedelta
from fractions import Fraction
from typing import TYPE_CHECKING

import pytest

from grader.domain.assignment import Assignment, Extension, Terms
from grader.domain.errors import Conflict
from grader.domain.people import Role
from grader.domain.scoring import Cause, ItemKind, Late
from grader.services import assignments
from grader.services.settle import settle
from grader.services.submit import submit
from tests.fakes import NOON, SilentBell, a_check, a_report
from tests.storage.test_quiz_races import CALLS, Classroom, make_uow

if TYPE_CHECKING:
    from collections.abc import Callable

    from grader.domain.people import User
    from tests.storage.databases import MakeUow

__all__ = ["make_uow"]  # the fixture: both real databases

EXERCISE = "pointwise-conv"


class Desk(Classroom):
    """Ada hands in an exercise whose terms Ian sets."""

    def __init__(self, make_uow: MakeUow) -> None:
        super().__init__(make_uow)
        with make_uow().writing() as uow:
            self.ian: User = uow.users.add("ian", "Ian")
            uow.enrolments.add(self.ian.id, self.ada.course.id, Role.INSTRUCTOR)
            uow.commit()

    def bind(self, terms: Terms, kind: ItemKind = ItemKind.EXERCISE, item: str = EXERCISE) -> None:
        with self.make_uow().writing() as uow:
            uow.assignments.put(Assignment(self.ada.course.id, kind, item, terms))
            uow.commit()

    def hand_in(self) -> int:
        return submit(
            self.make_uow(), self.clock, self.catalogue, SilentBell(),
            user=self.ada.user, course_slug="spring", exercise_slug=EXERCISE, data=b"x = 1\n",
        ).id  # fmt: skip

    def queued(self, submission_id: int) -> int:
        with self.make_uow().reading() as uow:
            return uow.runs.latest(submission_id).id

    def set_terms(self, terms: Terms) -> int:
        return assignments.set_terms(
            self.make_uow(), self.clock, self.catalogue,
            user=self.ian, course_slug="spring", kind=ItemKind.EXERCISE, slug=EXERCISE, terms=terms,
        )  # fmt: skip

    def extend(self) -> bool:
        return assignments.extend(
            self.make_uow(), self.clock, self.catalogue,
            user=self.ian, course_slug="spring", login="ada", kind=ItemKind.EXERCISE, slug=EXERCISE,
            extension=Extension(due=NOON + timedelta(days=1), reason="ill"),
        )  # fmt: skip

    def exercise_points(self) -> tuple[float, float]:
        """Return what the grade is, and what the last line of its history says."""
        with self.make_uow().reading() as uow:
            found = uow.grades.find(self.ada.enrolment.id, ItemKind.EXERCISE, EXERCISE)
            last = uow.history.of_enrolment(self.ada.enrolment.id)[-1]
        assert found
        return float(found.points), float(last.grade.points)

    def submissions(self) -> int:
        with self.make_uow().reading() as uow:
            return uow.submissions.count(self.ada.enrolment.id, EXERCISE)


def taken(found: list[object]) -> int:
    return sum(not isinstance(each, Conflict) for each in found)


def test_of_twenty_submissions_at_once_as_many_are_taken_as_the_terms_allow(make_uow: MakeUow) -> None:
    desk = Desk(make_uow)
    desk.bind(Terms(attempts=3))
    found = desk.at_once(*[desk.hand_in] * CALLS)
    assert (taken(found), desk.submissions()) == (3, 3)
    desk.extend()
    assert (taken(desk.at_once(*[desk.hand_in] * CALLS)), desk.submissions()) == (0, 3)  # a date, not an attempt


def test_during_a_cooldown_one_of_twenty_is_taken(make_uow: MakeUow) -> None:
    desk = Desk(make_uow)
    desk.bind(Terms(cooldown=timedelta(minutes=5)))

    def hand_in() -> int | Conflict:
        try:
            return desk.hand_in()
        except Exception as error:  # noqa: BLE001 - LimitReached is what the others hear
            return Conflict(str(error))

    found = desk.at_once(*[hand_in] * CALLS)
    assert (taken(found), desk.submissions()) == (1, 1)
    assert sum("wait 300 s" in str(each) for each in found) == CALLS - 1


@pytest.mark.parametrize("limit", [1, 3])
def test_who_starts_a_quiz_twenty_times_at_once_gets_as_many_attempts_as_the_terms_allow(
    make_uow: MakeUow, limit: int
) -> None:
    desk = Desk(make_uow)
    desk.bind(Terms(attempts=limit), ItemKind.QUIZ, "weights")

    def try_once_more() -> None:
        desk.finish(desk.start().attempt.id)

    desk.at_once(*[try_once_more] * CALLS)
    while desk.attempts() < limit:  # several threads may have finished one and the same attempt
        try_once_more()
    with pytest.raises(Conflict, match="used up"):
        desk.start()
    assert desk.attempts() == limit


LATE = Terms(due=NOON - timedelta(hours=1), late=Late.CLIFF, loss=Fraction(1, 2))


@pytest.mark.parametrize(("last", "points"), [("terms", 2), ("extension", 4)])
def test_a_grade_that_is_made_while_its_terms_change_rests_on_the_new_ones(
    make_uow: MakeUow, last: str, points: float
) -> None:
    desk = Desk(make_uow)
    if last == "extension":
        desk.bind(LATE)
    change: Callable[[], object] = desk.extend if last == "extension" else lambda: desk.set_terms(LATE)
    staff = threading.Thread(target=change)
    worker, place = make_uow(), (desk.ada.enrolment.id, ItemKind.EXERCISE, EXERCISE)
    run_id = desk.queued(desk.hand_in())
    with worker.writing():
        worker.enrolments.hold(desk.ada.enrolment.id)
        assert worker.runs.claim(run_id, "key", node="n", now=NOON, lease_until=NOON)
        assert worker.runs.finish(run_id, "key", a_report(a_check(points=4, max_points=4)), finished=NOON)
        settle(
            worker, course_id=desk.ada.course.id, enrolment_id=place[0], kind=place[1], item=place[2],
            cause=Cause.GRADED, now=NOON,
        )  # fmt: skip
        staff.start()
        time.sleep(0.3)  # the staff's change has begun, and waits
        worker.commit()
    staff.join()
    assert desk.exercise_points() == (points, points)
