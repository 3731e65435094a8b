"""What the repositories of submissions and runs promise."""

from __future__ import annotations

import math
import threading
from datetime import timedelta
from fractions import Fraction
from typing import TYPE_CHECKING

import pytest

from grader.domain.errors import NotFound
from grader.domain.report import Outcome
from grader.domain.submission import State
from tests.fakes import NOON, a_check, a_report
from tests.storage.databases import enrolled, handed_in

if TYPE_CHECKING:
    from collections.abc import Callable

    from grader.domain.report import Report
    from grader.ports import UnitOfWork
    from tests.storage.databases import MakeUow

LEASE = NOON + timedelta(minutes=2)

LATER = NOON + timedelta(minutes=5)


def claimed(make_uow: MakeUow, run_id: int, key: str = "key") -> bool:
    with make_uow().writing() as uow:
        taken = uow.runs.claim(run_id, key, node="node-1", now=NOON, lease_until=LEASE)
        uow.commit()
    return taken


def finished(make_uow: MakeUow, run_id: int, report: Report | None = None, key: str = "key") -> bool:
    with make_uow().writing() as uow:
        stored = uow.runs.finish(run_id, key, report or a_report(), finished=NOON)
        uow.commit()
    return stored


def states(make_uow: MakeUow, run_id: int) -> tuple[State, State]:
    """Return where the run and its submission stand."""
    with make_uow().reading() as uow:
        run = uow.runs.get(run_id)
        return run.state, uow.submissions.get(run.submission_id).state


class TestSubmissions:
    def test_the_source_is_kept_as_it_came(self, make_uow: MakeUow) -> None:
        ada = enrolled(make_uow)
        source = "# ünïcode 🐍\r\nx\t= 1  \n\n"
        with make_uow().writing() as uow:
            kept = uow.submissions.add(ada.enrolment.id, "pointwise-conv", source, submitted=NOON)
            uow.commit()
        with make_uow().reading() as uow:
            found = uow.submissions.get(kept.id)
        assert found.source == source
        assert found.submitted == NOON

    def test_a_student_has_their_own_newest_first(self, make_uow: MakeUow) -> None:
        ada, bob = enrolled(make_uow), enrolled(make_uow, "bob")
        first, _ = handed_in(make_uow, ada.enrolment)
        other, _ = handed_in(make_uow, ada.enrolment, exercise="bottleneck")
        second, _ = handed_in(make_uow, ada.enrolment)
        handed_in(make_uow, bob.enrolment)
        with make_uow().reading() as uow:
            assert [s.id for s in uow.submissions.of_enrolment(ada.enrolment.id)] == [
                second.id,
                other.id,
                first.id,
            ]
            only = uow.submissions.of_enrolment(ada.enrolment.id, "pointwise-conv")
            assert [s.id for s in only] == [second.id, first.id]
            assert [s.id for s in uow.submissions.of_enrolment(ada.enrolment.id, limit=2)] == [second.id, other.id]
            assert uow.submissions.latest(ada.enrolment.id, "pointwise-conv") == second
            assert uow.submissions.latest(ada.enrolment.id, "unknown") is None
            assert uow.submissions.count(ada.enrolment.id, "pointwise-conv") == 2
            assert uow.submissions.count(ada.enrolment.id, "unknown") == 0

    def test_what_is_void_is_no_attempt(self, make_uow: MakeUow) -> None:
        ada = enrolled(make_uow)
        _, run = handed_in(make_uow, ada.enrolment)
        handed_in(make_uow, ada.enrolment)
        claimed(make_uow, run.id)
        with make_uow().writing() as uow:
            assert uow.runs.give_up(run.id, "key", fault="ours", finished=LATER)
            uow.commit()
        with make_uow().reading() as uow:
            assert uow.submissions.count(ada.enrolment.id, "pointwise-conv") == 1
            assert len(uow.submissions.of_enrolment(ada.enrolment.id)) == 2


