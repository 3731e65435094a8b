"""No run is left behind, and no run is harmed."""

from __future__ import annotations

import threading
from datetime import timedelta
from typing import TYPE_CHECKING

from grader.domain.submission import MAX_RUN_CLAIMS, State
from grader.services.grade import grade_run
from grader.services.sweep import BATCH, Swept, sweep
from tests.fakes import FakeExaminer

if TYPE_CHECKING:
    from datetime import datetime

    from grader.domain.submission import Submission
    from tests.services.conftest import World

LEASE = timedelta(minutes=2)


def take(world: World, submission: Submission, key: str = "key") -> None:
    now = world.clock.now()
    with world.make_uow().writing() as uow:
        assert uow.runs.claim(world.run(submission).id, key, node="n", now=now, lease_until=now + LEASE)
        uow.commit()


class DeafBell:
    """A broker that takes nothing."""

    def ring(self, run_id: int, *, behind: bool = False) -> bool:
        return False

    def deliver(self) -> None:
        pass


def swept(world: World) -> Swept:
    return sweep(world.make_uow, world.clock, world.bell)


class TestLeases:
    def test_a_dead_workers_run_goes_back_and_is_rung_for(self, world: World) -> None:
        submission = world.submit()
        take(world, submission)
        world.bell.rung.clear()
        world.clock.advance(minutes=3)
        assert swept(world) == Swept(returned=1, voided=0, rung=1)
        run = world.run(submission)
        assert (run.state, run.claims) == (State.QUEUED, 1)
        assert world.bell.rung == [run.id]

    def test_a_living_workers_run_is_left_alone(self, world: World) -> None:
        submission = world.submit()
        take(world, submission)
        world.clock.advance(seconds=119)
        assert swept(world) == Swept(0, 0, 0)
        assert world.run(submission).state is State.RUNNING

    def test_a_run_that_keeps_killing_workers_is_void(self, world: World) -> None:
        submission = world.submit()
        for _ in range(MAX_RUN_CLAIMS - 1):
            take(world, submission)
            world.clock.advance(minutes=3)
            assert swept(world).returned == 1
        take(world, submission)
        world.clock.advance(minutes=3)
        assert swept(world) == Swept(returned=0, voided=1, rung=0)
        assert world.run(submission).state is State.VOID

    def test_a_returned_run_is_graded_by_the_next_worker(self, world: World) -> None:
        submission = world.submit()
        take(world, submission)
        world.clock.advance(minutes=3)
        swept(world)
        grade_run(
            world.make_uow,
            world.clock,
            world.catalogue,
            FakeExaminer(),
            run_id=world.run(submission).id,
            node="node-2",
        )
        assert world.run(submission).state is State.GRADED


class TestRinging:
    def test_a_run_that_just_came_is_not_rung_for_again(self, world: World) -> None:
        world.submit()
        world.clock.advance(seconds=5)
        assert swept(world).rung == 0
        world.clock.advance(milliseconds=1)
        assert swept(world).rung == 1

    def test_a_run_is_rung_for_again_only_after_a_while(self, world: World) -> None:
        run = world.run(world.submit())
        world.bell.rung.clear()
        rung: dict[int, datetime] = {}
        world.clock.advance(seconds=6)
        assert [sweep(world.make_uow, world.clock, world.bell, rung=rung).rung for _ in range(2)] == [1, 0]
        world.clock.advance(seconds=30)
        assert sweep(world.make_uow, world.clock, world.bell, rung=rung).rung == 1
        assert world.bell.rung == [run.id, run.id]

    def test_a_broker_that_was_down_is_tried_again_at_once(self, world: World) -> None:
        world.submit()
        world.clock.advance(seconds=6)
        rung: dict[int, datetime] = {}
        assert sweep(world.make_uow, world.clock, DeafBell(), rung=rung).rung == 0
        assert sweep(world.make_uow, world.clock, world.bell, rung=rung).rung == 1

    def test_the_oldest_are_rung_for_first_in_bounded_number(self, world: World) -> None:
        runs = []
        for _ in range(BATCH + 5):
            runs.append(world.run(world.submit()).id)
            world.clock.advance(seconds=1)
        world.bell.rung.clear()
        world.clock.advance(seconds=10)
        assert swept(world).rung == BATCH
        assert world.bell.rung == runs[:BATCH]

    def test_graded_runs_are_not_rung_for(self, world: World) -> None:
        run = world.run(world.submit())
        grade_run(world.make_uow, world.clock, world.catalogue, FakeExaminer(), run_id=run.id, node="node-1")
        world.clock.advance(minutes=1)
        assert swept(world) == Swept(0, 0, 0)


class TestTwoSweepers:
    def test_together_they_do_the_work_once(self, world: World) -> None:
        for _ in range(10):
            take(world, world.submit())
        world.clock.advance(minutes=3)
        together = threading.Barrier(2)
        results: list[Swept] = []

        def one() -> None:
            together.wait()
            results.append(swept(world))

        threads = [threading.Thread(target=one) for _ in range(2)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert sum(result.returned for result in results) == 10


def test_a_regrades_runs_are_rung_for_behind_and_after_all_others(world: World) -> None:
    again = world.run(world.submit())
    grade_run(world.make_uow, world.clock, world.catalogue, FakeExaminer(), run_id=again.id, node="node-1")
    with world.make_uow().writing() as uow:
        proposal = uow.runs.add(again.submission_id, queued=world.clock.now(), regrade_id=1)
        uow.commit()
    world.clock.advance(seconds=1)
    live = world.run(world.submit())
    world.bell.rung.clear()
    world.clock.advance(seconds=6)
    assert swept(world).rung == 2
    assert (world.bell.rung, world.bell.behind) == ([live.id, proposal.id], [proposal.id])
