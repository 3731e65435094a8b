"""Long lists come in pages; one can be asked for all of it."""

from __future__ import annotations

from dataclasses import dataclass

from grader.web.converters import as_id

ALL = "all"


@dataclass(frozen=True)
class Page:
    """From which to before which of *count* things are shown, counted from 0; *number* is 0 when all are."""

    number: int
    last: int
    start: int
    end: int
    count: int


def page_of(asked: str, count: int, size: int) -> Page:
    """Return the page that an address asks for, the nearest one that there is; the first if it asks for none.

    >>> page_of("2", 250, 100), page_of("9", 250, 100).start, page_of("", 0, 100).end
    (Page(number=2, last=3, start=100, end=200, count=250), 200, 0)
    """
    last = max(1, -(-count // size))
    if asked == ALL:
        return Page(0, last, 0, count, count)
    number = min(as_id(asked) or 1, last)
    return Page(number, last, (number - 1) * size, min(number * size, count), count)
