"""Argon2id for passwords, with the library's own parameters; fills `ports.Passwords`."""

from __future__ import annotations

from contextlib import contextmanager
from threading import BoundedSemaphore
from typing import TYPE_CHECKING

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from grader.domain.errors import LimitReached

if TYPE_CHECKING:
    from collections.abc import Iterator

AT_ONCE = 2
"""Hashes that are made at a time: each takes 64 MiB and some cores for a tenth of a second."""

MOST = 8
"""With those that wait, each of which holds a thread of the server; who comes then is told to try again."""

_AGAIN_SECONDS = 2


class Argon2Passwords:
    """Hashes that are slow to search. Cheap to make: nothing is hashed before the first use."""

    def __init__(self) -> None:
        self._hasher = PasswordHasher()
        self._nobodys: str | None = None
        self._places = BoundedSemaphore(MOST)
        self._turns = BoundedSemaphore(AT_ONCE)

    def hash(self, password: str) -> str:
        """Return salt and hash in one text."""
        with self._turn():
            return self._hasher.hash(password)

    def verify(self, hashed: str | None, password: str) -> bool:
        """Whether *hashed* is of *password*; who has no password takes as long as who has one."""
        with self._turn():
            if hashed is None:
                self._nobodys = self._nobodys or self._hasher.hash("")
                self._matches(self._nobodys, password + " ")
                return False
            return self._matches(hashed, password)

    def _matches(self, hashed: str, password: str) -> bool:
        try:
            return self._hasher.verify(hashed, password)
        except (VerificationError, InvalidHashError):
            return False

    @contextmanager
    def _turn(self) -> Iterator[None]:
        """Wait for a turn; LimitReached when too many do already."""
        if not self._places.acquire(blocking=False):
            raise LimitReached("too many people sign in at this moment", retry_after=_AGAIN_SECONDS)
        try:
            with self._turns:
                yield
        finally:
            self._places.release()
