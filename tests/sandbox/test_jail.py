"""The jail against itself: what a student's code tries, and what comes of it.

The same table runs as root and as an ordinary user: see test_ordinary_user.py.
"""

from __future__ import annotations

import errno
import json
import os
import platform
import re
import sys
import textwrap
from pathlib import Path
from typing import TYPE_CHECKING

import pyseccomp
import pytest

import grader
from grader.domain.errors import StudentFault
from grader.domain.report import Outcome
from grader.sandbox import policy
from tests.sandbox.inmate import SHORT, inside

if TYPE_CHECKING:
    from grader.domain.observation import Value
    from grader.sandbox.host import BwrapSandbox

pytestmark = pytest.mark.jail

REFUSED_CALLS = """
other processes and programs:
    fork; vfork; clone 17 0; clone 0x10000011 0; execve 0 0 0; execveat -100 0 0 0 0; ptrace 0 0 0 0;
    process_vm_readv 1 0 0 0 0 0; process_vm_writev 1 0 0 0 0 0; process_madvise 0 0 0 0 0; kcmp 1 1 0 0 0;
    pidfd_open 1 0; pidfd_getfd 3 0 0; pidfd_send_signal 3 0 0 0; rt_sigqueueinfo 1 0 0; setsid; setpgid 0 0;
    personality 0xffffffff
the network, and other ways to talk:
    socket 1 1 0; socket 2 1 0; socket 40 1 0; socketpair 1 1 0 0; connect 3 0 0; bind 3 0 0; listen 3 0;
    accept4 3 0 0 0; sendmsg 3 0 0; recvmsg 3 0 0; shmget 0 4096 0o1600; shmat 0 0 0; semget 0 1 0o1600; msgget
    0 0o1600; mq_open 0 0o100 0 0; memfd_create 0 0; memfd_secret 0; flock 0 2; fcntl 0 6 0; fcntl 0 7 0; fcntl
    3 8 1; fcntl 0 1024 1; fcntl 0 1031 1048576; keyctl 0 -3 0; add_key 0 0 0 0 -3; request_key 0 0 0 -3;
    inotify_init1 0; fanotify_init 0 0; splice 0 0 0 0 0 0; vmsplice 3 0 0 0
namespaces, mounts and files that are the machine's:
    unshare 0x10000000; setns 3 0; mount 0 0 0 0 0; umount2 0 0; pivot_root 0 0; move_mount 0 0 0 0 0; open_tree
    0 0 0; fsopen 0 0; fsmount 0 0 0; mount_setattr 0 0 0 0 0; chroot 0; sethostname 0 0; setdomainname 0 0;
    mknod 0 0o20666 0x103; mknodat -100 0 0o20666 0x103; chmod 0 0o666; fchmod 0 0o666; fchmodat -100 0 0o666;
    fchmodat2 -100 0 0o666 0; chown 0 0 0; fchown 0 0 0; fchownat -100 0 0 0 0; setxattr 0 0 0 0 0; fsetxattr 0
    0 0 0 0; utimensat -100 0 0 0; name_to_handle_at 0 0 0 0 0; open_by_handle_at 0 0 0; quotactl 0 0 0 0
rights and limits:
    setuid 0; setgid 0; setreuid 0 0; setresuid 0 0 0; setgroups 0 0; setfsuid 0; capget 0 0; capset 0 0; seccomp 0 0 0;
    prctl 22 0 0; prctl 4 1 0; prctl 1 0 0; prctl 38 0 0; setrlimit 7 0; prlimit64 0 7 1 0; setpriority 0 0 -20;
    sched_setaffinity 0 8 0; sched_setscheduler 0 1 0; sched_setattr 0 0 0; ioprio_set 1 0 0; mlockall 3; mbind
    0 0 0 0 0 0; set_mempolicy 0 0 0; migrate_pages 0 0 0 0; move_pages 0 0 0 0 0 0; landlock_create_ruleset 0 0
    0
the kernel's large surfaces:
    bpf 0 0 0; io_uring_setup 1 0; io_uring_enter 0 0 0 0 0; io_uring_register 0 0 0 0; userfaultfd 0;
    perf_event_open 0 0 -1 -1 0; kexec_load 0 0 0 0; kexec_file_load 0 0 0 0 0; init_module 0 0 0; finit_module
    0 0 0; delete_module 0 0; reboot 0 0 0; swapon 0 0; acct 0; syslog 3 0 0; iopl 3; ioperm 0 1 1; modify_ldt 0
    0 0; settimeofday 0 0; clock_settime 0 0; adjtimex 0; vhangup; timerfd_create 0 0; io_setup 1 0;
    remap_file_pages 0 0 0 0 0; ioctl 0 0x5412 0; ioctl 0 0x541c 0; ioctl 3 0x8912 0; ioctl 0 0x5203 0
"""
"""Each must fail with EPERM: a system call and its arguments."""