class TestFailed:
    def failed(self, make_uow: MakeUow, course_id: int, limit: int = 10) -> list[tuple[int, str, State, str]]:
        with make_uow().reading() as uow:
            found = uow.runs.failed(course_id, limit)
        return [(submission.id, user.login, run.state, fault) for submission, user, run, fault in found]

    def test_what_failed_by_our_fault_is_listed_newest_first_until_it_is_graded(self, make_uow: MakeUow) -> None:
        ada, bob = enrolled(make_uow), enrolled(make_uow, "bob")
        cleo = enrolled(make_uow, "cleo", slug="autumn")
        tried, first = handed_in(make_uow, ada.enrolment)
        given_up, second = handed_in(make_uow, bob.enrolment)
        elsewhere, third = handed_in(make_uow, cleo.enrolment)
        handed_in(make_uow, ada.enrolment)  # nothing is known of it yet
        for run in (first, second, third):
            claimed(make_uow, run.id)
        with make_uow().writing() as uow:
            uow.runs.put_back(first.id, "key", fault="the disk is full")
            uow.runs.give_up(second.id, "key", fault="no nursery", finished=LATER)
            uow.runs.give_up(third.id, "key", fault="no file", finished=LATER)
            uow.commit()
        both = [(given_up.id, "bob", State.VOID, "no nursery"), (tried.id, "ada", State.QUEUED, "the disk is full")]
        assert self.failed(make_uow, ada.course.id) == both
        assert self.failed(make_uow, ada.course.id, limit=1) == both[:1]
        assert self.failed(make_uow, cleo.course.id) == [(elsewhere.id, "cleo", State.VOID, "no file")]
        claimed(make_uow, first.id)
        finished(make_uow, first.id)
        assert self.failed(make_uow, ada.course.id) == both[:1]


class TestQueue:
    def test_a_new_run_waits_behind_earlier_ones(self, make_uow: MakeUow) -> None:
        ada = enrolled(make_uow)
        _, late = handed_in(make_uow, ada.enrolment, when=NOON + timedelta(seconds=1))
        _, early = handed_in(make_uow, ada.enrolment)
        _, same = handed_in(make_uow, ada.enrolment)
        with make_uow().reading() as uow:
            assert [uow.runs.ahead(run) for run in (early, same, late)] == [0, 1, 2]

    def test_a_run_that_is_being_graded_is_not_ahead_of_anyone(self, make_uow: MakeUow) -> None:
        ada = enrolled(make_uow)
        _, first = handed_in(make_uow, ada.enrolment)
        _, second = handed_in(make_uow, ada.enrolment)
        claimed(make_uow, first.id)
        with make_uow().reading() as uow:
            assert uow.runs.ahead(second) == 0

    def test_waiting_runs_come_oldest_first_and_bounded(self, make_uow: MakeUow) -> None:
        ada = enrolled(make_uow)
        runs = [handed_in(make_uow, ada.enrolment, when=NOON - timedelta(seconds=age))[1] for age in (5, 30, 20, 0)]
        with make_uow().reading() as uow:
            found = [run.id for run in uow.runs.waiting(NOON, limit=2)]
            everyone = [run.id for run in uow.runs.waiting(NOON, limit=10)]
        assert found == [runs[1].id, runs[2].id]
        assert everyone == [runs[1].id, runs[2].id, runs[0].id]  # the one of this very moment waits not yet

    def test_expired_leases_come_oldest_first_and_bounded(self, make_uow: MakeUow) -> None:
        ada = enrolled(make_uow)
        runs = [handed_in(make_uow, ada.enrolment)[1] for _ in range(3)]
        with make_uow().writing() as uow:
            for run, minutes in zip(runs, (3, 1, 2), strict=True):
                lease = NOON + timedelta(minutes=minutes)
                uow.runs.claim(run.id, "key", node="n", now=NOON, lease_until=lease)
            uow.commit()
        with make_uow().reading() as uow:
            assert uow.runs.expired(NOON + timedelta(minutes=1), limit=10) == []
            late = NOON + timedelta(minutes=10)
            assert [run.id for run in uow.runs.expired(late, limit=2)] == [runs[1].id, runs[2].id]

    def test_a_run_comes_with_what_it_grades(self, make_uow: MakeUow) -> None:
        enrolled(make_uow, "bob", slug="autumn")
        ada = enrolled(make_uow)
        submission, run = handed_in(make_uow, ada.enrolment)
        with make_uow().reading() as uow:
            assert uow.runs.with_submission(run.id) == (run, submission, ada.course)
            with pytest.raises(NotFound, match="there is no run 4711"):
                uow.runs.with_submission(4711)

    def test_the_newest_run_of_a_submission_is_its_latest(self, make_uow: MakeUow) -> None:
        ada = enrolled(make_uow)
        submission, first = handed_in(make_uow, ada.enrolment)
        with make_uow().writing() as uow:
            second = uow.runs.add(submission.id, queued=NOON - timedelta(days=1))
            uow.commit()
        with make_uow().reading() as uow:
            assert uow.runs.latest(submission.id) == second
            assert uow.runs.get(first.id) == first
            with pytest.raises(NotFound):
                uow.runs.latest(4711)


