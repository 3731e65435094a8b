"""`grader up` as an operator runs it: its own process, a real jail, real HTTP."""

from __future__ import annotations

import os
import re
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING, Self

import pytest

from tests.e2e.chromium import running_chromium

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from playwright.sync_api import Browser

ROOT = Path(__file__).parents[2]
POINTWISE = ROOT / "exercises" / "1x1-convolutions" / "pointwise-conv"
START = 120.0  # seconds, on a busy machine
PASSWORD = "four plain words here"  # noqa: S105 - of people who don't exist


def environment() -> dict[str, str]:
    return {name: value for name, value in os.environ.items() if not name.startswith("GRADER_")}


def grader(*arguments: str) -> list[str]:
    return [sys.executable, "-m", "grader.cli", *arguments]


class Served:
    """A command that runs the service in a folder of its own, until it is told to end."""

    ready_when: str

    def __init__(self, folder: Path, *arguments: str) -> None:
        self.folder = folder
        self._log = folder / "service.log"
        with self._log.open("wb") as log:
            self.process = subprocess.Popen(
                grader(*arguments, "--folder", str(folder / "var"), "--port", "0"),
                cwd=ROOT, env=environment(), stdout=log, stderr=subprocess.STDOUT,
            )  # fmt: skip

    @property
    def said(self) -> str:
        return self._log.read_text()

    def until(self, what: Callable[[], bool]) -> None:
        deadline = time.monotonic() + START
        while not what():
            assert time.monotonic() < deadline, self.said
            time.sleep(0.1)

    def ready(self) -> Self:
        self.until(lambda: self.ready_when in self.said or self.process.poll() is not None)
        assert self.process.poll() is None, self.said
        return self

    def end(self, number: signal.Signals) -> int:
        self.process.send_signal(number)
        return self.process.wait(60)

    def _found(self, pattern: str) -> str:
        match = re.search(pattern, self.said)
        assert match, self.said
        return match[1]


class Term(Served):
    """A `grader demo --class`: a month of students is behind it, and people sign in with PASSWORD."""

    ready_when = "Ctrl-C stops it"

    def __init__(self, folder: Path, students: int) -> None:
        super().__init__(folder, "demo", "--class", str(students), "--password", PASSWORD)

    @property
    def url(self) -> str:
        return self._found(r"ready at (\S+)/courses/")


class Up(Served):
    """A `grader up` with a course to try."""

    ready_when = "ready at"

    def __init__(self, folder: Path) -> None:
        super().__init__(folder, "up", "--workers", "1", "--demo-course")

    @property
    def url(self) -> str:
        return self._found(r"ready at (\S+),")

    @property
    def token(self) -> str:
        return self._found(r"student +student +(\S+)")

    def invitation(self, login: str = "student") -> str:
        """Return where *login* chooses a password; the link is good once."""
        return self._found(rf"{login} +\S+\n +choose a password at (\S+)")

    def submit(self, file: Path) -> subprocess.CompletedProcess[str]:
        options = ["--server", self.url, "--token", self.token, "--json"]
        return subprocess.run(
            grader("submit", "pointwise-conv", str(file), *options),
            env=environment(), capture_output=True, text=True, timeout=60, check=False,
        )  # fmt: skip

    def family(self) -> set[int]:
        """Return the ids of all processes below it, jails included."""
        listed = subprocess.run(["ps", "-eo", "pid=,ppid="], capture_output=True, text=True, check=True).stdout
        parents = {int(pid): int(parent) for pid, parent in map(str.split, listed.splitlines())}
        family = {self.process.pid}
        while more := {pid for pid, parent in parents.items() if parent in family} - family:
            family |= more
        return family - {self.process.pid}

    def children(self) -> dict[str, int]:
        """Return the commands of our own that it started, with their process ids."""
        listed = subprocess.run(
            ["ps", "-o", "pid=,args=", "--ppid", str(self.process.pid)], capture_output=True, text=True, check=True
        ).stdout
        found = (re.match(r" *(\d+) .* -m grader\.cli (\S+)", line) for line in listed.splitlines())
        return {match[2]: int(match[1]) for match in found if match}


def running(pids: set[int]) -> set[int]:
    """Return those that run; one that ended and waits for its parent does not."""
    listed = subprocess.run(["ps", "-eo", "pid=,stat="], capture_output=True, text=True, check=True).stdout
    states = {int(pid): state for pid, state in map(str.split, listed.splitlines())}
    return {pid for pid in pids if not states.get(pid, "Z").startswith("Z")}


@pytest.fixture(scope="module")
def chromium() -> Iterator[Browser]:
    with running_chromium() as browser:
        yield browser


@pytest.fixture
def new_up(tmp_path: Path) -> Iterator[Up]:
    """Return a `grader up` for one test, which may end it as it likes."""
    up = Up(tmp_path)
    yield up.ready()
    if up.process.poll() is None:
        up.end(signal.SIGTERM)


@pytest.fixture(scope="module")
def up(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Up]:
    """Return a `grader up` that the tests of a module share."""
    up = Up(tmp_path_factory.mktemp("up"))
    yield up.ready()
    up.end(signal.SIGTERM)


@pytest.fixture(scope="module")
def term(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Term]:
    """Return a service with a small class, which the tests of a module share."""
    term = Term(tmp_path_factory.mktemp("term"), students=16)
    yield term.ready()
    term.end(signal.SIGTERM)
