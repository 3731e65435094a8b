"""The jail's tables once more, for a worker that is an ordinary user: without root, and without cgroups."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

import grader
from tests.sandbox import as_ordinary_user

pytestmark = pytest.mark.jail

ORDINARY = 12345
REPOSITORY = Path(grader.__file__).parents[1]


@pytest.mark.skipif(os.geteuid() != 0, reason="this run is an ordinary user's already")
def test_the_jail_holds_for_an_ordinary_user(tmp_path: Path) -> None:
    folders = dict.fromkeys([sys.base_prefix, sys.prefix, str(REPOSITORY)])
    changed = [sys.executable, as_ordinary_user.__file__, str(ORDINARY), str(tmp_path), *folders, "--"]
    names = ("who_am_i", "test_jail", "test_system_calls", "test_files", "test_memory")
    tests = [f"tests/sandbox/{name}.py" for name in names]
    pytest_command = [sys.executable, "-B", "-m", "pytest", "-p", "no:cacheprovider", "-q", *tests]
    done = subprocess.run(
        [*changed, *pytest_command], cwd=REPOSITORY, capture_output=True, text=True, timeout=200, check=False
    )
    if "unshare failed" in done.stderr:
        pytest.skip("NOT TRIED: this root may not make mount namespaces, so nothing is known of ordinary users here")
    assert done.returncode == 0, done.stdout[-6000:] + done.stderr[-2000:]
