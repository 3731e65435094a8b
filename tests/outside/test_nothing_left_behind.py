"""Whatever was handed in, however often: nothing of it stays in the worker, on the machine or in memory."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from statistics import median
from typing import Any

import pytest

from tests.outside import private_folders

pytestmark = pytest.mark.jail

REPOSITORY = Path(__file__).parents[2]
SHARED = ("/tmp", "/var/tmp", "/dev/shm", "/run")  # noqa: S108 - where anybody may write


def grade_many(count: int, home: Path) -> Any:  # noqa: ANN401 - JSON
    """Return what so many submissions left, in folders of their own where this machine allows it."""
    home.mkdir()
    command = [sys.executable, "-B", "-m", "tests.outside.many_submissions", str(count), str(home)]
    if os.geteuid() == 0:
        folders = [folder for folder in SHARED if _can_be_covered(Path(folder))]
        done = _run([sys.executable, private_folders.__file__, *folders, "--", *command, *folders], home)
        if done.returncode != private_folders.CANNOT:
            return _found(done)
    return _found(_run(command, home))


def _can_be_covered(folder: Path) -> bool:
    needed = [REPOSITORY, Path(sys.prefix), Path(sys.base_prefix)]
    return folder.is_dir() and not any(path.is_relative_to(folder.resolve()) for path in needed)


def _run(command: list[str], home: Path) -> subprocess.CompletedProcess[str]:
    surroundings = {**os.environ, "HOME": str(home), "PYTHONPATH": str(REPOSITORY)}
    return subprocess.run(command, cwd=home, env=surroundings, capture_output=True, text=True, check=False)


def _found(done: subprocess.CompletedProcess[str]) -> Any:  # noqa: ANN401 - JSON
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


def check_nothing_is_left(found: Any) -> None:  # noqa: ANN401 - JSON
    warm, after = found["warm"], found["after"]
    assert after["descriptors"] == warm["descriptors"]
    assert after["processes"] == warm["processes"]
    assert after["processes"]["strangers"] == 0
    assert after["groups"] == warm["groups"]
    assert found["ended"] == {"groups": [], "processes": 0}
    assert found["appeared"] == []


def growth(sizes: list[int], early: slice, late: slice) -> float:
    """Return how many times the early median the late one is: caches fill at first."""
    return median(sizes[late]) / median(sizes[early])


def test_sixty_submissions_leave_nothing_behind(tmp_path: Path) -> None:
    found = grade_many(60, tmp_path / "home")
    check_nothing_is_left(found)
    assert growth(found["memory"]["worker"], slice(20, 40), slice(40, 60)) < 1.02
    assert growth(found["memory"]["nursery"], slice(20, 40), slice(40, 60)) < 1.01


@pytest.mark.slow
@pytest.mark.timeout(1800)
def test_five_hundred_submissions_leave_nothing_behind(tmp_path: Path) -> None:
    found = grade_many(500, tmp_path / "home")
    check_nothing_is_left(found)
    assert growth(found["memory"]["worker"], slice(100, 200), slice(400, 500)) < 1.02
    assert growth(found["memory"]["nursery"], slice(100, 200), slice(400, 500)) < 1.01
