"""`grader lms` against the real API: connect, test, read people, make columns, compare; on the server: shared, keys."""

from __future__ import annotations

import json
import threading
from typing import TYPE_CHECKING

import pytest
from click.testing import CliRunner
from werkzeug.serving import make_server

from grader.bootstrap.store import migrate, open_database
from grader.cli.lms import command
from grader.cli.lms_operator import our_addresses
from grader.cli.lms_platforms import FAMILIES
from grader.domain.lms.platform import Family
from grader.settings import DatabaseSettings
from grader.web.lti.addresses import of_platform
from tests.lms.campus import Campus, opened
from tests.lms.platform import CLIENT, HOST, ITEMS, KEYS, TOKEN, Score

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from click.testing import Result
    from flask import Flask

    from grader.domain.lms.platform import Context

URL = "https://grader.example.edu"
THEIRS = ("--issuer", HOST, "--auth-url", f"{HOST}/auth", "--token-url", TOKEN, "--jwks-url", KEYS)


@pytest.fixture
def campus(tmp_path: Path) -> Iterator[Campus]:
    with opened(tmp_path) as found:
        yield found


@pytest.fixture
def app(campus: Campus) -> Flask:
    return campus.school.app(**campus.services)


@pytest.fixture
def server(app: Flask) -> Iterator[str]:
    service = make_server("127.0.0.1", 0, app, threaded=True)
    thread = threading.Thread(target=service.serve_forever)
    thread.start()
    yield f"http://127.0.0.1:{service.server_port}"
    service.shutdown()
    thread.join()
    service.server_close()


@pytest.fixture
def course(campus: Campus) -> Context:
    return campus.launched(campus.connect())


def run(server: str, campus: Campus, *arguments: str, login: str = "ines", text: str = "") -> Result:
    options = ["--server", server, "--token", campus.school.tokens[login]]
    return CliRunner(env={"COLUMNS": "200"}).invoke(command, [*arguments, *options], input=text)


class TestConnecting:
    def test_begun_it_prints_what_is_filled_in_there_and_then_takes_what_that_shows(
        self, server: str, campus: Campus
    ) -> None:
        begun = run(server, campus, "connect", "spring", "--family", "moodle", "--site", HOST)
        assert begun.exit_code == 0, begun.output
        told = dict(line.split("\t") for line in begun.stdout.splitlines())
        assert (told["platform"], told["keys"]) == ("1", f"{URL}/lti/jwks")
        assert told["launch"].startswith(f"{URL}/lti/")
        assert "then connect --platform 1" in begun.stderr
        done = run(server, campus, "connect", "spring", "--platform", "1", "--client-id", CLIENT, "--deployment", "2")
        assert "Moodle is connected" in done.stderr
        assert done.stdout == begun.stdout
        shown = run(server, campus, "status", "spring").output
        assert shown.splitlines()[2].replace("│", " ").split() == ["1", "Moodle", "moodle", HOST, "connected"]

    def test_all_at_once_as_json(self, server: str, campus: Campus) -> None:
        done = run(server, campus, "connect", "spring", "--family", "other", "--client-id", CLIENT, *THEIRS, "--json")
        told = json.loads(done.stdout)
        assert (told["finished"], told["client_id"]) == (True, CLIENT)

    @pytest.mark.parametrize(
        ("arguments", "says"),
        [
            ((), "say which LMS it is"),
            (("--platform", "1", "--site", HOST), "--site is for a new one"),
            (("--family", "other", "--client-id", "c"), "is missing"),
            (("--platform", "7", "--client-id", "c"), "connected no LMS 7"),
        ],
    )
    def test_what_can_not_be_is_the_callers_mistake(
        self, server: str, campus: Campus, arguments: tuple[str, ...], says: str
    ) -> None:
        failed = run(server, campus, "connect", "spring", *arguments)
        assert (failed.exit_code, says in failed.output) == (2, True), failed.output

    def test_the_step_that_fails_is_told_by_status_and_in_words(self, server: str, campus: Campus) -> None:
        platform = campus.connect()
        failed = run(server, campus, "check", "spring", "1")
        assert (failed.exit_code, "course: No course of it has opened us yet" in failed.output) == (1, True)
        campus.launched(platform)
        works = run(server, campus, "check", "spring", "1")
        assert (works.exit_code, works.output.splitlines()[-1]) == (0, "members: works")

    def test_a_code_is_printed_with_the_address_that_registers(self, server: str, campus: Campus) -> None:
        told = dict(line.split("\t") for line in run(server, campus, "code", "spring").stdout.splitlines())
        assert told["registration"] == f"{URL}/lti/register/{told['code']}"

    def test_removing_asks_first(self, server: str, campus: Campus, course: Context) -> None:
        assert run(server, campus, "remove", "spring", "1", text="n\n").exit_code == 1
        assert "Campus" in run(server, campus, "status", "spring").output
        assert "removed Campus" in run(server, campus, "remove", "spring", "1", text="y\n").output
        assert "not connected with any LMS" in run(server, campus, "status", "spring").output

    def test_who_may_not_is_told_so(self, server: str, campus: Campus, course: Context) -> None:
        assert run(server, campus, "status", "spring", login="tess").exit_code == 0
        failed = run(server, campus, "code", "spring", login="tess")
        assert (failed.exit_code, "may not connect other systems" in failed.output) == (2, True)

    def test_what_an_lms_calls_itself_rewrites_no_terminal(self, server: str, campus: Campus) -> None:
        campus.launched(campus.connect(), title="[red]\x1b]0;owned\x07")
        shown = run(server, campus, "status", "spring").output
        assert "\x1b" not in shown
        assert "[red]\\x1b]0;owned\\x07" in shown


