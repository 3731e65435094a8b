"""Messages by a real connection: what a server makes of lengths, pieces and headers before the app sees them."""

from __future__ import annotations

import json
import socket
import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple
from urllib.parse import urlsplit

import pytest

from grader.domain.lms.signature import headers

if TYPE_CHECKING:
    from collections.abc import Iterator

ROOT = Path(__file__).parents[3]
RAW = json.dumps({"type": "enrolment.upserted", "data": {"login": "eve", "name": "Eve"}}).encode()


class Served(NamedTuple):
    """A school that listens on loopback, and an endpoint's key and secret."""

    port: int
    key: str
    secret: str

    def signed(self, body: bytes = RAW, message_id: str = "msg_1") -> list[str]:
        """Return the headers of a message, as lines."""
        told = headers([self.secret], message_id, datetime.now(UTC), body)
        return [f"{name}: {value}" for name, value in told.items()]

    def ask(self, lines: list[str], body: bytes = b"", *, key: str | None = None) -> tuple[int, bytes]:
        """Send these bytes and nothing more; return the answer's status and all of it."""
        head = [f"POST /hooks/{key or self.key} HTTP/1.1", "Host: x", "Connection: close", *lines, "", ""]
        with socket.create_connection(("127.0.0.1", self.port), timeout=15) as connection:
            connection.sendall("\r\n".join(head).encode("latin-1") + body)
            answer = b""
            while piece := connection.recv(65536):
                answer += piece
        return int(answer.split(b" ", 2)[1]), answer


JSON = "Content-Type: application/json"


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    file = tmp_path_factory.mktemp("served") / "hooks.db"
    command = [sys.executable, "-m", "tests.lms.hooks.served", "127.0.0.1:0", str(file)]
    process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True, cwd=ROOT)
    try:
        assert process.stdout is not None
        key, secret = process.stdout.readline().split()
        yield Served(urlsplit(process.stdout.readline().strip()).port or 0, key, secret)
    finally:
        process.terminate()
        process.wait(timeout=20)
        if process.stdout is not None:
            process.stdout.close()


def test_a_message_with_its_length_is_taken(served: Served) -> None:
    status, answer = served.ask([JSON, f"Content-Length: {len(RAW)}", *served.signed()], RAW)
    assert (status, b'"result": "done"' in answer) == (200, True)


def test_one_in_pieces_is_taken(served: Served) -> None:
    pieces = b"".join(b"%x\r\n%s\r\n" % (len(part), part) for part in (RAW[:10], RAW[10:])) + b"0\r\n\r\n"
    status, answer = served.ask([JSON, "Transfer-Encoding: chunked", *served.signed(message_id="msg_2")], pieces)
    assert (status, b'"change": "unchanged"' in answer) == (200, True)


def test_one_in_pieces_is_cut_where_too_much_comes(served: Served) -> None:
    piece = b"10000\r\n" + b"x" * 0x10000 + b"\r\n"
    status, _ = served.ask([JSON, "Transfer-Encoding: chunked", *served.signed()], piece * 40 + b"0\r\n\r\n")
    assert status in {401, 413}


@pytest.mark.parametrize(("key", "status"), [(None, 413), ("unknown", 404)])
def test_a_length_that_is_not_taken_is_answered_without_waiting_for_it(
    served: Served, key: str | None, status: int
) -> None:
    found, _ = served.ask([JSON, "Content-Length: 1000000000", *served.signed()], key=key)
    assert found == status


def test_a_body_that_ends_too_early_is_refused(served: Served) -> None:
    lines = [JSON, f"Content-Length: {len(RAW) + 10}", *served.signed(message_id="msg_3")]
    head = "\r\n".join([f"POST /hooks/{served.key} HTTP/1.1", "Host: x", *lines, "", ""]).encode()
    with socket.create_connection(("127.0.0.1", served.port), timeout=15) as connection:
        connection.sendall(head + RAW)
        connection.shutdown(socket.SHUT_WR)
        answer = connection.recv(65536)
    assert answer.split(b" ", 2)[1] in {b"400", b"401"}


@pytest.mark.parametrize("name", ["webhook-id", "webhook-timestamp", "Content-Type"])
@pytest.mark.parametrize("first", [True, False])
def test_a_header_that_stands_there_twice_is_not_chosen_from(served: Served, name: str, *, first: bool) -> None:
    good, double = [JSON, *served.signed(message_id="msg_4")], f"{name}: 1"
    lines = [double, *good] if first else [*good, double]
    status, answer = served.ask([*lines, f"Content-Length: {len(RAW)}"], RAW)
    assert status in {400, 401, 415}, answer


@pytest.mark.parametrize(
    "line", ["webhook_id: msg_5", "webhook-id : msg_5", "webhook-id: msg\0_5", " webhook-id: msg_5"]
)
def test_a_header_that_only_looks_like_one_is_none(served: Served, line: str) -> None:
    _, *rest = served.signed(message_id="msg_5")
    status, answer = served.ask([JSON, line, *rest, f"Content-Length: {len(RAW)}"], RAW)
    assert status in {400, 401}, answer
