"""What a new guest takes from itself before it sees a line of the student's code.

`fork_into_namespaces` makes the process, `seal` closes it: descriptors, user map, mounts, limits, capabilities,
no_new_privs, seccomp, in this order (each needs what the next takes away). Any failure ends the guest before it
says that it is ready, so a half-sealed guest is never used. Standard library only; see clone(2),
user_namespaces(7), seccomp(2), capabilities(7).
"""

from __future__ import annotations

import ctypes
import os
import platform
import resource
import signal
import socket
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple

CHANNEL = 3
"""The guest's one descriptor besides /dev/null on 0, 1 and 2."""

_CLONE_NEW = {
    "mount": 0x00020000,
    "cgroup": 0x02000000,
    "uts": 0x04000000,
    "ipc": 0x08000000,
    "user": 0x10000000,
    "pid": 0x20000000,
    "net": 0x40000000,
}
_CLONE_CHILD_CLEARTID, _CLONE_CHILD_SETTID = 0x00200000, 0x01000000
_PR_GET_TID_ADDRESS, _PR_SET_PDEATHSIG, _PR_CAPBSET_DROP, _PR_CAPBSET_READ = 40, 1, 24, 23
_PR_SET_NO_NEW_PRIVS, _PR_SET_SECCOMP, _SECCOMP_MODE_FILTER = 38, 22, 2
_PR_CAP_AMBIENT, _PR_CAP_AMBIENT_CLEAR_ALL = 47, 4
_MS_RDONLY, _MS_NOSUID, _MS_NODEV, _MS_NOEXEC = 1, 2, 4, 8
_LINUX_CAPABILITY_VERSION_3 = 0x20080522
_STACK_BYTES = 8 * 1024 * 1024
_SYS_CLONE = {"x86_64": 56, "aarch64": 220}
_SYS_CAPSET = {"x86_64": 126, "aarch64": 91}

# Read before any fork: in a new user namespace the kernel says "nobody" until the map is written.
_NURSERY_UID, _NURSERY_GID = os.getuid(), os.getgid()

# PyDLL keeps the interpreter's lock: between clone and PyOS_AfterFork_* no other Python code may run.
_libc = ctypes.PyDLL(None, use_errno=True)


@dataclass(frozen=True)
class Bounds:
    """What one guest may use; memory counts beyond what the nursery already holds."""

    memory_bytes: int
    tmp_bytes: int
    threads: int
    cpu_seconds: int


class End(NamedTuple):
    """How one guest ended, as the kernel told its parent."""

    status: int  # of wait(2)
    cpu: float  # seconds that it worked
    most_resident: int  # bytes


def fork_into_namespaces() -> int:
    """Fork this process into its own user, pid, mount, ipc, net, uts and cgroup namespaces, in one system call.

    Returns the child's pid, or 0 in the child (where it is pid 1). One clone(2) costs half of unshare(2) plus two
    forks. The C library's copy of the thread id is refreshed as its own fork() would do it.
    """
    flags = int(signal.SIGCHLD)
    for flag in _CLONE_NEW.values():
        flags |= flag
    tid_address = ctypes.c_void_p()
    if _libc.prctl(_PR_GET_TID_ADDRESS, ctypes.byref(tid_address), 0, 0, 0) == 0 and tid_address.value:
        flags |= _CLONE_CHILD_SETTID | _CLONE_CHILD_CLEARTID
    # aarch64 takes (flags, stack, parent tid, tls, child tid), x86_64 (flags, stack, parent tid, child tid, tls).
    tail = (0, tid_address) if platform.machine() == "aarch64" else (tid_address, 0)
    ctypes.pythonapi.PyOS_BeforeFork()
    pid: int = _libc.syscall(_SYS_CLONE[platform.machine()], ctypes.c_ulong(flags), 0, 0, *tail)
    if pid == 0:
        ctypes.pythonapi.PyOS_AfterFork_Child()
    else:
        ctypes.pythonapi.PyOS_AfterFork_Parent()
    if pid < 0:
        raise OSError(ctypes.get_errno(), "clone into new namespaces failed")
    return pid


