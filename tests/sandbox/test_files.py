"""Which files a guest may see, read and write: one row per place, and every way of writing tried on it.

The same table runs as root and as an ordinary user: see test_ordinary_user.py.
"""

from __future__ import annotations

import json
import os
import stat
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

import grader
from grader.sandbox import policy
from grader.sandbox.host import find_python
from tests.sandbox.inmate import inside

if TYPE_CHECKING:
    from collections.abc import Iterator

    from grader.domain.observation import Value
    from grader.sandbox.host import BwrapSandbox

pytestmark = pytest.mark.jail

REPOSITORY = Path(grader.__file__).parents[1]
PLACES = {
    "stdlib": str(Path(os.__file__).parent),
    "python": sys._base_executable,  # type: ignore[attr-defined]
    "repository": str(REPOSITORY),
    "home": str(Path.home()),
    "canary": f"/tmp/grader-canary-{os.getpid()}",  # noqa: S108 - on purpose: where guests have a folder of their own
}

FILES = {
    # the machine's
    "/": "list",
    "/etc": "list",
    "/etc/passwd": "hidden",
    "/etc/shadow": "hidden",
    "/etc/hosts": "hidden",
    "/etc/resolv.conf": "hidden",
    "/etc/ssl": "hidden",
    "/etc/ld.so.cache": "read",
    "/usr": "list",
    "/usr/lib": "list",
    "/usr/bin": "hidden",
    "/usr/local": "hidden",
    "/usr/share": "hidden",
    "/bin": "hidden",
    "/sbin": "hidden",
    "/home": "hidden",
    "/root": "hidden",
    "/var": "hidden",
    "/var/log": "hidden",
    "/run": "hidden",
    "/opt": "hidden",
    "/srv": "hidden",
    "/mnt": "hidden",
    "/boot": "hidden",
    "{home}/.ssh": "hidden",
    "{canary}": "own, empty",
    # the kernel's
    "/proc": "list",
    "/proc/self": "hidden",
    "/proc/thread-self": "hidden",
    "/proc/1/environ": "hidden",
    "/proc/1/cmdline": "hidden",
    "/proc/1/mem": "hidden",
    "/proc/1/maps": "hidden",
    "/proc/1/fd": "hidden",
    "/proc/1/root": "hidden",
    "/proc/cmdline": "hidden",
    "/proc/kallsyms": "hidden",
    "/proc/keys": "hidden",
    "/proc/net": "hidden",
    "/proc/sysrq-trigger": "hidden",
    "/proc/sys/kernel/core_pattern": "hidden",
    "/sys": "list",
    "/sys/fs": "hidden",
    "/sys/class": "hidden",
    "/sys/devices": "hidden",
    "/sys/kernel/debug": "hidden",
    "/sys/kernel/mm/ksm": "hidden",
    "/sys/kernel/mm/transparent_hugepage/enabled": "read",
    "/dev": "list",
    "/dev/shm": "hidden",  # noqa: S108 - a name only
    "/dev/mqueue": "hidden",
    "/dev/pts": "hidden",
    "/dev/ptmx": "hidden",
    "/dev/tty": "hidden",
    "/dev/console": "hidden",
    "/dev/kmsg": "hidden",
    "/dev/mem": "hidden",
    "/dev/kvm": "hidden",
    "/dev/fuse": "hidden",
    "/dev/vsock": "hidden",
    "/dev/sda": "hidden",
    "/dev/vda": "hidden",
    "/dev/nvidia0": "hidden",
    "/dev/fd": "hidden",
    "/dev/null": "device",
    "/dev/zero": "device",
    "/dev/random": "device",
    "/dev/urandom": "device",
    # the interpreter's
    "{stdlib}": "list",
    "{stdlib}/os.py": "read",
    "{stdlib}/sitecustomize.py": "hidden",
    "{python}": "read",
    "{python}.pth": "hidden",
    "/packages/0": "list",
    "/packages/0/torch/__init__.py": "read",
    "/packages/0/torch/lib/libtorch_cpu.so": "read",
    "/packages/0/sitecustomize.py": "hidden",
    # the worker's
    "/jail": "list",
    "/jail/grader": "list",
    "/jail/grader/sandbox/guest.py": "read",
    "/jail/grader/sandbox/forbid.py": "read",
    "/jail/grader/sandbox/host.py": "hidden",
    "/jail/grader/kit": "hidden",
    "/jail/torch.py": "hidden",
    "{repository}/pyproject.toml": "hidden",
    "{repository}/.git": "hidden",
    "{repository}/var": "hidden",
    "{repository}/tests": "hidden",
    "{repository}/grader/kit": "hidden",
    "{repository}/exercises": "hidden",
    "{repository}/exercises/1x1-convolutions/pointwise-conv/reference.py": "hidden",
    # its own
    "/tmp": "own folder",  # noqa: S108 - inside
    "/tmp/mine": "own file",  # noqa: S108 - inside
}
"""path: what a guest may there; what is `own` is its to fill."""

