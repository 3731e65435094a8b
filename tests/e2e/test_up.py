"""The whole service with one command: it grades, it survives its own processes, it leaves nothing behind."""

from __future__ import annotations

import json
import os
import re
import signal
import subprocess
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from tests.e2e.conftest import POINTWISE, ROOT, environment, grader, running

if TYPE_CHECKING:
    from tests.e2e.conftest import Up

pytestmark = pytest.mark.jail


def test_a_right_solution_gets_all_points_over_http(up: Up) -> None:
    result = up.submit(POINTWISE / "reference.py")
    report = json.loads(result.stdout)["report"]
    assert (result.returncode, report["points"], report["outcome"]) == (0, report["max_points"], "passed")


def test_a_misconception_is_recognised_over_http(up: Up) -> None:
    report = json.loads(up.submit(POINTWISE / "misconceptions" / "forgets_bias.py").stdout)["report"]
    assert report["misconception"] == "forgets_bias"
    assert report["hint"]


def test_a_syntax_error_is_told_at_once_with_its_line(up: Up, tmp_path: Path) -> None:
    file = tmp_path / "wrong.py"
    file.write_text("import torch\ndef forward(:\n")
    result = up.submit(file)
    assert (result.returncode, "syntax error in line 2" in result.stderr) == (2, True)


def test_a_second_service_in_the_same_folder_is_refused(up: Up) -> None:
    command = grader("up", "--folder", str(up.folder / "var"), "--port", "0")
    result = subprocess.run(
        command, cwd=ROOT, env=environment(), capture_output=True, text=True, timeout=60, check=False
    )
    assert (result.returncode, "another grader is running" in result.stderr) == (1, True)


def test_the_folder_and_its_secrets_are_private(up: Up) -> None:
    home = up.folder / "var"
    secrets = [home / "secrets" / "grader_seed_secret", home / "web-secrets" / "grader_session_secret"]
    paths = [home, *secrets, *(secret.parent for secret in secrets)]
    assert [path.stat().st_mode & 0o077 for path in paths] == [0] * len(paths)


def test_each_secret_is_known_to_the_one_process_that_needs_it(up: Up) -> None:
    told = {
        name: Path(found[1].decode()).name
        for name, pid in up.children().items()
        if (found := re.search(rb"GRADER_SECRETS_DIR=([^\0]+)", _environment_of(pid)))
    }
    assert told == {"worker": "secrets", "web": "web-secrets", "dispatch": "dispatcher-secrets"}


def test_the_dispatcher_shares_one_secret_with_the_web_and_has_no_other(up: Up) -> None:
    theirs, webs = up.folder / "var" / "dispatcher-secrets", up.folder / "var" / "web-secrets"
    assert [path.name for path in theirs.iterdir()] == ["grader_lms_secret"]
    assert (theirs / "grader_lms_secret").read_text() == (webs / "grader_lms_secret").read_text()


def _environment_of(pid: int) -> bytes:
    return Path(f"/proc/{pid}/environ").read_bytes()


def test_a_process_that_dies_is_started_again_and_the_service_stops_in_order(new_up: Up) -> None:
    before = new_up.family()
    os.kill(new_up.children()["web"], signal.SIGKILL)
    new_up.until(lambda: re.search("web +died, is started again", new_up.said) is not None)
    everyone = before | new_up.family()
    assert new_up.end(signal.SIGINT) == 0
    assert running(everyone) == set()


def test_nothing_outlives_a_service_that_is_killed(new_up: Up) -> None:
    everyone = new_up.family()
    assert len(everyone) > 5
    new_up.end(signal.SIGKILL)
    new_up.until(lambda: running(everyone) == set())
