"""Outside the jail: the guests behind one nursery, forked ahead of need.

A nursery answers in order. So an exchange with it that did not come to its end, whatever ended it, leaves the
kennel broken: the next answer would be taken for another's. Who sees that starts a new nursery.
"""

from __future__ import annotations

import contextlib
import ctypes
import json
import os
import re
import select
import signal
import socket
from collections import deque
from dataclasses import asdict
from itertools import chain
from pathlib import Path
from typing import TYPE_CHECKING, Any

from grader.domain.errors import Internal
from grader.sandbox import wire
from grader.sandbox.seal import End

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from grader.sandbox.cgroups import Group
    from grader.sandbox.seal import Bounds

ANSWER_SECONDS = 30.0
"""A nursery that does not answer a control message for so long is broken."""

SPARE_GUESTS = 1
"""Guests kept ready per kind. The next is forked while the present one works."""

_MIB = 1024 * 1024

GUEST_OVERHEAD = 256 * _MIB
"""What a guest may hold in copies of the nursery's pages."""

OTHER_PROCESSES = 32
"""Nurseries, waiting guests and bubblewrap's own, in the same group."""

_libc = ctypes.CDLL(None)

_CHANNEL_BUFFER = 4 * _MIB

_ENDING_MILLISECONDS = 200
"""Between a guest's channel closing and its end, when it ends."""

_USED_UP = 0.9
"""Share of the processor time that there is, from which on its end may be the kernel's answer to that."""

_GONE = -1
"""Descriptor of a guest that was discarded."""


class Guest:
    """One sealed process, used once: the host's ends of its channel and of its life.

    *held*: the most bytes that it held beyond what it was forked with, known once it is over; None when nobody saw.
    """

    def __init__(self, kennel: Kennel, channel: socket.socket, pid: int, pidfd: int, *, cpu_seconds: float) -> None:
        self.channel = channel
        self._kennel = kennel
        self._cpu_seconds = cpu_seconds
        self._pid = pid  # as the nursery counts
        self._pidfd = pidfd
        self._inherited: int | None = None  # bytes
        self.held: int | None = None

    @property
    def outer_pid(self) -> int:
        """Its process id on this side."""
        for line in Path(f"/proc/self/fdinfo/{self._pidfd}").read_text().splitlines():
            if line.startswith("Pid:"):
                return int(line.split()[1])
        raise Internal("the kernel does not say whom a pidfd names")

    def note_inherited(self) -> None:
        """Take what it holds now as torch's own: what it will hold beyond is the student's."""
        self._inherited = self._resident("VmRSS")

    def discard(self) -> None:
        """Kill and free without waiting; the nursery reaps it by itself. Once more does nothing."""
        self._kennel.leave_core()
        if self._pidfd == _GONE:
            return
        self._note_held()
        self._kill()
        self.channel.close()
        os.close(self._pidfd)
        self._pidfd = _GONE

    def bury(self) -> tuple[int, bool]:
        """Kill, wait, free; return (wait status, whether the kernel ended it for its memory).

        Internal when somebody outside had killed it: a guest can't kill itself, its limits can.
        """
        had_ended = self._has_ended()
        self._kill()
        try:
            end = self._reap()
        finally:
            self.discard()
        out_of_memory = self._kennel.was_out_of_memory()
        was_killed = had_ended and os.WIFSIGNALED(end.status) and os.WTERMSIG(end.status) == signal.SIGKILL
        if was_killed and not out_of_memory and end.cpu < _USED_UP * self._cpu_seconds:
            raise Internal("a guest was killed from outside: is this machine short of memory?")
        return end.status, out_of_memory

    def _note_held(self) -> None:
        """Ask the kernel, which tells of a process that lives; its parent, too, of one that has ended by itself."""
        if self._inherited is None or self.held is not None:
            return
        most = self._resident("VmHWM")
        if most is not None:
            self.held = max(0, most - self._inherited)
            return
        self._kill()
        with contextlib.suppress(Internal):  # then nobody saw, and the next session has a new nursery
            self._reap()

    def _reap(self) -> End:
        end = self._kennel.reap(self._pid)
        if self._inherited is not None:
            self.held = max(0, end.most_resident - self._inherited)
        return end

    def _resident(self, field: str) -> int | None:
        with contextlib.suppress(OSError, Internal):  # no /proc, or one that hides others' processes
            return resident(self.outer_pid, field)
        return None

    def _has_ended(self) -> bool:
        """Whether it ended by itself; one that only hung up lives on."""
        ending = select.poll()
        ending.register(self._pidfd, select.POLLIN)
        return bool(ending.poll(_ENDING_MILLISECONDS))

    def _kill(self) -> None:
        """End the guest and everything in it; its namespaces go with it."""
        with contextlib.suppress(ProcessLookupError):
            if self._pidfd != _GONE:
                signal.pidfd_send_signal(self._pidfd, signal.SIGKILL)


