"""Run a command as an ordinary user, even where root's closed home holds the interpreter. Started as root.

In a mount namespace of its own, each closed folder above a needed one is covered by an open, empty one in which the
needed folders reappear at their old places. Then the user changes for good: outside any user namespace, without a
capability, and with no right to a cgroup.

    python as_ordinary_user.py UID EMPTY_FOLDER FOLDER… -- COMMAND…
"""

from __future__ import annotations

import ctypes
import os
import stat
import sys
from pathlib import Path

_CLONE_NEWNS = 0x00020000
_MS_BIND, _MS_REC, _MS_PRIVATE = 0x1000, 0x4000, 0x40000
_libc = ctypes.CDLL(None, use_errno=True)


def main() -> None:
    split = sys.argv.index("--")
    uid, aside, command = int(sys.argv[1]), Path(sys.argv[2]), sys.argv[split + 1 :]
    folders = [Path(word) for word in sys.argv[3:split]]
    _check(_libc.unshare(_CLONE_NEWNS), "unshare")
    _mount(None, "/", None, _MS_REC | _MS_PRIVATE)
    _open_the_way([part for folder in folders for part in _open_parts(folder)], aside)
    os.setgroups([])
    os.setresgid(uid, uid, uid)
    os.setresuid(uid, uid, uid)
    os.execv(command[0], command)  # noqa: S606 - the caller's own command


def _open_parts(folder: Path) -> list[Path]:
    """Return *folder*, or what it holds when it is closed itself: a bind mount would bring its mode along."""
    return [folder] if _is_open(folder) else list(folder.iterdir())


def _open_the_way(folders: list[Path], aside: Path) -> None:
    closed = sorted({parent for folder in folders for parent in folder.parents if not _is_open(parent)})
    tops = [folder for folder in closed if not any(parent in closed for parent in folder.parents)]
    for top in tops:
        below = [folder for folder in folders if folder.is_relative_to(top)]
        for number, folder in enumerate(below):
            _make_like(folder, aside / f"{top.name}-{number}")
            _mount(str(folder), str(aside / f"{top.name}-{number}"), None, _MS_BIND | _MS_REC)
        _mount("tmpfs", str(top), "tmpfs", 0)
        top.chmod(0o755)
        for number, folder in enumerate(below):
            _make_like(aside / f"{top.name}-{number}", folder)
            _mount(str(aside / f"{top.name}-{number}"), str(folder), None, _MS_BIND | _MS_REC)


def _make_like(example: Path, target: Path) -> None:
    """Make an empty file or folder to mount *example* on."""
    target.parent.mkdir(parents=True, exist_ok=True)
    target.mkdir(exist_ok=True) if example.is_dir() else target.touch()


def _is_open(folder: Path) -> bool:
    mode = folder.stat().st_mode
    return bool(mode & stat.S_IXOTH and mode & stat.S_IROTH)


def _mount(source: str | None, target: str, kind: str | None, flags: int) -> None:
    encoded = [None if text is None else text.encode() for text in (source, target, kind)]
    _check(_libc.mount(*encoded, flags, None), f"mount on {target}")


def _check(result: int, what: str) -> None:
    if result != 0:
        raise OSError(ctypes.get_errno(), f"{what} failed")


if __name__ == "__main__":
    main()
