"""The rules of a quiz, by themselves."""

from __future__ import annotations

from datetime import timedelta
from itertools import product
from typing import TYPE_CHECKING, Any

import pytest

from grader.domain.attempt import Attempt
from grader.domain.errors import Invalid
from grader.domain.quiz_policy import GRACE, QuizPolicy, Reveal
from tests.fakes import NOON

if TYPE_CHECKING:
    from datetime import datetime

INSTANT = timedelta(microseconds=1)


@pytest.mark.parametrize(
    ("given", "complaint", "field"),
    [
        ({"attempts": 0}, "too few", "attempts"),
        ({"minutes": 0}, "give 1 to 10,080", "minutes"),
        ({"minutes": 10_081}, "give 1 to 10,080", "minutes"),
        ({"answers": Reveal.AFTER_LAST_ATTEMPT}, "no last attempt", "answers"),
    ],
)
def test_rules_that_cannot_be_kept_are_refused(given: dict[str, Any], complaint: str, field: str) -> None:
    with pytest.raises(Invalid, match=complaint) as error:
        QuizPolicy(**given)
    assert error.value.field == field


# answered, finished, is_over, closed: what must be so before a student is told
TOLD: dict[Reveal, list[tuple[str, ...]]] = {
    Reveal.AFTER_EACH: [("answered",), ("finished",)],
    Reveal.AFTER_ATTEMPT: [("finished",)],
    Reveal.AFTER_LAST_ATTEMPT: [("finished", "is_over")],
    Reveal.AFTER_DUE: [("finished", "closed")],
    Reveal.NEVER: [],
}


@pytest.mark.parametrize("answers", list(Reveal))
def test_nothing_is_told_before_its_time(answers: Reveal) -> None:
    policy = QuizPolicy(attempts=2, answers=answers)
    for answered, finished, is_over, closed in product((False, True), repeat=4):
        now = {"answered": answered, "finished": finished, "is_over": is_over, "closed": closed}
        expected = any(all(now[need] for need in needs) for needs in TOLD[answers])
        assert policy.tells(**now) is expected, now


@pytest.mark.parametrize(("limit", "used_up"), [(None, []), (1, [1, 2, 3]), (3, [3])])
def test_attempts_are_used_up_at_the_limit(limit: int | None, used_up: list[int]) -> None:
    assert [made for made in range(4) if QuizPolicy(attempts=limit).used_up(made)] == used_up


def attempt(deadline: datetime | None, finished: datetime | None = None) -> Attempt:
    return Attempt(1, 1, "weights", "seed", NOON, finished, deadline)


def test_a_deadline_is_so_many_minutes_after_the_start() -> None:
    assert QuizPolicy(minutes=20).deadline(NOON) == NOON + timedelta(minutes=20)
    assert QuizPolicy().deadline(NOON) is None


@pytest.mark.parametrize(
    ("late", "is_overdue"), [(-INSTANT, False), (timedelta(0), False), (GRACE, False), (GRACE + INSTANT, True)]
)
def test_what_is_under_way_at_the_deadline_still_counts(late: timedelta, is_overdue: bool) -> None:  # noqa: FBT001 - a table
    assert attempt(NOON).is_overdue(NOON + late) is is_overdue
    assert not attempt(None).is_overdue(NOON + late)
    assert not attempt(NOON, finished=NOON).is_overdue(NOON + late)


def test_an_attempt_never_ends_after_its_deadline() -> None:
    assert attempt(NOON).ended(NOON + GRACE) == NOON
    assert attempt(NOON).ended(NOON - GRACE) == NOON - GRACE
    assert attempt(None).ended(NOON + GRACE) == NOON + GRACE
