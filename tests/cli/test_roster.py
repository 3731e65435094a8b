"""`grader roster` against the real API: what a file would change, done or not, and each line that is wrong."""

from __future__ import annotations

import json
import threading
from typing import TYPE_CHECKING

import pytest
from click.testing import CliRunner
from werkzeug.serving import make_server

from grader.cli.roster import command
from grader.domain.people import Role
from tests.fakes import FakeUnitOfWork
from tests.web.school import School, body

if TYPE_CHECKING:
    from collections.abc import Iterator

    from click.testing import Result

FILE = "login,name,section,role,mail\nada,Ada,A,,\neve,Eve,,assistant,e@x.org\n"


@pytest.fixture
def school() -> School:
    return School(FakeUnitOfWork.factory())


@pytest.fixture
def server(school: School) -> Iterator[str]:
    service = make_server("127.0.0.1", 0, school.app(), threaded=True)
    thread = threading.Thread(target=service.serve_forever)
    thread.start()
    yield f"http://127.0.0.1:{service.server_port}"
    service.shutdown()
    thread.join()
    service.server_close()


def run(server: str, school: School, *arguments: str, text: str = FILE, login: str = "ines") -> Result:
    options = ["--server", server, "--token", school.tokens[login]]
    given = CliRunner(env={"COLUMNS": "120"})
    return given.invoke(command, [*arguments, *options], input=text.encode())


def load(server: str, school: School, *options: str, text: str = FILE, login: str = "ines") -> Result:
    return run(server, school, "import", "spring", "-", *options, text=text, login=login)


def people(school: School) -> dict[str, bool]:
    """Return everybody's login, and whether they are in the course now."""
    found = body(school.client("ines").get("/api/v1/courses/spring/roster"))["people"]
    return {each["login"]: each["ended"] is None for each in found}


def test_a_file_is_taken_and_what_it_changed_is_told(server: str, school: School) -> None:
    done = load(server, school)
    assert done.exit_code == 0, done.output
    assert "the column 'mail' means nothing here" in done.output
    assert [line.split()[0] for line in done.output.splitlines() if "student, A" in line] == ["ada"]
    assert done.output.splitlines()[-1] == "done: 1 changed, 1 new user"
    assert people(school)["eve"]


def test_a_dry_run_changes_nothing(server: str, school: School) -> None:
    assert load(server, school, "--dry-run").output.splitlines()[-1] == "changed nothing: 1 changed, 1 new user"
    assert "eve" not in people(school)


def test_what_is_so_already_is_not_done_again(server: str, school: School) -> None:
    load(server, school)
    again = load(server, school)
    assert (again.exit_code, again.output.splitlines()[-1]) == (0, "changed nothing: 2 unchanged")


@pytest.mark.parametrize(("options", "stays"), [([], True), (["--remove-missing"], False)])
def test_who_is_not_in_it_leaves_only_if_it_is_said(
    server: str, school: School, options: list[str], *, stays: bool
) -> None:
    load(server, school, *options)
    assert people(school)["bob"] is stays


def test_each_wrong_line_is_told_and_nothing_done(server: str, school: School) -> None:
    failed = load(server, school, text=FILE + "a b,X,,,\nmax,,,,\n")
    assert failed.exit_code == 2
    assert "line 4: 'a b' is no login" in failed.output
    assert "line 5: 'max' is new here: say the name" in failed.output
    assert "eve" not in people(school)


def test_json_is_one_line_and_tells_wrong_lines_too(server: str, school: School) -> None:
    told = json.loads(load(server, school, "--json").stdout)
    assert (told["applied"], [each["login"] for each in told["changes"]]) == (True, ["ada", "eve"])
    wrong = load(server, school, "--json", text="login\na b\n")
    assert (wrong.exit_code, json.loads(wrong.stdout)["problems"][0]["line"]) == (2, 2)


def test_who_is_in_the_course_is_shown_harmless(server: str, school: School) -> None:
    school.submit("ada")
    school.client("ines").delete("/api/v1/courses/spring/roster/bob")
    with school.make_uow().writing() as uow:
        user = uow.users.add("eve", "[red]Eve\x1b]0;owned\x07")
        uow.rosters.add(school.courses["spring"].id, [(user.id, Role.STUDENT, "A")])
        uow.commit()
    shown = run(server, school, "show", "spring")
    rows = {line.split()[0]: line for line in shown.output.splitlines() if line.strip()}
    assert "2026-05-01" in rows["ada"]
    assert rows["bob"].rstrip().endswith("left")
    assert "\x1b" not in shown.output
    assert "[red]Eve\\x1b]0;owned\\x07" in rows["eve"]


def test_the_roster_is_json_too(server: str, school: School) -> None:
    told = json.loads(run(server, school, "show", "spring", "--json").stdout)
    assert [each["login"] for each in told["people"]] == ["ada", "bob", "ines", "tess"]


@pytest.mark.parametrize(("login", "says"), [("ada", "may not change"), ("otto", "no course"), ("stranger", "token")])
def test_who_may_not_is_told_so_in_one_sentence(server: str, school: School, login: str, says: str) -> None:
    failed = load(server, school, login=login)
    assert (failed.exit_code, says in failed.output) == (2, True)


def test_a_service_that_is_not_there_is_not_the_callers_mistake(school: School) -> None:
    failed = load("http://127.0.0.1:9", school)
    assert (failed.exit_code, "can't reach" in failed.output) == (1, True)