_UNTITLED = re.sub(r"^.*:$", ";", REFUSED_CALLS, flags=re.MULTILINE)
CALLS = [" ".join(call.split()) for call in _UNTITLED.split(";") if call.strip()]

TRY_CALLS = """
import ctypes, errno, json
libc = ctypes.CDLL(None, use_errno=True)
found = []
for number, arguments in json.loads(CALLS):
    ctypes.set_errno(0)
    result = libc.syscall(ctypes.c_long(number), *map(ctypes.c_long, arguments))
    found.append(result if result >= 0 else -ctypes.get_errno())
return tuple(found)
"""


def _number(call: str) -> int | None:
    """This machine's number of a system call, None when its libseccomp or architecture has none."""
    try:
        number = int(pyseccomp.resolve_syscall(pyseccomp.Arch.NATIVE, call.partition(" ")[0]))
    except (ValueError, OSError):
        return None
    return number if number >= 0 else None


def _arguments(call: str) -> list[int]:
    return [int(word, 0 if word.startswith(("0x", "0o", "-0x")) else 10) for word in call.split()[1:]]


@pytest.fixture(scope="module")
def refused(sandbox: BwrapSandbox) -> dict[str, Value]:
    known = [call for call in CALLS if _number(call) is not None]
    calls = json.dumps([(_number(call), _arguments(call)) for call in known])
    found = inside(sandbox, f"CALLS = {calls!r}\n{TRY_CALLS}")
    assert isinstance(found, tuple)
    return dict(zip(known, found, strict=True))


@pytest.mark.parametrize("call", CALLS)
def test_a_system_call_is_refused(refused: dict[str, Value], call: str) -> None:
    if _number(call) is None:
        pytest.skip(f"{call} does not exist on this machine")
    assert refused[call] == -errno.EPERM


def test_most_of_the_table_exists_here() -> None:
    assert sum(_number(call) is not None for call in CALLS) > 0.8 * len(CALLS)


REPOSITORY = Path(grader.__file__).parents[1]

SYS = (("kernel",), ("transparent_hugepage",))

