"""How a process of the service lives among the others: says that it is ready, and dies with who started it.

Readiness is told as to systemd (sd_notify): a datagram to the socket named in `NOTIFY_SOCKET`. So the same
words serve `grader up` and a unit of `Type=notify`.
"""

from __future__ import annotations

import ctypes
import os
import signal
import socket

PARENT = "GRADER_PARENT"
"""Variable with the process id that a process started by `grader up` must not outlive."""

NOTIFY_SOCKET = "NOTIFY_SOCKET"

_PR_SET_PDEATHSIG = 1


def die_with(parent: int) -> None:
    """Have the kernel kill this process when the thread that started it, of process *parent*, ends."""
    libc = ctypes.CDLL(None, use_errno=True)
    if libc.prctl(_PR_SET_PDEATHSIG, signal.SIGKILL, 0, 0, 0) != 0:
        raise OSError(ctypes.get_errno(), "prctl(PR_SET_PDEATHSIG) failed")
    if os.getppid() != parent:  # it ended before the kernel heard of our wish
        os._exit(1)


def obey_parent() -> None:
    """Die with the process named in the environment, if one is; its own children need not know."""
    parent = os.environ.pop(PARENT, None)
    if parent is not None:
        die_with(int(parent))


class Readiness:
    """Tells whoever started this process, once, that it is ready; nobody needs to listen."""

    def __init__(self) -> None:
        # Taken out of the environment so that no library underneath speaks up first.
        self._address = os.environ.pop(NOTIFY_SOCKET, None)

    def tell(self, status: str) -> None:
        """Say that the process is ready, with one line for a person to read."""
        if self._address is None:
            return
        address = "\0" + self._address[1:] if self._address.startswith("@") else self._address
        with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM | socket.SOCK_CLOEXEC) as channel:
            channel.sendto(f"READY=1\nSTATUS={status}\n".encode(), address)
