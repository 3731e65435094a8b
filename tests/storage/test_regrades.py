"""What regrades promise: proposals beside what counts, one winner of two, few queries."""

from __future__ import annotations

import threading
from datetime import timedelta
from typing import TYPE_CHECKING

import pytest
from sqlalchemy import event

from grader.domain.errors import NotFound
from grader.domain.people import Role
from grader.domain.regrade import Choice, Progress, Stage
from grader.domain.report import Outcome
from grader.domain.submission import State
from grader.storage import unit_of_work_factory
from tests.fakes import NOON, a_check, a_report
from tests.storage.databases import enrolled, handed_in

if TYPE_CHECKING:
    from sqlalchemy import Engine

    from grader.domain.people import Enrolment
    from grader.domain.regrade import Proposal, Regrade
    from grader.domain.report import Report
    from tests.storage.databases import Enrolled, MakeUow

CONV = "pointwise-conv"
LATER = NOON + timedelta(hours=1)
FULL = a_report(a_check(), a_check("no_mixing", points=1, max_points=1), content_hash="f00d")


def finish(make_uow: MakeUow, run_id: int, report: Report | None = None) -> None:
    with make_uow().writing() as uow:
        assert uow.runs.claim(run_id, "k", node="n", now=NOON, lease_until=LATER)
        assert uow.runs.finish(run_id, "k", report or a_report(), finished=NOON)
        uow.commit()


def graded(make_uow: MakeUow, enrolment: Enrolment, report: Report | None = None, exercise: str = CONV) -> int:
    submission, run = handed_in(make_uow, enrolment, exercise=exercise)
    finish(make_uow, run.id, report)
    return submission.id


def begun(make_uow: MakeUow, who: Enrolled, *submissions: int, exercise: str = CONV) -> Regrade:
    with make_uow().writing() as uow:
        regrade = uow.regrades.add(
            who.course.id,
            exercise,
            Choice.ALL,
            version="c0ffee",
            never_lower=True,
            reason="a test was wrong",
            by="ines",
            made=NOON,
        )
        uow.regrades.propose(regrade.id, submissions, queued=LATER)
        uow.commit()
    return regrade


def proposals(make_uow: MakeUow, regrade: Regrade) -> list[Proposal]:
    with make_uow().reading() as uow:
        return list(uow.regrades.proposals(regrade.id))


class TestKeeping:
    def test_what_was_asked_for_is_found_again(self, make_uow: MakeUow) -> None:
        ada = enrolled(make_uow)
        first, second = begun(make_uow, ada), begun(make_uow, ada, exercise="bottleneck")
        with make_uow().reading() as uow:
            assert uow.regrades.get(first.id) == first
            assert uow.regrades.of_course(ada.course.id) == [second, first]
            assert uow.regrades.running(ada.course.id, CONV) == first
            assert uow.regrades.running(ada.course.id, "other") is None
        assert (first.choice, first.version, first.never_lower, first.stage) == (
            Choice.ALL,
            "c0ffee",
            True,
            Stage.RUNNING,
        )
        assert (first.reason, first.by, first.made, first.ended) == ("a test was wrong", "ines", NOON, None)

    def test_one_that_never_was_is_not_found(self, make_uow: MakeUow) -> None:
        with make_uow().reading() as uow, pytest.raises(NotFound, match="no regrade 424242"):
            uow.regrades.get(424242)

    def test_a_course_does_not_show_anothers(self, make_uow: MakeUow) -> None:
        ada, zoe = enrolled(make_uow), enrolled(make_uow, "zoe", slug="autumn")
        begun(make_uow, ada, graded(make_uow, ada.enrolment))
        graded(make_uow, zoe.enrolment)
        with make_uow().reading() as uow:
            assert uow.regrades.of_course(zoe.course.id) == []
            assert uow.regrades.running(zoe.course.id, CONV) is None
            assert uow.regrades.progress(zoe.course.id) == {}
            assert [each.enrolment_id for each in uow.regrades.graded(ada.course.id, CONV)] == [ada.enrolment.id]