_IN_OWN = ("create", "make a folder", "link from")
BEHAVIOUR = {
    "hidden": (False, False, ()),
    "list": (True, True, ()),
    "read": (True, True, ()),
    "device": (True, True, ("open",)),
    "own folder": (True, True, ("create", "make a folder", "link from", "open without a name", "move in")),
    "own file": (True, True, ("open", "rename", "truncate", *_IN_OWN, "link to", "move in")),
    "own, empty": (False, False, (*_IN_OWN, "move in")),
}
"""(can be seen, can be read or listed, ways in which it can be changed)"""

TRY_FILES = """
import errno, json, os, stat
open("/tmp/mine", "w").close()

def succeeds(act, *arguments):
    try:
        act(*arguments)
    except OSError as error:
        if error.errno not in REFUSALS:
            raise
        return False
    return True

REFUSALS = {getattr(errno, "E" + name) for name in "PERM NOENT ACCES ROFS NOTDIR ISDIR XDEV BUSY INVAL TXTBSY".split()}

def see(path):
    os.lstat(path)

def read(path):
    if os.path.isdir(path):
        os.listdir(path)
    else:
        with open(path, "rb", buffering=0) as file:
            file.read(1)

def write(path):
    os.close(os.open(path, os.O_WRONLY | os.O_APPEND))

def rename_and_back(path):
    os.rename(path, path + ".x")
    os.rename(path + ".x", path)

def cut(path):
    os.truncate(path, os.stat(path).st_size)

def beside(path):
    return os.path.join(path, "x") if os.path.isdir(path) else path + ".x"

WAYS = {
    "open": write,
    "rename": rename_and_back,
    "truncate": cut,
    "create": lambda path: open(beside(path), "x").close() or os.unlink(beside(path)),
    "make a folder": lambda path: os.mkdir(beside(path)) or os.rmdir(beside(path)),
    "link from": lambda path: os.symlink("/", beside(path)) or os.unlink(beside(path)),
    "link to": lambda path: os.link(path, "/tmp/linked") or os.unlink("/tmp/linked"),
    "open without a name": lambda path: os.close(os.open(path, os.O_TMPFILE | os.O_RDWR)),
    "move in": lambda path: open("/tmp/moved", "w").close() or os.rename("/tmp/moved", beside(path)),
    "make executable": lambda path: os.chmod(path, 0o777),
    "give away": lambda path: os.chown(path, 1000, 1000),
    "date": lambda path: os.utime(path),
    "mark": lambda path: os.setxattr(path, "user.mark", b"1"),
}

found = []
for path in json.loads(PATHS):
    changed = tuple(name for name, way in WAYS.items() if succeeds(way, path))
    found.append((succeeds(see, path), succeeds(read, path), changed))
return tuple(found)
"""


def place(row: str) -> str:
    return row.format(**PLACES)


def kind(row: str) -> str:
    """Return what the table says; folders on the way to the interpreter, or of it, can be listed wherever they are."""
    python, path = find_python(), Path(place(row))
    on_the_way = any(folder.is_relative_to(path) for folder in (*python.folders, *python.executable.parents))
    return "list" if on_the_way and path.is_dir() and FILES[row] == "hidden" else FILES[row]


@pytest.fixture(scope="module")
def rights(sandbox: BwrapSandbox) -> Iterator[dict[str, Value]]:
    """Have a guest try everything, and look from this side whether it changed anything."""
    canary = Path(PLACES["canary"])
    canary.write_text("sings")
    paths = [place(row) for row in FILES]
    before = {path: sight(path) for path in paths}
    found = inside(sandbox, f"PATHS = {json.dumps(paths)!r}\n{TRY_FILES}")
    assert isinstance(found, tuple)
    yield dict(zip(FILES, found, strict=True))
    assert {path: sight(path) for path in paths} == before
    assert canary.read_text() == "sings"
    canary.unlink()


def sight(path: str) -> tuple[int, ...]:
    """Return what a change would change; the sizes of folders are everybody's."""
    try:
        seen = Path(path).lstat()
    except OSError:
        return ()
    size = 0 if stat.S_ISDIR(seen.st_mode) else seen.st_size
    return seen.st_mode, seen.st_uid, seen.st_gid, seen.st_rdev, size


@pytest.mark.parametrize("row", FILES)
def test_a_guest_may_do_with_a_file_what_the_table_says_and_no_more(rights: dict[str, Value], row: str) -> None:
    assert rights[row] == BEHAVIOUR[kind(row)]


@pytest.mark.parametrize("row", ["/etc/passwd", "/proc/self", "/usr/share", "/dev/tty", "{repository}/exercises"])
def test_what_is_hidden_from_guests_is_there_for_us(row: str) -> None:
    assert os.path.lexists(place(row))
    assert FILES[row] == "hidden"


def test_folders_on_the_way_to_the_interpreter_show_the_way_only(sandbox: BwrapSandbox) -> None:
    bound = [*find_python().folders, *map(Path, policy._SYSTEM_FOLDERS)]
    folders = [folder for folder in [Path(sys.base_prefix), *Path(sys.base_prefix).parents][:-1] if folder not in bound]
    way = {
        str(folder): {path.relative_to(folder).parts[0] for path in bound if path.is_relative_to(folder)}
        for folder in folders
    }
    listed = inside(sandbox, f"return {{folder: os.listdir(folder) for folder in {sorted(way)!r}}}")
    assert isinstance(listed, dict)
    for folder, names in listed.items():
        assert isinstance(names, tuple)
        assert set(names) <= way[folder]
