"""Argon2id for passwords, with the library's own parameters; fills `ports.Passwords`."""

from __future__ import annotations

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError


class Argon2Passwords:
    """Hashes that are slow to search. Cheap to make: nothing is hashed before the first use."""

    def __init__(self) -> None:
        self._hasher = PasswordHasher()
        self._nobodys: str | None = None

    def hash(self, password: str) -> str:
        """Return salt and hash in one text."""
        return self._hasher.hash(password)

    def verify(self, hashed: str | None, password: str) -> bool:
        """Whether *hashed* is of *password*; who has no password takes as long as who has one."""
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