ATTEMPTS: dict[str, tuple[str, Value]] = {
    # what there is
    "/proc": ("sorted(os.listdir('/proc'))", ()),
    "/dev": ("sorted(os.listdir('/dev'))", ("null", "random", "urandom", "zero")),
    "/etc": ("sorted(os.listdir('/etc'))", ("ld.so.cache",)),
    "/jail": (
        "sorted(os.path.join(d, f) for d, _, files in os.walk('/jail') for f in files)",
        ("/jail/grader/__init__.py", *sorted(f"/jail/grader/sandbox/{name}.py" for name in policy.JAIL_MODULES)),
    ),
    "/home, /run, /var": ("tuple(os.path.exists(p) for p in ('/home', '/run', '/var'))", (False,) * 3),
    "/sys beyond huge pages": ("(tuple(os.listdir('/sys')), tuple(os.listdir('/sys/kernel/mm')))", SYS),
    "the exercises": (f"os.path.exists({str(REPOSITORY / 'exercises')!r})", False),
    "the rest of grader": (f"os.path.exists({str(REPOSITORY / 'grader' / 'kit')!r})", False),
    "the repository": (f"os.path.exists({str(REPOSITORY / 'pyproject.toml')!r})", False),
    "grader's other modules": ("__import__('importlib.util').util.find_spec('grader.kit') is None", True),
    "its own folder": ("(os.getcwd(), sorted(os.listdir('.')))", ("/tmp", ())),  # noqa: S108 - inside
    "environment": (
        "sorted(set(os.environ) - {'PWD'})",
        tuple(sorted(policy.ENVIRONMENT)),
    ),
    "descriptors": ("[n for n in range(1000) if _is_open(n)]", (0, 1, 2, 3)),
    "descriptors 0 to 2 lead nowhere": ("[os.fstat(n).st_rdev for n in range(3)]", (259,) * 3),
    # who it is
    "user": ("os.getresuid() + os.getresgid()", (1000,) * 6),
    "host name": ("os.uname().nodename", "guest"),
    "process ids": ("(os.getpid(), os.getppid(), os.getsid(0), os.getpgrp())", (1, 0, 1, 1)),
    "limits": (
        "[resource.getrlimit(getattr(resource, 'RLIMIT_' + n)) for n in ('CORE', 'NOFILE', 'FSIZE', 'CPU', 'MEMLOCK')]",
        ((0, 0), (64, 64), (8 << 20, 8 << 20), (61, 61), (0, 0)),
    ),
    # writing
    "write to /": ("_errno(open, '/x', 'w')", "EROFS"),
    "write to /jail": ("_errno(open, '/jail/grader/sandbox/guest.py', 'a')", "EROFS or EACCES"),
    "replace a jail module": (
        "open('/tmp/mine.py', 'w') and _errno(os.replace, '/tmp/mine.py', '/jail/grader/sandbox/guest.py')",
        "EBUSY or EXDEV or EROFS",
    ),
    "write to site-packages": ("_errno(open, torch.__path__[0] + '/x.py', 'w')", "EROFS"),
    "write to the standard library": ("_errno(open, os.__file__, 'a')", "EROFS or EACCES"),
    "write to /proc": ("_errno(open, '/proc/x', 'w')", "EROFS"),
    "write to /dev": ("_errno(open, '/dev/x', 'w')", "EROFS"),
    "remove /dev/null": ("_errno(os.unlink, '/dev/null')", "EROFS or EBUSY"),
    "link a file of the jail": ("_errno(os.link, '/jail/grader/__init__.py', '/tmp/l')", "EXDEV"),
    "change a mode": ("_errno(os.chmod, '/dev/null', 0)", "EPERM"),
    "change times": ("_errno(os.utime, '/dev/null')", "EPERM"),
    "lock a shared file": ("_errno(__import__('fcntl').flock, open(os.__file__), 2)", "EPERM"),
    "follow a link out": ("os.symlink('/etc/shadow', '/tmp/s') or _errno(open, '/tmp/s')", "ENOENT"),
    "run from its own folder": ("_errno(_map_executable)", "EPERM"),
    "too many bytes": ("_fill_bytes()", "ENOSPC or EFBIG"),
    "a file too large": ("open('/tmp/mine', 'w') and _errno(os.truncate, '/tmp/mine', 9 << 20)", "EFBIG"),
    "too many files": ("_fill_inodes()", "ENOSPC"),
    "too many descriptors": ("_open_many()", "EMFILE"),
    # others
    "kill the group": ("_errno(os.kill, 0, 9)", "nothing"),
    "kill all": ("_errno(os.kill, -1, 9)", "ESRCH or nothing"),
    "kill itself": ("_errno(os.kill, 1, 9)", "nothing"),
    "kill another": ("[_errno(os.kill, pid, 9) for pid in (2, 3, 100, 4194303)]", ("ESRCH",) * 4),
    "stop the group": ("_errno(os.kill, 0, 19)", "nothing"),
    "the socket module": ("_errno(__import__('socket').socket)", "EPERM"),
    "subprocess": ("_errno(__import__('subprocess').run, ['true'])", "EPERM or ENOENT"),
    "multiprocessing": ("_errno(__import__('multiprocessing').Pool, 1)", "ENOENT or EPERM or EACCES or ENOSYS"),
    "os.fork": ("_errno(os.fork)", "EPERM"),
    # what must work
    "threads": ("_in_thread(lambda: 5)", 5),
    "threads of torch": ("torch.set_num_threads(2) or (torch.ones(99, 99) @ torch.ones(99, 99))[0, 0].item()", 99.0),
    "random numbers": ("len(os.urandom(8)) + len(open('/dev/urandom', 'rb').read(8))", 16),
    "files of its own": ("open('/tmp/f', 'w').write('x') and open('/tmp/f').read()", "x"),
    "the clock": ("__import__('time').time() > 1e9", True),
    "temporary folders": ("_temporary()", True),
    "saving and loading": ("torch.save(torch.ones(2), '/tmp/t') or torch.load('/tmp/t').sum().item()", 2.0),
}  # fmt: skip
"""what: (expression, its value); a text with " or " lists errno names, any of which will do"""