class TestClaims:
    def test_a_claim_is_written_on_the_run(self, make_uow: MakeUow) -> None:
        _, run = handed_in(make_uow, enrolled(make_uow).enrolment)
        assert claimed(make_uow, run.id, "abc")
        with make_uow().reading() as uow:
            found = uow.runs.get(run.id)
        assert (found.claim_key, found.claims, found.lease_until) == ("abc", 1, LEASE)
        assert states(make_uow, run.id) == (State.RUNNING, State.RUNNING)

    def test_a_taken_run_is_not_taken_again(self, make_uow: MakeUow) -> None:
        _, run = handed_in(make_uow, enrolled(make_uow).enrolment)
        claimed(make_uow, run.id)
        assert not claimed(make_uow, run.id, "other")
        assert not claimed(make_uow, 4711)

    def test_of_eight_threads_exactly_one_wins(self, make_uow: MakeUow) -> None:
        _, run = handed_in(make_uow, enrolled(make_uow).enrolment)
        together = threading.Barrier(8)
        won: list[str] = []

        def race(key: str) -> None:
            together.wait()
            if claimed(make_uow, run.id, key):
                won.append(key)

        threads = [threading.Thread(target=race, args=(f"key-{number}",)) for number in range(8)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        with make_uow().reading() as uow:
            found = uow.runs.get(run.id)
        assert won == [found.claim_key]
        assert found.claims == 1

    STALE: tuple[tuple[str, Callable[[UnitOfWork, int, str], bool]], ...] = (
        ("progress", lambda uow, run, key: uow.runs.save_progress(run, key, "1/2", lease_until=NOON)),
        ("report", lambda uow, run, key: uow.runs.finish(run, key, a_report(), finished=NOON)),
        ("put back", lambda uow, run, key: uow.runs.put_back(run, key, fault="late")),
        ("give up", lambda uow, run, key: uow.runs.give_up(run, key, fault="late", finished=NOON)),
    )

    @pytest.mark.parametrize(("what", "change"), STALE, ids=[what for what, _ in STALE])
    def test_a_stale_key_changes_nothing(
        self, make_uow: MakeUow, what: str, change: Callable[[UnitOfWork, int, str], bool]
    ) -> None:
        submission, run = handed_in(make_uow, enrolled(make_uow).enrolment)
        claimed(make_uow, run.id, "old")
        with make_uow().writing() as uow:
            uow.runs.put_back(run.id, "old")
            uow.runs.claim(run.id, "new", node="node-2", now=NOON, lease_until=LEASE)
            uow.commit()
        with make_uow().reading() as uow:
            before = uow.runs.get(run.id), uow.submissions.get(submission.id), uow.runs.fault(run.id)
        with make_uow().writing() as uow:
            assert not change(uow, run.id, "old"), what
            uow.commit()
        with make_uow().reading() as uow:
            after = uow.runs.get(run.id), uow.submissions.get(submission.id), uow.runs.fault(run.id)
            assert uow.runs.report(run.id) is None
        assert after == before

    def test_put_back_keeps_the_place_in_the_queue(self, make_uow: MakeUow) -> None:
        _, run = handed_in(make_uow, enrolled(make_uow).enrolment)
        claimed(make_uow, run.id)
        with make_uow().writing() as uow:
            uow.runs.save_progress(run.id, "key", "1/2", lease_until=LATER)
            assert uow.runs.put_back(run.id, "key", fault="disk full")
            uow.commit()
        with make_uow().reading() as uow:
            found = uow.runs.get(run.id)
            assert uow.runs.fault(run.id) == "disk full"
        assert (found.queued, found.claims, found.claim_key, found.lease_until) == (NOON, 1, None, None)
        assert found.progress == ""
        assert states(make_uow, run.id) == (State.QUEUED, State.QUEUED)

    def test_a_refunded_claim_does_not_count(self, make_uow: MakeUow) -> None:
        _, run = handed_in(make_uow, enrolled(make_uow).enrolment)
        claimed(make_uow, run.id)
        with make_uow().writing() as uow:
            assert uow.runs.put_back(run.id, "key", refund=True)
            uow.commit()
        with make_uow().reading() as uow:
            assert uow.runs.get(run.id).claims == 0

    def test_a_run_given_up_is_void_for_good(self, make_uow: MakeUow) -> None:
        _, run = handed_in(make_uow, enrolled(make_uow).enrolment)
        claimed(make_uow, run.id)
        with make_uow().writing() as uow:
            assert uow.runs.give_up(run.id, "key", fault="disk full", finished=NOON)
            uow.commit()
        assert states(make_uow, run.id) == (State.VOID, State.VOID)
        assert not claimed(make_uow, run.id)
        with make_uow().reading() as uow:
            assert uow.runs.fault(run.id) == "disk full"

    def test_progress_is_seen_while_the_claim_holds(self, make_uow: MakeUow) -> None:
        _, run = handed_in(make_uow, enrolled(make_uow).enrolment)
        claimed(make_uow, run.id)
        with make_uow().writing() as uow:
            assert uow.runs.save_progress(run.id, "key", "1/2", lease_until=LATER)
            uow.commit()
        with make_uow().reading() as uow:
            found = uow.runs.get(run.id)
        assert (found.progress, found.lease_until) == ("1/2", LATER)


class TestReports:
    def test_a_report_comes_back_as_it_went_in(self, make_uow: MakeUow) -> None:
        _, run = handed_in(make_uow, enrolled(make_uow).enrolment)
        claimed(make_uow, run.id)
        assert finished(make_uow, run.id, a_report())
        with make_uow().reading() as uow:
            assert uow.runs.report(run.id) == a_report()
            assert uow.runs.get(run.id).claim_key is None
        assert states(make_uow, run.id) == (State.GRADED, State.GRADED)

    def test_a_run_that_is_not_graded_has_no_report(self, make_uow: MakeUow) -> None:
        _, run = handed_in(make_uow, enrolled(make_uow).enrolment)
        claimed(make_uow, run.id)
        with make_uow().reading() as uow:
            assert uow.runs.report(run.id) is None
            assert uow.runs.report(4711) is None

    def test_a_report_is_stored_once(self, make_uow: MakeUow) -> None:
        _, run = handed_in(make_uow, enrolled(make_uow).enrolment)
        claimed(make_uow, run.id)
        assert finished(make_uow, run.id)
        assert not finished(make_uow, run.id, a_report(a_check(points=0)))
        with make_uow().reading() as uow:
            assert uow.runs.report(run.id) == a_report()

    def test_numbers_that_are_no_json_come_back(self, make_uow: MakeUow) -> None:
        _, run = handed_in(make_uow, enrolled(make_uow).enrolment)
        claimed(make_uow, run.id)
        finished(make_uow, run.id, a_report(a_check(detail={"largest_error": math.inf, "odd": "\0\ud800"})))
        with make_uow().reading() as uow:
            report = uow.runs.report(run.id)
        assert report is not None
        assert report.checks[0].detail == {"largest_error": math.inf, "odd": "\0\ud800"}

    def test_a_graded_submission_stays_graded_through_a_regrade(self, make_uow: MakeUow) -> None:
        submission, run = handed_in(make_uow, enrolled(make_uow).enrolment)
        claimed(make_uow, run.id)
        finished(make_uow, run.id)
        with make_uow().writing() as uow:
            again = uow.runs.add(submission.id, queued=NOON)
            uow.commit()
        claimed(make_uow, again.id)
        assert states(make_uow, again.id) == (State.RUNNING, State.GRADED)
        with make_uow().reading() as uow:
            assert uow.runs.report(run.id) == a_report()


class TestScores:
    def test_each_graded_submission_has_one_score_its_newest(self, make_uow: MakeUow) -> None:
        ada = enrolled(make_uow)
        later, run = handed_in(make_uow, ada.enrolment, when=NOON + timedelta(hours=1))
        claimed(make_uow, run.id)
        finished(make_uow, run.id)
        earlier, run = handed_in(make_uow, ada.enrolment)
        claimed(make_uow, run.id)
        finished(make_uow, run.id, a_report(a_check(points=0, outcome=Outcome.WRONG)))
        with make_uow().writing() as uow:
            again = uow.runs.add(earlier.id, queued=NOON)
            uow.commit()
        claimed(make_uow, again.id)
        finished(make_uow, again.id, a_report(a_check(points=2, outcome=Outcome.WRONG)))
        handed_in(make_uow, ada.enrolment)
        with make_uow().reading() as uow:
            scores = uow.runs.scores(ada.enrolment.id, "pointwise-conv")
        assert [(s.attempt_id, s.points, s.max_points) for s in scores] == [
            (earlier.id, Fraction(2), 3),
            (later.id, Fraction(3), 4),
        ]

    def test_scores_are_the_students_own_of_that_exercise(self, make_uow: MakeUow) -> None:
        ada, bob = enrolled(make_uow), enrolled(make_uow, "bob")
        for enrolment, exercise in ((ada.enrolment, "bottleneck"), (bob.enrolment, "pointwise-conv")):
            _, run = handed_in(make_uow, enrolment, exercise=exercise)
            claimed(make_uow, run.id)
            finished(make_uow, run.id)
        with make_uow().reading() as uow:
            assert uow.runs.scores(ada.enrolment.id, "pointwise-conv") == []
            assert len(uow.runs.scores(ada.enrolment.id)) == 1
