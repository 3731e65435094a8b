"""`grader lms deliveries` against the real API: listed, looked at, sent again."""

from __future__ import annotations

import json
import threading
from typing import TYPE_CHECKING

import pytest
from click.testing import CliRunner
from werkzeug.serving import make_server

from grader.cli.lms import command
from grader.domain.lms.delivery import Answer, DeliveryState, Verdict
from tests.web.connected import a_column, an_endpoint, attempt, connected_school, deliveries, delivery_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from click.testing import Result

    from tests.web.school import School


@pytest.fixture
def school() -> Iterator[School]:
    """A school where a grade went to an LMS, and a webhook failed."""
    with connected_school() as school:
        an_endpoint(school)
        a_column(school)
        school.submit()
        school.grade()
        grade, webhook = (delivery_of(school, number) for number in deliveries(school))
        attempt(school, grade, Answer("POST …", 200), Verdict.DELIVERED, DeliveryState.DELIVERED)
        attempt(school, webhook, Answer("POST https://hooks.example/\n\n{}", 500, "[red]\x1b]0;owned\x07 no"))
        yield school


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
    return CliRunner(env={"COLUMNS": "160"}).invoke(command, ["deliveries", *arguments, *options])


@pytest.mark.parametrize(
    ("options", "numbers"),
    [
        ([], ["2", "1"]),
        (["--state", "dead"], ["2"]),
        (["--kind", "lti_ags", "--student", "ada"], ["1"]),
        (["--endpoint", "1", "--before", "2"], []),
        (["--column", "1"], ["1"]),
    ],
)
def test_what_is_asked_for_is_listed_newest_first(
    server: str, school: School, options: list[str], numbers: list[str]
) -> None:
    shown = run(server, school, "list", "spring", *options, login="tess")
    assert shown.exit_code == 0, shown.output
    rows = [line.split()[0] for line in shown.output.splitlines() if line[:1].isdigit()]
    assert rows == numbers
    told = json.loads(run(server, school, "list", "spring", *options, "--json").stdout)
    assert [str(each["id"]) for each in told["deliveries"]] == numbers


def test_an_attempt_is_told_whole_and_acts_on_no_terminal(server: str, school: School) -> None:
    shown = run(server, school, "show", "spring", "2").output
    assert "dead, 1 attempt: answered 500" in shown
    assert "POST https://hooks.example/" in shown
    assert "[red]\\x1b]0;owned\\x07 no" in shown


def test_one_is_sent_again_and_not_twice_at_once(server: str, school: School) -> None:
    again = run(server, school, "replay", "spring", "2")
    assert "waiting, 0 attempts" in again.output
    failed = run(server, school, "replay", "spring", "2")
    assert (failed.exit_code, "on its way already" in failed.output) == (2, True)


@pytest.mark.parametrize(
    ("options", "count"),
    [([], 1), (["--since", "2026-05-01T13:00Z"], 0), (["--endpoint", "1"], 1), (["--column", "1"], 0)],
)
def test_all_that_failed_is_sent_again(server: str, school: School, options: list[str], count: int) -> None:
    done = run(server, school, "replay-dead", "spring", *options)
    assert (done.exit_code, done.output) == (0, f"sent again: {count}\n")


def test_an_assistant_looks_but_sends_nothing(server: str, school: School) -> None:
    failed = run(server, school, "replay-dead", "spring", login="tess")
    assert (failed.exit_code, "you may not connect other systems" in failed.output) == (2, True)
