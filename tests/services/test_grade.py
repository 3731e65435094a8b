"""A run is graded once, a fault of ours costs no student anything, and nothing stays behind."""

from __future__ import annotations

from datetime import timedelta
from fractions import Fraction
from typing import TYPE_CHECKING

import pytest

from grader.domain.assignment import Terms
from grader.domain.errors import DatabaseBusy, Internal, NoJail, Stopped
from grader.domain.exercise import Limits
from grader.domain.report import Outcome
from grader.domain.scoring import ItemKind, Keep, Late
from grader.domain.submission import MAX_RUN_CLAIMS, State
from grader.services.grade import LEASE_MARGIN, STORE_TRIES, grade_run
from tests.fakes import FakeCatalogue, FakeExaminer, FakeUnitOfWork, a_check, a_report, an_exercise

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

    from grader.domain.exercise import Exercise
    from grader.domain.scoring import Grade
    from grader.domain.submission import Run, Submission
    from tests.services.conftest import World


def grade(world: World, submission: Submission, examiner: FakeExaminer) -> bool:
    return grade_run(
        world.make_uow,
        world.clock,
        world.catalogue,
        examiner,
        run_id=world.run(submission).id,
        node="node-1",
    )


def grade_of(world: World, submission: Submission) -> Grade | None:
    with world.make_uow().reading() as uow:
        return uow.grades.find(submission.enrolment_id, ItemKind.EXERCISE, submission.exercise)


def scoring(points: int) -> FakeExaminer:
    return FakeExaminer(a_report(a_check(points=points, outcome=Outcome.WRONG)))


class TestGrading:
    def test_the_report_and_the_grade_are_stored(self, world: World) -> None:
        submission, examiner = world.submit(data=b"y = 2\n"), FakeExaminer()
        assert grade(world, submission, examiner)
        run = world.run(submission)
        with world.make_uow().reading() as uow:
            assert uow.runs.report(run.id) == a_report()
        assert run.state is State.GRADED
        kept = grade_of(world, submission)
        assert kept is not None
        assert (kept.points, kept.max_points, kept.attempt_id) == (Fraction(3), 4, submission.id)
        assert examiner.examined == [("pointwise-conv", "y = 2\n")]

    def test_delivered_twice_it_is_graded_once(self, world: World) -> None:
        submission, examiner = world.submit(), FakeExaminer()
        assert grade(world, submission, examiner)
        assert not grade(world, submission, examiner)
        assert len(examiner.examined) == 1

    def test_a_run_in_other_hands_is_left_alone(self, world: World) -> None:
        submission, second = world.submit(), FakeExaminer()
        taken: list[bool] = []
        first = FakeExaminer(meanwhile=lambda: taken.append(grade(world, submission, second)))
        assert grade(world, submission, first)
        assert taken == [False, False]
        assert second.examined == []

    def test_a_ring_for_no_run_is_nothing(self, world: World) -> None:
        assert not grade_run(world.make_uow, world.clock, world.catalogue, FakeExaminer(), run_id=4711, node="node-1")

    def test_the_best_attempt_counts(self, world: World) -> None:
        for points in (2, 3, 1):
            grade(world, submission := world.submit(), scoring(points))
            world.clock.advance(minutes=1)
        kept = grade_of(world, submission)
        assert kept is not None
        assert (kept.points, kept.attempts) == (Fraction(3), 3)

    def test_the_last_attempt_counts_where_the_terms_say_so(self, world: World) -> None:
        due = world.clock.now() + timedelta(seconds=90)
        world.set_terms("pointwise-conv", Terms(due=due, late=Late.PER_DAY, keep=Keep.LAST))
        for points in (2, 3):
            world.clock.advance(minutes=1)
            grade(world, submission := world.submit(), scoring(points))
        kept = grade_of(world, submission)
        assert kept is not None
        assert (kept.points, kept.attempt_id) == (Fraction(27, 10), submission.id)  # a day begun: a tenth less

    def test_the_lease_covers_a_scenarios_time(self, world: World) -> None:
        world.catalogue = FakeCatalogue([an_exercise(limits=Limits(scenario_seconds=90))])
        submission = world.submit()
        leases: list[Run] = []
        grade(world, submission, FakeExaminer(meanwhile=lambda: leases.append(world.run(submission))))
        assert leases[0].lease_until == world.clock.now() + timedelta(seconds=90) + LEASE_MARGIN

    def test_the_lease_is_renewed_while_the_reference_runs(self, world: World) -> None:
        submission = world.submit()
        leases: list[datetime | None] = []

        def record(on_alive: Callable[[], None]) -> None:
            for _ in range(3):
                world.clock.advance(minutes=1)
                on_alive()
                leases.append(world.run(submission).lease_until)

        grade(world, submission, FakeExaminer(with_the_reference=record))
        assert len(set(leases)) == 3
        assert world.run(submission).state is State.GRADED


