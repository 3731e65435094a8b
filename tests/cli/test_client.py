"""The client follows a submission over streams that break, and tells every failure in one line."""

from __future__ import annotations

import json
import threading
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import TYPE_CHECKING

import pytest
from click.testing import CliRunner

from grader.cli import client as client_module
from grader.cli.client import ApiError, Client
from grader.cli.submit import command

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

REPORT = {"points": 20, "max_points": 20, "outcome": "passed", "misconception": None, "hint": None, "checks": []}


def standing(state: str, **more: object) -> dict[str, object]:
    return {"id": 7, "state": state, "place": None, "progress": "", "report": None} | more


def event(snapshot: dict[str, object]) -> bytes:
    return f"event: snapshot\ndata: {json.dumps(snapshot)}\n\n".encode()


@dataclass
class Script:
    """What a service says: to each GET of the events, and to each other call by its path's end."""

    streams: list[bytes | int] = field(default_factory=list)
    answers: dict[str, tuple[int, object]] = field(default_factory=dict)
    asked: list[tuple[str, str]] = field(default_factory=list)


@pytest.fixture
def script() -> Script:
    return Script()


@pytest.fixture
def server(script: Script, monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    monkeypatch.setattr(client_module, "_RETRY_SECONDS", 0.01)

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.0"  # a stream ends with its connection

        def do_GET(self) -> None:
            self._answer()

        def do_POST(self) -> None:
            self.rfile.read(int(self.headers["Content-Length"]))
            self._answer()

        def _answer(self) -> None:
            script.asked.append((self.command, self.path))
            if self.path.endswith("/events"):
                said = script.streams.pop(0) if script.streams else 503
                status, body = (200, said) if isinstance(said, bytes) else (said, b"{}")
            else:
                end = next(end for end in script.answers if self.path.endswith(end))
                status, answer = script.answers[end]
                body = answer if isinstance(answer, bytes) else json.dumps(answer).encode()
            self.send_response(status)
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, format: str, *_: object) -> None:  # noqa: A002 - the base class's name
            """Keep quiet."""

    service = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=service.serve_forever, daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{service.server_port}"
    service.shutdown()
    service.server_close()


def test_every_change_is_seen_up_to_the_final_one(server: str, script: Script) -> None:
    steps = [standing("queued", place=2), standing("running", progress="3/12"), standing("graded", report=REPORT)]
    script.streams = [b": hello\n\n" + b"".join(map(event, steps))]
    assert [seen.state for seen in Client(server, "t").follow(7)] == ["queued", "running", "graded"]


def test_a_stream_that_breaks_off_is_opened_again(server: str, script: Script) -> None:
    script.streams = [event(standing("queued")) + b"data: {half", event(standing("graded", report=REPORT))]
    script.answers = {"/submissions/7": (200, standing("running"))}
    assert [seen.state for seen in Client(server, "t").follow(7)] == ["queued", "running", "graded"]


def test_a_service_without_streams_is_asked_again_and_again(server: str, script: Script) -> None:
    script.streams = [404, 404]
    script.answers = {"/submissions/7": (200, standing("graded", report=REPORT))}
    assert [seen.state for seen in Client(server, "t").follow(7)] == ["graded"]


def test_what_was_refused_for_good_is_not_tried_again(server: str, script: Script) -> None:
    refusal = {"error": {"code": "not_found", "message": "there is no submission 7"}}
    script.answers = {"/submissions/7": (404, refusal)}
    with pytest.raises(ApiError, match="there is no submission 7"):
        list(Client(server, "t").follow(7))
    assert len(script.asked) == 2


def test_an_answer_that_is_none_of_ours_is_told_as_such(server: str, script: Script) -> None:
    script.answers = {"/courses": (200, b"<html>")}
    with pytest.raises(ApiError, match="not what grader's API says"):
        Client(server, "t").courses()


def test_a_redirect_does_not_carry_the_token_elsewhere(server: str, script: Script) -> None:
    script.answers = {"/courses": (302, {})}
    with pytest.raises(ApiError, match="HTTP 302"):
        Client(server, "t").courses()


@pytest.fixture
def solution(tmp_path: Path) -> str:
    path = tmp_path / "solution.py"
    path.write_text("x = 1\n")
    return str(path)


def submit(server: str, *arguments: str) -> tuple[int, str, str]:
    result = CliRunner().invoke(command, ["pointwise", *arguments, "--server", server, "--token", "t"])
    return result.exit_code, result.stdout, result.stderr


