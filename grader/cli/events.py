"""Server-sent events, parsed as the HTML standard says (as far as a service of ours speaks it)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator


@dataclass(frozen=True)
class Event:
    """What a stream said."""

    name: str
    data: str


def read_events(lines: Iterable[bytes]) -> Iterator[Event]:
    r"""Yield the events in *lines*; one that breaks off in its middle is dropped.

    >>> list(read_events([b": hello", b"event: snapshot", b"data: {", b"data: }", b"", b"data: cut"]))
    [Event(name='snapshot', data='{\n}')]
    """
    name, data = "", list[str]()
    for line in lines:
        field, _, value = line.decode("utf-8", "replace").partition(":")
        value = value.removeprefix(" ")
        if not line:
            if data:
                yield Event(name or "message", "\n".join(data))
            name, data = "", []
        elif field == "event":
            name = value
        elif field == "data":
            data.append(value)
