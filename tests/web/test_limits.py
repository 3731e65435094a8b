"""How often somebody may do something."""

from __future__ import annotations

import pytest

from grader.domain.errors import LimitReached
from grader.web.limits import Limit


class Clock:
    def __init__(self) -> None:
        self.now = 1000.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def limit(clock: Clock) -> Limit:
    return Limit("3 per minute", "tries", monotonic=clock)


def counted(limit: Limit, key: str, times: int) -> int:
    """Count; return how often that was taken."""
    taken = 0
    for _ in range(times):
        try:
            limit.count(key)
        except LimitReached:
            continue
        taken += 1
    return taken


def test_so_many_are_taken_for_each_key_by_itself(limit: Limit) -> None:
    assert [counted(limit, key, 5) for key in ("ada", "bob")] == [3, 3]


def test_who_was_refused_is_told_when_to_come_again(limit: Limit, clock: Clock) -> None:
    for _ in range(3):
        limit.count("ada")
        clock.now += 10
    with pytest.raises(LimitReached, match="too many tries: 3 per 1 minute are taken; try again in 30 s") as refused:
        limit.count("ada")
    assert refused.value.retry_after == limit.wait("ada") == 30
    clock.now += 30
    assert limit.wait("ada") == 0
    assert counted(limit, "ada", 5) == 1  # the window moves: two of before still count


def test_what_was_refused_does_not_count(limit: Limit, clock: Clock) -> None:
    counted(limit, "ada", 100)
    clock.now += 60
    assert counted(limit, "ada", 100) == 3


def test_a_key_may_be_forgotten(limit: Limit) -> None:
    counted(limit, "ada", 3)
    limit.forget("ada")
    limit.forget("nobody")
    assert counted(limit, "ada", 5) == 3


def test_keys_of_long_ago_take_no_memory(limit: Limit, clock: Clock) -> None:
    for number in range(1000):
        limit.count(number)
        clock.now += 1
    assert len(limit) <= 61
    clock.now += 60
    assert limit.wait("anybody") == 0
    assert len(limit) == 0


def test_looking_counts_nothing(limit: Limit) -> None:
    assert [limit.wait("ada") for _ in range(10)] == [0] * 10
    assert len(limit) == 0