class Kennel:
    """A nursery's control channel, and the guests that wait behind it; *cores* are those that the host may use."""

    def __init__(self, control: socket.socket, group: Group, cores: set[int]) -> None:
        control.settimeout(ANSWER_SECONDS)
        self._group = group
        self._killed_for_memory = 0
        self._control = control
        self._cores = cores
        self.is_broken = False
        self._ordered: deque[tuple[socket.socket, Bounds]] = deque()
        self._waiting: dict[Bounds, deque[Guest]] = {}

    def take(self, bounds: Bounds) -> Guest:
        """Return a guest that has sealed itself; orders its successor."""
        waiting = self._waiting.setdefault(bounds, deque())
        with self._exchange():
            if not waiting and not any(ordered == bounds for _, ordered in self._ordered):
                self._order(bounds)
            while not waiting:
                self._collect()
        guest = waiting.popleft()
        try:
            with self._exchange():
                most = bounds.memory_bytes + bounds.tmp_bytes + (1 + SPARE_GUESTS) * GUEST_OVERHEAD
                self._group.limit(memory_bytes=most, threads=bounds.threads + OTHER_PROCESSES)
                ready_or_coming = len(waiting) + sum(ordered == bounds for _, ordered in self._ordered)
                for _ in range(SPARE_GUESTS - ready_or_coming):
                    self._order(bounds)
                _await_ready(guest)
            guest.note_inherited()
        except BaseException:
            guest.discard()
            raise
        self._share_core(guest)
        return guest

    def leave_core(self) -> None:
        """Run anywhere again."""
        with contextlib.suppress(OSError):
            os.sched_setaffinity(0, self._cores)

    def reap(self, pid: int) -> End:
        """Return how the dead guest *pid* ended; it can be asked once."""
        with self._exchange():
            while self._ordered:
                self._collect()  # answers come in order
            self._send({"reap": pid})
            answer, _ = self._receive()
            return End(int(answer["status"]), float(answer["cpu"]), int(answer["most_resident"]))

    def was_out_of_memory(self) -> bool:
        """Whether the kernel has killed something for its memory since this was asked last."""
        with self._exchange():
            before, self._killed_for_memory = self._killed_for_memory, self._group.killed_for_memory()
        return self._killed_for_memory > before

    def template(self, families: Sequence[str]) -> Kennel:
        """Fork a nursery in which operators are refused, and return its kennel."""
        ours, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        kennel = Kennel(ours, self._group, self._cores)
        with self._exchange():
            with theirs:
                self._send({"template": list(families)}, theirs)
            kennel._receive()
        return kennel

    def close(self) -> None:
        """Bury the waiting guests and hang up."""
        with contextlib.suppress(Internal), self._exchange():
            while self._ordered:
                self._collect()
        for channel, _ in self._ordered:
            channel.close()
        for guest in [guest for waiting in self._waiting.values() for guest in waiting]:
            guest.discard()
        self._waiting.clear()
        self._control.close()

    @contextlib.contextmanager
    def _exchange(self) -> Iterator[None]:
        """Be broken unless what begins here comes to its end; whatever prevents it is our fault."""
        if self.is_broken:
            raise Internal("the nursery has failed before and is not asked again")
        self.is_broken = True
        try:
            yield
        except (OSError, LookupError, ValueError) as error:  # the channel's, the group's, an answer that is none
            raise Internal(f"the nursery can't be used: {type(error).__name__}: {error}") from error
        self.is_broken = False

    def _order(self, bounds: Bounds) -> None:
        """Have one more guest forked, without waiting for it."""
        ours, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_STREAM)
        with theirs:
            for end in (ours, theirs):
                end.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, _CHANNEL_BUFFER)
            self._send({"fork": asdict(bounds)}, theirs)
        self._ordered.append((ours, bounds))

    def _collect(self) -> None:
        answer, fds = self._receive()
        channel, bounds = self._ordered.popleft()
        guest = Guest(self, channel, answer["pid"], fds[0], cpu_seconds=bounds.cpu_seconds)
        self._waiting.setdefault(bounds, deque()).append(guest)

    def _send(self, order: dict[str, Any], channel: socket.socket | None = None) -> None:
        socket.send_fds(self._control, [json.dumps(order).encode()], [channel.fileno()] if channel else [])

    def _receive(self) -> tuple[dict[str, Any], list[int]]:
        raw, fds, _, _ = socket.recv_fds(self._control, 65536, 1)
        if not raw:
            raise ConnectionError("it has ended")
        return json.loads(raw), fds

    def _share_core(self, guest: Guest) -> None:
        """Put the guest on the core that we run on: the two take turns, and waking another core costs more than a turn.

        The nursery stays free, so the next guest is forked elsewhere meanwhile.
        """
        core = {_libc.sched_getcpu()}
        with contextlib.suppress(OSError):  # slower without, that is all
            os.sched_setaffinity(guest.outer_pid, core)
            os.sched_setaffinity(0, core)


def resident(pid: int, field: str) -> int | None:
    """Return the bytes that process *pid* holds ("VmRSS") or has held at most ("VmHWM"); None once it has ended.

    Any thread's file tells it of all of them; the first thread's tells nothing when that one alone has ended.
    """
    line = re.compile(rf"^{field}:\s*(\d+) kB$".encode(), re.MULTILINE)
    process = Path(f"/proc/{pid}")
    for status in chain([process / "status"], process.glob("task/*/status")):
        with contextlib.suppress(OSError):  # it has ended meanwhile
            if found := line.search(status.read_bytes()):
                return int(found[1]) * 1024
    return None


def _await_ready(guest: Guest) -> None:
    guest.channel.settimeout(ANSWER_SECONDS)
    try:
        message = wire.read(lambda view: _fill(guest.channel, view), payload_limit=0)
    except (wire.PeerGoneError, wire.WireError, OSError) as error:
        raise Internal("a guest ended before it was sealed") from error
    if message.kind != "ready":
        raise Internal(f"a guest could not seal itself: {message.value}; `grader doctor` says what this machine lacks")


def _fill(channel: socket.socket, view: memoryview) -> None:
    while view:
        count = channel.recv_into(view)
        if count == 0:
            raise wire.PeerGoneError
        view = view[count:]
