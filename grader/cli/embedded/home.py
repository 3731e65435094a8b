"""The folder with what lasts of an embedded service: database, messages, logs, secrets.

One service at a time may live there; others are told so.
"""

from __future__ import annotations

import fcntl
import os
import secrets
from typing import TYPE_CHECKING, Self

from grader.domain.errors import Unavailable

if TYPE_CHECKING:
    from pathlib import Path

# Names of files, as `grader.settings` reads them.
_SEED, _SESSION, _LMS = "grader_seed_secret", "grader_session_secret", "grader_lms_secret"
_SECRET_BYTES = 48


class Home:
    """A private folder, locked while the context is open."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder.resolve()
        self._lock: int | None = None

    def __enter__(self) -> Self:
        try:
            self._open()
        except OSError as error:
            self.__exit__()
            raise Unavailable(f"{self.folder} can't be used: {error.strerror}; name another folder") from None
        return self

    def __exit__(self, *_: object) -> None:
        if self._lock is not None:
            os.close(self._lock)
            self._lock = None

    def _open(self) -> None:
        secret = (self.secrets, self.web_secrets, self.dispatcher_secrets)
        for folder in (self.folder, self.messages, self.logs, *secret):
            folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        self._lock = os.open(self.folder / "lock", os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        try:
            fcntl.flock(self._lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            self.__exit__()
            raise Unavailable(f"another grader is running in {self.folder}: stop it, or use another folder") from None
        _keep_secret(self.secrets / _SEED)
        _keep_secret(self.web_secrets / _SESSION)
        _keep_secret(self.web_secrets / _LMS)
        _keep_copy(self.dispatcher_secrets / _LMS, self.web_secrets / _LMS)

    @property
    def database_url(self) -> str:
        """Address of the SQLite database."""
        return f"sqlite:///{self.folder / 'grader.sqlite3'}"

    @property
    def messages(self) -> Path:
        """Where the broker keeps what it accepted."""
        return self.folder / "broker"

    @property
    def logs(self) -> Path:
        """One file for each process."""
        return self.folder / "log"

    @property
    def secrets(self) -> Path:
        """The folder of secret files, for workers only."""
        return self.folder / "secrets"

    @property
    def web_secrets(self) -> Path:
        """The folder of secret files for the web process only."""
        return self.folder / "web-secrets"

    @property
    def dispatcher_secrets(self) -> Path:
        """The folder of secret files for the dispatcher: the one that it shares with the web process."""
        return self.folder / "dispatcher-secrets"


def _keep_secret(path: Path) -> None:
    """Draw a secret the first time; with another one nothing is reproduced, and everybody is signed out."""
    if not path.exists():
        _write(path, secrets.token_urlsafe(_SECRET_BYTES))


def _keep_copy(path: Path, original: Path) -> None:
    """Have *path* say what *original* says; no link, since settings read no secret that lies outside their folder."""
    secret = original.read_text(encoding="ascii")
    if not path.exists() or path.read_text(encoding="ascii") != secret:
        _write(path, secret)


def _write(path: Path, secret: str) -> None:
    draft = path.with_suffix(".new")
    descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC | os.O_CLOEXEC, 0o600)
    with os.fdopen(descriptor, "w", encoding="ascii") as file:
        file.write(secret)
    draft.rename(path)
