"""Limits of memory and threads by cgroup, version 2 or 1, where this machine lends one.

The other limits hold without it (RLIMIT_DATA stands in for memory), so a machine that lends none is served too;
`grader doctor` says so.
"""

from __future__ import annotations

import contextlib
import errno
import os
import time
from pathlib import Path

SWEEP_SECONDS = 60.0
"""Age below which another's empty group is left alone: its worker may be about to enter it."""


class Group:
    """The group around a nursery and all its guests; an empty one where the machine lends none.

    One group for all, because moving a process into a group costs milliseconds of waiting for the kernel, and at
    most one guest works at a time. RLIMIT_DATA and RLIMIT_AS bound each guest besides.
    """

    def __init__(self, roots: dict[str, Path]) -> None:
        """*roots*: controller ("memory", "pids") → folder in which groups may be made."""
        self._folders = {controller: root / f"grader-{os.getpid()}-{id(self):x}" for controller, root in roots.items()}
        for folder in self._folders.values():
            folder.mkdir(exist_ok=True)
        self._baseline = 0
        self._limits: tuple[int, int] | None = None

    @property
    def controllers(self) -> tuple[str, ...]:
        """Which limits can be set here."""
        return tuple(sorted(self._folders))

    @property
    def is_there(self) -> bool:
        """Whether nobody has removed it; without it the limits would silently be gone."""
        return all(folder.exists() for folder in self._folders.values())

    def enter(self) -> None:
        """Move the calling process in; its children follow."""
        for folder in set(self._folders.values()):
            (folder / "cgroup.procs").write_text("0")

    def note_baseline(self) -> None:
        """Take what is used now as the nursery's own: limits count beyond it."""
        if "memory" in self._folders:
            used = _first(self._folders["memory"], ("memory.current", "memory.usage_in_bytes"))
            self._baseline = int(used.read_text())

    def limit(self, *, memory_bytes: int, threads: int) -> None:
        """Allow this much beyond the nursery's own memory, and this many threads, in all."""
        if self._limits == (memory_bytes, threads):
            return
        if folder := self._folders.get("memory"):
            limit = _first(folder, ("memory.max", "memory.limit_in_bytes"))
            _write_when_free(limit, str(self._baseline + memory_bytes))
            if (swap := folder / "memory.swap.max").exists():
                swap.write_text("0")
        if folder := self._folders.get("pids"):
            (folder / "pids.max").write_text(str(threads))
        self._limits = (memory_bytes, threads)

    def killed_for_memory(self) -> int:
        """Count the processes that the kernel has killed in this group for its memory."""
        if "memory" not in self._folders:
            return 0
        counts = _first(self._folders["memory"], ("memory.events", "memory.oom_control")).read_text()
        return next((int(line.split()[1]) for line in counts.splitlines() if line.startswith("oom_kill ")), 0)

    def remove(self) -> bool:
        """Remove the group, for which its processes must be gone; tries for a second, returns whether it is gone."""
        deadline = time.monotonic() + 1
        for folder in set(self._folders.values()):
            while folder.exists():
                try:
                    folder.rmdir()
                except OSError:
                    if time.monotonic() > deadline:
                        return False
                    time.sleep(0.01)
        return True


def _first(folder: Path, names: tuple[str, str]) -> Path:
    """Return the file that this version of cgroups has; FileNotFoundError when the group is gone."""
    for name in names:
        if (folder / name).exists():
            return folder / name
    raise FileNotFoundError(f"the cgroup {folder} is gone")


def _write_when_free(limit: Path, most: str) -> None:
    """Set a limit of memory; one below what is used is refused, and what was just killed still frees its own."""
    deadline = time.monotonic() + 1
    while True:
        try:
            limit.write_text(most)
        except OSError as error:
            if error.errno != errno.EBUSY or time.monotonic() > deadline:
                raise
            time.sleep(0.01)
        else:
            return


def find() -> Group:
    """Make a group in the hierarchies where this process may limit memory and threads."""
    roots = {}
    for controller in ("memory", "pids"):
        for folder in _candidates(controller):
            if _limits_can_be_set(folder, controller):
                roots[controller] = folder
                _sweep(folder)
                break
    return Group(roots)


def _sweep(root: Path) -> None:
    """Remove the groups of workers that were killed: empty, of no process that lives, and not just being made."""
    for folder in root.glob("grader-*"):
        creator = folder.name.split("-")[1]
        with contextlib.suppress(OSError):  # in use, or removed by somebody else
            is_old = time.time() - folder.stat().st_mtime > SWEEP_SECONDS
            if is_old and not Path("/proc", creator).exists():
                folder.rmdir()


def _candidates(controller: str) -> list[Path]:
    own = _own_paths()
    found = []
    for mount, root, options in _mounts():
        versions = own.get(controller if controller in options else "", None)
        if versions is None or (controller not in options and options != {"cgroup2"}):
            continue
        relative = os.path.relpath(versions, root)
        found += [mount if relative.startswith("..") else mount / relative, mount]
    return found


def _own_paths() -> dict[str, str]:
    paths = {}
    for line in Path("/proc/self/cgroup").read_text().splitlines():
        _, controllers, path = line.split(":", 2)
        for controller in controllers.split(","):
            paths[controller] = path
    return paths


def _mounts() -> list[tuple[Path, str, set[str]]]:
    """(mount point, root inside the hierarchy, controllers, or {"cgroup2"}) of every cgroup mount."""
    found = []
    for line in Path("/proc/self/mountinfo").read_text().splitlines():
        before, _, after = line.partition(" - ")
        kind, _, options = after.split(" ", 2)
        _, _, _, root, mount, *_ = before.split()
        if kind == "cgroup2":
            found.append((Path(mount), root, {"cgroup2"}))
        elif kind == "cgroup":
            found.append((Path(mount), root, set(options.split(","))))
    return found


def _limits_can_be_set(folder: Path, controller: str) -> bool:
    probe = folder / f"grader-probe-{os.getpid()}"
    names = {"memory": ("memory.max", "memory.limit_in_bytes"), "pids": ("pids.max",)}[controller]
    try:
        probe.mkdir()
    except OSError:
        return False
    try:
        return any(os.access(probe / name, os.W_OK) for name in names)
    finally:
        with contextlib.suppress(OSError):
            probe.rmdir()
