"""What the audit log and the list of workers promise, and how the runs of a regrade stand beside the others."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from fractions import Fraction
from typing import TYPE_CHECKING, Any

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from grader.domain.audit import Deed, Filter, Origin
from grader.domain.regrade import Choice, Stage
from grader.domain.station import Station
from grader.domain.submission import State
from grader.storage import make_engine, migrate, unit_of_work_factory
from grader.storage.tables import RegradeRow
from grader.storage.unit_of_work import SqlUnitOfWork
from tests.fakes import NOON, FakeUnitOfWork, a_check, a_report
from tests.storage.databases import enrolled, handed_in

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import datetime
    from pathlib import Path

    from sqlalchemy import Engine

    from grader.domain.audit import Entry
    from grader.domain.report import Report
    from grader.domain.submission import Run
    from tests.storage.databases import MakeUow

HOUR = timedelta(hours=1)
IAN = Origin("ian", "page", "192.0.2.7")


def entries(make_uow: MakeUow, course_id: int, limit: int = 100, **wanted: Any) -> list[Entry]:  # noqa: ANN401
    with make_uow().reading() as uow:
        return list(uow.audit.of_course(course_id, Filter(**wanted), limit))


class TestAudit:
    def note(self, make_uow: MakeUow, deed: Deed = Deed.OVERRIDDEN, origin: Origin = IAN, **about: Any) -> None:  # noqa: ANN401
        uow = make_uow()
        uow.origin = origin
        with uow.writing():
            uow.audit.add(deed, **{"when": NOON, **about})
            uow.commit()

    def test_an_entry_says_who_did_what_to_whom_when_and_from_where(self, make_uow: MakeUow) -> None:
        ada = enrolled(make_uow)
        detail = {"before": "1/3", "after": "3", "reason": "\u202e<b>\ud800"}
        self.note(make_uow, what="conv", course_id=ada.course.id, user_id=ada.user.id, detail=detail)
        (entry,) = entries(make_uow, ada.course.id)
        assert (entry.origin, entry.deed, entry.made, entry.what) == (IAN, "grade.overridden", NOON, "conv")
        assert (entry.course_id, entry.user_id, entry.detail) == (ada.course.id, ada.user.id, detail)

    def test_without_a_word_it_was_the_service_itself(self, make_uow: MakeUow) -> None:
        course = enrolled(make_uow).course
        self.note(make_uow, origin=Origin(), course_id=course.id)
        assert [entry.origin for entry in entries(make_uow, course.id)] == [Origin("", "service", "")]

    def test_a_course_has_its_own_and_what_concerns_its_people_in_no_course(self, make_uow: MakeUow) -> None:
        ada, zoe = enrolled(make_uow), enrolled(make_uow, "zoe", slug="autumn")
        self.note(make_uow, Deed.COURSE_CHANGED, course_id=ada.course.id)
        self.note(make_uow, Deed.TOKEN_ISSUED, user_id=ada.user.id)
        self.note(make_uow, Deed.TOKEN_ISSUED, user_id=zoe.user.id)
        self.note(make_uow, Deed.REMOVED, user_id=ada.user.id, course_id=zoe.course.id)
        self.note(make_uow, Deed.COURSE_MADE)
        assert [entry.deed for entry in entries(make_uow, ada.course.id)] == ["token.issued", "course.changed"]
        assert [entry.deed for entry in entries(make_uow, zoe.course.id)] == ["roster.removed", "token.issued"]

    def test_it_is_looked_through_by_who_what_whom_and_when(self, make_uow: MakeUow) -> None:
        ada = enrolled(make_uow)
        about: dict[str, Any] = {"course_id": ada.course.id}
        self.note(make_uow, Deed.OVERRIDDEN, user_id=ada.user.id, **about)
        self.note(make_uow, Deed.OVERRIDE_WITHDRAWN, when=NOON + HOUR, **about)
        self.note(make_uow, Deed.COMMENTED, Origin("tess"), when=NOON + 2 * HOUR, **about)

        def deeds(**wanted: Any) -> list[str]:  # noqa: ANN401
            return [entry.deed for entry in entries(make_uow, ada.course.id, **wanted)]

        everything = ["comment.made", "grade.override_withdrawn", "grade.overridden"]
        assert deeds() == everything
        assert deeds(limit=2) == everything[:2]
        assert deeds(actor="tess") == everything[:1]
        assert deeds(actor="tes") == []
        assert deeds(deed="grade") == everything[1:]
        assert deeds(deed="grade.overridden") == everything[2:]
        assert deeds(deed="grad") == deeds(deed="gra%") == deeds(deed="grade.over") == []
        assert deeds(user_id=ada.user.id) == everything[2:]
        assert deeds(since=NOON + HOUR) == everything[:2]
        assert deeds(until=NOON + HOUR) == everything[2:]
        assert deeds(since=NOON + HOUR, until=NOON + 2 * HOUR) == everything[1:2]

    def test_the_page_that_follows_begins_below_the_last_entry(self, make_uow: MakeUow) -> None:
        course = enrolled(make_uow).course
        for _ in range(5):
            self.note(make_uow, course_id=course.id)
        first = entries(make_uow, course.id, limit=3)
        rest = entries(make_uow, course.id, limit=3, before=first[-1].id)
        numbers = [entry.id for entry in (*first, *rest)]
        assert len(numbers) == 5
        assert numbers == sorted(numbers, reverse=True)

    def test_what_is_rolled_back_was_not_done(self, make_uow: MakeUow) -> None:
        course = enrolled(make_uow).course
        with make_uow().writing() as uow:
            uow.audit.add(Deed.COURSE_CHANGED, when=NOON, course_id=course.id)
        assert entries(make_uow, course.id) == []


@pytest.fixture(params=["sqlite", "postgresql"])
def migrated(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Engine]:
    if request.param == "postgresql":
        yield request.getfixturevalue("postgres_engine")
        return
    url = f"sqlite:///{tmp_path / 'migrated.db'}"
    migrate.upgrade(url)
    engine = make_engine(url)
    yield engine
    engine.dispose()


@pytest.mark.parametrize(
    "change", ["UPDATE audit SET actor = 'somebody else'", "DELETE FROM audit", "DELETE FROM audit WHERE id = 1"]
)
def test_the_database_itself_refuses_to_change_the_log(migrated: Engine, change: str) -> None:
    make_uow = unit_of_work_factory(migrated)
    course = enrolled(make_uow).course
    with make_uow().writing() as uow:
        uow.audit.add(Deed.COURSE_CHANGED, when=NOON, course_id=course.id)
        uow.commit()
    before = entries(make_uow, course.id)
    with migrated.connect() as connection, pytest.raises(DBAPIError, match="the audit log only grows"):
        connection.execute(text(change))
    assert entries(make_uow, course.id) == before


class TestStations:
    def test_what_a_worker_said_last_is_what_is_known(self, make_uow: MakeUow) -> None:
        idle = Station("b-1", "node-b", "cpu", started=NOON, heard=NOON)
        busy = replace(idle, heard=NOON + HOUR, run_id=7, since=NOON + HOUR)
        for station in (idle, busy, replace(idle, name="a-1", node="node-a"), replace(idle, name="b-0")):
            with make_uow().noting() as uow:
                uow.stations.heard(station)
                uow.commit()
        with make_uow().reading() as uow:
            assert [station.name for station in uow.stations.all()] == ["a-1", "b-0", "b-1"]
            assert uow.stations.all()[-1] == busy

    def test_who_ended_in_peace_or_long_ago_is_forgotten(self, make_uow: MakeUow) -> None:
        with make_uow().writing() as uow:
            for number in range(4):
                uow.stations.heard(Station(f"w-{number}", "n", "cpu", NOON, NOON + number * HOUR))
            uow.stations.gone("w-3")
            uow.stations.gone("never there")
            assert uow.stations.forget(NOON + HOUR) == 1
            assert uow.stations.forget(NOON + HOUR) == 0
            uow.commit()
        with make_uow().reading() as uow:
            assert [station.name for station in uow.stations.all()] == ["w-1", "w-2"]


def a_regrade(make_uow: MakeUow, course_id: int) -> int:
    """Keep a regrade; the fake needs none for its runs."""
    uow = make_uow()
    if isinstance(uow, FakeUnitOfWork):
        return 1
    assert isinstance(uow, SqlUnitOfWork)
    with Session(uow._writer) as session:
        row = RegradeRow(
            course_id=course_id, exercise="pointwise-conv", choice=Choice.ALL, version="", never_lower=False,
            reason="A test was wrong.", stage=Stage.RUNNING, by="ian", made=NOON,
        )  # fmt: skip
        session.add(row)
        session.commit()
        return row.id


class TestProposals:
    """Runs of a regrade stand beside those that count, and behind them."""

    def again(self, make_uow: MakeUow, submission_id: int, regrade_id: int | None, when: datetime = NOON) -> Run:
        with make_uow().writing() as uow:
            run = uow.runs.add(submission_id, queued=when, regrade_id=regrade_id)
            uow.commit()
        return run

    def end(self, make_uow: MakeUow, run: Run, report: Report | None) -> None:
        """Finish a run, or give it up."""
        with make_uow().writing() as uow:
            assert uow.runs.claim(run.id, "key", node="n", now=NOON, lease_until=NOON + HOUR)
            if report is None:
                assert uow.runs.give_up(run.id, "key", fault="disk full", finished=NOON)
            else:
                assert uow.runs.finish(run.id, "key", report, finished=NOON)
            uow.commit()

    def test_one_names_its_regrade_and_does_not_count(self, make_uow: MakeUow) -> None:
        ada = enrolled(make_uow)
        submission, first = handed_in(make_uow, ada.enrolment)
        regrade_id = a_regrade(make_uow, ada.course.id)
        proposal = self.again(make_uow, submission.id, regrade_id)
        with make_uow().reading() as uow:
            assert uow.runs.get(proposal.id) == proposal
            assert uow.runs.latest(submission.id) == first
        assert (proposal.regrade_id, proposal.counts, first.regrade_id, first.counts) == (regrade_id, False, None, True)

    def test_one_leaves_state_score_and_faults_of_its_submission_alone(self, make_uow: MakeUow) -> None:
        ada = enrolled(make_uow)
        submission, first = handed_in(make_uow, ada.enrolment)
        regrade_id = a_regrade(make_uow, ada.course.id)
        better = self.again(make_uow, submission.id, regrade_id)
        self.end(make_uow, better, a_report(a_check(points=1)))
        with make_uow().reading() as uow:
            assert uow.submissions.get(submission.id).state is State.QUEUED
            assert uow.runs.scores(ada.enrolment.id) == []
        self.end(make_uow, first, a_report())
        self.end(make_uow, self.again(make_uow, submission.id, regrade_id), None)
        with make_uow().reading() as uow:
            assert uow.submissions.get(submission.id).state is State.GRADED
            assert [score.points for score in uow.runs.scores(ada.enrolment.id, "pointwise-conv")] == [Fraction(3)]
            assert uow.runs.failed(ada.course.id, 10) == []

    def test_one_does_not_hide_that_the_run_that_counts_failed(self, make_uow: MakeUow) -> None:
        ada = enrolled(make_uow)
        submission, first = handed_in(make_uow, ada.enrolment)
        proposal = self.again(make_uow, submission.id, a_regrade(make_uow, ada.course.id))
        self.end(make_uow, first, None)
        self.end(make_uow, proposal, a_report())
        with make_uow().reading() as uow:
            found = [(run.id, fault) for _, _, run, fault in uow.runs.failed(ada.course.id, 10)]
        assert found == [(first.id, "disk full")]

    def test_they_stand_behind_all_others_in_the_queue(self, make_uow: MakeUow) -> None:
        ada = enrolled(make_uow)
        submission, first = handed_in(make_uow, ada.enrolment)
        regrade_id = a_regrade(make_uow, ada.course.id)
        early = self.again(make_uow, submission.id, regrade_id, NOON - HOUR)
        late = self.again(make_uow, submission.id, regrade_id, NOON - timedelta(minutes=1))
        _, second = handed_in(make_uow, ada.enrolment, when=NOON + HOUR)
        turn = [first, second, early, late]
        with make_uow().reading() as uow:
            assert [uow.runs.ahead(run) for run in turn] == [0, 1, 2, 3]
            assert uow.runs.waiting(NOON + 2 * HOUR, 10) == turn
            assert uow.runs.waiting(NOON + 2 * HOUR, 3) == turn[:3]
            assert uow.runs.waiting(NOON, 10) == [early, late]
