"""Gunicorn around the app: it answers, streams, and stops when told."""

from __future__ import annotations

import http.client
import signal
import socket
import subprocess
import sys
import time
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import IO, TYPE_CHECKING
from urllib.parse import urlsplit

import pytest

if TYPE_CHECKING:
    from collections.abc import Iterator

ROOT = Path(__file__).parents[2]


@dataclass
class Server:
    """A running server; *address* is what it told when it was ready."""

    process: subprocess.Popen[str]
    output: IO[str]
    token: str
    submission: str
    address: str

    def connect(self) -> http.client.HTTPConnection:
        connection = http.client.HTTPConnection("localhost", timeout=10)
        if self.address.startswith("unix:"):
            connection.sock = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
            connection.sock.connect(self.address.removeprefix("unix:"))
        else:
            parts = urlsplit(self.address)
            connection.sock = socket.create_connection((parts.hostname or "", parts.port or 0), timeout=10)
        return connection

    def get(self, path: str) -> http.client.HTTPResponse:
        connection = self.connect()
        connection.request("GET", path, headers={"Authorization": f"Bearer {self.token}"})
        return connection.getresponse()

    def stop(self) -> float:
        """Tell it to stop; return how long that took."""
        told = time.monotonic()
        self.process.send_signal(signal.SIGTERM)
        self.process.wait(timeout=20)
        return time.monotonic() - told


@contextmanager
def running(bind: str) -> Iterator[Server]:
    process = subprocess.Popen(
        [sys.executable, "-m", "tests.web.served", bind], stdout=subprocess.PIPE, text=True, cwd=ROOT
    )
    try:
        assert process.stdout is not None
        token, submission = process.stdout.readline().split()
        yield Server(process, process.stdout, token, submission, process.stdout.readline().strip())
    finally:
        process.terminate()
        process.wait(timeout=20)
        if process.stdout is not None:
            process.stdout.close()


@pytest.fixture
def server() -> Iterator[Server]:
    with running("127.0.0.1:0") as server:
        yield server


def test_it_tells_its_address_when_it_answers(server: Server) -> None:
    answer = server.get("/healthz")
    assert server.address.startswith("http://127.0.0.1:")
    assert answer.status == 200


def test_a_unix_socket_is_for_its_user_alone(tmp_path: Path) -> None:
    path = tmp_path / "web.sock"
    with running(f"unix:{path}") as server:
        assert server.get("/healthz").status == 200
        assert path.stat().st_mode & 0o077 == 0


def test_events_arrive_one_by_one(server: Server) -> None:
    answer = server.get(f"/api/v1/submissions/{server.submission}/events")
    lines = [answer.readline() for _ in range(5)]
    assert lines[3] == b"event: snapshot\n"
    assert lines[4].startswith(b'data: {"id":')


def test_readers_of_events_do_not_hold_the_server_up_when_it_stops(server: Server) -> None:
    answers = [server.get(f"/api/v1/submissions/{server.submission}/events") for _ in range(3)]
    for answer in answers:
        answer.readline()
    took = server.stop()
    assert took < 4  # requests in hand would get five
    assert server.process.returncode == 0
    assert all(b"event: end" not in answer.read() for answer in answers)


def test_the_app_is_closed_in_the_end(server: Server) -> None:
    server.stop()
    assert server.output.read() == "closed\n"


def test_a_reader_who_goes_is_noticed(server: Server) -> None:
    """Eight threads; more readers than that come and go, and the server still answers."""
    for _ in range(12):
        answer = server.get(f"/api/v1/submissions/{server.submission}/events")
        answer.readline()
        answer.close()
    assert server.get("/healthz").status == 200


def test_a_body_too_large_is_answered_before_it_has_arrived(server: Server) -> None:
    connection = server.connect()
    connection.putrequest("POST", "/api/v1/courses/spring/exercises/pointwise-conv/submissions")
    connection.putheader("Authorization", f"Bearer {server.token}")
    connection.putheader("Content-Type", "text/x-python")
    connection.putheader("Content-Length", str(10**9))
    connection.endheaders(b"#")
    assert connection.getresponse().status == 413
    connection.close()


def test_a_body_in_chunks_is_taken_whole(server: Server) -> None:
    connection = server.connect()
    connection.request(
        "POST",
        "/api/v1/courses/spring/exercises/pointwise-conv/submissions",
        body=iter([b"x = 1\n", b"y = 2\n"]),
        headers={"Authorization": f"Bearer {server.token}", "Content-Type": "text/x-python"},
        encode_chunked=True,
    )
    answer = connection.getresponse()
    assert answer.status == 202
    assert b'"source":"x = 1\\ny = 2\\n"' in server.get(answer.headers["Location"]).read().replace(b'": ', b'":')


def test_a_body_that_ends_too_early_is_not_kept(server: Server) -> None:
    connection = server.connect()
    connection.putrequest("POST", "/api/v1/courses/spring/exercises/pointwise-conv/submissions")
    connection.putheader("Authorization", f"Bearer {server.token}")
    connection.putheader("Content-Type", "text/x-python")
    connection.putheader("Content-Length", "1000")
    connection.endheaders(b"x = 1\n")
    connection.sock.shutdown(socket.SHUT_WR)
    assert connection.getresponse().status == 400


def test_who_connects_and_says_nothing_holds_nobody_up(server: Server) -> None:
    """Eight threads, and five seconds for each silent connection would be half a minute."""
    silent = [server.connect() for _ in range(60)]
    began = time.monotonic()
    assert server.get("/healthz").status == 200
    assert time.monotonic() - began < 4
    for connection in silent:
        connection.close()