HELPERS = """
import ctypes, errno, mmap, resource, tempfile, threading

def _errno(function, *arguments):
    try:
        function(*arguments)
    except OSError as error:
        return errno.errorcode[error.errno]
    return "nothing"

def _is_open(number):
    try:
        os.fstat(number)
    except OSError:
        return False
    return True

def _map_executable():
    with open("/tmp/code", "wb+") as file:
        file.write(bytes(4096))
        file.flush()
        mmap.mmap(file.fileno(), 4096, flags=mmap.MAP_PRIVATE, prot=mmap.PROT_READ | mmap.PROT_EXEC)

def _until_refused(step):
    try:
        for number in range(100_000):
            step(number)
    except OSError as error:
        return errno.errorcode[error.errno]

def _fill_bytes():
    with tempfile.TemporaryDirectory() as folder:
        return _until_refused(lambda n: open(f"{folder}/{n}", "wb").write(bytes(1 << 20)))

def _fill_inodes():
    with tempfile.TemporaryDirectory() as folder:
        return _until_refused(lambda n: open(f"{folder}/{n}", "w").close())

def _open_many():
    kept = []
    return _until_refused(lambda n: kept.append(open("/dev/null")))

def _in_thread(work):
    found = []
    thread = threading.Thread(target=lambda: found.append(work()))
    thread.start()
    thread.join()
    return found[0]

def _temporary():
    with tempfile.TemporaryDirectory() as folder:
        return os.path.isdir(folder)
"""


@pytest.fixture(scope="module")
def attempted(sandbox: BwrapSandbox) -> dict[str, Value]:
    lines = [HELPERS, "found = []"]
    for expression, _ in ATTEMPTS.values():
        lines += ["try:", f"    found.append({expression})"]
        lines += ["except BaseException as error:", "    found.append(f'{type(error).__name__}: {error}')"]
    found = inside(sandbox, "\n".join([*lines, "return found"]))
    assert isinstance(found, tuple)
    return dict(zip(ATTEMPTS, found, strict=True))


@pytest.mark.parametrize("what", ATTEMPTS)
def test_an_attempt_ends_as_the_table_says(attempted: dict[str, Value], what: str) -> None:
    expected, found = ATTEMPTS[what][1], attempted[what]
    if isinstance(expected, str) and " or " in expected:
        assert found in expected.split(" or ")
    else:
        assert found == expected


def test_guests_do_not_share_their_folder(sandbox: BwrapSandbox) -> None:
    assert inside(sandbox, "open('/tmp/left', 'w').write('for you'); return os.path.exists('/tmp/left')") is True
    assert inside(sandbox, "return os.listdir('/tmp')") == ()


def test_guests_do_not_share_modules(sandbox: BwrapSandbox) -> None:
    inside(sandbox, "torch.allclose = torch.equal = lambda *a, **k: True; torch.left = 1; return None")
    assert inside(sandbox, "return hasattr(torch, 'left'), torch.equal(torch.ones(1), torch.zeros(1))") == (
        False,
        False,
    )


