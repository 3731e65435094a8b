"""Send an event to an endpoint, signed, and note whether the endpoint can still be reached."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from grader.domain.audit import Deed
from grader.domain.errors import Unavailable
from grader.domain.lms.delivery import GIVE_UP_ENDPOINT, Verdict, judge_webhook
from grader.domain.lms.signature import headers
from grader.services.endpoint_secrets import headers_of, signing
from grader.services.sending import Held, Lost, impossible

if TYPE_CHECKING:
    from datetime import datetime

    from grader.domain.lms.delivery import Answer
    from grader.domain.lms.endpoint import Endpoint
    from grader.domain.lms.event import Event
    from grader.ports import Clock, UnitOfWork
    from grader.services.sending import Claimed, Tried, Ways


@dataclass(frozen=True)
class WebhookTried:
    """An attempt at an endpoint."""

    endpoint: Endpoint
    answer: Answer

    def judge(self, _: UnitOfWork) -> Verdict:
        """Return what the answer means for the delivery."""
        return judge_webhook(self.answer)

    def told(self, _: Verdict) -> str:
        """Return what it answered."""
        return self.answer.note

    def note(self, uow: UnitOfWork, verdict: Verdict, now: datetime) -> None:
        """Note whether it arrived; switch the endpoint off when it wants nothing more, or has failed for too long."""
        if uow.endpoints.get(self.endpoint.id).url != self.endpoint.url:
            return  # it was given another address meanwhile, of which this says nothing
        if verdict is Verdict.DELIVERED:
            uow.endpoints.arrived(self.endpoint.id)
        elif verdict is Verdict.GONE:
            self._switch_off(uow, now, f"it {self.answer.note}: it wants nothing more")
        elif now - uow.endpoints.failed(self.endpoint.id, now) >= GIVE_UP_ENDPOINT:
            days = GIVE_UP_ENDPOINT.days
            self._switch_off(uow, now, f"nothing has arrived for {days} days; the last attempt: {self.answer.note}")

    def _switch_off(self, uow: UnitOfWork, now: datetime, because: str) -> None:
        if uow.endpoints.switch_off(self.endpoint.id, now, because):
            told = {"because": because}
            course_id, name = self.endpoint.course_id, self.endpoint.name
            uow.audit.add(Deed.ENDPOINT_OFF, when=now, what=name, course_id=course_id, detail=told)


def try_webhook(uow: UnitOfWork, clock: Clock, ways: Ways, claimed: Claimed) -> Tried:
    """Send the event of a claimed delivery once; Lost and Held say why not."""
    event, endpoint = _looked_up(uow, claimed)
    if endpoint.off is not None or endpoint.removed is not None:
        raise Held
    if not endpoint.url:
        return impossible("this endpoint has no address to send to any more: give it one, then replay this")
    now, body = clock.now(), event.body()
    try:
        signed = headers(signing(ways.vault, endpoint, now), event.key, now, body)
        added = {name: value for name, value in headers_of(ways.vault, endpoint).items() if name.lower() not in signed}
    except Unavailable as error:
        return impossible(str(error))
    answer = ways.courier.post(endpoint.url, headers={**added, **signed}, body=body, hidden=tuple(added))
    return WebhookTried(endpoint, answer)


def _looked_up(uow: UnitOfWork, claimed: Claimed) -> tuple[Event, Endpoint]:
    delivery = claimed.delivery
    with uow.reading():
        if not claimed.is_held(uow):
            raise Lost
        return uow.outbox.event(delivery.event_id or 0), uow.endpoints.get(delivery.endpoint_id or 0)
