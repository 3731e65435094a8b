"""Grade many submissions in this process and write what they left as JSON: `python many_submissions.py COUNT FOLDER…`.

Honest, crashing, hanging, greedy and forging ones take turns. Each is graded once before anything is counted, so that
what is kept for good (templates, seeds, what misconceptions say) is there. New files are looked for in the folders.
"""

from __future__ import annotations

import ctypes
import json
import os
import random
import sys
import time
from contextlib import suppress
from dataclasses import replace
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING

from grader.catalogue import FolderCatalogue
from grader.kit import examiner as examiners
from grader.sandbox.host import BwrapSandbox
from tests.adversarial.attack import BOTTLENECK, POINTWISE, SUBMISSIONS, Slug
from tests.outside.desk import family

if TYPE_CHECKING:
    from collections.abc import Iterator

    from grader.domain.exercise import Exercise

REPOSITORY = Path(__file__).parents[2]
SOLUTIONS = REPOSITORY / "tests" / "solutions"

MIX: list[tuple[Slug, Path]] = [
    (POINTWISE, SUBMISSIONS / "controls/pointwise_right.py"),
    (BOTTLENECK, SUBMISSIONS / "controls/bottleneck_right.py"),
    (POINTWISE, SOLUTIONS / "pointwise-conv/right_einsum.py"),
    (POINTWISE, SOLUTIONS / "pointwise-conv/right_loop_over_channels.py"),
    (BOTTLENECK, SOLUTIONS / "bottleneck/right_sequential.py"),
    (POINTWISE, SUBMISSIONS / "controls/pointwise_wrong.py"),
    (BOTTLENECK, SUBMISSIONS / "controls/bottleneck_wrong.py"),
    (POINTWISE, SOLUTIONS / "pointwise-conv/wrong_syntax_error.py"),
    (POINTWISE, SOLUTIONS / "pointwise-conv/wrong_crash.py"),
    (POINTWISE, SUBMISSIONS / "dying/exits_in_forward.py"),
    (POINTWISE, SUBMISSIONS / "dying/segfaults.py"),
    (POINTWISE, SUBMISSIONS / "dying/exits_at_import.py"),
    (POINTWISE, SUBMISSIONS / "dying/hangs_in_c.py"),
    (POINTWISE, SUBMISSIONS / "dying/hangs_at_import.py"),
    (POINTWISE, SUBMISSIONS / "dying/eats_memory.py"),
    (POINTWISE, SUBMISSIONS / "dying/eats_threads.py"),
    (POINTWISE, SUBMISSIONS / "dying/eats_files.py"),
    (POINTWISE, SUBMISSIONS / "dying/kills_everyone.py"),
    (POINTWISE, SUBMISSIONS / "forging/frames_forged.py"),
    (POINTWISE, SUBMISSIONS / "forging/channel_taken_over.py"),
    (POINTWISE, SUBMISSIONS / "tampering/files_shadowed.py"),
    (POINTWISE, SUBMISSIONS / "stealing/state_left.py"),
]


def main() -> None:
    count, watched = int(sys.argv[1]), [Path(word) for word in sys.argv[2:]]
    examiners.USES_PER_SEED = 25  # so that what is kept of a seed is seen to go with it
    catalogue = FolderCatalogue(REPOSITORY / "exercises")
    exercises: dict[Slug, Exercise] = {
        slug: short(catalogue.exercise("1x1-convolutions", slug)) for slug in (POINTWISE, BOTTLENECK)
    }
    before = files(watched)
    sandbox = BwrapSandbox()
    examiner = examiners.KitExaminer(sandbox, secret=b"s" * 32, node="here")
    for slug, path in [*MIX, *MIX[: 2 * examiners.SEEDS_KEPT]]:
        grade(examiner, exercises[slug], path)
    warm = standing(sandbox)
    memory: dict[str, list[int]] = {"worker": [], "nursery": []}
    for slug, path in islice(shuffled(), count):
        grade(examiner, exercises[slug], path)
        give_free_pages_back()
        memory["worker"].append(resident(os.getpid()))
        memory["nursery"].append(sum(map(resident, nurseries(sandbox))))
    after = standing(sandbox)
    sandbox.close()
    ended = {"groups": groups(), "processes": len(family(os.getpid()))}
    appeared = sorted(files(watched) - before)
    json.dump({"warm": warm, "after": after, "ended": ended, "appeared": appeared, "memory": memory}, sys.stdout)


