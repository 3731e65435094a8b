"""Groups of workers that were killed are removed by the next; everybody else's are left alone."""

from __future__ import annotations

import os
import time
from typing import TYPE_CHECKING

import pytest

from grader.sandbox import cgroups

if TYPE_CHECKING:
    from pathlib import Path

NOBODY = 2**22 + 1  # above the kernel's largest process id


@pytest.mark.parametrize(
    ("name", "age", "stays"),
    [
        (f"grader-{NOBODY}-7f00", 3600, False),
        (f"grader-guest-{NOBODY}-1", 3600, False),
        (f"grader-{NOBODY}-7f00", 1, True),
        (f"grader-{os.getpid()}-7f00", 3600, True),
        (f"somebody-{NOBODY}", 3600, True),
    ],
    ids=["of the dead", "a guest's", "young", "of the living", "of others"],
)
def test_only_old_groups_of_the_dead_are_swept(tmp_path: Path, name: str, age: float, stays: bool) -> None:  # noqa: FBT001
    group = tmp_path / name
    group.mkdir()
    then = time.time() - age
    os.utime(group, (then, then))
    cgroups._sweep(tmp_path)
    assert group.exists() is stays


def test_a_group_in_use_is_left_alone(tmp_path: Path) -> None:
    group = tmp_path / f"grader-{NOBODY}-7f00"
    (group / "inside").mkdir(parents=True)  # as busy as a folder of an ordinary file system can be
    os.utime(group, (0, 0))
    cgroups._sweep(tmp_path)
    assert group.exists()


def test_this_process_group_is_made_and_removed() -> None:
    group = cgroups.find()
    folders = set(group._folders.values())
    assert all(folder.is_dir() for folder in folders)
    group.remove()
    assert not any(folder.exists() for folder in folders)
