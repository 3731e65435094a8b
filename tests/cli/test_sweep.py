"""`grader sweep` finishes the attempts at quizzes whose time is up."""

from __future__ import annotations

from typing import TYPE_CHECKING

from click.testing import CliRunner

from grader.bootstrap.store import migrate, open_records
from grader.cli import root
from grader.domain.people import Role
from grader.services import enrol
from grader.services.quiz import start
from grader.settings import RecordsSettings
from tests.catalogue.conftest import LESSON, write
from tests.fakes import FixedClock

if TYPE_CHECKING:
    from pathlib import Path


def test_an_attempt_is_finished_when_its_time_is_up(tmp_path: Path) -> None:
    write(tmp_path / "exercises", LESSON)
    settings = RecordsSettings(database_url=f"sqlite:///{tmp_path}/grader.db", exercises=tmp_path / "exercises")
    migrate(settings)
    with open_records(settings) as records:
        ada = enrol.add_user(records.make_uow(), login="ada", name="Ada")
        course = enrol.add_course(records.make_uow(), slug="spring", title="Spring", lesson="channels")
        enrol.enrol(records.make_uow(), user=ada, course=course, role=Role.STUDENT)
        started = start(
            records.make_uow(), FixedClock(), records.catalogue, user=ada, course_slug="spring", quiz_slug="quiz"
        )
        environment = {
            "GRADER_DATABASE_URL": settings.database_url,
            "GRADER_EXERCISES": str(settings.exercises),
            "GRADER_BROKER_URL": "redis://127.0.0.1:1",
        }
        for finished in (1, 0):
            result = CliRunner().invoke(root, ["sweep", "--once"], env=environment)
            assert result.output == f"0 returned, 0 given up, 0 rung for; {finished} quizzes finished\n"
        with records.make_uow().reading() as uow:
            assert uow.attempts.get(started.attempt.id).finished == started.attempt.deadline
