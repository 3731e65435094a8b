"""Pure: the outer jail's command line. What is not bound here does not exist for a student's code."""

from __future__ import annotations

import enum
from dataclasses import dataclass
from pathlib import Path  # noqa: TC003 - a field's type, kept at run time

JAIL_MODULES = ("__init__", "wire", "seal", "forbid", "warmup", "guest", "nursery")
"""The modules of `grader.sandbox` that exist inside."""

_HUGE_PAGES = "/sys/kernel/mm/transparent_hugepage"
"""The C library looks here before it asks for huge pages."""

_SYSTEM_FOLDERS = ("/usr/lib", "/usr/lib64", "/usr/lib32", "/lib", "/lib64", "/etc/ld.so.cache", _HUGE_PAGES)
_DEVICES = ("/dev/null", "/dev/zero", "/dev/urandom", "/dev/random")

ENVIRONMENT = {
    "HOME": "/tmp",  # noqa: S108 - the guest's own tmpfs
    "USER": "student",
    "LANG": "C.UTF-8",
    # Forks are cheap when the heap is made of huge pages: all of Python's objects go to malloc, malloc to huge pages.
    "PYTHONMALLOC": "malloc",
    "GLIBC_TUNABLES": "glibc.malloc.hugetlb=1",
    # Threads don't survive a fork; the libraries' pools would start some at import.
    "OMP_NUM_THREADS": "1",
    "OPENBLAS_NUM_THREADS": "1",
    "MKL_NUM_THREADS": "1",
    # One arena, and freed memory is kept for the next tensor: returning it costs a page fault per 4 KiB each time.
    "MALLOC_ARENA_MAX": "1",
    "MALLOC_MMAP_THRESHOLD_": "1073741824",
    "MALLOC_TRIM_THRESHOLD_": "1073741824",
}

_BOOT = (
    "import sys; sys.path.insert(0, '/jail'); sys.path += sys.argv[2:]; "
    "from grader.sandbox.nursery import main; main(int(sys.argv[1]))"
)


class Proc(enum.Enum):
    """How the nursery gets a /proc; guests never see it."""

    FRESH = ("--proc", "/proc")
    BOUND = ("--bind", "/proc", "/proc")  # inside a container a fresh one is refused


@dataclass(frozen=True)
class Python:
    """The interpreter, not of the virtual environment but below it, and the folders that it needs, read-only."""

    executable: Path
    folders: tuple[Path, ...]  # of the interpreter; the same path inside
    packages: tuple[Path, ...]  # site-packages; elsewhere inside, so that an environment may lie anywhere, /tmp too
    package: Path  # the folder of `grader`
    hidden: tuple[str, ...] = ()  # files below /packages that tell where this installation lies


def command_line(bwrap: Path, python: Python, *, proc: Proc, control_fd: int) -> list[str]:
    """Return the command that starts a nursery inside bubblewrap, control channel on *control_fd*."""
    arguments = [str(bwrap), "--unshare-user", "--unshare-pid", "--unshare-ipc", "--unshare-net"]
    arguments += ["--unshare-uts", "--unshare-cgroup-try", "--die-with-parent", "--new-session", "--clearenv"]
    # Not uid 0 inside: the kernel lets no process without capabilities map its parent's root once more.
    arguments += ["--cap-drop", "ALL", "--uid", "1000", "--gid", "1000", "--hostname", "nursery"]
    for name, value in ENVIRONMENT.items():
        arguments += ["--setenv", name, value]
    for folder in _SYSTEM_FOLDERS:
        arguments += ["--ro-bind-try", folder, folder]
    for path in python.folders:
        arguments += ["--ro-bind", str(path), str(path)]
    packages = {f"/packages/{number}": path for number, path in enumerate(python.packages)}
    for inside, path in packages.items():
        arguments += ["--ro-bind", str(path), inside]
    for hidden in python.hidden:
        arguments += ["--ro-bind", "/dev/null", hidden]
    arguments += ["--ro-bind", str(python.package / "__init__.py"), "/jail/grader/__init__.py"]
    for module in JAIL_MODULES:
        file = f"sandbox/{module}.py"
        arguments += ["--ro-bind", str(python.package / file), f"/jail/grader/{file}"]
    for device in _DEVICES:
        arguments += ["--dev-bind", device, device]
    arguments += [*proc.value, "--tmpfs", "/tmp", "--remount-ro", "/", "--chdir", "/"]  # noqa: S108 - inside
    options = ["-S", "-s", "-P", "-B", "-X", "utf8"]  # what `site` would add is given by name
    return [*arguments, "--", str(python.executable), *options, "-c", _BOOT, str(control_fd), *packages]
