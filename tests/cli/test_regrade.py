"""`grader regrade` against the real API: what changes is shown, and nothing counts unless it was asked for."""

from __future__ import annotations

import json
import threading
from typing import TYPE_CHECKING

import pytest
from click.testing import CliRunner
from werkzeug.serving import make_server

from grader.cli import regrade as cli
from grader.services.grade import grade_run
from tests.fakes import FakeExaminer, FakeUnitOfWork, a_check, a_report
from tests.web.school import School, body

if TYPE_CHECKING:
    from collections.abc import Iterator

    from click.testing import Result


@pytest.fixture
def school() -> School:
    school = School(FakeUnitOfWork.factory())
    school.submit("ada")
    school.grade()
    return school


@pytest.fixture
def server(school: School, monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    """A service whose workers grade a regrade's runs while the command waits: 4 of 4 points."""

    def work(_: float) -> None:
        report = a_report(a_check(), a_check("no_mixing", title="\x1b]0;owned\x07", points=1, max_points=1))
        needs = school.make_uow, school.clock, school.catalogue, FakeExaminer(report)
        while school.bell.behind:
            grade_run(*needs, run_id=school.bell.behind.pop(), node="node-1")

    monkeypatch.setattr("grader.cli.regrade.time.sleep", work)
    service = make_server("127.0.0.1", 0, school.app(), threaded=True)
    thread = threading.Thread(target=service.serve_forever)
    thread.start()
    yield f"http://127.0.0.1:{service.server_port}"
    service.shutdown()
    thread.join()
    service.server_close()


def run(server: str, school: School, *arguments: str, login: str = "ines", reason: str = "wrong test") -> Result:
    options = ["--server", server, "--token", school.tokens[login], "--reason", reason]
    return CliRunner(env={"COLUMNS": "150"}).invoke(
        cli.command, ["spring", "channels/pointwise-conv", *options, *arguments]
    )


def points(school: School) -> float:
    book = body(school.client("ines").get("/api/v1/courses/spring/gradebook"))
    found: float = next(row["points"] for row in book["rows"] if row["login"] == "ada")
    return found


@pytest.mark.parametrize(
    ("option", "said", "earned"),
    [((), "nothing is changed yet", 3.0), (("--dry-run",), "thrown away", 3.0), (("--apply",), "is applied", 4.0)],
    ids=["left for the page", "dry run", "applied"],
)
def test_what_changes_is_shown_and_counts_only_if_asked_for(
    server: str, school: School, option: tuple[str, ...], said: str, earned: float
) -> None:
    result = run(server, school, *option)
    assert result.exit_code == 0, result.output
    assert "grades: 1 rise, 0 fall, 0 stay" in result.output
    assert "3/4" in result.output
    assert "4/4" in result.output
    assert said in result.output
    assert points(school) == earned


def test_as_json_it_is_told_in_full(server: str, school: School) -> None:
    result = run(server, school, "--json", "--dry-run", "--never-lower", "--scope", "best")
    told = json.loads(result.stdout.splitlines()[-1])
    assert (told["stage"], told["scope"], told["never_lower"]) == ("discarded", "best", True)
    assert told["difference"]["changes"][0]["scenarios"][0]["name"] == "no_mixing"


def test_names_of_tests_do_nothing_to_a_terminal(server: str, school: School) -> None:
    assert "\x1b]0" not in run(server, school).output


@pytest.mark.parametrize(
    ("arguments", "login", "said"),
    [
        (("--submission", "424242"), "ines", "no graded submission"),
        (("--version", "f00d"), "ines", "nothing fits"),
        (("--dry-run", "--apply"), "ines", "exclude each other"),
        ((), "ada", "you may not regrade an exercise"),
        ((), "otto", "there is no course"),
    ],
)
def test_a_mistake_is_told_as_one(
    server: str, school: School, arguments: tuple[str, ...], login: str, said: str
) -> None:
    result = run(server, school, *arguments, login=login)
    assert result.exit_code == 2
    assert said in result.output