def seal(channel: socket.socket, bounds: Bounds, seccomp_program: bytes) -> None:
    """Close this process off; afterwards it can compute, use its own /tmp, and talk on CHANNEL. OSError if not."""
    os.setsid()  # kill(0, …) would reach the nursery's process group across pid namespaces
    _check(_libc.prctl(_PR_SET_PDEATHSIG, signal.SIGKILL, 0, 0, 0), "prctl(PDEATHSIG)")
    _keep_only(channel)
    _map_user()
    Path("/proc/self/oom_score_adj").write_text("1000")
    inherited = _inherited()
    _mount_tmpfs("/tmp", bounds.tmp_bytes, flags=_MS_NOSUID | _MS_NODEV | _MS_NOEXEC)  # noqa: S108 - its own
    _mount_tmpfs("/proc", 4096, flags=_MS_NOSUID | _MS_NODEV | _MS_NOEXEC | _MS_RDONLY)
    os.chdir("/tmp")  # noqa: S108 - its own
    socket.sethostname("guest")
    _limit(bounds, inherited)
    _drop_capabilities()
    _check(_libc.prctl(_PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0), "prctl(NO_NEW_PRIVS)")
    _install(seccomp_program)


def _check(result: int, what: str) -> None:
    if result != 0:
        raise OSError(ctypes.get_errno(), f"{what} failed")


def _keep_only(channel: socket.socket) -> None:
    null = os.open("/dev/null", os.O_RDWR)
    kept = os.dup(channel.fileno())
    for standard in (0, 1, 2):
        os.dup2(null, standard)
    os.dup2(kept, CHANNEL)
    channel.detach()
    os.closerange(CHANNEL + 1, resource.getrlimit(resource.RLIMIT_NOFILE)[1])
    os.set_blocking(CHANNEL, True)


def _map_user() -> None:
    """Be an ordinary user inside; outside stays who started the nursery, without any right of root's."""
    Path("/proc/self/setgroups").write_text("deny")
    Path("/proc/self/uid_map").write_text(f"1000 {_NURSERY_UID} 1")
    Path("/proc/self/gid_map").write_text(f"1000 {_NURSERY_GID} 1")


def _inherited() -> dict[str, int]:
    """Return the bytes of private data and of address space that came with the fork."""
    status = dict(line.split(":", 1) for line in Path("/proc/self/status").read_text().splitlines())
    return {name: int(status[name].split()[0]) * 1024 for name in ("VmData", "VmSize")}


def _mount_tmpfs(target: str, size: int, *, flags: int) -> None:
    options = f"size={size},nr_inodes=4096,mode=0700".encode()
    _check(_libc.mount(b"tmpfs", target.encode(), b"tmpfs", flags, options), f"mount on {target}")


def _limit(bounds: Bounds, inherited: dict[str, int]) -> None:
    limits = {
        resource.RLIMIT_DATA: inherited["VmData"] + bounds.memory_bytes,
        # Shared anonymous memory is not data, but it is address space; the rest is for threads' stacks.
        resource.RLIMIT_AS: inherited["VmSize"] + bounds.memory_bytes + bounds.threads * _STACK_BYTES,
        resource.RLIMIT_FSIZE: bounds.tmp_bytes,
        resource.RLIMIT_CPU: bounds.cpu_seconds,
        resource.RLIMIT_NOFILE: 64,
        resource.RLIMIT_CORE: 0,
        resource.RLIMIT_MEMLOCK: 0,
        resource.RLIMIT_MSGQUEUE: 0,
        resource.RLIMIT_SIGPENDING: 64,
        resource.RLIMIT_STACK: _STACK_BYTES,
        resource.RLIMIT_NPROC: bounds.threads,  # does not bind when the worker is root; memory and cgroup do
    }
    for kind, value in limits.items():
        resource.setrlimit(kind, (value, value))


def _drop_capabilities() -> None:
    capability = 0
    while _libc.prctl(_PR_CAPBSET_READ, capability, 0, 0, 0) >= 0:
        _check(_libc.prctl(_PR_CAPBSET_DROP, capability, 0, 0, 0), "prctl(CAPBSET_DROP)")
        capability += 1
    _libc.prctl(_PR_CAP_AMBIENT, _PR_CAP_AMBIENT_CLEAR_ALL, 0, 0, 0)
    header = (ctypes.c_uint32 * 2)(_LINUX_CAPABILITY_VERSION_3, 0)
    nothing = (ctypes.c_uint32 * 6)()
    _check(_libc.syscall(_SYS_CAPSET[platform.machine()], ctypes.byref(header), ctypes.byref(nothing)), "capset")


def _install(program: bytes) -> None:
    class _Program(ctypes.Structure):
        _fields_ = (("length", ctypes.c_ushort), ("filter", ctypes.c_char_p))

    filter_size = 8  # bytes per struct sock_filter
    argument = _Program(len(program) // filter_size, program)
    result = _libc.prctl(_PR_SET_SECCOMP, _SECCOMP_MODE_FILTER, ctypes.byref(argument), 0, 0)
    _check(result, "prctl(SECCOMP)")


if sys.byteorder != "little":
    raise ImportError("the wire carries little-endian tensors; this machine is big-endian")
