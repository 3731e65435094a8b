"""Server-sent events: what a submission looks like now, again whenever that changes, until it is final.

Every reader holds a thread, so their number and their time are limited; a reader that is sent away comes back
by itself and is shown the present state first, so nothing is ever missed.
"""

from __future__ import annotations

import hashlib
import threading
import time
from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

MIMETYPE = "text/event-stream"
_HEARTBEAT = ": still here\n\n"
_GROWTH = 1.5

MOST_OF_ONE = 4
"""Readers of one person: whoever opens more leaves places to others, and comes back for news every second."""


@dataclass(frozen=True)
class Pace:
    """Times of a stream, in seconds."""

    shortest: float = 0.1  # between two looks, after a change
    longest: float = 1.0  # between two looks, when nothing happens
    heartbeat: float = 5.0  # silence after which the reader is told that we are there
    lifetime: float = 600.0
    retry: float = 1.0  # what the reader waits before it comes back


@dataclass(frozen=True)
class Snapshot:
    """What a reader is shown, as JSON on one line."""

    text: str
    is_final: bool

    @property
    def id(self) -> str:
        """The event's id: the same for the same content."""
        return hashlib.blake2b(self.text.encode(), digest_size=8).hexdigest()

    @property
    def end_id(self) -> str:
        """The id of the event that ends a stream with this snapshot."""
        return f"end-{self.id}"


class Streams:
    """How many readers there are, *most* in all and *each* of one person, and whether the server is about to stop."""

    def __init__(self, most: int, *, each: int = MOST_OF_ONE) -> None:
        self._most, self._each = most, each
        self._readers = Counter[object]()
        self._lock = threading.Lock()
        self._stopping = threading.Event()

    def enter(self, who: object) -> bool:
        """Take a place for *who*; False when there is none. Who got one calls `leave`."""
        with self._lock:
            if self._readers.total() >= self._most or self._readers[who] >= self._each:
                return False
            self._readers[who] += 1
            return True

    def leave(self, who: object) -> None:
        """Give a place back."""
        with self._lock:
            self._readers[who] -= 1
            self._readers += Counter()  # keeps those above 0

    def stop(self) -> None:
        """Send all readers away, now; for a signal handler too."""
        self._stopping.set()

    def wait(self, seconds: float) -> bool:
        """Wait; True, at once, when the server stops."""
        return self._stopping.wait(seconds)


def events(
    first: Snapshot,
    look: Callable[[], Snapshot | None],
    *,
    pace: Pace,
    wait: Callable[[float], bool],
    monotonic: Callable[[], float] = time.monotonic,
) -> Iterator[str]:
    """Yield *first*, then what *look* finds whenever it differs, up to a final one and an event "end".

    *look* returns None when it could not look. Ends early at the end of its lifetime, or when *wait* says so.
    """
    yield f"retry: {pace.retry * 1000:.0f}\n\n"
    yield _event("snapshot", first.id, first.text)
    shown, pause, born = first, pace.shortest, monotonic()
    spoke = born
    while not shown.is_final:
        if monotonic() - born >= pace.lifetime or wait(pause):
            return
        pause = min(pause * _GROWTH, pace.longest)
        found = look()
        if found is not None and found != shown:
            yield _event("snapshot", found.id, found.text)
            shown, pause, spoke = found, pace.shortest, monotonic()
        elif monotonic() - spoke >= pace.heartbeat:
            yield _HEARTBEAT
            spoke = monotonic()
    yield _event("end", shown.end_id, "{}")


def _event(name: str, identity: str, text: str) -> str:
    return f"id: {identity}\nevent: {name}\ndata: {text}\n\n"