class TestProgress:
    def watched(self, world: World, milliseconds: float) -> list[str]:
        """Return what a watcher sees before each of four verdicts that take so long."""
        submission = world.submit()
        seen: list[str] = []

        def meanwhile() -> None:
            seen.append(world.run(submission).progress)
            world.clock.advance(milliseconds=milliseconds)

        checks = [a_check(f"check_{number}") for number in range(4)]
        grade(world, submission, FakeExaminer(a_report(*checks), meanwhile=meanwhile))
        assert world.run(submission).progress == ""
        return seen

    def test_a_slow_run_tells_how_far_it_is(self, world: World) -> None:
        assert self.watched(world, 150) == ["", "1/2", "2/2", "3/2"]

    def test_a_quick_run_pays_for_no_write(self, world: World) -> None:
        assert self.watched(world, 30) == ["", "", "", ""]

    def test_writes_keep_their_distance(self, world: World) -> None:
        assert self.watched(world, 80) == ["", "", "2/2", "2/2"]

    def test_a_busy_database_does_not_cost_the_run(self, world: World) -> None:
        submission = world.submit()
        database = world.make_uow()._database  # type: ignore[attr-defined]

        class BusyForProgress(FakeUnitOfWork):
            def commit(self) -> None:
                if world.run(submission).state is State.RUNNING and not self.runs.report(world.run(submission).id):
                    raise DatabaseBusy("locked")
                super().commit()

        world.make_uow = lambda: BusyForProgress(database)
        assert grade(world, submission, FakeExaminer(meanwhile=lambda: world.clock.advance(seconds=1)))
        assert world.run(submission).state is State.GRADED


