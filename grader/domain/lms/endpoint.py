"""Where a course's webhooks go to, and where they come from."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from grader.domain.lms.event import EventType

OVERLAP = timedelta(hours=24)
"""After a rotation the old secret signs and opens for this long, beside the new one."""


@dataclass(frozen=True)
class Endpoint:
    """One receiver of a course's events; *events* empty wants all of them.

    *key* stands in the address at which it may send us webhooks, if *receives*. Secrets and headers are sealed: only
    the vault opens them. *off* says since when nothing is sent, *off_because* why; *failing* since when nothing
    arrives.
    """

    id: int
    key: str
    course_id: int
    name: str
    url: str  # empty: it only sends us something
    events: frozenset[EventType]
    receives: bool
    secret: str
    made: datetime
    headers: str = ""
    old_secret: str = ""
    old_until: datetime | None = None
    off: datetime | None = None
    off_because: str = ""
    failing: datetime | None = None
    removed: datetime | None = None

    def wants(self, kind: EventType) -> bool:
        """Whether it is sent events of this kind now. A test goes to the one that it is for, wanted or not."""
        is_on = self.off is None and self.removed is None and bool(self.url)
        return is_on and kind is not EventType.TEST and (not self.events or kind in self.events)

    def secrets(self, now: datetime) -> tuple[str, ...]:
        """Return the sealed secrets that are good at *now*, the new one first."""
        has_old = bool(self.old_secret) and self.old_until is not None and now < self.old_until
        return (self.secret, self.old_secret) if has_old else (self.secret,)
