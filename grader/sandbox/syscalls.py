"""The system calls that a guest may make; all others fail with EPERM.

An allow-list: what a new kernel adds is refused until somebody adds it here. Not on it, on purpose: process
creation and exec, sockets, mounts, namespaces, ptrace and process_vm_*, keyrings, bpf, io_uring, userfaultfd,
perf_event_open, pidfd_*, memfd_create, setns, unshare, chroot, modules, clocks, priorities of others; changes of
mode and times (/dev/null is the machine's own, and its owner may be who started the worker); locks (two guests
could signal through a file that both see); what tells or changes which pages of shared files lie in memory (mincore,
and madvise but for what an allocator says of its own); membarrier, which interrupts other processors.
Threads stay allowed: clone with CLONE_THREAD and no namespace (clone3 answers ENOSYS, so that the C library falls
back to clone). Where a guest may write lies in memory, so to sync it is to do nothing: that is answered, not done, and
no disk of the machine's is asked to flush for it.
"""

from __future__ import annotations

import errno
import tempfile

from grader.domain.errors import NoJail

try:
    import pyseccomp
except RuntimeError:  # it looks for the C library when it is imported
    pyseccomp = None  # type: ignore[assignment]

_ALLOWED = """
    read write readv writev pread64 pwrite64 preadv pwritev lseek close close_range dup dup2 dup3
    open openat openat2 creat access faccessat faccessat2 stat fstat lstat newfstatat statx statfs fstatfs
    getdents getdents64 getcwd chdir fchdir readlink readlinkat
    mkdir mkdirat rmdir unlink unlinkat rename renameat renameat2 truncate ftruncate fallocate
    umask link linkat symlink symlinkat copy_file_range sendfile
    pipe pipe2 poll ppoll select pselect6 epoll_create epoll_create1 epoll_ctl epoll_wait epoll_pwait eventfd eventfd2
    mmap munmap mprotect mremap msync brk mlock munlock
    futex futex_waitv set_robust_list get_robust_list rseq set_tid_address gettid getpid getppid getpgrp getpgid getsid
    getuid geteuid getgid getegid getresuid getresgid getgroups getrusage times sysinfo uname getrlimit
    rt_sigaction rt_sigprocmask rt_sigreturn rt_sigpending rt_sigtimedwait rt_sigsuspend sigaltstack
    kill tkill tgkill alarm setitimer getitimer pause timer_create timer_settime timer_delete
    sched_yield sched_getaffinity sched_getparam sched_getscheduler sched_get_priority_max sched_get_priority_min
    getcpu get_mempolicy clock_gettime clock_getres clock_nanosleep nanosleep gettimeofday time
    getrandom arch_prctl exit exit_group restart_syscall wait4 waitid
""".split()  # noqa: SIM905 - a table to be read

_PRCTL_ALLOWED = (15, 16, 0x53564D41)  # PR_SET_NAME, PR_GET_NAME, PR_SET_VMA
_IOCTL_ALLOWED = (0x5401, 0x5450, 0x5451, 0x541B)  # TCGETS, FIONCLEX, FIOCLEX, FIONREAD
_FCNTL_ALLOWED = (0, 1, 2, 3, 4, 1030)  # DUPFD, GET/SETFD, GET/SETFL, DUPFD_CLOEXEC
_MADVISE_ALLOWED = (0, 1, 2, 3, 4, 8, 10, 11, 14, 15, 16, 17, 18, 19, 22, 23)
"""All advice but what shares pages (MERGEABLE), evicts them (COLD, PAGEOUT), cuts files (REMOVE) or needs rights."""

_CLONE_THREAD, _CLONE_NEW_ANYTHING = 0x00010000, 0x7E020000
_ANSWERED = ("fsync", "fdatasync", "fadvise64")


def seccomp_program() -> bytes:
    """Compile the table for this machine's architecture; NoJail when libseccomp or the kernel lacks something."""
    if pyseccomp is None:
        raise NoJail("libseccomp is missing; install the package libseccomp2, version 2.5 or later")
    allow, refuse = pyseccomp.ALLOW, pyseccomp.ERRNO(errno.EPERM)
    try:
        rules = pyseccomp.SyscallFilter(defaction=refuse)
        for name in _ALLOWED:
            _add_if_known(rules, allow, name)
        for name in _ANSWERED:
            _add_if_known(rules, pyseccomp.ERRNO(0), name)
        for value in _PRCTL_ALLOWED:
            rules.add_rule(allow, "prctl", pyseccomp.Arg(0, pyseccomp.EQ, value))
        for value in _IOCTL_ALLOWED:
            rules.add_rule(allow, "ioctl", pyseccomp.Arg(1, pyseccomp.EQ, value))
        for value in _FCNTL_ALLOWED:
            rules.add_rule(allow, "fcntl", pyseccomp.Arg(1, pyseccomp.EQ, value))
        rules.add_rule(allow, "prlimit64", pyseccomp.Arg(2, pyseccomp.EQ, 0))  # read, not set
        for value in _MADVISE_ALLOWED:
            rules.add_rule(allow, "madvise", pyseccomp.Arg(2, pyseccomp.EQ, value))
        looked_at = _CLONE_THREAD | _CLONE_NEW_ANYTHING
        rules.add_rule(allow, "clone", pyseccomp.Arg(0, pyseccomp.MASKED_EQ, looked_at, _CLONE_THREAD))
        rules.add_rule(pyseccomp.ERRNO(errno.ENOSYS), "clone3")
        with tempfile.TemporaryFile() as file:
            rules.export_bpf(file)
            file.seek(0)
            return file.read()
    except (OSError, RuntimeError, AttributeError) as error:
        raise NoJail(f"the seccomp filter can't be built ({error}); install libseccomp2 2.5 or later") from error


def syscall_number(name: str) -> int:
    """Return the number of a system call on this architecture, negative when it has none of that name."""
    try:
        return int(pyseccomp.resolve_syscall(pyseccomp.Arch.NATIVE, name))
    except (ValueError, OSError):
        return -1


def _add_if_known(rules: pyseccomp.SyscallFilter, action: int, name: str) -> None:
    """Skip calls that this architecture does not have (open, stat… on arm64): what is unknown stays refused."""
    if syscall_number(name) >= 0:
        rules.add_rule(action, name)