def short(exercise: Exercise) -> Exercise:
    limits = replace(exercise.limits, scenario_seconds=0.8, total_seconds=1.2, memory_mib=128, tmp_mib=4)
    return replace(exercise, limits=limits)


def shuffled() -> Iterator[tuple[Slug, Path]]:
    order = random.Random(7)  # noqa: S311 - the same every time
    while True:
        yield from order.sample(MIX, len(MIX))


def grade(examiner: examiners.KitExaminer, exercise: Exercise, path: Path) -> None:
    examiner.examine(exercise, path.read_text(encoding="utf-8"))
    examiner.rest()


def standing(sandbox: BwrapSandbox) -> dict[str, object]:
    """Return what is held between two submissions, once every guest that was ordered is there."""
    for kennel in sandbox._kennels.values():
        with kennel._exchange():
            while kennel._ordered:
                kennel._collect()
    return {"descriptors": descriptors(), "processes": processes(sandbox), "groups": groups()}


def descriptors() -> list[str]:
    """Return what this process has open, by kind."""
    found = []
    for link in Path("/proc/self/fd").iterdir():
        with suppress(OSError):  # the one that lists them
            target = str(link.readlink())
            found.append(target.split(":", maxsplit=1)[0] if target.startswith(("socket:", "pipe:")) else target)
    return sorted(found)


def processes(sandbox: BwrapSandbox) -> dict[str, int]:
    """Return how many processes run below this one, and how many in its group are none of them."""
    waiting = sum(len(each) for kennel in sandbox._kennels.values() for each in kennel._waiting.values())
    deadline = time.monotonic() + 10
    while sum(state(pid) not in "ZX" for pid in guests(sandbox)) > waiting and time.monotonic() < deadline:
        time.sleep(0.02)  # a guest is killed without waiting for its end
    below = {pid for pid in family(os.getpid()) if state(pid) not in "ZX"}
    inside = {int(pid) for folder in group_folders() for pid in (folder / "cgroup.procs").read_text().split()}
    return {"below": len(below), "strangers": len(inside - set(family(os.getpid())))}


def state(pid: int) -> str:
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0]
    except OSError:
        return "X"


def guests(sandbox: BwrapSandbox) -> set[int]:
    return set(family(sandbox._nursery.pid)) - set(nurseries(sandbox))


def nurseries(sandbox: BwrapSandbox) -> list[int]:
    """Return the ids of nursery and templates: those in no namespace of their own."""
    found = []
    for pid in family(sandbox._nursery.pid):
        try:
            lines = dict(line.split(":", 1) for line in Path(f"/proc/{pid}/status").read_text().splitlines())
        except OSError:
            continue
        if len(lines["NSpid"].split()) == depth() + 1:
            found.append(pid)
    return found


def depth() -> int:
    """Return in how many process namespaces this process is."""
    status = Path("/proc/self/status").read_text().splitlines()
    return next(len(line.split()) - 1 for line in status if line.startswith("NSpid"))


def give_free_pages_back() -> None:
    """Have the allocator keep nothing that is free: when seeds change, what it keeps is larger than what is held."""
    with suppress(AttributeError):  # another C library
        ctypes.CDLL(None).malloc_trim(0)


def resident(pid: int) -> int:
    """Return the memory that *pid* holds, in KiB."""
    lines = Path(f"/proc/{pid}/status").read_text().splitlines()
    return next((int(line.split()[1]) for line in lines if line.startswith("VmRSS")), 0)


def group_folders() -> list[Path]:
    return [path for path in Path("/sys/fs/cgroup").glob(f"**/grader-{os.getpid()}-*") if path.is_dir()]


def groups() -> list[str]:
    return sorted(map(str, group_folders()))


def files(watched: list[Path]) -> set[str]:
    """Return all that lies in the folders, and what lies at the top."""
    top = [path for folder in ("/", "/etc", "/usr", "/var") for path in Path(folder).iterdir()]
    return {str(path) for path in [*top, *(path for folder in watched for path in folder.rglob("*"))]}


if __name__ == "__main__":
    main()
