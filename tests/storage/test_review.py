"""What reviewing work reads: a class's solutions, all runs of a submission; and opening a void one again."""

from __future__ import annotations

from datetime import timedelta
from fractions import Fraction
from typing import TYPE_CHECKING

from grader.domain.people import Role
from grader.domain.report import Outcome
from grader.domain.scoring import Grade, ItemKind
from grader.domain.submission import State
from tests.fakes import NOON, a_report
from tests.storage.databases import enrolled, handed_in

if TYPE_CHECKING:
    from grader.ports import UnitOfWork
    from tests.storage.databases import Enrolled, MakeUow

SOON = NOON + timedelta(minutes=2)
CONV = "pointwise-conv"


def grade(uow: UnitOfWork, who: Enrolled, attempt_id: int | None) -> None:
    uow.grades.put(Grade(who.enrolment.id, ItemKind.EXERCISE, CONV, Fraction(1), 4, attempt_id, 1))


def solutions(make_uow: MakeUow, who: Enrolled) -> list[tuple[str, int]]:
    with make_uow().reading() as uow:
        return [(user.login, each.id) for user, each in uow.review.solutions(who.course.id, CONV)]


def give_up(make_uow: MakeUow, run_id: int) -> None:
    with make_uow().writing() as uow:
        uow.runs.claim(run_id, "key", node="node-1", now=NOON, lease_until=SOON)
        uow.runs.give_up(run_id, "key", fault="no disk", finished=SOON)
        uow.commit()


class TestSolutions:
    def test_it_is_the_one_that_the_grade_names_or_else_the_newest(self, make_uow: MakeUow) -> None:
        ada, bob = enrolled(make_uow), enrolled(make_uow, "bob")
        counted = handed_in(make_uow, ada.enrolment)[0]
        handed_in(make_uow, ada.enrolment)
        handed_in(make_uow, bob.enrolment)
        newest = handed_in(make_uow, bob.enrolment)[0]
        with make_uow().writing() as uow:
            grade(uow, ada, counted.id)
            uow.commit()
        assert solutions(make_uow, ada) == [("ada", counted.id), ("bob", newest.id)]

    def test_a_grade_by_hand_names_none(self, make_uow: MakeUow) -> None:
        ada = enrolled(make_uow)
        newest = handed_in(make_uow, ada.enrolment)[0]
        with make_uow().writing() as uow:
            grade(uow, ada, None)
            uow.commit()
        assert solutions(make_uow, ada) == [("ada", newest.id)]

    def test_neither_staff_nor_other_exercises_nor_other_courses_are_in_it(self, make_uow: MakeUow) -> None:
        ada, zoe = enrolled(make_uow), enrolled(make_uow, "zoe", slug="autumn")
        handed_in(make_uow, ada.enrolment, exercise="bottleneck")
        handed_in(make_uow, zoe.enrolment)
        with make_uow().writing() as uow:
            ines = uow.users.add("ines", "Ines")
            staff = uow.enrolments.add(ines.id, ada.course.id, Role.INSTRUCTOR)
            uow.submissions.add(staff.id, CONV, "x = 1", submitted=NOON)
            uow.commit()
        assert solutions(make_uow, ada) == []

    def test_sources_come_along(self, make_uow: MakeUow) -> None:
        ada = enrolled(make_uow)
        submission, _ = handed_in(make_uow, ada.enrolment)
        with make_uow().reading() as uow:
            assert uow.review.solutions(ada.course.id, CONV) == [(ada.user, submission)]


class TestRuns:
    def test_all_are_there_the_newest_first_with_what_is_known(self, make_uow: MakeUow) -> None:
        ada = enrolled(make_uow)
        submission, first = handed_in(make_uow, ada.enrolment)
        report = a_report()
        with make_uow().writing() as uow:
            uow.runs.claim(first.id, "key", node="node-1", now=NOON, lease_until=SOON)
            uow.runs.finish(first.id, "key", report, finished=SOON)
            second = uow.runs.add(submission.id, queued=SOON)
            uow.commit()
        with make_uow().reading() as uow:
            newest, oldest = uow.review.runs(submission.id)
            assert uow.review.runs(424242) == []
        assert (newest.run, newest.points, newest.started) == (second, None, None)
        assert (oldest.run.state, oldest.fault) == (State.GRADED, "")
        assert (oldest.points, oldest.max_points, oldest.outcome) == (3, 4, Outcome.WRONG)
        assert (oldest.started, oldest.finished) == (NOON, SOON)
        told = (oldest.node, oldest.device, oldest.torch_version, oldest.content_hash, oldest.seed_id)
        assert told == (report.node, report.device, report.torch_version, report.content_hash, report.seed_id)
        assert (oldest.seconds, oldest.memory_mib) == (report.seconds, report.memory_mib)

    def test_why_one_failed_is_told(self, make_uow: MakeUow) -> None:
        submission, run = handed_in(make_uow, enrolled(make_uow).enrolment)
        give_up(make_uow, run.id)
        with make_uow().reading() as uow:
            [record] = uow.review.runs(submission.id)
        assert (record.fault, record.run.state) == ("no disk", State.VOID)


class TestReopening:
    def test_a_void_submission_waits_again_once(self, make_uow: MakeUow) -> None:
        ada = enrolled(make_uow)
        submission, run = handed_in(make_uow, ada.enrolment)
        give_up(make_uow, run.id)
        with make_uow().writing() as uow:
            assert [uow.review.reopen(submission.id), uow.review.reopen(submission.id)] == [True, False]
            again = uow.runs.add(submission.id, queued=SOON)
            uow.commit()
        with make_uow().writing() as uow:
            uow.runs.claim(again.id, "key", node="node-1", now=NOON, lease_until=SOON)
            uow.runs.finish(again.id, "key", a_report(), finished=SOON)
            uow.commit()
        with make_uow().reading() as uow:
            assert uow.submissions.get(submission.id).state is State.GRADED
            assert uow.submissions.count(ada.enrolment.id, CONV) == 1

    def test_no_other_is_touched(self, make_uow: MakeUow) -> None:
        submission, _ = handed_in(make_uow, enrolled(make_uow).enrolment)
        with make_uow().writing() as uow:
            assert not uow.review.reopen(submission.id)
            assert not uow.review.reopen(424242)
