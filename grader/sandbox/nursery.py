"""Import torch once, then fork a sealed guest for each request. Runs inside the outer jail; started by `host`.

Control messages (JSON, one a datagram, on the descriptor named by the first argument), answered in order:

    {"template": [family, …]} + channel   fork a nursery of guests in which these operators are refused
    {"fork": bounds} + channel            fork a guest that talks on the channel → {"pid": n} + its pidfd
    {"reap": pid}                         wait for a dead guest → its `seal.End`

Guests that nobody asks about are reaped at the next message.

The end of the control channel is the order to leave. No thread is ever started here: threads don't survive forks.
"""

from __future__ import annotations

import array
import errno
import gc
import json
import os
import socket
import time
from typing import TYPE_CHECKING, Any

import torch

from grader.sandbox import forbid, guest, seal, warmup, wire

if TYPE_CHECKING:
    from collections.abc import Callable
    from resource import struct_rusage

MESSAGE_LIMIT = 65536

FORK_SECONDS = 20.0
"""How long a fork is tried again: a guest that starts threads without end leaves no room until it is killed."""


def main(control_fd: int) -> None:
    """Warm up, say "ready", serve."""
    started = time.perf_counter()
    torch.set_num_threads(1)
    warmup.warm_up()
    warmup.warm_up_large()
    guest.rehearse()
    control = socket.socket(fileno=control_fd)
    hello = {"torch": torch.__version__, "seconds": time.perf_counter() - started}
    control.send(json.dumps(hello).encode())
    order, _ = _receive(control)
    if order is not None:
        serve(control, bytes.fromhex(order["seccomp"]), [])


def serve(control: socket.socket, seccomp_program: bytes, families: list[str]) -> None:
    """Answer control messages until the channel ends."""
    gc.collect()
    gc.freeze()  # a collection in a guest would otherwise touch, and so copy, every page
    ended: dict[int, seal.End] = {}
    while True:
        order, channel = _receive(control)
        if order is None:
            return
        _collect_the_dead(ended)
        if "reap" in order:
            control.send(json.dumps(_end_of(order["reap"], ended)._asdict()).encode())
        elif channel is None:
            raise ValueError("an order without its channel: no descriptor was left for it")
        elif "template" in order:
            if _persist(os.fork) == 0:
                control.close()
                forbid.forbid(order["template"])
                control, families, ended = channel, order["template"], {}
                channel.send(b"{}")
                gc.freeze()
            else:
                channel.close()  # else nobody would hear of the new nursery's end
        else:
            _fork_guest(control, channel, seal.Bounds(**order["fork"]), seccomp_program, families)


def _collect_the_dead(ended: dict[int, seal.End]) -> None:
    ended_limit = 64  # who asks, asks soon
    while len(ended) > ended_limit:
        del ended[next(iter(ended))]
    try:
        while (found := os.wait4(-1, os.WNOHANG))[0]:
            ended[found[0]] = _end(found[1], found[2])
    except ChildProcessError:
        return


def _end_of(pid: int, ended: dict[int, seal.End]) -> seal.End:
    if pid in ended:
        return ended.pop(pid)
    _, status, usage = os.wait4(pid, 0)
    return _end(status, usage)


def _end(status: int, usage: struct_rusage) -> seal.End:
    return seal.End(status, usage.ru_utime + usage.ru_stime, most_resident=usage.ru_maxrss * 1024)


def _receive(control: socket.socket) -> tuple[dict[str, Any] | None, socket.socket | None]:
    raw, fds, _, _ = socket.recv_fds(control, MESSAGE_LIMIT, 1)
    if not raw:
        return None, None
    return json.loads(raw), (socket.socket(fileno=fds[0]) if fds else None)


def _fork_guest(
    control: socket.socket,
    channel: socket.socket,
    bounds: seal.Bounds,
    seccomp_program: bytes,
    families: list[str],
) -> None:
    pid = _persist(seal.fork_into_namespaces)
    if pid == 0:
        try:
            _be_a_guest(channel, bounds, seccomp_program, families)
        finally:
            os._exit(0)
    channel.close()
    pidfd = os.pidfd_open(pid)
    descriptors = array.array("i", [pidfd])
    ancillary = [(socket.SOL_SOCKET, socket.SCM_RIGHTS, descriptors)]
    control.sendmsg([json.dumps({"pid": pid}).encode()], ancillary)
    os.close(pidfd)


def _persist(fork: Callable[[], int]) -> int:
    """Fork; while the group that limits threads and memory is full, wait."""
    deadline = time.monotonic() + FORK_SECONDS
    while True:
        try:
            return fork()
        except OSError as error:
            if error.errno not in {errno.EAGAIN, errno.ENOMEM} or time.monotonic() > deadline:
                raise
            time.sleep(0.005)


def _be_a_guest(channel: socket.socket, bounds: seal.Bounds, seccomp_program: bytes, families: list[str]) -> None:
    words = os.dup(channel.fileno())
    try:
        seal.seal(channel, bounds, seccomp_program)
    except (OSError, ValueError) as error:
        guest.write(words if channel.fileno() >= 0 else seal.CHANNEL, wire.Message(0, "unsealed", str(error)))
        return
    (warmup.warm_up_without_convolutions if families else warmup.warm_up)()
    guest.rehearse()
    guest.serve(seal.CHANNEL)