def test_a_graded_submission_is_a_success_whatever_its_score(server: str, script: Script, solution: str) -> None:
    script.answers = {"/submissions": (202, {"id": 7})}
    script.streams = [event(standing("graded", report=REPORT | {"points": 0, "outcome": "wrong"}))]
    code, out, _ = submit(server, solution, "--course", "demo")
    assert (code, "0/20 points" in out) == (0, True)


def test_json_is_one_line_on_standard_output(server: str, script: Script, solution: str) -> None:
    script.answers = {"/submissions": (202, {"id": 7})}
    script.streams = [event(standing("graded", report=REPORT))]
    code, out, _ = submit(server, solution, "--course", "demo", "--json")
    assert (code, json.loads(out)["report"]["points"]) == (0, 20)


def test_a_submission_that_we_could_not_grade_is_a_failure(server: str, script: Script, solution: str) -> None:
    script.answers = {"/submissions": (202, {"id": 7})}
    script.streams = [event(standing("void"))]
    code, _, err = submit(server, solution, "--course", "demo")
    assert (code, "by a fault of the service" in err) == (1, True)


def test_a_refusal_is_one_harmless_line(server: str, script: Script, solution: str) -> None:
    script.answers = {"/submissions": (422, {"error": {"message": "syntax error in line 1: \x1b[2J"}})}
    code, _, err = submit(server, solution, "--course", "demo")
    assert (code, err) == (2, "Error: syntax error in line 1: \\x1b[2J\n")


def test_a_server_that_is_not_there_is_one_line(solution: str) -> None:
    code, _, err = submit("http://127.0.0.1:1", solution, "--course", "demo")
    assert (code, err) == (1, "Error: can't reach http://127.0.0.1:1: connection refused\n")


@pytest.mark.parametrize("server", ["127.0.0.1:8000", "grader.example.edu", "ftp://grader", "http://", "http://[::1"])
def test_an_address_without_its_scheme_is_a_mistake_in_the_call(server: str, solution: str) -> None:
    code, _, err = submit(server, solution, "--course", "demo")
    assert (code, "begins with https:// or http://" in err, len(err.splitlines())) == (2, True, 1)


@pytest.mark.parametrize("token", ["grd_\u20ac", "grd_\u00e9", "grd_a\nb", "two words", ""])
def test_what_can_be_no_token_is_a_mistake_in_the_call(server: str, solution: str, token: str) -> None:
    result = CliRunner().invoke(command, ["x", solution, "--server", server, "--token", token, "--course", "demo"])
    assert (result.exit_code, "copy it again" in result.stderr, len(result.stderr.splitlines())) == (2, True, 1)


def test_a_service_that_fails_is_no_mistake_in_the_call(server: str, script: Script, solution: str) -> None:
    script.answers = {"/submissions": (503, {"error": {"message": "the database is busy"}})}
    assert submit(server, solution, "--course", "demo")[0] == 1


def test_a_course_that_is_closed_is_named(server: str, script: Script, solution: str) -> None:
    script.answers = {"/courses": (200, {"courses": [{"slug": "old", "title": "", "is_open": False}]})}
    assert submit(server, solution)[::2] == (2, "Error: you are in no open course; closed: old\n")


def test_an_exercise_may_be_named_with_its_lesson(server: str, script: Script, solution: str) -> None:
    script.answers = {"/submissions": (202, {"id": 7})}
    script.streams = [event(standing("graded", report=REPORT))]
    arguments = ["channels/pointwise", solution, "--server", server, "--token", "t", "--course", "demo"]
    assert CliRunner().invoke(command, arguments).exit_code == 0
    assert ("POST", "/api/v1/courses/demo/exercises/pointwise/submissions") in script.asked


def test_a_file_that_is_not_there_is_a_mistake_in_the_call(server: str) -> None:
    assert submit(server, "nowhere.py")[0] == 2


def test_the_only_open_course_needs_no_naming(server: str, script: Script, solution: str) -> None:
    courses = [{"slug": "old", "title": "", "is_open": False}, {"slug": "new", "title": "", "is_open": True}]
    script.answers = {"/courses": (200, {"courses": courses}), "/submissions": (202, {"id": 7})}
    script.streams = [event(standing("graded", report=REPORT))]
    submit(server, solution)
    assert ("POST", "/api/v1/courses/new/exercises/pointwise/submissions") in script.asked
