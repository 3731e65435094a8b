"""What is told of queue, workers, the last hour and open attempts."""

from __future__ import annotations

from datetime import timedelta
from fractions import Fraction
from typing import TYPE_CHECKING

import pytest

from grader.domain.board import Done, InHand, OpenAttempts, Queue, Seat
from grader.domain.scoring import Score
from grader.domain.station import Station
from tests.fakes import NOON, a_report
from tests.storage.databases import enrolled, handed_in
from tests.storage.test_running import a_regrade

if TYPE_CHECKING:
    from datetime import datetime

    from grader.domain.submission import Run
    from tests.storage.databases import MakeUow

HOUR, MINUTE = timedelta(hours=1), timedelta(minutes=1)
LEASE = NOON + 2 * HOUR


def claim(make_uow: MakeUow, run: Run, when: datetime = NOON) -> None:
    with make_uow().writing() as uow:
        assert uow.runs.claim(run.id, "key", node="n", now=when, lease_until=LEASE)
        uow.commit()


def end(make_uow: MakeUow, run: Run, when: datetime, how: str = "graded") -> None:
    claim(make_uow, run, when)
    with make_uow().writing() as uow:
        if how == "graded":
            assert uow.runs.finish(run.id, "key", a_report(), finished=when)
        elif how == "void":
            assert uow.runs.give_up(run.id, "key", fault="disk full", finished=when)
        else:
            assert uow.runs.put_back(run.id, "key", fault="disk full")
        uow.commit()


def again(make_uow: MakeUow, submission_id: int, course_id: int, when: datetime = NOON) -> Run:
    regrade_id = a_regrade(make_uow, course_id)
    with make_uow().writing() as uow:
        run = uow.runs.add(submission_id, queued=when, regrade_id=regrade_id)
        uow.commit()
    return run


class TestQueue:
    def test_live_runs_and_those_of_regrades_are_counted_apart_with_the_oldest_of_each(self, make_uow: MakeUow) -> None:
        ada, zoe = enrolled(make_uow), enrolled(make_uow, "zoe", slug="autumn")
        submission, done = handed_in(make_uow, ada.enrolment, when=NOON - HOUR)
        end(make_uow, done, NOON)
        handed_in(make_uow, ada.enrolment, when=NOON + MINUTE)
        handed_in(make_uow, zoe.enrolment, when=NOON)
        again(make_uow, submission.id, ada.course.id, NOON - MINUTE)
        with make_uow().reading() as uow:
            assert uow.load.queue() == Queue(2, NOON, 1, NOON - MINUTE)

    def test_an_empty_one_has_no_oldest(self, make_uow: MakeUow) -> None:
        with make_uow().reading() as uow:
            assert uow.load.queue() == Queue()


class TestDone:
    def test_what_ended_in_the_time_is_counted_by_how_it_ended(self, make_uow: MakeUow) -> None:
        ada, zoe = enrolled(make_uow), enrolled(make_uow, "zoe", slug="autumn")
        submission, first = handed_in(make_uow, ada.enrolment)
        end(make_uow, first, NOON)
        for how, when in (("graded", HOUR), ("void", HOUR), ("put back", HOUR), ("graded", -MINUTE), ("void", -MINUTE)):
            end(make_uow, handed_in(make_uow, zoe.enrolment, when=NOON - HOUR)[1], NOON + when, how)
        end(make_uow, again(make_uow, submission.id, ada.course.id), NOON + HOUR)
        claim(make_uow, handed_in(make_uow, ada.enrolment)[1])
        with make_uow().reading() as uow:
            assert uow.load.done(NOON) == Done(live=2, regrades=1, failed=2)
            assert uow.load.done(NOON + 2 * HOUR) == Done()

    def test_a_failure_that_was_made_good_is_none(self, make_uow: MakeUow) -> None:
        _, run = handed_in(make_uow, enrolled(make_uow).enrolment)
        end(make_uow, run, NOON, "put back")
        end(make_uow, run, NOON + MINUTE)
        with make_uow().reading() as uow:
            assert uow.load.done(NOON) == Done(live=1)


class TestSeats:
    def test_workers_come_with_what_they_have_in_hand(self, make_uow: MakeUow) -> None:
        ada = enrolled(make_uow)
        submission, run = handed_in(make_uow, ada.enrolment)
        claim(make_uow, run)
        idle = Station("w-1", "node-b", "cpu", NOON, NOON)
        busy = Station("w-2", "node-a", "cuda", NOON, NOON, run.id, NOON)
        lost = Station("w-3", "node-a", "cpu", NOON, NOON, 4711, NOON)
        with make_uow().writing() as uow:
            for station in (idle, busy, lost):
                uow.stations.heard(station)
            uow.commit()
        work = InHand(submission.id, "pointwise-conv", ada.course.id, LEASE)
        with make_uow().reading() as uow:
            assert uow.load.seats() == [Seat(busy, work), Seat(lost, None), Seat(idle, None)]

    @pytest.mark.parametrize(
        ("silent", "lease", "alive"),
        [(10, None, True), (40, None, False), (40, NOON + MINUTE, True), (70, NOON + MINUTE, False)],
    )
    def test_a_silent_one_is_alive_while_its_run_may_take_its_time(
        self, silent: float, lease: datetime | None, *, alive: bool
    ) -> None:
        work = InHand(1, "conv", 1, lease) if lease else None
        seat = Seat(Station("w", "n", "cpu", NOON, NOON), work)
        assert seat.is_alive(NOON + timedelta(seconds=silent)) is alive


def test_attempts_are_open_until_they_end_or_a_day_where_nothing_ends_them(make_uow: MakeUow) -> None:
    ada, zoe = enrolled(make_uow), enrolled(make_uow, "zoe", slug="autumn")
    with make_uow().writing() as uow:
        for who, started, deadline in (
            (ada, NOON, None),
            (ada, NOON - timedelta(days=1), None),  # left lying
            (ada, NOON, NOON + HOUR),
            (ada, NOON - HOUR, NOON),
            (zoe, NOON, NOON + HOUR),
            (zoe, NOON, None),
        ):
            uow.attempts.add(who.enrolment.id, "weights", seed="1", started=started, deadline=deadline)
        finished = uow.attempts.add(ada.enrolment.id, "weights", seed="1", started=NOON)
        uow.attempts.finish(finished.id, Score(finished.id, NOON, Fraction(0), 3))
        uow.commit()
    with make_uow().reading() as uow:
        assert uow.load.open_attempts(ada.course.id, NOON) == OpenAttempts(here=2, timed=1, elsewhere=2)
        assert uow.load.open_attempts(4711, NOON) == OpenAttempts(0, 0, 4)
