"""Instructors and workers at once, on real databases: a regrade is started, applied, undone once, and grades hold."""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING

import pytest

from grader.domain.errors import Conflict
from grader.domain.people import Role
from grader.domain.regrade import Choice, Stage
from grader.domain.scoring import Cause, ItemKind
from grader.services import regrade
from grader.services.grade import grade_run
from grader.services.regrade_start import Wish, start
from grader.services.settle import settle
from grader.storage import unit_of_work_factory
from tests.fakes import FakeCatalogue, FakeExaminer, FixedClock, SilentBell, a_check, a_report, an_exercise
from tests.storage.databases import enrolled, handed_in

if TYPE_CHECKING:
    from collections.abc import Callable

    from sqlalchemy import Engine

    from grader.domain.regrade import Regrade
    from grader.domain.report import Report
    from tests.storage.databases import Enrolled

CONV = "pointwise-conv"
STUDENTS = 6


def worth(points: int) -> Report:
    return a_report(a_check(points=points, max_points=4))


class Classroom:
    """Six students with a point each, an instructor, and calls that begin together."""

    def __init__(self, engine: Engine) -> None:
        self.make_uow = unit_of_work_factory(engine)
        self.clock, self.bell, self.catalogue = FixedClock(), SilentBell(), FakeCatalogue([an_exercise()])
        self.students: list[Enrolled] = [enrolled(self.make_uow, f"s{number}") for number in range(STUDENTS)]
        with self.make_uow().writing() as uow:
            self.ines = uow.users.add("ines", "Ines")
            uow.enrolments.add(self.ines.id, self.students[0].course.id, Role.INSTRUCTOR)
            uow.commit()
        for student in self.students:
            self.grade(handed_in(self.make_uow, student.enrolment)[1].id, worth(1))

    def grade(self, run_id: int, report: Report) -> None:
        examiner = FakeExaminer(report)
        assert grade_run(self.make_uow, self.clock, self.catalogue, examiner, run_id=run_id, node="node-1")

    def start(self) -> Regrade:
        wish = Wish(CONV, Choice.ALL, "a test was wrong")
        needs = self.make_uow(), self.clock, self.catalogue, self.bell
        return start(*needs, user=self.ines, course_slug="spring", wish=wish)

    def again(self) -> Regrade:
        """Start a regrade and let it run: three points for everybody."""
        regraded = self.start()
        with self.make_uow().reading() as uow:
            runs = [each.run_id for each in uow.regrades.proposals(regraded.id)]
        for run_id in runs:
            self.grade(run_id, worth(3))
        return regraded

    def decide(self, step: Callable[..., Regrade], regraded: Regrade) -> Regrade:
        where = {"course_slug": "spring", "regrade_id": regraded.id}
        return step(self.make_uow(), self.clock, user=self.ines, **where)

    def points(self) -> list[int]:
        with self.make_uow().reading() as uow:
            grades = [uow.grades.find(each.enrolment.id, ItemKind.EXERCISE, CONV) for each in self.students]
        return [int(grade.points) for grade in grades if grade]

    def causes(self) -> list[list[Cause]]:
        with self.make_uow().reading() as uow:
            return [[each.cause for each in uow.history.of_enrolment(who.enrolment.id)] for who in self.students]


def at_once(*calls: Callable[[], object]) -> list[object]:
    """Make all calls together; return what they gave or raised."""
    together = threading.Barrier(len(calls))
    outcomes: list[object] = []

    def make(call: Callable[[], object]) -> None:
        together.wait()
        try:
            outcomes.append(call())
        except Exception as error:  # noqa: BLE001 - the test looks at it
            outcomes.append(error)

    threads = [threading.Thread(target=make, args=[call]) for call in calls]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return outcomes


@pytest.fixture
def room(engine: Engine) -> Classroom:
    return Classroom(engine)


def test_of_eight_that_start_one_does(room: Classroom) -> None:
    outcomes = at_once(*[room.start] * 8)
    assert [type(each) for each in outcomes].count(Conflict) == 7


def test_eight_times_applied_is_once(room: Classroom) -> None:
    regraded = room.again()
    outcomes = at_once(*[lambda: room.decide(regrade.apply, regraded)] * 8)
    assert {each.stage for each in outcomes} == {Stage.APPLIED}  # type: ignore[attr-defined]
    assert room.points() == [3] * STUDENTS
    assert room.causes() == [[Cause.GRADED, Cause.REGRADED]] * STUDENTS


def test_apply_and_throw_away_at_once_is_one_of_both(room: Classroom) -> None:
    regraded = room.again()
    outcomes = at_once(
        *[lambda: room.decide(regrade.apply, regraded)] * 2, *[lambda: room.decide(regrade.discard, regraded)] * 2
    )
    assert [type(each) for each in outcomes].count(Conflict) == 2
    with room.make_uow().reading() as uow:
        applied = uow.regrades.get(regraded.id).stage is Stage.APPLIED
    assert room.points() == [3 if applied else 1] * STUDENTS


def test_eight_times_undone_is_once(room: Classroom) -> None:
    room.decide(regrade.apply, regraded := room.again())
    at_once(*[lambda: room.decide(regrade.undo, regraded)] * 8)
    assert room.points() == [1] * STUDENTS
    assert room.causes() == [[Cause.GRADED, Cause.REGRADED, Cause.UNDONE]] * STUDENTS


def test_what_workers_grade_while_it_is_applied_is_part_of_the_grades(room: Classroom) -> None:
    regraded = room.again()
    lives = [handed_in(room.make_uow, student.enrolment)[1].id for student in room.students]
    outcomes = at_once(
        lambda: room.decide(regrade.apply, regraded),
        *(lambda run_id=run_id: room.grade(run_id, worth(4)) for run_id in lives),
    )
    assert [each for each in outcomes if isinstance(each, Exception)] == []
    assert room.points() == [4] * STUDENTS
    room.decide(regrade.undo, regraded)
    assert room.points() == [4] * STUDENTS


def test_grades_of_a_whole_class_are_those_that_each_would_be_made_alone(room: Classroom) -> None:
    regraded = room.again()
    room.decide(regrade.apply, regraded)
    with room.make_uow().writing() as uow:
        for student in room.students:
            before = uow.grades.find(student.enrolment.id, ItemKind.EXERCISE, CONV)
            alone = settle(
                uow,
                course_id=student.course.id,
                enrolment_id=student.enrolment.id,
                kind=ItemKind.EXERCISE,
                item=CONV,
                cause=Cause.TERMS,
                now=room.clock.now(),
            )
            assert alone == before
