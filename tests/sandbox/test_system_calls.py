"""Which system calls a guest may make: by name and arguments, by every number, and by other doors into the kernel.

The same tables run as root and as an ordinary user: see test_ordinary_user.py.
"""

from __future__ import annotations

import errno
import json
import os
import platform
import re
import time
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from grader.domain.errors import StudentFault
from grader.sandbox import syscalls
from tests.sandbox.inmate import inside

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from grader.domain.observation import Value
    from grader.sandbox.host import BwrapSandbox

pytestmark = pytest.mark.jail

CALLS = """
other processes and programs:
    fork; vfork; clone 17 0; clone 0x10000011 0; clone 0x7e020011 0; execve 0 0 0; execveat -100 0 0 0 0;
    clone3 0 0 = ENOSYS; clone 0x10000 0 = EINVAL; clone 0x10010000 0; clone 0x40010000 0; clone 0x20010000 0;
    ptrace 0 0 0 0; ptrace 16 1 0 0; process_vm_readv 1 0 0 0 0 0; process_vm_writev 1 0 0 0 0 0;
    process_madvise 0 0 0 0 0; process_mrelease 3 0; kcmp 1 1 0 0 0; pidfd_open 1 0; pidfd_getfd 3 0 0;
    pidfd_send_signal 3 0 0 0; rt_sigqueueinfo 1 0 0; rt_tgsigqueueinfo 1 1 0 0; setsid; setpgid 0 0;
    personality 0xffffffff; personality 0x0040000; kill 2 9 = ESRCH; kill 4194303 9 = ESRCH; kill -2 9 = ESRCH;
    tkill 2 9 = ESRCH; tgkill 2 2 9 = ESRCH; tgkill 1 999 9 = ESRCH; get_robust_list 2 0 0 = ESRCH; getpgid 2 = ESRCH
the network, and other ways to talk:
    socket 1 1 0; socket 2 1 0; socket 2 3 1; socket 10 1 0; socket 16 3 0; socket 17 3 768; socket 38 5 0;
    socket 40 1 0; socket 29 3 1; socket 31 3 1; socketpair 1 1 0 0; connect 3 0 0; bind 3 0 0; listen 3 0;
    accept 3 0 0; accept4 3 0 0 0; shutdown 3 2; getsockopt 3 1 17 0 0; setsockopt 3 1 7 0 0; getsockname 3 0 0;
    getpeername 3 0 0; sendto 3 0 0 0 0 0; recvfrom 3 0 0 0 0 0; sendmsg 3 0 0; recvmsg 3 0 0; sendmmsg 3 0 0 0;
    recvmmsg 3 0 0 0 0; shmget 0 4096 0o1600; shmat 0 0 0; shmctl 0 0 0; semget 0 1 0o1600; semop 0 0 0;
    msgget 0 0o1600; msgsnd 0 0 0 0; mq_open 0 0o100 0 0; memfd_create 0 0; memfd_secret 0; flock 0 2; fcntl 0 5 0;
    fcntl 0 6 0; fcntl 0 7 0; fcntl 0 37 0; fcntl 0 38 0; fcntl 3 8 1; fcntl 3 10 9; fcntl 0 1024 1; fcntl 0 1026 1;
    fcntl 0 1031 1048576; fcntl 0 1033 8; keyctl 0 -3 0; keyctl 1 0; add_key 0 0 0 0 -3; request_key 0 0 0 -3;
    inotify_init; inotify_init1 0; inotify_add_watch 0 0 0; fanotify_init 0 0; fanotify_mark 0 0 0 0 0;
    splice 0 0 0 0 0 0; vmsplice 3 0 0 0; tee 0 0 0 0
namespaces, mounts and files that are the machine's:
    unshare 0x10000000; unshare 0x20000; unshare 0; setns 3 0; mount 0 0 0 0 0; umount2 0 0; pivot_root 0 0;
    move_mount 0 0 0 0 0; open_tree -100 0 0; fsopen 0 0; fsconfig 0 0 0 0 0; fsmount 0 0 0; fspick -100 0 0;
    mount_setattr 0 0 0 0 0; chroot 0; sethostname 0 0; setdomainname 0 0; mknod 0 0o20666 0x103;
    mknodat -100 0 0o20666 0x103; chmod 0 0o666; fchmod 0 0o666; fchmodat -100 0 0o666; fchmodat2 -100 0 0o666 0;
    chown 0 0 0; lchown 0 0 0; fchown 0 0 0; fchownat -100 0 0 0 0; setxattr 0 0 0 0 0; lsetxattr 0 0 0 0 0;
    fsetxattr 0 0 0 0 0; removexattr 0 0; utime 0 0; utimes 0 0; futimesat -100 0 0; utimensat -100 0 0 0;
    name_to_handle_at -100 0 0 0 0; open_by_handle_at 0 0 0; quotactl 0 0 0 0; quotactl_fd 0 0 0 0; sync; syncfs 0;
    sync_file_range 0 0 0 0; fsync 0 = 0; fdatasync 0 = 0; fadvise64 0 0 0 4 = 0; ustat 0 0; sysfs 3
rights and limits:
    setuid 0; setgid 0; setreuid 0 0; setregid 0 0; setresuid 0 0 0; setresgid 0 0 0; setgroups 0 0; setfsuid 0;
    setfsgid 0; capget 0 0; capset 0 0; seccomp 0 0 0; seccomp 1 0 0; prctl 22 2 0; prctl 4 1 0; prctl 1 0 0;
    prctl 8 1 0; prctl 23 0 0; prctl 24 0 0; prctl 26 2 0; prctl 28 0 0; prctl 29 1 0; prctl 35 1 0; prctl 36 1 0;
    prctl 38 0 0; prctl 41 1 0; prctl 47 2 0; prctl 53 0 2; prctl 57 1 0; prctl 62 1 0; prctl 67 1 0;
    prctl 0x59616d61 -1 0; prctl 15 0 0 = EFAULT; prctl 16 0 0 = EFAULT; prctl 0x10000000f 0 0; setrlimit 7 0;
    prlimit64 0 7 1 0; prlimit64 2 7 0 0 = ESRCH; setpriority 0 0 -20; sched_setaffinity 0 8 0; sched_setparam 0 0;
    sched_setscheduler 0 1 0; sched_setattr 0 0 0; ioprio_set 1 0 0; mlockall 3; mlock2 0 0 0; mbind 0 0 0 0 0 0;
    set_mempolicy 0 0 0; migrate_pages 0 0 0 0; move_pages 0 0 0 0 0 0; landlock_create_ruleset 0 0 0
what a page cache or a processor would tell:
    mincore 0 0 0; cachestat 0 0 0 0; madvise 0 0 12; madvise 0 0 13; madvise 0 0 20; madvise 0 0 21; madvise 0 0 9;
    madvise 0 0 100; madvise 0 0 101; madvise 0 0 4 = 0; madvise 0 0 14 = 0; membarrier 1 0 0; membarrier 0 0 0;
    lookup_dcookie 0 0 0; readahead 0 0 0
the kernel's large surfaces:
    bpf 0 0 0; bpf 5 0 0; io_uring_setup 1 0; io_uring_enter 0 0 0 0 0; io_uring_register 0 0 0 0; userfaultfd 0;
    userfaultfd 1; perf_event_open 0 0 -1 -1 0; kexec_load 0 0 0 0; kexec_file_load 0 0 0 0 0; init_module 0 0 0;
    finit_module 0 0 0; delete_module 0 0; reboot 0 0 0; swapon 0 0; swapoff 0; acct 0; syslog 3 0 0; iopl 3;
    ioperm 0 1 1; modify_ldt 0 0 0; modify_ldt 1 0 0; settimeofday 0 0; clock_settime 0 0; adjtimex 0;
    clock_adjtime 0 0; vhangup; timerfd_create 0 0; signalfd4 -1 0 8 0; io_setup 1 0; remap_file_pages 0 0 0 0 0;
    ioctl 0 0x5412 0; ioctl 0 0x541c 0; ioctl 3 0x8912 0; ioctl 0 0x5203 0; ioctl 0 0x540e 0; ioctl 0 0x5423 0;
    ioctl 0 0x40086602 0; ioctl 0 0xc0189436 0; ioctl 0 0x5401 0 = ENOTTY; nfsservctl; uselib 0; pkey_alloc 0 0
"""
"""A system call, its arguments, and how it ends: with EPERM, where nothing else stands behind `=`."""

