"""`grader gradebook` against the real API: a table, a file, a line of JSON, and whose fault it is when it fails."""

from __future__ import annotations

import json
import threading
from typing import TYPE_CHECKING

import pytest
from click.testing import CliRunner
from werkzeug.serving import make_server

from grader.cli.gradebook import command
from grader.domain.people import Role
from grader.services import enrol
from tests.fakes import FakeUnitOfWork
from tests.web.school import School

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from click.testing import Result


@pytest.fixture
def school() -> School:
    school = School(FakeUnitOfWork.factory())
    school.submit("ada")
    school.grade()
    return school


@pytest.fixture
def server(school: School) -> Iterator[str]:
    service = make_server("127.0.0.1", 0, school.app(), threaded=True)
    thread = threading.Thread(target=service.serve_forever)
    thread.start()
    yield f"http://127.0.0.1:{service.server_port}"
    service.shutdown()
    thread.join()
    service.server_close()


def run(server: str, school: School, *arguments: str, login: str = "ines") -> Result:
    options = ["--server", server, "--token", school.tokens[login]]
    return CliRunner(env={"COLUMNS": "100"}).invoke(command, ["spring", *options, *arguments])


def test_it_shows_students_with_sum_and_points(server: str, school: School) -> None:
    shown = run(server, school).output
    (ada,) = [line.split() for line in shown.splitlines() if line.startswith("ada")]
    assert [each for each in ada if each not in {"│", "|"}] == ["ada", "Ada", "3", "3", "-"]
    assert "/7" in shown


def test_what_was_set_by_hand_is_marked(server: str, school: School) -> None:
    school.set_grade("ada", 4)
    assert "4*" in run(server, school).output


@pytest.mark.parametrize(
    ("arguments", "expected"),
    [
        (["--sort", "-name"], ["bob", "ada"]),
        (["--find", "bo"], ["bob"]),
        (["--section", "A"], []),
        (["--missing", "all"], ["bob"]),
        (["--missing", "quiz:weights", "--sort", "-sum"], ["ada", "bob"]),
        (["--ended"], ["ada", "bob"]),
    ],
)
def test_json_holds_who_was_wanted(server: str, school: School, arguments: list[str], expected: list[str]) -> None:
    told = json.loads(run(server, school, "--json", *arguments).output)
    assert [row["login"] for row in told["rows"]] == expected


def test_csv_goes_to_a_file_or_on(server: str, school: School, tmp_path: Path) -> None:
    path = tmp_path / "grades.csv"
    assert run(server, school, "--csv", str(path)).exit_code == 0
    assert path.read_text().startswith("login,name,section,")
    assert run(server, school, "--csv", "-").output.splitlines() == path.read_text().splitlines()


def test_a_file_that_can_not_be_written_is_told(server: str, school: School, tmp_path: Path) -> None:
    failed = run(server, school, "--csv", str(tmp_path / "none" / "grades.csv"))
    assert failed.exit_code == 1
    assert "can't write" in failed.output


@pytest.mark.parametrize("arguments", [["--sort", "points"], ["--missing", "conv"], ["--csv", "-", "--json"]])
def test_a_mistake_of_the_caller_ends_with_2(server: str, school: School, arguments: list[str]) -> None:
    assert run(server, school, *arguments).exit_code == 2


def test_students_are_refused(server: str, school: School) -> None:
    refused = run(server, school, login="ada")
    assert (refused.exit_code, "you may not see everybody's grades" in refused.output) == (2, True)


def test_no_name_acts_on_the_terminal(server: str, school: School) -> None:
    eve = enrol.add_user(school.make_uow(), login="eve", name="\x1b[2J[red]Eve\u202e")
    enrol.enrol(school.make_uow(), user=eve, course=school.courses["spring"], role=Role.STUDENT)
    shown = run(server, school).output
    assert "\\x1b[2J[red]Eve\\u202e" in shown
    assert "\x1b" not in shown
    assert run(server, school, "--json").output.isascii()