class TestCourses:
    def test_people_are_read(self, server: str, campus: Campus, course: Context) -> None:
        campus.lms.members = [{"user_id": "sub-eve", "name": "Eve", "roles": ["Learner"]}]
        refused = run(server, campus, "sync", "spring")
        assert (refused.exit_code, "leaves out 1 of the 1" in refused.output) == (2, True), refused.output
        done = run(server, campus, "sync", "spring", "--remove-many", "--json")
        assert json.loads(done.stdout)["added"] == 1

    def test_columns_are_made(self, server: str, campus: Campus, course: Context) -> None:
        made = run(server, campus, "columns", "spring", "exercise:pointwise-conv", "quiz:weights")
        assert [line.split("\t")[1] for line in made.stdout.splitlines()] == [
            "exercise:pointwise-conv",
            "quiz:weights",
        ]
        assert "quiz:weights" in run(server, campus, "status", "spring").output

    def test_which_course_of_several_must_be_said(self, server: str, campus: Campus, course: Context) -> None:
        other = campus.launched(campus.shared(), title="Shared")
        failed = run(server, campus, "columns", "spring", "quiz:weights")
        assert (failed.exit_code, f"{other.id} (Shared)" in failed.output) == (2, True)
        assert run(server, campus, "columns", "spring", "quiz:weights", "--of", str(other.id)).exit_code == 0

    def test_without_a_connection_it_says_what_to_do(self, server: str, campus: Campus) -> None:
        failed = run(server, campus, "sync", "spring")
        assert (failed.exit_code, "open a link there" in failed.output) == (2, True)

    def test_what_differs_is_printed_and_sent(self, server: str, campus: Campus, course: Context) -> None:
        campus.column(course)
        campus.school.set_grade("ada", 3)
        campus.lms.scores[f"{ITEMS}/1", "sub-ada"] = Score(campus.school.clock.now(), 2, 4)
        found = run(server, campus, "reconcile", "spring")
        assert (found.exit_code, found.stdout) == (1, "ada\tConvolution\there 3\tthere 2\ton its way\n")
        assert run(server, campus, "reconcile", "spring", "--send").stdout == "1 on their way\n"
        campus.lms.scores[f"{ITEMS}/1", "sub-ada"] = Score(campus.school.clock.now(), 3, 4)
        assert run(server, campus, "reconcile", "spring").exit_code == 0
        assert run(server, campus, "reconcile", "spring", "--send-all").stdout == "1 on their way\n"

    def test_what_an_lms_has_of_a_student_is_said(self, server: str, campus: Campus, course: Context) -> None:
        assert "no LMS knows them" in run(server, campus, "state", "spring", "ada").output
        campus.column(course)
        campus.school.set_grade("ada", 3)
        said = run(server, campus, "state", "spring", "ada", login="ada").output
        assert said == "Campus, Convolution: has no score yet, what counts is on its way\n"


class TestOnTheServer:
    @pytest.fixture(autouse=True)
    def database(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> DatabaseSettings:
        monkeypatch.setenv("GRADER_DATABASE_URL", f"sqlite:///{tmp_path / 'grader.sqlite3'}")
        monkeypatch.setenv("GRADER_BROKER_URL", "redis://127.0.0.1:1/0")
        monkeypatch.setenv("GRADER_LMS_SECRET", "l" * 32)
        monkeypatch.setenv("GRADER_URL", f"{URL}/")
        settings = DatabaseSettings.model_validate({})
        migrate(settings)
        return settings

    def call(self, *arguments: str, text: str = "") -> Result:
        return CliRunner().invoke(command, list(arguments), input=text)

    def test_an_lms_is_connected_for_all_courses_in_two_steps(self) -> None:
        begun = self.call("shared", "connect", "--family", "canvas")
        assert begun.exit_code == 0, begun.output
        told = dict(line.split("\t") for line in begun.stdout.splitlines())
        assert told["login"] == f"{URL}/lti/{told['key']}/login"
        assert self.call("shared", "list").stdout.split("\t")[-1] == "begun\n"
        done = self.call("shared", "connect", "--key", told["key"], "--client-id", "1007", "--deployment", "7:a")
        assert (done.exit_code, "Canvas is connected" in done.stderr) == (0, True), done.output
        assert (
            self.call("shared", "list").stdout
            == f"{told['key']}\tCanvas\tcanvas\thttps://canvas.instructure.com\tconnected\n"
        )
        assert self.call("shared", "remove", told["key"], text="y\n").stdout.endswith("removed Canvas\n")
        assert self.call("shared", "list").stdout == ""

    def test_what_can_not_be_is_refused(self) -> None:
        assert "say which LMS" in self.call("shared", "connect").output
        assert "has the key 'x'" in self.call("shared", "connect", "--key", "x").output
        assert "has the key 'x'" in self.call("shared", "remove", "x").output

    def test_a_new_key_signs_and_the_old_one_stays_for_a_week(self, database: DatabaseSettings) -> None:
        for _ in range(2):
            assert self.call("rotate-keys").stdout.startswith("signing with ")
        with open_database(database) as make_uow, make_uow().reading() as uow:
            new, old = uow.logins.keys()
        assert (new.retires, old.retires is not None) == (None, True)


def test_addresses_at_the_terminal_are_those_of_the_pages(app: Flask) -> None:
    with app.test_request_context():
        pages = of_platform("k7")
    ours = our_addresses(f"{URL}/", "k7")
    assert (ours.login, ours.launch, ours.keys, ours.home) == (pages.login, pages.launch, pages.keys, pages.home)


def test_each_family_may_be_said() -> None:
    assert set(FAMILIES) == {family.value for family in Family}