MAY = """
its own files and descriptors:
    read write readv writev pread64 pwrite64 preadv pwritev lseek close close_range dup dup2 dup3 open openat openat2
    creat access faccessat faccessat2 stat fstat lstat newfstatat statx statfs fstatfs getdents getdents64 getcwd chdir
    fchdir readlink readlinkat mkdir mkdirat rmdir unlink unlinkat rename renameat renameat2 truncate ftruncate
    fallocate umask link linkat symlink symlinkat copy_file_range sendfile fsync fdatasync fadvise64
waiting:
    pipe pipe2 poll ppoll select pselect6 epoll_create epoll_create1 epoll_ctl epoll_wait epoll_pwait eventfd eventfd2
    nanosleep clock_nanosleep pause sched_yield restart_syscall
its own memory and threads:
    mmap munmap mprotect mremap msync brk mlock munlock futex futex_waitv set_robust_list get_robust_list rseq
    set_tid_address arch_prctl exit exit_group wait4 waitid
who and where it is:
    gettid getpid getppid getpgrp getpgid getsid getuid geteuid getgid getegid getresuid getresgid getgroups getrusage
    times sysinfo uname getrlimit sched_getaffinity sched_getparam sched_getscheduler sched_get_priority_max
    sched_get_priority_min getcpu get_mempolicy clock_gettime clock_getres gettimeofday time getrandom
signals, to itself: nobody else is in its namespace:
    rt_sigaction rt_sigprocmask rt_sigreturn rt_sigpending rt_sigtimedwait rt_sigsuspend sigaltstack kill tkill tgkill
    alarm setitimer getitimer timer_create timer_settime timer_delete
some arguments of these, see the table above:
    clone clone3 prctl ioctl fcntl prlimit64 madvise
"""
"""Every system call that a guest may make; what is not here must be refused, whatever number the kernel gives it."""