class TestMoving:
    def test_a_move_happens_once_and_from_the_right_stage(self, make_uow: MakeUow) -> None:
        regrade = begun(make_uow, enrolled(make_uow))
        with make_uow().writing() as uow:
            uow.regrades.hold(regrade.course_id)
            assert not uow.regrades.move(regrade.id, Stage.APPLIED, Stage.UNDONE, when=LATER)
            assert uow.regrades.move(regrade.id, Stage.RUNNING, Stage.APPLIED, when=LATER)
            assert not uow.regrades.move(regrade.id, Stage.RUNNING, Stage.APPLIED, when=LATER)
            assert uow.regrades.move(regrade.id, Stage.APPLIED, Stage.UNDONE, when=LATER)
            assert not uow.regrades.move(424242, Stage.RUNNING, Stage.APPLIED, when=LATER)
            uow.commit()
        with make_uow().reading() as uow:
            moved = uow.regrades.get(regrade.id)
            assert uow.regrades.running(regrade.course_id, CONV) is None
        assert (moved.stage, moved.ended, moved.undone) == (Stage.UNDONE, LATER, LATER)

    def test_of_two_at_once_one_wins(self, make_uow: MakeUow) -> None:
        regrade = begun(make_uow, enrolled(make_uow))
        together = threading.Barrier(2)
        won: list[bool] = []

        def one() -> None:
            uow = make_uow()
            together.wait()
            with uow.writing():
                uow.regrades.hold(regrade.course_id)
                won.append(uow.regrades.move(regrade.id, Stage.RUNNING, Stage.APPLIED, when=LATER))
                uow.commit()

        threads = [threading.Thread(target=one) for _ in range(2)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert sorted(won) == [False, True]


class TestWhatCounts:
    def test_all_graded_runs_that_count_are_told(self, make_uow: MakeUow) -> None:
        ada = enrolled(make_uow)
        number = graded(make_uow, ada.enrolment, FULL)
        handed_in(make_uow, ada.enrolment)
        graded(make_uow, ada.enrolment, exercise="bottleneck")
        with make_uow().reading() as uow:
            [found] = uow.regrades.graded(ada.course.id, CONV)
        assert (found.submission_id, found.enrolment_id, found.submitted) == (number, ada.enrolment.id, NOON)
        assert (found.points, found.max_points, found.outcome, found.version) == (4, 4, Outcome.PASSED, "f00d")
        assert (found.finished, found.is_students, found.regrade_id) == (NOON, True, None)

    def test_who_is_staff_is_told(self, make_uow: MakeUow) -> None:
        ada = enrolled(make_uow)
        with make_uow().writing() as uow:
            ines = uow.users.add("ines", "Ines")
            staff = uow.enrolments.add(ines.id, ada.course.id, Role.INSTRUCTOR)
            uow.commit()
        graded(make_uow, staff)
        with make_uow().reading() as uow:
            assert [each.is_students for each in uow.regrades.graded(ada.course.id, CONV)] == [False]

    def test_proposals_are_not_among_them_until_they_count(self, make_uow: MakeUow) -> None:
        ada = enrolled(make_uow)
        number = graded(make_uow, ada.enrolment)
        [proposal] = proposals(make_uow, regrade := begun(make_uow, ada, number))
        finish(make_uow, proposal.run_id, FULL)

        def points() -> list[int]:
            with make_uow().reading() as uow:
                assert [int(score.points) for score in uow.runs.scores(ada.enrolment.id)] == [
                    uow.regrades.graded(ada.course.id, CONV)[-1].points
                ]
                return [each.points for each in uow.regrades.graded(ada.course.id, CONV)]

        assert points() == [3]
        for counts, seen in ((True, [3, 4]), (False, [3])):
            with make_uow().writing() as uow:
                uow.regrades.let_count([proposal.run_id], counts=counts)
                uow.regrades.let_count([], counts=counts)
                uow.commit()
            assert points() == seen
            assert proposals(make_uow, regrade)[0].counts is counts


class TestProposals:
    def test_they_wait_behind_and_do_not_count(self, make_uow: MakeUow) -> None:
        ada = enrolled(make_uow)
        numbers = [graded(make_uow, ada.enrolment) for _ in range(2)]
        regrade = begun(make_uow, ada, *numbers)
        _, live = handed_in(make_uow, ada.enrolment, when=LATER + timedelta(hours=1))
        found = proposals(make_uow, regrade)
        assert [each.submission_id for each in found] == numbers
        assert {(each.state, each.counts, each.fault, each.graded) for each in found} == {
            (State.QUEUED, False, "", None)
        }
        with make_uow().reading() as uow:
            first = uow.runs.get(found[0].run_id)
            assert (first.regrade_id, first.queued, uow.runs.ahead(first), uow.runs.ahead(live)) == (
                regrade.id,
                LATER,
                1,
                0,
            )
            assert [run.id for run in uow.regrades.waiting(regrade.id, 1)] == [found[0].run_id]
            assert uow.regrades.waiting(424242, 1) == []

    def test_how_far_they_are_is_counted(self, make_uow: MakeUow) -> None:
        ada = enrolled(make_uow)
        regrade = begun(make_uow, ada, *(graded(make_uow, ada.enrolment) for _ in range(4)))
        done, running, given_up, _ = proposals(make_uow, regrade)
        finish(make_uow, done.run_id)
        with make_uow().writing() as uow:
            for each in (running, given_up):
                uow.runs.claim(each.run_id, "k", node="n", now=NOON, lease_until=LATER)
            uow.runs.give_up(given_up.run_id, "k", fault="no disk", finished=LATER)
            uow.commit()
        with make_uow().reading() as uow:
            assert uow.regrades.progress(ada.course.id) == {
                regrade.id: Progress(graded=1, failed=1, running=1, waiting=1)
            }
        assert [each.fault for each in proposals(make_uow, regrade)] == ["", "", "no disk", ""]

    def test_those_that_wait_are_ended_and_no_worker_takes_them(self, make_uow: MakeUow) -> None:
        ada = enrolled(make_uow)
        number = graded(make_uow, ada.enrolment)
        regrade = begun(make_uow, ada, number, graded(make_uow, ada.enrolment))
        running, waits = proposals(make_uow, regrade)
        with make_uow().writing() as uow:
            uow.runs.claim(running.run_id, "k", node="n", now=NOON, lease_until=LATER)
            assert uow.regrades.end_waiting(regrade.id, finished=LATER) == 1
            assert not uow.runs.claim(waits.run_id, "k", node="n", now=NOON, lease_until=LATER)
            assert uow.runs.finish(running.run_id, "k", FULL, finished=LATER)
            uow.commit()
        assert [each.state for each in proposals(make_uow, regrade)] == [State.GRADED, State.VOID]
        with make_uow().reading() as uow:
            assert uow.submissions.get(number).state is State.GRADED
            assert uow.runs.waiting(LATER + timedelta(days=1), 10) == []

    def test_verdicts_of_old_and_new_runs_are_told_by_run(self, make_uow: MakeUow) -> None:
        ada = enrolled(make_uow)
        number, other = graded(make_uow, ada.enrolment), graded(make_uow, ada.enrolment)
        [proposal] = proposals(make_uow, regrade := begun(make_uow, ada, number))
        [foreign] = proposals(make_uow, begun(make_uow, ada, number))
        finish(make_uow, proposal.run_id, FULL)
        finish(make_uow, foreign.run_id, FULL)
        with make_uow().reading() as uow:
            found = uow.regrades.verdicts(regrade.id)
            old, unrelated = uow.runs.latest(number).id, uow.runs.latest(other).id
        assert set(found) == {old, proposal.run_id}
        assert unrelated not in found
        assert [(each.name, each.points, each.outcome) for each in found[old]] == [
            ("definition", 3, Outcome.PASSED),
            ("no_mixing", 0, Outcome.WRONG),
        ]
        assert [each.points for each in found[proposal.run_id]] == [3, 1]


def test_the_number_of_queries_does_not_grow(engine: Engine) -> None:
    seen: list[str] = []
    make_uow = unit_of_work_factory(engine)
    ada = enrolled(make_uow)

    def needed(number: int) -> int:
        regrade = begun(make_uow, ada, *(graded(make_uow, ada.enrolment) for _ in range(number)))
        event.listen(engine, "before_cursor_execute", note := lambda *args: seen.append(args[2]))
        seen.clear()
        with make_uow().writing() as uow:
            uow.regrades.graded(ada.course.id, CONV)
            found = uow.regrades.proposals(regrade.id)
            uow.regrades.verdicts(regrade.id)
            uow.regrades.progress(ada.course.id)
            uow.regrades.of_course(ada.course.id)
            uow.regrades.let_count([each.run_id for each in found], counts=True)
            uow.regrades.end_waiting(regrade.id, finished=LATER)
        event.remove(engine, "before_cursor_execute", note)
        return len(seen)

    assert needed(2) == needed(20)
