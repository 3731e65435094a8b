"""One process of the service, started and stopped by `grader up`.

Each child has a session of its own, so that Ctrl-C at the terminal reaches `grader up` alone, which then
stops the children in their order. A child dies with `grader up`, even when that is killed.
"""

from __future__ import annotations

import contextlib
import os
import select
import signal
import socket
import subprocess
import time
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from grader.bootstrap.process import NOTIFY_SOCKET, PARENT
from grader.domain.errors import Unavailable

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from pathlib import Path

_POLL_SECONDS = 0.05
_LOG_LINES = 15

POLITE = ((signal.SIGTERM, 10.0),)
"""How most processes are stopped: the signal, and how many seconds it may take before the next, or SIGKILL."""

UNHURRIED = ((signal.SIGTERM, 20.0), (signal.SIGQUIT, 5.0))
"""How a worker is stopped: it finishes its runs; one that takes too long returns them to the queue."""

FINISHING = ((signal.SIGTERM, 25.0),)
"""How a dispatcher is stopped: what it is sending ends within 20 seconds, or is sent again later."""


@dataclass
class Child:
    """A process and how to run it; its log goes to *logs*, its readiness socket stands in *sockets*."""

    name: str
    command: Sequence[str]
    environment: Mapping[str, str]
    logs: Path
    sockets: Path  # short, the path of a socket has at most 107 bytes
    stops: Sequence[tuple[signal.Signals, float]] = POLITE
    _running: subprocess.Popen[bytes] | None = field(default=None, repr=False)
    _ready: socket.socket | None = field(default=None, repr=False)

    @property
    def log(self) -> Path:
        """Where its output goes."""
        return self.logs / f"{self.name}.log"

    @property
    def pid(self) -> int | None:
        """The process's id, None when it does not run."""
        return self._running.pid if self._running is not None and self._running.poll() is None else None

    def start(self) -> None:
        """Start the process; `wait_ready` tells when it can be used."""
        address = self.sockets / f"{self.name}.ready"
        address.unlink(missing_ok=True)
        self._ready = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM | socket.SOCK_CLOEXEC)
        self._ready.bind(os.fspath(address))
        surroundings = {**self.environment, PARENT: str(os.getpid()), NOTIFY_SOCKET: str(address)}
        with self.log.open("ab") as log:
            self._running = subprocess.Popen(  # noqa: S603 - our own commands only
                self.command,
                env=surroundings,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )

    def wait_ready(self, timeout: float, *, answers: Callable[[], bool] = lambda: False) -> str:
        """Return the status line the process is ready with; Unavailable when it ends or stays silent.

        A program that can't tell its readiness is ready once *answers* says so.
        """
        if self._ready is None:
            raise RuntimeError(f"{self.name} was not started")
        deadline = time.monotonic() + timeout
        while time.monotonic() < deadline:
            if select.select([self._ready], [], [], _POLL_SECONDS)[0]:
                return _status(self._ready.recv(4096))
            if answers():
                return ""
            if self.pid is None:
                raise Unavailable(f"{self.name} did not start:\n{self.last_words()}")
        raise Unavailable(f"{self.name} was not ready within {timeout:.0f} s:\n{self.last_words()}")

    def last_words(self) -> str:
        """Return the end of its log."""
        with contextlib.suppress(OSError):
            lines = self.log.read_text(encoding="utf-8", errors="replace").splitlines()
            return "\n".join(lines[-_LOG_LINES:])
        return ""

    def stop(self) -> None:
        """Ask the process to stop, in the end kill it; returns when it is gone."""
        if self._running is not None:
            for number, seconds in self.stops:
                self._running.send_signal(number)
                with contextlib.suppress(subprocess.TimeoutExpired):
                    self._running.wait(seconds)
                    break
            else:
                self._running.kill()
                self._running.wait()
        if self._ready is not None:
            self._ready.close()
            self._ready = None


def _status(message: bytes) -> str:
    """Return the STATUS of a readiness message."""
    fields = dict(line.split("=", 1) for line in message.decode().splitlines() if "=" in line)
    return fields.get("STATUS", "")
