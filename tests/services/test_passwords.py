"""Hashes of passwords: slow to search, and no way to wear the service out."""

from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor

import pytest

from grader.domain.errors import LimitReached
from grader.passwords import AT_ONCE, MOST, Argon2Passwords

WORDS = "four plain words here"


def test_a_hash_is_of_its_password_alone_and_differs_each_time() -> None:
    passwords = Argon2Passwords()
    first, second = passwords.hash(WORDS), passwords.hash(WORDS)
    assert first != second
    assert first.startswith("$argon2id$")
    assert passwords.verify(first, WORDS)
    assert not passwords.verify(first, f"{WORDS} ")


@pytest.mark.parametrize("hashed", [None, "", "no hash", "$argon2id$v=19$m=65536"])
def test_nobodys_hash_is_of_no_password(hashed: str | None) -> None:
    assert not Argon2Passwords().verify(hashed, "")


class Slow:
    """Hashes when told to go on, and counts how many are at it."""

    def __init__(self) -> None:
        self.go_on = threading.Event()
        self.now = self.most = 0
        self._lock = threading.Lock()

    def hash(self, password: str) -> str:
        with self._lock:
            self.now += 1
            self.most = max(self.most, self.now)
        self.go_on.wait(10)
        with self._lock:
            self.now -= 1
        return password


def test_of_many_at_once_few_are_made_some_wait_and_others_are_told_to_come_again() -> None:
    passwords, slow = Argon2Passwords(), Slow()
    passwords._hasher = slow  # type: ignore[assignment]
    refused = threading.Semaphore(0)

    def attempt(_: int) -> int:
        try:
            passwords.hash("x" * 200)
        except LimitReached as error:
            refused.release()
            return error.retry_after or 0
        return 0

    with ThreadPoolExecutor(MOST + 10) as pool:
        found = pool.map(attempt, range(MOST + 10))
        assert all(refused.acquire(timeout=10) for _ in range(10))
        slow.go_on.set()
        assert sorted(found) == [0] * MOST + [2] * 10
    assert slow.most == AT_ONCE
    assert passwords.hash(WORDS) == WORDS  # all places are free again
