"""What a worker says of itself, and when it says nothing."""

from __future__ import annotations

from typing import TYPE_CHECKING, Self

import pytest

from grader.domain.errors import DatabaseBusy
from grader.domain.station import BEAT, SILENCE, Station
from grader.domain.submission import State
from grader.services.grade import grade_run
from grader.services.stations import FORGET, Presence, forget_silent
from tests.fakes import NOON, FakeExaminer, FakeUnitOfWork

if TYPE_CHECKING:
    from collections.abc import Sequence
    from contextlib import AbstractContextManager
    from datetime import datetime

    from tests.services.conftest import World

NEW = Station("node-1-77", "node-1", "cpu", started=NOON, heard=NOON)


def presence(world: World) -> Presence:
    return Presence(world.make_uow, world.clock, NEW)


def stations(world: World) -> Sequence[Station]:
    with world.make_uow().reading() as uow:
        return uow.stations.all()


class TestPresence:
    def test_it_is_heard_at_once_and_then_once_in_a_beat(self, world: World) -> None:
        here = presence(world)
        here.beat()
        assert stations(world) == [NEW]
        world.clock.advance(seconds=BEAT.total_seconds() - 0.1)
        here.beat()
        assert stations(world) == [NEW]
        world.clock.advance(seconds=0.1)
        here.beat()
        assert [station.heard for station in stations(world)] == [NOON + BEAT]

    def test_a_run_in_hand_is_told_with_the_next_word_however_soon(self, world: World) -> None:
        here = presence(world)
        here.beat()
        world.clock.advance(seconds=1)
        here.take(7)
        world.clock.advance(seconds=1)
        here.beat()
        (found,) = stations(world)
        assert (found.run_id, found.since, found.heard) == (7, world.clock.now() - BEAT / 10, world.clock.now())
        here.lay_down()
        (found,) = stations(world)
        assert (found.run_id, found.since) == (None, None)

    def test_a_run_that_was_not_ours_to_take_is_not_told(self, world: World) -> None:
        here = presence(world)
        here.beat()
        here.take(7)
        here.lay_down()
        assert stations(world) == [NEW]

    def test_it_leaves_nothing_behind(self, world: World) -> None:
        here = presence(world)
        here.beat()
        here.leave()
        assert stations(world) == []

    def test_while_it_grades_it_is_heard_as_often(self, world: World) -> None:
        here, run = presence(world), world.run(world.submit())
        seen: list[tuple[int | None, datetime]] = []

        def meanwhile() -> None:
            world.clock.advance(seconds=BEAT.total_seconds())
            seen.extend((station.run_id, station.heard) for station in stations(world))

        here.take(run.id)
        examiner = FakeExaminer(meanwhile=meanwhile)
        grade_run(world.make_uow, world.clock, world.catalogue, examiner, run_id=run.id, node="n", on_alive=here.beat)
        assert seen == [(run.id, NOON), (run.id, NOON + BEAT)]


class Locked(FakeUnitOfWork):
    """Takes no note."""

    def noting(self) -> AbstractContextManager[Self]:  # type: ignore[override]
        raise DatabaseBusy("locked")


class TestBusyDatabase:
    def test_it_is_let_be_and_not_asked_again_at_once(self, world: World) -> None:
        asked: list[Locked] = []

        def make_uow() -> Locked:
            asked.append(Locked())
            return asked[-1]

        here = Presence(make_uow, world.clock, NEW)
        for _ in range(3):
            here.beat()
        assert len(asked) == 1
        here.leave()

    def test_it_costs_no_run(self, world: World) -> None:
        submission = world.submit()
        here = Presence(Locked, world.clock, NEW)
        here.take(world.run(submission).id)
        grade_run(
            world.make_uow, world.clock, world.catalogue, FakeExaminer(), run_id=world.run(submission).id, node="n",
            on_alive=here.beat,
        )  # fmt: skip
        here.lay_down()
        assert world.run(submission).state is State.GRADED


class TestSilence:
    def test_who_was_silent_for_a_day_is_forgotten(self, world: World) -> None:
        presence(world).beat()
        world.clock.advance(seconds=FORGET.total_seconds())
        assert forget_silent(world.make_uow(), world.clock) == 0
        world.clock.advance(seconds=1)
        assert forget_silent(world.make_uow(), world.clock) == 1
        assert stations(world) == []

    def test_where_nobody_is_silent_nothing_is_written(self, world: World) -> None:
        presence(world).beat()
        database = world.make_uow()._database  # type: ignore[attr-defined]
        assert forget_silent(Locked(database), world.clock) == 0
        world.clock.advance(days=2)
        with pytest.raises(DatabaseBusy):
            forget_silent(Locked(database), world.clock)

    def test_three_beats_missed_are_silence(self) -> None:
        assert NEW.is_alive(NOON + SILENCE - BEAT / 10)
        assert not NEW.is_alive(NOON + SILENCE)
