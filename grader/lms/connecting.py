"""Connect to a host that somebody else chose: the address that is checked is the one that is connected to.

Everything has an end: looking a name up and connecting in a few seconds, each read at the moment when the whole answer
is due, however the other side trickles.
"""

from __future__ import annotations

import io
import ipaddress
import socket
import ssl
import threading
import time
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from urllib3.connection import HTTPConnection, HTTPSConnection
from urllib3.connectionpool import HTTPConnectionPool, HTTPSConnectionPool

from grader.lms.addresses import is_open

if TYPE_CHECKING:
    from collections.abc import Sequence

    from grader.lms.addresses import Address, Listed

_SHORTEST = 0.001
"""Seconds; a time-out of zero would mean not to wait at all, which fails in other words."""


class Unreachable(Exception):
    """No connection; the text is a sentence for the log."""


@dataclass(frozen=True)
class Way:
    """How one request may connect, and until when (of `time.monotonic`) its answer is waited for."""

    listed: Listed
    connect_seconds: float
    deadline: float

    def left(self) -> float:
        """Return how many seconds are left; TimeoutError when none are."""
        left = self.deadline - time.monotonic()
        if left <= 0:
            raise TimeoutError
        return max(left, _SHORTEST)

    def connect(self, host: str, port: int, *, by_tls: bool) -> socket.socket:
        """Return a connection to *host*; Unreachable says why there is none."""
        end = time.monotonic() + self.connect_seconds
        found = _look_up(host, port, self.connect_seconds)
        for address, _ in found:
            self._demand_open(host, address, by_tls=by_tls)
        why = "it has no address"
        for number, (_, place) in enumerate(found):
            share = (end - time.monotonic()) / (len(found) - number)
            try:
                return _open(place, max(share, _SHORTEST))
            except OSError as error:
                why = _why(error, self.connect_seconds)
        raise Unreachable(f"{host} can't be reached: {why}")

    def _demand_open(self, host: str, address: Address, *, by_tls: bool) -> None:
        if self.listed.has(host, address):
            return
        if not is_open(address):
            where = f"{host} is at {address}," if str(address) != host else f"{host} is"
            raise Unreachable(
                f"{where} a private address: only who runs this service can allow it (GRADER_PRIVATE_HOSTS)"
            )
        if not by_tls:
            raise Unreachable(f"{host} must be asked by https://, what is sent there is nobody else's to read")


def _look_up(host: str, port: int, seconds: float) -> Sequence[tuple[Address, tuple[Any, ...]]]:
    """Return the addresses of *host*, in the order in which to try them."""
    found: list[tuple[Address, tuple[Any, ...]]] = []
    problem = [f"its name was not looked up within {seconds:g} s"]

    def ask() -> None:
        try:
            answers = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
        except (OSError, UnicodeError):
            problem[:] = ["nobody knows this name"]
        else:
            found.extend((ipaddress.ip_address(place[0]), place) for *_, place in answers)
            problem.clear()

    # A resolver can't be told how long to ask; a name whose servers are silent must hold up nobody but this thread.
    asking = threading.Thread(target=ask, daemon=True, name="look-up")
    asking.start()
    asking.join(seconds)
    if problem:
        raise Unreachable(f"{host} can't be reached: {problem[0]}")
    return found


def _open(place: tuple[Any, ...], seconds: float) -> socket.socket:
    family = socket.AF_INET6 if ":" in place[0] else socket.AF_INET
    connection = socket.socket(family, socket.SOCK_STREAM | socket.SOCK_CLOEXEC)
    try:
        connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        connection.settimeout(seconds)
        connection.connect(place)
    except BaseException:
        connection.close()
        raise
    return connection


def _why(error: OSError, seconds: float) -> str:
    if isinstance(error, ConnectionRefusedError):
        return "it refused the connection"
    if isinstance(error, TimeoutError):
        return f"it took no connection within {seconds:g} s"
    return (error.strerror or str(error)).lower()


class _Draining(io.RawIOBase):
    """The incoming half of a connection, each read of which ends when the answer is due."""

    def __init__(self, connection: socket.socket, way: Way) -> None:
        self._connection = connection
        self._incoming = connection.makefile("rb", buffering=0)
        self._way = way

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int | None:  # noqa: ANN401 - io's signature
        self._connection.settimeout(self._way.left())
        return self._incoming.readinto(buffer)

    def close(self) -> None:
        self._incoming.close()
        super().close()


class _Timed:
    """A connected socket whose every use ends when the answer is due."""

    def __init__(self, connection: socket.socket, way: Way) -> None:
        self._connection = connection
        self._way = way

    def __getattr__(self, name: str) -> Any:  # noqa: ANN401 - all else is the socket's own
        return getattr(self._connection, name)

    def makefile(self, *_: object, **__: object) -> io.BufferedReader:
        """Return the incoming half, as `http.client` wants it."""
        return io.BufferedReader(_Draining(self._connection, self._way))

    def sendall(self, content: bytes) -> None:
        """Send all of *content*."""
        self._connection.settimeout(self._way.left())
        self._connection.sendall(content)


class _Plain(HTTPConnection):
    """Connects by a Way."""

    def __init__(self, *args: Any, way: Way, **kwargs: Any) -> None:  # noqa: ANN401 - urllib3's own arguments
        super().__init__(*args, **kwargs)
        self._way = way

    def _new_conn(self) -> socket.socket:
        return self._way.connect(self._dns_host, self.port, by_tls=False)

    def connect(self) -> None:
        super().connect()
        self.sock = _Timed(self.sock, self._way)


class _Tls(HTTPSConnection):
    """The same by TLS; the name that was asked for is the one that the certificate must have."""

    def __init__(self, *args: Any, way: Way, **kwargs: Any) -> None:  # noqa: ANN401 - urllib3's own arguments
        super().__init__(*args, **kwargs)
        self._way = way

    def _new_conn(self) -> socket.socket:
        return self._way.connect(self._dns_host, self.port, by_tls=True)

    def connect(self) -> None:
        try:
            super().connect()
        except ssl.SSLCertVerificationError as error:
            raise Unreachable(f"the certificate of {self.host} is not good: {error.verify_message}") from error
        except TimeoutError as error:
            raise Unreachable(f"{self.host} did not agree on TLS within {self._way.connect_seconds:g} s") from error
        except OSError as error:
            reason = getattr(error, "reason", None) or error.strerror or "it closed the connection"
            raise Unreachable(f"TLS with {self.host} failed: {str(reason).lower().replace('_', ' ')}") from error
        self.sock = _Timed(self.sock, self._way)


class PlainPool(HTTPConnectionPool):
    """Takes a *way* among its options."""

    ConnectionCls = _Plain


class TlsPool(HTTPSConnectionPool):
    """The same by TLS."""

    ConnectionCls = _Tls