class TestOurFaults:
    FAULTS = (
        Internal("nursery gone"), RuntimeError("bug"), KeyError("bug"), AssertionError("bug"), DatabaseBusy("full"),
        SystemExit("a scenario's own"),
    )  # fmt: skip

    @pytest.mark.parametrize("fault", FAULTS, ids=[repr(fault) for fault in FAULTS])
    def test_the_run_gets_another_try_and_then_is_void(self, world: World, fault: Exception) -> None:
        submission = world.submit()
        for claim in range(1, MAX_RUN_CLAIMS):
            assert grade(world, submission, FakeExaminer(error=fault))
            run = world.run(submission)
            assert (run.state, run.claims) == (State.QUEUED, claim)
        assert grade(world, submission, FakeExaminer(error=fault))
        assert world.run(submission).state is State.VOID
        assert grade_of(world, submission) is None
        with world.make_uow().reading() as uow:
            assert type(fault).__name__ in uow.runs.fault(world.run(submission).id)

    def test_a_try_that_succeeds_is_graded_as_if_nothing_had_been(self, world: World) -> None:
        submission = world.submit()
        grade(world, submission, FakeExaminer(error=Internal("nursery gone")))
        grade(world, submission, FakeExaminer())
        assert world.run(submission).state is State.GRADED
        with world.make_uow().reading() as uow:
            assert uow.runs.fault(world.run(submission).id) == ""

    def test_one_internal_outcome_taints_the_report(self, world: World) -> None:
        submission = world.submit()
        broken = a_check("broken", points=0, outcome=Outcome.INTERNAL, staff_message="guest would not fork")
        grade(world, submission, FakeExaminer(a_report(a_check(), broken)))
        run = world.run(submission)
        assert (run.state, run.claims) == (State.QUEUED, 1)
        with world.make_uow().reading() as uow:
            assert "guest would not fork" in uow.runs.fault(run.id)
            assert uow.runs.report(run.id) is None

    def test_an_exercise_that_is_gone_is_our_fault(self, world: World) -> None:
        submission = world.submit()
        world.catalogue = FakeCatalogue([an_exercise("bottleneck")])
        for _ in range(MAX_RUN_CLAIMS):
            grade(world, submission, FakeExaminer())
        assert world.run(submission).state is State.VOID

    def test_a_void_run_does_not_touch_an_earlier_grade(self, world: World) -> None:
        grade(world, world.submit(), scoring(2))
        submission = world.submit()
        for _ in range(MAX_RUN_CLAIMS):
            grade(world, submission, FakeExaminer(error=Internal("nursery gone")))
        kept = grade_of(world, submission)
        assert kept is not None
        assert (kept.points, kept.attempts) == (Fraction(2), 1)

    def test_an_exercise_that_can_t_be_read_is_our_fault(self, world: World) -> None:
        submission = world.submit()

        class Unreadable(FakeCatalogue):
            def exercise(self, lesson: str, slug: str) -> Exercise:
                raise PermissionError(f"{lesson}/{slug}")

        world.catalogue = Unreadable()
        for _ in range(MAX_RUN_CLAIMS):
            assert grade(world, submission, FakeExaminer())
        assert world.run(submission).state is State.VOID

    def test_a_worker_that_lost_its_jail_hears_of_it_and_the_run_is_counted(self, world: World) -> None:
        submission = world.submit()
        for claim in range(1, MAX_RUN_CLAIMS + 1):
            with pytest.raises(NoJail):
                grade(world, submission, FakeExaminer(error=NoJail("no user namespaces")))
            assert world.run(submission).claims == claim
        assert world.run(submission).state is State.VOID

    def test_a_report_is_offered_to_a_busy_database_again(self, world: World) -> None:
        submission, refusals = world.submit(), [DatabaseBusy("locked")] * (STORE_TRIES - 1)
        database = world.make_uow()._database  # type: ignore[attr-defined]

        class BusyForReports(FakeUnitOfWork):
            def commit(self) -> None:
                if self.runs.report(world.run(submission).id) and refusals:
                    raise refusals.pop()
                super().commit()

        world.make_uow = lambda: BusyForReports(database)
        examiner = FakeExaminer()
        grade(world, submission, examiner)
        assert (world.run(submission).state, len(examiner.examined), refusals) == (State.GRADED, 1, [])


class TestStopping:
    STOPS = (KeyboardInterrupt(), Stopped(143))

    @pytest.mark.parametrize("stop", STOPS, ids=[repr(stop) for stop in STOPS])
    def test_the_run_goes_back_uncounted_and_the_stop_goes_on(self, world: World, stop: BaseException) -> None:
        submission = world.submit()
        with pytest.raises(type(stop)):
            grade(world, submission, FakeExaminer(error=stop))
        run = world.run(submission)
        assert (run.state, run.claims, run.claim_key) == (State.QUEUED, 0, None)


class TestLostClaims:
    def test_a_report_that_comes_after_the_lease_is_dropped(self, world: World) -> None:
        submission = world.submit()

        def sweeper_gives_it_to_another() -> None:
            run = world.run(submission)
            lease = world.clock.now() + timedelta(minutes=1)
            with world.make_uow().writing() as uow:
                uow.runs.put_back(run.id, run.claim_key or "")
                uow.runs.claim(run.id, "other", node="node-2", now=world.clock.now(), lease_until=lease)
                uow.commit()

        late = FakeExaminer(a_report(a_check()), meanwhile=sweeper_gives_it_to_another)
        assert grade(world, submission, late)
        run = world.run(submission)
        assert (run.state, run.claim_key) == (State.RUNNING, "other")
        assert grade_of(world, submission) is None

    def test_a_fault_after_the_lease_leaves_the_other_worker_alone(self, world: World) -> None:
        submission = world.submit()

        def another_takes_it() -> None:
            run = world.run(submission)
            lease = world.clock.now() + timedelta(minutes=1)
            with world.make_uow().writing() as uow:
                uow.runs.put_back(run.id, run.claim_key or "")
                uow.runs.claim(run.id, "other", node="node-2", now=world.clock.now(), lease_until=lease)
                uow.commit()

        grade(world, submission, FakeExaminer(a_report(a_check()), error=Internal("x"), meanwhile=another_takes_it))
        assert world.run(submission).claim_key == "other"
