"""Send what the outbox holds: claim what is due, send it, write down what came of it.

Any number of dispatchers may do so at once. A claim is good for LEASE; one whose dispatcher died is put back and sent
again with the same id, so everything is sent at least once, and nothing is lost.
"""

from __future__ import annotations

import contextlib
import logging
import secrets
from dataclasses import replace
from typing import TYPE_CHECKING

from grader.domain.errors import DatabaseBusy
from grader.domain.lms.delivery import LEASE, DeliveryState, Kind, Try, Verdict, next_attempt
from grader.services.send_score import try_score
from grader.services.send_webhook import try_webhook
from grader.services.sending import Claimed, Held, Lost, Sent, mishap

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Sequence
    from datetime import datetime

    from grader.domain.lms.delivery import Lane
    from grader.ports import Clock, UnitOfWork
    from grader.services.sending import Tried, Ways

_log = logging.getLogger(__name__)

_STATES = {
    Verdict.DELIVERED: DeliveryState.DELIVERED,
    Verdict.AGAIN: DeliveryState.WAITING,
    Verdict.DEAD: DeliveryState.DEAD,
    Verdict.GONE: DeliveryState.DEAD,
    Verdict.SUPERSEDED: DeliveryState.SUPERSEDED,
}
_PATIENCE = 2
"""How often a busy database is forgiven when the end of an attempt is written down."""


def put_back(make_uow: Callable[[], UnitOfWork], clock: Clock) -> int:
    """Let deliveries wait again whose dispatcher died; return how many."""
    with (uow := make_uow()).writing():
        count = uow.outbox.put_back_expired(clock.now())
        uow.commit()
    return count


def take(
    make_uow: Callable[[], UnitOfWork],
    clock: Clock,
    limit: int,
    at_once: int,
    *,
    most_failing: int | None = None,
    resting: Collection[Lane] = (),
) -> Sequence[Claimed]:
    """Claim what is due: *limit* in all, *at_once* to each receiver, *most_failing* to those that fail.

    Nothing is taken for receivers in *resting*. A power cut may undo a claim, and then it is sent twice.
    """
    now, uow = clock.now(), make_uow()
    with uow.reading():
        due = uow.outbox.due(now, limit, at_once=at_once, most_failing=most_failing, resting=resting)
    if not due:
        return []
    claimed = []
    with uow.noting():
        for delivery in due:
            key = secrets.token_hex(8)
            if uow.outbox.claim(delivery, key, now=now, lease_until=now + LEASE):
                mine = replace(delivery, state=DeliveryState.SENDING, attempts=delivery.attempts + 1, claim_key=key)
                claimed.append(Claimed(mine, key))
        uow.commit()
    return claimed


def send(make_uow: Callable[[], UnitOfWork], clock: Clock, ways: Ways, claimed: Claimed, chance: float = 0.5) -> Sent:
    """Send a claimed delivery once and write down what came of it; *chance*, 0 to 1, spreads the next attempt.

    Raises DatabaseBusy alone: then it is sent again once the claim has run out.
    """
    started, delivery = clock.now(), claimed.delivery
    try:
        tried = _tried(make_uow(), clock, ways, claimed)
    except Lost:
        _log.warning("delivery %d is not ours any more: this dispatcher was held up for too long", delivery.id)
        return Sent(delivery, None)
    except Held:
        _leave(make_uow(), claimed, clock.now())
        return Sent(delivery, None)
    for _ in range(_PATIENCE):
        with contextlib.suppress(DatabaseBusy):
            return _ended(make_uow(), claimed, tried, started=started, now=clock.now(), chance=chance)
    return _ended(make_uow(), claimed, tried, started=started, now=clock.now(), chance=chance)


def _tried(uow: UnitOfWork, clock: Clock, ways: Ways, claimed: Claimed) -> Tried:
    try:
        attempt = try_webhook if claimed.delivery.kind is Kind.WEBHOOK else try_score
        return attempt(uow, clock, ways, claimed)
    except (Lost, Held, DatabaseBusy):
        raise
    except Exception as error:  # noqa: BLE001 - whatever it is: this one waits, the others go on
        _log.exception("delivery %d could not be sent", claimed.delivery.id)
        return mishap(error)


def _leave(uow: UnitOfWork, claimed: Claimed, now: datetime) -> None:
    """Let a delivery wait until something may be sent there again."""
    with uow.writing():
        uow.outbox.end(claimed.delivery, claimed.key, DeliveryState.WAITING, now=now, next_attempt=now)
        uow.commit()


def _ended(uow: UnitOfWork, claimed: Claimed, tried: Tried, *, started: datetime, now: datetime, chance: float) -> Sent:
    delivery, answer = claimed.delivery, tried.answer
    with uow.noting():  # what a power cut undoes is undone as a whole: the claim runs out, and it is sent again
        verdict, again = tried.judge(uow), None
        if verdict is Verdict.AGAIN:
            again = next_attempt(delivery.attempts, now, chance=chance, retry_after=answer.retry_after)
            verdict = Verdict.DEAD if again is None else verdict
        is_ours = uow.outbox.end(
            delivery, claimed.key, _STATES[verdict], now=now, next_attempt=again, status=answer.status,
            note=tried.told(verdict),
        )  # fmt: skip
        uow.outbox.add_try(Try(delivery.id, delivery.attempts, started, answer, verdict))
        if is_ours:
            tried.note(uow, verdict, now)
        uow.commit()
    _log.info(
        "delivery %d to %s %d, attempt %d: %s (%s, %.3f s)",
        delivery.id,
        delivery.kind.value,
        delivery.endpoint_id or delivery.line_item_id or 0,
        delivery.attempts,
        verdict.value,
        answer.note,
        answer.seconds,
    )
    return Sent(delivery, verdict, answer)
