"""The fuzzer goes for a while over what the host does with a reply, and finds nothing; bugs that we plant, it finds."""

from __future__ import annotations

import platform
import re
import subprocess
import sys
from pathlib import Path

import pytest

import grader
from tests.fuzz import seeds

HAS_WHEEL = (sys.platform, platform.machine()) == ("linux", "x86_64")
pytestmark = pytest.mark.skipif(not HAS_WHEEL, reason="NOT FUZZED: atheris has wheels for Linux on x86-64 only")

SECONDS = 15
RAISED, HUNG = 77, 70  # libFuzzer's exit statuses
REPOSITORY = Path(grader.__file__).parents[1]


def fuzz(folder: Path, *more: str, seconds: int, timeout: int = 10) -> subprocess.CompletedProcess[str]:
    """Fuzz from honest replies, for at most *seconds*; an input that takes *timeout* seconds is a finding."""
    words = seeds.write(folder)
    options = [f"-dict={words}", f"-artifact_prefix={folder}/", f"-max_total_time={seconds}", f"-timeout={timeout}"]
    options += ["-seed=1", "-max_len=4096", "-rss_limit_mb=2048", str(folder / "corpus")]
    return subprocess.run(
        [sys.executable, "-m", "tests.fuzz.host_parser", *more, *options],
        cwd=REPOSITORY,
        capture_output=True,
        text=True,
        errors="replace",
        timeout=200,
        check=False,
    )


def test_no_reply_raises_anything_but_the_students_fault_or_takes_more_than_its_share_or_hangs(tmp_path: Path) -> None:
    done = fuzz(tmp_path, seconds=SECONDS)
    assert done.returncode == 0, done.stderr[-4000:]
    runs = re.search(r"^Done (\d+) runs", done.stderr, re.MULTILINE)
    assert runs is not None, done.stderr[-4000:]
    assert int(runs[1]) > 10 * len(seeds.MESSAGES), "it hardly began"


@pytest.mark.parametrize(
    ("bug", "found"),
    [
        ("sizes-unchecked", "TypeError|ValueError"),
        ("payload-unlimited", "bytes taken at a guest's word"),
        ("text-raw", "not inert"),
        ("endless", "timeout"),
        ("leftovers-kept", "AssertionError"),
    ],
)
def test_a_planted_bug_is_found(tmp_path: Path, bug: str, found: str) -> None:
    done = fuzz(tmp_path, "--plant", bug, seconds=90, timeout=2)
    assert done.returncode == (HUNG if bug == "endless" else RAISED), done.stderr[-4000:]
    assert re.search(found, done.stdout + done.stderr), done.stderr[-4000:]
