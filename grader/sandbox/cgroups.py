"""Limits of memory and threads by cgroup, version 2 or 1, where this machine lends one.

The other limits hold without it (RLIMIT_DATA stands in for memory), so a machine that lends none is served too;
`grader doctor` says so. A guest's group is made when it is forked and removed when it is gone.
"""

from __future__ import annotations

import contextlib
import os
from dataclasses import dataclass
from pathlib import Path

_MIB = 1024 * 1024


@dataclass(frozen=True)
class Group:
    """One guest's group: a folder per hierarchy (one in version 2, one per controller in version 1)."""

    folders: tuple[Path, ...]

    def out_of_memory(self) -> bool:
        """Whether the kernel killed something in this group for its memory."""
        for folder in self.folders:
            for name in ("memory.events", "memory.oom_control"):
                with contextlib.suppress(OSError):
                    counts = dict(line.split() for line in (folder / name).read_text().splitlines())
                    if int(counts.get("oom_kill", 0)) > 0:
                        return True
        return False

    def remove(self) -> bool:
        """Remove the folders; False while the kernel still holds one, to be tried again."""
        for folder in self.folders:
            try:
                folder.rmdir()
            except FileNotFoundError:
                continue
            except OSError:
                return False
        return True


class Cgroups:
    """This process's own corner of the hierarchy, below which each guest gets a group."""

    def __init__(self, roots: dict[str, Path]) -> None:
        """*roots*: controller name ("memory", "pids") → folder in which groups may be made."""
        self._roots = roots
        self._leftover: list[Group] = []
        self._count = 0

    @property
    def controllers(self) -> tuple[str, ...]:
        """Which limits can be set here."""
        return tuple(sorted(self._roots))

    def enclose(self, pid: int, *, memory_bytes: int, threads: int) -> Group:
        """Make a group with these limits and put the process *pid* in it; an empty Group where none is lent."""
        self._leftover = [group for group in self._leftover if not group.remove()]
        self._count += 1
        folders: dict[Path, None] = {}
        for controller, root in self._roots.items():
            folder = root / f"grader-guest-{os.getpid()}-{self._count}"
            folder.mkdir(exist_ok=True)
            folders[folder] = None
            if controller == "memory":
                _write_first(folder, ("memory.max", "memory.limit_in_bytes"), memory_bytes)
                _write_first(folder, ("memory.swap.max",), 0)
            else:
                _write_first(folder, ("pids.max",), threads)
        for folder in folders:
            (folder / "cgroup.procs").write_text(str(pid))
        return Group(tuple(folders))

    def dissolve(self, group: Group) -> None:
        """Remove *group* now or, when its processes are still dying, later."""
        if not group.remove():
            self._leftover.append(group)

    def close(self) -> None:
        """Try the leftovers a last time."""
        self._leftover = [group for group in self._leftover if not group.remove()]


def _write_first(folder: Path, names: tuple[str, ...], value: int) -> None:
    for name in names:
        if (folder / name).exists():
            (folder / name).write_text(str(value))
            return


def find() -> Cgroups:
    """Look for hierarchies in which this process may make groups that limit memory and threads."""
    roots = {}
    for controller in ("memory", "pids"):
        for folder in _candidates(controller):
            if _limits_can_be_set(folder, controller):
                roots[controller] = folder
                break
    return Cgroups(roots)


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