PROBES = (335, 336) if platform.machine() == "x86_64" else ()
"""uretprobe and uprobe: newer kernels let no filter see them; who is not in a probe is ended, or told so (ENXIO)."""

HIGHEST = 600
"""Numbers above the newest system call, so that new ones are tried as well."""


def words(table: str) -> list[str]:
    """Return *table* without its titles."""
    return re.sub(r"^.*:$", ";", table, flags=re.MULTILINE).split()


ROWS = [" ".join(row.split()) for row in " ".join(words(CALLS)).split(";") if row.strip()]

TRY_CALLS = """
import ctypes, json
libc = ctypes.CDLL(None, use_errno=True)
found = []
for number, arguments in json.loads(CALLS):
    ctypes.set_errno(0)
    result = libc.syscall(ctypes.c_long(number), *map(ctypes.c_long, arguments))
    found.append(result if result >= 0 else -ctypes.get_errno())
return tuple(found)
"""


def tried(sandbox: BwrapSandbox, calls: Sequence[tuple[int, Sequence[int]]]) -> tuple[Value, ...]:
    """Return what each call gives in a guest: a result, or a negative errno."""
    found = inside(sandbox, f"CALLS = {json.dumps(calls)!r}\n{TRY_CALLS}")
    assert isinstance(found, tuple)
    return found


def number_of(row: str) -> int:
    """Return this machine's number of a row's system call, negative when libseccomp or the architecture has none."""
    return syscalls.syscall_number(row.split(maxsplit=1)[0])


