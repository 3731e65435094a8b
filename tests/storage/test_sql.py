"""What only real databases can get wrong: locks, pragmas, time zones, text that they can't hold."""

from __future__ import annotations

import threading
from datetime import datetime
from fractions import Fraction
from typing import TYPE_CHECKING

import pytest
from sqlalchemy import Engine, text, update
from sqlalchemy.exc import DBAPIError, IntegrityError, StatementError

from grader.domain.errors import DatabaseBusy
from grader.domain.scoring import ItemKind
from grader.services.grade import grade_run
from grader.storage import engine as engines
from grader.storage import make_engine, unit_of_work_factory
from grader.storage.tables import RunRow
from tests.fakes import NOON, FakeCatalogue, FakeExaminer, FixedClock, a_check, a_report, an_exercise
from tests.storage.databases import enrolled, handed_in
from tests.storage.test_runs import claimed, finished

if TYPE_CHECKING:
    from pathlib import Path


class TestSqlite:
    @pytest.mark.parametrize(
        ("pragma", "value"),
        [("journal_mode", "wal"), ("foreign_keys", 1), ("busy_timeout", 5000)],
    )
    def test_each_connection_has_its_pragmas(self, sqlite_engine: Engine, pragma: str, value: object) -> None:
        with sqlite_engine.connect() as connection:
            assert connection.execute(text(f"PRAGMA {pragma}")).scalar_one() == value

    def test_a_lock_that_is_not_given_up_is_busy(
        self, tmp_path: Path, sqlite_engine: Engine, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(engines, "LOCK_SECONDS", 0.1)
        impatient = make_engine(f"sqlite:///{tmp_path / 'grader.db'}")
        with sqlite_engine.begin() as holder:
            holder.execute(text("SELECT 1"))
            with pytest.raises(DatabaseBusy, match="locked"), unit_of_work_factory(impatient)().writing() as uow:
                uow.users.add("ada", "Ada")
        impatient.dispose()

    def test_a_folder_that_is_not_there_is_busy(self, tmp_path: Path) -> None:
        nowhere = make_engine(f"sqlite:///{tmp_path / 'missing' / 'grader.db'}")
        with pytest.raises(DatabaseBusy), unit_of_work_factory(nowhere)().reading() as uow:
            uow.users.by_login("ada")


class TestPostgres:
    def test_a_server_that_is_not_there_is_busy(self, tmp_path: Path) -> None:
        nowhere = make_engine(f"postgresql://grader@/grader?host={tmp_path}")
        with pytest.raises(DatabaseBusy, match="reached"), unit_of_work_factory(nowhere)().reading() as uow:
            uow.users.by_login("ada")

    def test_a_connection_that_breaks_in_the_middle_is_busy(self, postgres_engine: Engine) -> None:
        def breaks() -> None:
            with unit_of_work_factory(postgres_engine)().writing() as uow:
                uow.users.add("ada", "Ada")
                with postgres_engine.connect() as other:
                    other.execute(
                        text(
                            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
                            " WHERE application_name = 'grader' AND pid <> pg_backend_pid()"
                        )
                    )
                uow.users.add("bob", "Bob")
                uow.commit()

        with pytest.raises(DatabaseBusy):
            breaks()
        with unit_of_work_factory(postgres_engine)().reading() as uow:
            assert uow.users.by_login("ada") is None

    def test_a_row_lock_that_is_not_given_up_is_busy(
        self, postgres_url: str, postgres_engine: Engine, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        ada = enrolled(unit_of_work_factory(postgres_engine))
        monkeypatch.setattr(engines, "LOCK_SECONDS", 0.1)
        monkeypatch.setattr(engines, "_STATEMENT_SECONDS", 1)
        impatient = make_engine(postgres_url)
        with unit_of_work_factory(postgres_engine)().writing() as holder:
            holder.enrolments.hold(ada.enrolment.id)
            with pytest.raises(DatabaseBusy), unit_of_work_factory(impatient)().writing() as uow:
                uow.enrolments.hold(ada.enrolment.id)
        impatient.dispose()

    def test_a_held_enrolment_takes_submissions_all_the_same(self, postgres_engine: Engine) -> None:
        make_uow = unit_of_work_factory(postgres_engine)
        ada = enrolled(make_uow)
        with make_uow().writing() as holder:
            holder.enrolments.hold(ada.enrolment.id)
            submission, _ = handed_in(make_uow, ada.enrolment)
        with make_uow().reading() as uow:
            assert uow.submissions.get(submission.id) == submission


class TestPowerCuts:
    """What can't be tried without a power cut: that the database is told to wait for the disk."""

    SETTINGS = (
        ("sqlite_engine", "PRAGMA synchronous", 2, 1),
        ("postgres_engine", "SELECT setting FROM pg_settings WHERE name = 'synchronous_commit'", "on", "off"),
    )

    @pytest.mark.parametrize(("engine_name", "question", "lasting", "noted"), SETTINGS)
    def test_only_notes_do_not_wait_for_the_disk(
        self, request: pytest.FixtureRequest, engine_name: str, question: str, lasting: object, noted: object
    ) -> None:
        engine: Engine = request.getfixturevalue(engine_name)
        found = []
        for each in (engines.noter(engine), engine, engines.noter(engine), engine):
            with each.begin() as connection:
                found.append(connection.execute(text(question)).scalar_one())
        assert found == [noted, lasting, noted, lasting]


class TestBoth:
    def test_writing_while_reading_is_refused(self, engine: Engine) -> None:
        with pytest.raises(DBAPIError, match=r"(?i)read.?only"), unit_of_work_factory(engine)().reading() as uow:
            uow.users.add("ada", "Ada")

    def test_a_connection_that_read_can_write_again(self, engine: Engine) -> None:
        uow = unit_of_work_factory(engine)()
        for _ in range(3):
            with uow.reading():
                uow.users.by_login("ada")
        with uow.writing():
            uow.users.add("ada", "Ada")
            uow.commit()

    def test_an_error_of_ours_is_not_called_busy(self, engine: Engine) -> None:
        with engine.begin() as connection:
            connection.execute(text("ALTER TABLE users RENAME TO people"))
        try:
            with pytest.raises(DBAPIError), unit_of_work_factory(engine)().reading() as uow:
                uow.users.by_login("ada")
        finally:
            with engine.begin() as connection:
                connection.execute(text("ALTER TABLE people RENAME TO users"))

    def test_foreign_keys_hold(self, engine: Engine) -> None:
        with pytest.raises(IntegrityError), unit_of_work_factory(engine)().writing() as uow:
            uow.submissions.add(4711, "conv", "x = 1", submitted=NOON)

    def test_states_that_do_not_exist_are_refused(self, engine: Engine) -> None:
        _, run = handed_in(unit_of_work_factory(engine), enrolled(unit_of_work_factory(engine)).enrolment)
        for column, value in (("state", "'done'"), ("state", "'running'"), ("state", "'graded'"), ("claims", "-1")):
            with pytest.raises(IntegrityError, match="ck_runs"), engine.begin() as connection:
                connection.execute(update(RunRow).where(RunRow.id == run.id).values(**{column: text(value)}))

    def test_a_time_without_zone_is_refused(self, engine: Engine) -> None:
        noon = datetime(2026, 5, 1, 12)  # noqa: DTZ001 - that is the point
        with (
            pytest.raises(StatementError, match="no time zone"),
            unit_of_work_factory(engine)().writing() as uow,
        ):
            uow.courses.add("spring", "Spring", "channels", closes=noon)

    def test_prints_that_no_database_can_hold_do_not_lose_the_report(self, engine: Engine) -> None:
        make_uow = unit_of_work_factory(engine)
        _, run = handed_in(make_uow, enrolled(make_uow).enrolment)
        claimed(make_uow, run.id)
        assert finished(make_uow, run.id, a_report(a_check(printed="a\0b\udcffc")))
        with make_uow().reading() as uow:
            report = uow.runs.report(run.id)
        assert report is not None
        assert report.checks[0].printed == "a\ufffdb\ufffdc"

    def test_a_grade_sees_both_of_two_runs_that_end_at_once(self, engine: Engine) -> None:
        make_uow = unit_of_work_factory(engine)
        ada = enrolled(make_uow)
        runs = [handed_in(make_uow, ada.enrolment)[1] for _ in range(4)]
        together = threading.Barrier(len(runs))
        catalogue = FakeCatalogue([an_exercise()])

        def meet() -> None:
            together.wait()

        def grade(run_id: int, points: int) -> None:
            examiner = FakeExaminer(a_report(a_check(points=points)), meanwhile=meet)
            grade_run(make_uow, FixedClock(), catalogue, examiner, run_id=run_id, node="node-1")

        threads = [threading.Thread(target=grade, args=(run.id, points)) for points, run in enumerate(runs)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        with make_uow().reading() as uow:
            grade_kept = uow.grades.find(ada.enrolment.id, ItemKind.EXERCISE, "pointwise-conv")
        assert grade_kept is not None
        assert (grade_kept.points, grade_kept.attempts) == (Fraction(3), 4)
