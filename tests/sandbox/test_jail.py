"""The jail against itself: what a student's code tries, and what comes of it.

System calls and files have tables of their own: test_system_calls.py, test_files.py. All of them run as root and as
an ordinary user: see test_ordinary_user.py.
"""

from __future__ import annotations

import os
import sys
import textwrap
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from grader.domain.errors import StudentFault
from grader.domain.report import Outcome
from grader.sandbox import policy
from tests.sandbox.inmate import SHORT, inside

if TYPE_CHECKING:
    from grader.domain.observation import Value
    from grader.sandbox.host import BwrapSandbox

pytestmark = pytest.mark.jail

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
    "/sys beyond huge pages": ("(tuple(os.listdir('/sys')), tuple(os.listdir('/sys/kernel/mm')))", SYS),
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
    "replace a jail module": (
        "open('/tmp/mine.py', 'w') and _errno(os.replace, '/tmp/mine.py', '/jail/grader/sandbox/guest.py')",
        "EBUSY or EXDEV or EROFS",
    ),
    "remove /dev/null": ("_errno(os.unlink, '/dev/null')", "EROFS or EBUSY"),
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
    # rights
    "be served first": ("_errno(os.nice, -1)", "EPERM"),
    "be served at once": ("_errno(os.sched_setscheduler, 0, os.SCHED_FIFO, os.sched_param(1))", "EPERM"),
    "take another core": ("_errno(os.sched_setaffinity, 0, range(os.cpu_count()))", "EPERM"),
    "be root": ("[_errno(act, 0) for act in (os.setuid, os.setgid, os.seteuid)]", ("EPERM",) * 3),
    "set the clock": ("_errno(__import__('time').clock_settime, 0, 0)", "EPERM"),
    "set the host's name": ("_errno(__import__('socket').sethostname, 'mine')", "EPERM"),
    "change the root": ("_errno(os.chroot, '/tmp')", "EPERM"),
    "make a device": ("_errno(os.mknod, '/tmp/null', 0o20666, 259)", "EPERM"),
    "memory by name": ("_errno(__import__('_posixshmem').shm_open, '/x', os.O_CREAT | os.O_RDWR)", "ENOENT or EROFS"),
    "memory by descriptor": ("_errno(os.memfd_create, 'x')", "EPERM"),
    # what must work
    "threads": ("_in_thread(lambda: 5)", 5),
    "threads of torch": ("torch.set_num_threads(2) or (torch.ones(99, 99) @ torch.ones(99, 99))[0, 0].item()", 99.0),
    "random numbers": ("len(os.urandom(8)) + len(open('/dev/urandom', 'rb').read(8))", 16),
    "files of its own": ("open('/tmp/f', 'w').write('x') and open('/tmp/f').read()", "x"),
    "the clock": ("__import__('time').time() > 1e9", True),
    "syncing": ("_sync()", "nothing"),
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

def _sync():
    with open("/tmp/synced", "w") as file:
        return _errno(os.fsync, file.fileno())

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