MEMORY = {
    "Python's": "kept = [bytes(8 << 20) for _ in range(200)]",
    "torch's": "kept = [torch.zeros(1 << 21) for _ in range(200)]",
    "shared and anonymous": """
        import mmap
        kept = []
        for _ in range(200):
            kept.append(mmap.mmap(-1, 8 << 20))
            kept[-1].write(bytes(8 << 20))
    """,
    "made read-only when full": """
        import ctypes
        libc = ctypes.CDLL(None, use_errno=True)
        libc.mmap.restype = ctypes.c_void_p
        for _ in range(200):
            place = libc.mmap(None, ctypes.c_size_t(8 << 20), 3, 0x22, -1, 0)
            if place == ctypes.c_void_p(-1).value:
                raise MemoryError
            ctypes.memset(place, 1, 8 << 20)
            libc.mprotect(ctypes.c_void_p(place), ctypes.c_size_t(8 << 20), 1)
    """,
}


@pytest.mark.parametrize("lines", MEMORY.values(), ids=MEMORY)
def test_memory_has_an_end(sandbox: BwrapSandbox, lines: str) -> None:
    with pytest.raises(StudentFault) as caught:
        inside(sandbox, textwrap.dedent(lines) + "\nreturn 'all of it'")
    assert caught.value.outcome is Outcome.OUT_OF_MEMORY or "allocate memory" in caught.value.message


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


class TestFromOutside:
    @pytest.fixture(scope="class")
    @staticmethod
    def guest(sandbox: BwrapSandbox) -> Path:
        return Path(f"/proc/{sandbox.guest_pid(SHORT)}")

    @pytest.mark.parametrize("kind", ["user", "pid", "mnt", "ipc", "net", "uts", "cgroup"])
    def test_a_namespace_is_its_own(self, guest: Path, kind: str) -> None:
        assert os.readlink(guest / "ns" / kind) != os.readlink(f"/proc/self/ns/{kind}")  # noqa: PTH115

    @pytest.mark.parametrize(
        ("field", "value"),
        [
            ("CapInh", "0000000000000000"),
            ("CapPrm", "0000000000000000"),
            ("CapEff", "0000000000000000"),
            ("CapBnd", "0000000000000000"),
            ("CapAmb", "0000000000000000"),
            ("NoNewPrivs", "1"),
            ("Seccomp", "2"),
            ("Threads", "1"),
        ],
    )
    def test_the_kernel_says_so(self, guest: Path, field: str, value: str) -> None:
        status = dict(line.split(":", 1) for line in (guest / "status").read_text().splitlines())
        assert status[field].strip() == value

    def test_it_has_no_network_but_its_own_loop(self, guest: Path) -> None:
        interfaces = [line.split(":")[0].strip() for line in (guest / "net/dev").read_text().splitlines()[2:]]
        assert interfaces == ["lo"]
        assert len((guest / "net/route").read_text().splitlines()) <= 1

    def test_it_is_the_first_to_be_ended_when_memory_is_short(self, guest: Path) -> None:
        assert (guest / "oom_score_adj").read_text().strip() == "1000"

    def test_nothing_that_it_sees_can_be_written_but_its_folder(self, guest: Path) -> None:
        lines = [line.split() for line in (guest / "mounts").read_text().splitlines()]
        writable = {point for _, point, _, options, *_ in lines if "rw" in options.split(",")}
        assert writable - {"/dev/null", "/dev/zero", "/dev/random", "/dev/urandom"} <= {"/tmp", "/proc"}  # noqa: S108
        assert lines[-1][1:4:2] == [
            "/proc",
            next(options for _, point, _, options, *_ in lines[::-1] if point == "/proc"),
        ]
        assert "ro" in lines[-1][3].split(",")


def test_this_interpreter_is_the_guests(sandbox: BwrapSandbox) -> None:
    assert inside(sandbox, "return sys.version") == sys.version
