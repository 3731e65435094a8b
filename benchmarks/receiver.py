"""A receiver of webhooks on loopback that costs next to nothing, in a process of its own; and two that are dead.

`with Receiver() as receiver`: `url` answers 204 at once, `silent_url` takes a request and never answers,
`refusing_url` has nobody behind it.
"""

from __future__ import annotations

import asyncio
import multiprocessing
import socket
import time
from typing import TYPE_CHECKING, Self

if TYPE_CHECKING:
    from multiprocessing.connection import Connection

_ANSWER = b"HTTP/1.1 204 No Content\r\nConnection: close\r\n\r\n"


class Receiver:
    """Runs while the context is open; *arrivals* are moments of `time.monotonic`."""

    def __init__(self) -> None:
        self._arrivals: list[float] = []
        self._here, there = multiprocessing.Pipe()
        self._process = multiprocessing.get_context("spawn").Process(target=_serve, args=(there,), daemon=True)

    def __enter__(self) -> Self:
        self._process.start()
        port, silent = self._here.recv()
        with socket.create_server(("127.0.0.1", 0)) as gone:
            refusing = gone.getsockname()[1]
        self.url, self.silent_url, self.refusing_url = (
            f"http://127.0.0.1:{number}" for number in (port, silent, refusing)
        )
        return self

    def __exit__(self, *_: object) -> None:
        self._process.kill()
        self._process.join()

    @property
    def arrivals(self) -> list[float]:
        """When requests came to the one that answers."""
        while self._here.poll():
            self._arrivals += self._here.recv()
        return self._arrivals


def _serve(told: Connection) -> None:
    asyncio.run(_run(told))


async def _run(told: Connection) -> None:
    seen: list[float] = []

    async def answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await _read(reader)
        seen.append(time.monotonic())
        writer.write(_ANSWER)
        await writer.drain()
        writer.close()

    async def say_nothing(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.read()  # until the other side has had enough
        writer.close()

    servers = [await asyncio.start_server(serve, "127.0.0.1", 0) for serve in (answer, say_nothing)]
    told.send(tuple(server.sockets[0].getsockname()[1] for server in servers))
    while True:
        await asyncio.sleep(0.1)
        told.send(seen.copy())
        seen.clear()


async def _read(reader: asyncio.StreamReader) -> None:
    head = await reader.readuntil(b"\r\n\r\n")
    for line in head.lower().split(b"\r\n"):
        if line.startswith(b"content-length:"):
            await reader.readexactly(int(line.split(b":")[1]))
