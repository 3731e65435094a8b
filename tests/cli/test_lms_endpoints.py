"""`grader lms endpoints` against the real API: made, shown without secrets, changed in part, tested."""

from __future__ import annotations

import json
import threading
from typing import TYPE_CHECKING

import pytest
from click.testing import CliRunner
from werkzeug.serving import make_server

from grader.cli.lms import command
from grader.domain.lms.delivery import Answer, DeliveryState, Verdict
from grader.services import endpoints
from tests.web.connected import VAULT, an_endpoint, attempt, connected_school, newest

if TYPE_CHECKING:
    from collections.abc import Iterator

    from click.testing import Result

    from grader.services.endpoints import One
    from tests.web.school import School


@pytest.fixture
def school() -> Iterator[School]:
    with connected_school() as school:
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


def run(server: str, school: School, *arguments: str, text: str = "", login: str = "ines") -> Result:
    options = ["--server", server, "--token", school.tokens[login]]
    given = CliRunner(env={"COLUMNS": "160"})
    return given.invoke(command, ["endpoints", *arguments, *options], input=text)


def kept(school: School, number: int = 1) -> One:
    user = school.users["ines"]
    return endpoints.one(school.make_uow(), VAULT, user=user, course_slug="spring", endpoint_id=number)


def test_one_is_made_and_its_secret_printed_this_once(server: str, school: School) -> None:
    made = run(
        server, school, "make", "spring", "Archive", "--url", "https://x.example/in", "--event", "quiz.finished",
        "--receives", "--headers", "-", text="Authorization: Bearer 7\n",
    )  # fmt: skip
    assert made.exit_code == 0, made.output
    assert "sends quiz.finished to https://x.example/in" in made.output
    assert "secret, shown this once: whsec_" in made.output
    assert f"takes webhooks at {server}/hooks/{kept(school).endpoint.key}" in made.output
    shown = run(server, school, "show", "spring", "1").output
    assert "headers: Authorization" in shown
    assert "whsec_" not in shown
    assert "Bearer" not in shown


def test_what_no_option_names_stays(server: str, school: School) -> None:
    an_endpoint(school, headers={"X-Key": "7"}, receives=True)
    changed = run(server, school, "change", "spring", "1", "--name", "Vault", "--event", "grade.changed")
    assert changed.exit_code == 0, changed.output
    found = kept(school)
    assert (found.endpoint.name, found.endpoint.receives, found.header_names) == ("Vault", True, ["X-Key"])
    assert [kind.value for kind in found.endpoint.events] == ["grade.changed"]
    run(server, school, "change", "spring", "1", "--all-events", "--no-receives")
    assert (kept(school).endpoint.events, kept(school).endpoint.receives) == (frozenset(), False)


def test_all_are_listed_harmless_with_their_state(server: str, school: School) -> None:
    an_endpoint(school, "[red]Archive[/red]")
    run(server, school, "switch", "spring", "1", "off")
    shown = run(server, school, "list", "spring", login="tess").output
    assert "[red]Archive[/red]" in shown
    assert "off since 2026-05-01T12:00: switched off by ines" in shown
    told = json.loads(run(server, school, "list", "spring", "--json").stdout)
    assert [each["off_because"] for each in told["endpoints"]] == ["switched off by ines"]


def test_a_rotated_secret_is_another_and_the_old_one_is_good_for_a_day(server: str, school: School) -> None:
    an_endpoint(school)
    first, second = (run(server, school, "rotate", "spring", "1").output for _ in range(2))
    secrets = [line for text in (first, second) for line in text.splitlines() if "whsec_" in line]
    assert len(set(secrets)) == 2
    assert "the old one is good until 2026-05-02T12:00" in second


def test_it_is_removed_when_that_is_confirmed(server: str, school: School) -> None:
    an_endpoint(school)
    assert run(server, school, "remove", "spring", "1", text="n\n").exit_code == 1
    assert run(server, school, "remove", "spring", "1", text="y\n").output.endswith("removed; 0 left\n")


ARRIVED = (204, Verdict.DELIVERED, DeliveryState.DELIVERED)
FAILED = (500, Verdict.AGAIN, DeliveryState.WAITING)


@pytest.mark.parametrize(("came", "exit_code"), [(ARRIVED, 0), (FAILED, 1)])
def test_a_test_tells_what_came_of_it(
    server: str,
    school: School,
    monkeypatch: pytest.MonkeyPatch,
    came: tuple[int, Verdict, DeliveryState],
    exit_code: int,
) -> None:
    an_endpoint(school)
    status, verdict, state = came

    def dispatch(_: float) -> None:
        attempt(school, newest(school), Answer("POST …", status), verdict, state)

    monkeypatch.setattr("grader.cli.lms_endpoints.time.sleep", dispatch)
    tested = run(server, school, "test", "spring", "1")
    assert (tested.exit_code, tested.output) == (exit_code, f"delivery 1: {state.value}, answered {status}\n")


@pytest.mark.parametrize(
    ("login", "says"), [("ada", "you may not"), ("tess", "you may not connect other systems"), ("otto", "no course")]
)
def test_who_may_not_is_told_so_in_one_sentence(server: str, school: School, login: str, says: str) -> None:
    failed = run(server, school, "make", "spring", "Archive", "--url", "https://x.example/", login=login)
    assert (failed.exit_code, says in failed.output) == (2, True), failed.output


@pytest.mark.parametrize(
    ("options", "says"),
    [
        (["--url", "ftp://x.example"], "must begin with https://"),
        (["--url", "https://x.example", "--event", "grade.lost"], "a list of events"),
        (["--url", "https://x.example", "--headers", "-"], "line 1 of the headers is none"),
        ([], "give a url"),
    ],
)
def test_what_cannot_be_so_is_the_callers_mistake(server: str, school: School, options: list[str], says: str) -> None:
    failed = run(server, school, "make", "spring", "Archive", *options, text="Bearer 7\n")
    assert (failed.exit_code, says in failed.output) == (2, True), failed.output