def arguments_of(row: str) -> list[int]:
    call = row.partition(" = ")[0]
    return [int(word, 0 if word.startswith(("0x", "0o", "-0x")) else 10) for word in call.split()[1:]]


def expected_of(row: str) -> int:
    end = row.partition(" = ")[2]
    return -getattr(errno, end or "EPERM") if not end.isdigit() else int(end)


@pytest.fixture(scope="module")
def ends(sandbox: BwrapSandbox) -> dict[str, Value]:
    known = [row for row in ROWS if number_of(row) >= 0]
    return dict(zip(known, tried(sandbox, [(number_of(row), arguments_of(row)) for row in known]), strict=True))


@pytest.mark.parametrize("row", ROWS)
def test_a_system_call_ends_as_the_table_says(ends: dict[str, Value], row: str) -> None:
    if number_of(row) < 0:
        pytest.skip(f"{row.split(maxsplit=1)[0]} does not exist on this machine")
    assert ends[row] == expected_of(row)


def test_most_of_the_table_exists_here() -> None:
    assert sum(number_of(row) >= 0 for row in ROWS) > 0.8 * len(ROWS)


def test_every_number_that_is_not_in_the_table_is_refused(sandbox: BwrapSandbox) -> None:
    may = {number_of(name) for name in words(MAY) if name != ";"}
    others = [number for number in range(HIGHEST) if number not in may and number not in PROBES]
    ends = tried(sandbox, [(number, [0] * 6) for number in others])
    assert {number: end for number, end in zip(others, ends, strict=True) if end != -errno.EPERM} == {}


@pytest.mark.parametrize("number", PROBES)
def test_what_no_filter_sees_leads_nowhere(sandbox: BwrapSandbox, number: int) -> None:
    try:
        ended = tried(sandbox, [(number, [0] * 6)])
    except StudentFault as fault:
        ended = ("SIGILL" in fault.message,)
    assert ended[0] in (-errno.EPERM, -errno.ENXIO, -errno.ENOSYS, True)


def test_what_the_table_allows_is_what_the_filter_allows() -> None:
    table = {name for name in words(MAY) if name != ";"}
    by_argument = {"clone", "clone3", "prctl", "ioctl", "fcntl", "prlimit64", "madvise"}
    assert table - by_argument == {*syscalls._ALLOWED, *syscalls._ANSWERED}


@pytest.mark.skipif(platform.machine() != "x86_64", reason="x86's other doors into the kernel")
@pytest.mark.parametrize("code", ["b814000000cd80c3", "b827000040 0f05c3"], ids=["int 0x80", "x32"])
def test_another_door_into_the_kernel_ends_the_guest(sandbox: BwrapSandbox, code: str) -> None:
    lines = f"""
import ctypes, mmap
memory = mmap.mmap(-1, 4096, prot=7)
memory.write(bytes.fromhex({code!r}))
address = ctypes.addressof(ctypes.c_char.from_buffer(memory))
return ctypes.CFUNCTYPE(ctypes.c_long)(address)()
"""
    with pytest.raises(StudentFault) as caught:
        inside(sandbox, lines)
    assert "signal SIGSYS" in caught.value.message


def machine() -> dict[str, object]:
    """Return what a system call that got through would change for everybody."""
    null = Path("/dev/null").stat()
    limits = Path("/proc/self/limits").read_text()
    return {
        "host name": os.uname().nodename,
        "/dev/null": (null.st_mode, null.st_uid, null.st_gid, null.st_rdev),
        "passwd": Path("/etc/passwd").read_bytes(),
        "swaps": Path("/proc/swaps").read_text(),
        "modules": len(Path("/proc/modules").read_text().splitlines()) if Path("/proc/modules").exists() else 0,
        "ours": (os.getpriority(os.PRIO_PROCESS, 0), os.getsid(0), os.getpgrp(), limits),
        "clock": round((time.time() - time.monotonic()) / 10),
    }


@pytest.fixture(autouse=True, scope="module")
def the_machine_stays_as_it_is() -> Iterator[None]:
    before = machine()
    yield
    assert machine() == before
