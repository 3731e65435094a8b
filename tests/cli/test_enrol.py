"""`grader enrol`, `invite` and `revoke` need a database and no broker, and lose nothing."""

from __future__ import annotations

import os
import shlex
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from click.testing import CliRunner

from grader.bootstrap.store import Records, SystemClock, migrate, open_database
from grader.cli import root
from grader.cli.enrol import invite
from grader.domain.errors import Conflict, Invalid, NotFound, NotSignedIn
from grader.domain.people import Role, Scope
from grader.services.sign_in import invited as invited_by
from grader.services.tokens import holder
from grader.settings import DatabaseSettings
from tests.fakes import FakeCatalogue, FakeUnitOfWork, FixedClock, an_exercise

if TYPE_CHECKING:
    from collections.abc import Sequence

    from click.testing import Result

ROOT = Path(__file__).parents[2]


@pytest.fixture
def records() -> Records:
    return Records(FakeUnitOfWork.factory(), FixedClock(), FakeCatalogue([an_exercise()]))


def invited(records: Records, people: Sequence[tuple[str, Role]], lesson: str | None = "channels") -> list[str]:
    return [each.login for each in invite(records, slug="spring", title="Spring", lesson=lesson, people=people)]


@pytest.mark.parametrize(
    "people",
    [
        [("ada", Role.STUDENT), ("e ve", Role.STUDENT)],
        [("ada", Role.STUDENT), ("x" * 201, Role.STUDENT)],
        [("ada", Role.STUDENT), ("Ada", Role.ASSISTANT)],
    ],
)
def test_a_mistake_in_a_later_name_is_told_before_anything_is_written(
    records: Records, people: list[tuple[str, Role]]
) -> None:
    with pytest.raises((Invalid, Conflict)):
        invited(records, people)
    with records.make_uow().reading() as uow:
        assert (uow.courses.by_slug("spring"), uow.users.by_login("ada")) == (None, None)


def test_someone_who_is_there_in_another_role_stops_it_before_anything_is_written(records: Records) -> None:
    invited(records, [("ada", Role.STUDENT)])
    with pytest.raises(Conflict, match="ada is in spring already, as student"):
        invited(records, [("bob", Role.STUDENT), ("ada", Role.ASSISTANT)])
    with records.make_uow().reading() as uow:
        assert uow.users.by_login("bob") is None


def test_each_token_is_given_as_soon_as_it_is_issued(records: Records) -> None:
    people = [("ada", Role.STUDENT), ("bob", Role.STUDENT)]
    first = next(invite(records, slug="spring", title="Spring", lesson="channels", people=people))
    assert holder(records.make_uow(), records.clock, first.token, Scope.EVERYTHING)[0].login == "ada"
    with records.make_uow().reading() as uow:
        assert uow.users.by_login("bob") is None


def test_only_a_new_course_needs_a_lesson(records: Records) -> None:
    with pytest.raises(Invalid, match="--lesson, one of: channels"):
        invited(records, [], lesson=None)
    invited(records, [("ada", Role.STUDENT)])
    assert invited(records, [("bob", Role.STUDENT)], lesson=None) == ["bob"]
    with pytest.raises(Conflict, match="teaches 'channels'"):
        invited(records, [], lesson="other")


def test_an_unknown_lesson_is_told(records: Records) -> None:
    with pytest.raises(NotFound, match="there are: channels"):
        invited(records, [], lesson="chanels")


@pytest.fixture
def database(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> DatabaseSettings:
    for name in [name for name in os.environ if name.startswith("GRADER_")]:
        monkeypatch.delenv(name)
    monkeypatch.setenv("GRADER_DATABASE_URL", url := f"sqlite:///{tmp_path / 'grader.sqlite3'}")
    monkeypatch.setenv("GRADER_EXERCISES", str(ROOT / "exercises"))
    settings = DatabaseSettings(database_url=url)
    migrate(settings)
    return settings


def call(*arguments: str) -> Result:
    return CliRunner().invoke(root, arguments)


def test_without_a_broker_people_get_tokens_and_lose_them(database: DatabaseSettings) -> None:
    said = call("enrol", "spring", "--lesson", "1x1-convolutions", "--student", "Ada").stdout
    login, role, token = said.split()
    assert (login, role) == ("ada", "student")
    with open_database(database) as make_uow:
        assert holder(make_uow(), SystemClock(), token, Scope.EVERYTHING)[0].login == "ada"
        assert call("revoke", "ada").stdout == "ada: 1 token revoked\n"
        with pytest.raises(NotSignedIn):
            holder(make_uow(), SystemClock(), token, Scope.EVERYTHING)


def test_a_course_is_closed_and_opened_from_the_command_line(database: DatabaseSettings) -> None:
    call("enrol", "spring", "--lesson", "1x1-convolutions", "--closes", "2026-12-31T18:00+01:00")
    with open_database(database) as make_uow:
        with make_uow().reading() as uow:
            course = uow.courses.by_slug("spring")
        assert course is not None
        assert course.closes is not None
        assert course.closes.isoformat() == "2026-12-31T17:00:00+00:00"
        assert call("enrol", "spring", "--closes", "never").exit_code == 0
        with make_uow().reading() as uow:
            assert uow.courses.get(course.id).closes is None


@pytest.mark.parametrize("time", ["tomorrow", "2026-12-31T18:00"])
def test_a_time_without_its_zone_is_a_mistake_in_the_call(database: DatabaseSettings, time: str) -> None:
    result = call("enrol", "spring", "--lesson", "1x1-convolutions", "--closes", time)
    assert (result.exit_code, "no time with its zone" in result.stderr) == (2, True), database


def test_the_documents_command_works_beside_the_embedded_service(database: DatabaseSettings) -> None:
    lines = (ROOT / "docs" / "running.md").read_text().splitlines()
    (line,) = [line.strip() for line in lines if "/srv/grader/grader.sqlite3 grader enrol" in line]
    setting, _, *arguments = shlex.split(line)
    assert setting == "GRADER_DATABASE_URL=sqlite:////srv/grader/grader.sqlite3"
    assert call(*arguments).stdout.startswith("ada\tstudent\tgrd_"), database


class TestInvitations:
    def test_a_link_is_printed_for_each_and_is_good_for_a_password(self, database: DatabaseSettings) -> None:
        call("enrol", "spring", "--lesson", "1x1-convolutions", "--student", "ada", "--student", "ben")
        said = call("invite", "ada", "ben").stdout.splitlines()
        assert [line.split("\t")[0] for line in said] == ["ada", "ben"]
        with open_database(database) as make_uow:
            secret = said[1].rpartition("/")[2]
            assert invited_by(make_uow(), SystemClock(), secret).login == "ben"

    def test_enrol_prints_links_when_asked_and_the_address_is_known(
        self, database: DatabaseSettings, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setenv("GRADER_URL", "https://grader.example.edu/")
        said = call("enrol", "spring", "--lesson", "1x1-convolutions", "--student", "ada", "--invite").stdout
        assert said.startswith("ada\tstudent\thttps://grader.example.edu/invitation/grd_"), database

    def test_nobody_is_not_invited(self, database: DatabaseSettings) -> None:
        result = call("invite", "nobody")
        assert (result.exit_code, str(result.exception)) == (1, "there is no user 'nobody'"), database
