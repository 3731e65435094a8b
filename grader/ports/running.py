"""Records of the service itself: who did what, which workers are alive, how busy they are."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import datetime

    from grader.domain.audit import Deed, Entry, Filter, Note
    from grader.domain.board import Done, OpenAttempts, Queue, Seat
    from grader.domain.station import Station


class Audit(Protocol):
    """Who did what; the database itself refuses to change an entry."""

    def add(
        self,
        deed: Deed,
        *,
        when: datetime,
        what: str = "",
        course_id: int | None = None,
        user_id: int | None = None,
        detail: Mapping[str, str] | None = None,
    ) -> None:
        """Keep a new entry, with the origin of this unit of work; *user_id* is whom it concerns."""
        ...

    def add_all(self, notes: Sequence[Note], *, when: datetime, course_id: int) -> None:
        """Keep an entry for each of many people, in this order."""
        ...

    def of_course(self, course_id: int, wanted: Filter, limit: int) -> Sequence[Entry]:
        """Return entries of a course, newest first: its own, and those without a course about somebody in it."""
        ...


class Stations(Protocol):
    """Workers, as they last said themselves."""

    def heard(self, station: Station) -> None:
        """Keep what a worker says of itself over what it said before."""
        ...

    def gone(self, name: str) -> None:
        """Forget a worker that ended in peace."""
        ...

    def all(self) -> Sequence[Station]:
        """Return all that were ever heard and did not say good-bye, by node and name."""
        ...

    def forget(self, before: datetime) -> int:
        """Forget those that were last heard before *before*; return how many."""
        ...


class Load(Protocol):
    """How busy the service is, all courses together."""

    def queue(self) -> Queue:
        """Return what waits now."""
        ...

    def done(self, since: datetime) -> Done:
        """Return what ended since *since*; of what was queued more than a day before, nothing."""
        ...

    def seats(self) -> Sequence[Seat]:
        """Return all workers that did not say good-bye with what they have in hand, by node and name."""
        ...

    def open_attempts(self, course_id: int, now: datetime) -> OpenAttempts:
        """Return how many attempts are open at *now*; one without a deadline for a day from its start."""
        ...
