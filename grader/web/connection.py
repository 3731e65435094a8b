"""Connections of clients that are slow, or gone: none of them holds a thread without end."""

from __future__ import annotations

import socket
import time
from contextlib import contextmanager
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator
    from typing import Self

REQUEST_SECONDS = 20.0
"""In which a request must have arrived, and each piece of an answer must be taken: who sits in a train that entered a
tunnel holds a thread no longer."""


class Connection(socket.socket):
    """A connection with a deadline for what it receives, and a time for each piece that it sends."""

    deadline = 0.0

    @classmethod
    def of(cls, plain: socket.socket) -> Self:
        """Return *plain*, which is taken over, as such a connection, its deadline begun anew."""
        connection = plain if isinstance(plain, cls) else cls(fileno=plain.detach())
        connection.deadline = time.monotonic() + REQUEST_SECONDS
        return connection

    def recv(self, size: int, flags: int = 0, /) -> bytes:
        """Receive until the deadline; TimeoutError after it."""
        left = self.deadline - time.monotonic()
        if left <= 0:
            raise TimeoutError("the request came too slowly")
        with self._timed(left):
            return super().recv(size, flags)

    def sendall(self, data: bytes, flags: int = 0, /) -> None:  # type: ignore[override]  # gunicorn sends bytes
        """Send; TimeoutError when it is not taken."""
        with self._timed(REQUEST_SECONDS):
            super().sendall(data, flags)

    @contextmanager
    def _timed(self, seconds: float) -> Iterator[None]:
        self.settimeout(seconds)
        try:
            yield
        finally:
            self.settimeout(None)
