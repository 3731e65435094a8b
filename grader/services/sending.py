"""What sending a webhook and sending a score share: by which ways, what is in hand, what an attempt came to."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

from grader.domain.lms.delivery import Answer, DeliveryState, Verdict

if TYPE_CHECKING:
    from datetime import datetime

    from grader.domain.lms.delivery import Delivery
    from grader.ports import UnitOfWork
    from grader.ports.outside import Courier, Gradebooks, Vault


@dataclass(frozen=True)
class Ways:
    """What deliveries go out by; all of it is safe to share among threads."""

    vault: Vault
    courier: Courier
    gradebooks: Gradebooks


@dataclass(frozen=True)
class Claimed:
    """A delivery that this dispatcher holds by *key*, its attempt counted."""

    delivery: Delivery
    key: str

    def is_held(self, uow: UnitOfWork) -> bool:
        """Whether it still is: a claim whose time was over may be another dispatcher's by now."""
        kept = uow.outbox.get(self.delivery.id)
        return kept.state is DeliveryState.SENDING and kept.claim_key == self.key


@dataclass(frozen=True)
class Sent:
    """A delivery after an attempt; *verdict* is None when nothing was sent."""

    delivery: Delivery
    verdict: Verdict | None
    answer: Answer | None = None


class Lost(Exception):
    """The claim is not ours any more: whoever has it sends."""


class Held(Exception):
    """Nothing may be sent there now, since a moment ago: the delivery waits until something may."""


class Tried(Protocol):
    """One attempt and what is written of it, in the transaction that ends it."""

    @property
    def answer(self) -> Answer:
        """What came back."""
        ...

    def judge(self, uow: UnitOfWork) -> Verdict:
        """Return what the answer means for the delivery."""
        ...

    def told(self, verdict: Verdict) -> str:
        """Return what came of it, in a few words."""
        ...

    def note(self, uow: UnitOfWork, verdict: Verdict, now: datetime) -> None:
        """Write down what it means for the receiver."""
        ...


@dataclass(frozen=True)
class Unsent:
    """Nothing was sent, *answer* says why; it says nothing about the receiver."""

    answer: Answer
    verdict: Verdict

    def judge(self, _: UnitOfWork) -> Verdict:
        """Return what it means for the delivery."""
        return self.verdict

    def told(self, _: Verdict) -> str:
        """Return why nothing was sent."""
        return self.answer.note

    def note(self, uow: UnitOfWork, verdict: Verdict, now: datetime) -> None:
        """Nothing is to be noted."""


def impossible(why: str) -> Unsent:
    """Return an attempt that can't be made until somebody changes something; then an instructor replays it."""
    return Unsent(Answer("", problem=why), Verdict.DEAD)


def mishap(error: Exception) -> Unsent:
    """Return an attempt that an error of ours ended: it may work the next time."""
    what = f"an error of ours ({type(error).__name__}), the service's log says more"
    return Unsent(Answer("", problem=what), Verdict.AGAIN)
