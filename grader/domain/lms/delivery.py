"""An event on its way to an endpoint, or a score on its way to a line item.

waiting → sending → delivered
   ↑         ├→ waiting     it may work later: next_attempt says when
   │         ├→ dead        it won't, or all attempts are used up; an instructor may replay it
   └─ dead   └→ superseded  a newer score for the same student is on its way, or was sent
"""

from __future__ import annotations

import enum
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TypeAlias

ATTEMPTS = tuple(
    timedelta(seconds=seconds) for seconds in (0, 5, 5 * 60, 30 * 60, 2 * 3600, 5 * 3600, 10 * 3600, 10 * 3600)
)
"""How long each attempt waits after the one before it."""

SPREAD = 0.2
"""Of a wait, in both directions: so that what failed together does not come back together."""

LONGEST_WAIT = timedelta(hours=24)
"""For how long a receiver may ask us to stay away."""

GIVE_UP_ENDPOINT = timedelta(days=5)
"""An endpoint that has failed for so long is switched off."""

LEASE = timedelta(seconds=90)
"""A claim is good for this long. A request takes 18 s at most: a token, a score that is refused, both once more."""

KEPT_RESPONSE = 4096
"""Bytes of an answer that the log keeps, and that are read at all."""


class Kind(enum.Enum):
    """By which way."""

    WEBHOOK = "webhook"
    LTI_AGS = "lti_ags"  # a score to a platform's line item


Lane: TypeAlias = "tuple[Kind, int]"
"""A receiver: an endpoint or a platform, by its id. One that is slow or dead must not be in another's way."""


class DeliveryState(enum.Enum):
    """How far a delivery is."""

    WAITING = "waiting"
    SENDING = "sending"
    DELIVERED = "delivered"
    DEAD = "dead"
    SUPERSEDED = "superseded"


class Verdict(enum.Enum):
    """What an answer means for a delivery."""

    DELIVERED = "delivered"
    AGAIN = "again"
    DEAD = "dead"
    GONE = "gone"  # dead, and the endpoint wants nothing more
    SUPERSEDED = "superseded"


@dataclass(frozen=True)
class Delivery:
    """One event for one endpoint, or one student's grade for one line item.

    A score is read from the grade when it is sent, so what arrives is what counts then. *note* is what the last
    attempt came to, in words; *status* the HTTP status that it got, if any.
    """

    id: int
    course_id: int
    kind: Kind
    event_id: int | None
    endpoint_id: int | None
    line_item_id: int | None
    enrolment_id: int | None
    state: DeliveryState
    attempts: int
    made: datetime
    next_attempt: datetime
    ended: datetime | None = None
    status: int | None = None
    note: str = ""
    claim_key: str | None = None
    platform_id: int | None = None  # the line item's

    @property
    def lane(self) -> Lane:
        """To whom it goes."""
        return self.kind, self.endpoint_id or self.platform_id or 0


@dataclass(frozen=True)
class Answer:
    """What came back from one attempt; *problem* is why nothing did, empty when something did.

    *sent* is the request as the log shows it, secrets left out; *body* is at most KEPT_RESPONSE bytes of text.
    """

    sent: str
    status: int | None = None
    body: str = ""
    problem: str = ""
    retry_after: timedelta | None = None
    seconds: float = 0.0

    @property
    def note(self) -> str:
        """What came of it, in a few words."""
        return self.problem or f"answered {self.status}"


@dataclass(frozen=True)
class Try:
    """One attempt, as the log keeps it."""

    delivery_id: int
    number: int
    started: datetime
    answer: Answer
    verdict: Verdict


def next_attempt(
    attempts: int, now: datetime, *, chance: float, retry_after: timedelta | None = None
) -> datetime | None:
    """Return when to try again after *attempts* attempts, None when that was the last; *chance* is from 0 to 1.

    >>> now = datetime(2026, 5, 1)
    >>> [str(next_attempt(n, now, chance=0.5) - now) for n in (1, 2, 7)], next_attempt(8, now, chance=0.5)
    (['0:00:05', '0:05:00', '10:00:00'], None)
    >>> str(next_attempt(1, now, chance=1.0) - now)
    '0:00:06'
    >>> str(next_attempt(1, now, chance=0.5, retry_after=timedelta(days=3)) - now)
    '1 day, 0:00:00'
    """
    if attempts >= len(ATTEMPTS):
        return None
    wait = ATTEMPTS[attempts] * (1 + SPREAD * (2 * chance - 1))
    if retry_after is not None:
        wait = max(wait, min(retry_after, LONGEST_WAIT))
    return now + wait


_OK = range(200, 300)
_BAD = 400
_GONE = 410
_CONFLICT = 409
LATER = frozenset({401, 408, 425, 429})
"""Statuses by which a platform says that it takes no score now, whosever."""
_SERVER = range(500, 600)


def judge_webhook(answer: Answer) -> Verdict:
    """Return what a receiver's answer means: only 2xx is success, and only 410 final.

    >>> [judge_webhook(Answer("", status)).value for status in (204, 301, 404, 410, 500, None)]
    ['delivered', 'again', 'again', 'gone', 'again', 'again']
    """
    if answer.status in _OK:
        return Verdict.DELIVERED
    return Verdict.GONE if answer.status == _GONE else Verdict.AGAIN


def judge_score(answer: Answer) -> Verdict:
    """Return what a platform's answer to a score means; a token that was refused has been renewed once by then.

    Superseded is what the platform says; whether that can be is for who knows what was sent.

    >>> [judge_score(Answer("", status)).value for status in (200, 409, 400, 404, 401, 429, 503, None)]
    ['delivered', 'superseded', 'dead', 'dead', 'again', 'again', 'again', 'again']
    >>> judge_score(Answer("", 400, '{"timestamp":["Score timestamp can only be updated to a later point"]}')).value
    'superseded'
    """
    if answer.status is None or answer.status in LATER or answer.status in _SERVER:
        return Verdict.AGAIN
    if answer.status in _OK:
        return Verdict.DELIVERED
    if answer.status == _CONFLICT or (answer.status == _BAD and "timestamp" in answer.body.lower()):
        return Verdict.SUPERSEDED  # the second is Open edX's way to say it
    return Verdict.DEAD
