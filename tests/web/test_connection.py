"""Clients that are slow, or gone, hold no thread without end."""

from __future__ import annotations

import socket
import time
from contextlib import suppress
from typing import TYPE_CHECKING

import pytest

from grader.web import connection as module
from grader.web.connection import Connection

if TYPE_CHECKING:
    from collections.abc import Iterator


@pytest.fixture
def ends(monkeypatch: pytest.MonkeyPatch) -> Iterator[tuple[Connection, socket.socket]]:
    """The server's end of a connection, with a short deadline, and the client's."""
    monkeypatch.setattr(module, "REQUEST_SECONDS", 0.2)
    ours, theirs = socket.socketpair()
    with Connection.of(ours) as connection, theirs:
        yield connection, theirs


def test_who_sends_nothing_is_given_up(ends: tuple[Connection, socket.socket]) -> None:
    connection, _ = ends
    began = time.monotonic()
    with pytest.raises(TimeoutError):
        connection.recv(100)
    assert 0.1 < time.monotonic() - began < 5


def test_who_sends_drop_by_drop_has_no_longer(ends: tuple[Connection, socket.socket]) -> None:
    connection, client = ends
    client.send(b"x" * 1000)
    drops = 0
    with suppress(TimeoutError):
        for drops in range(1000):  # noqa: B007 - looked at below
            connection.recv(1)
            time.sleep(0.01)
    assert 0 < drops < 100


def test_who_takes_no_answer_is_given_up(ends: tuple[Connection, socket.socket]) -> None:
    connection, _ = ends
    with pytest.raises(TimeoutError):
        connection.sendall(bytes(100_000_000))


def test_the_next_request_has_its_own_time(ends: tuple[Connection, socket.socket]) -> None:
    connection, client = ends
    time.sleep(0.25)
    client.send(b"x")
    again = Connection.of(connection)
    assert again is connection
    assert again.recv(10) == b"x"
    assert again.gettimeout() is None
