"""Two texts side by side, line by line."""

from __future__ import annotations

import enum
from dataclasses import dataclass
from difflib import SequenceMatcher
from itertools import zip_longest
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

MOST_LINES = 1000
"""Of each text; comparing takes the square of it, 0.3 s at worst, and nobody reads more."""

CONTEXT = 3
"""Equal lines that are shown around a change."""


class Change(enum.Enum):
    """What became of a line; SKIPPED stands for equal lines that are left out."""

    SAME = "same"
    ADDED = "added"
    REMOVED = "removed"
    CHANGED = "changed"
    SKIPPED = "skipped"


@dataclass(frozen=True)
class Line:
    """One line of a text; *number* counts from 1."""

    number: int
    text: str


@dataclass(frozen=True)
class Row:
    """What stands on the same height; a side that has nothing there is None. *skipped* counts equal lines."""

    change: Change
    old: Line | None = None
    new: Line | None = None
    skipped: int = 0


def side_by_side(old: str, new: str) -> list[Row]:
    r"""Return the rows of a comparison; of each text only the first MOST_LINES lines.

    >>> [(row.change.value, row.new.text) for row in side_by_side("a\nb", "a\nc\nd") if row.new]
    [('same', 'a'), ('changed', 'c'), ('added', 'd')]
    """
    before, after = lines(old)[:MOST_LINES], lines(new)[:MOST_LINES]
    rows = list[Row]()
    for tag, a, b, c, d in SequenceMatcher(None, before, after).get_opcodes():
        pairs = list(zip_longest(_numbered(before, a, b), _numbered(after, c, d)))
        is_last = (b, d) == (len(before), len(after))
        rows += _folded(pairs, is_first=not rows, is_last=is_last) if tag == "equal" else map(_changed, pairs)
    return rows


def lines(text: str) -> list[str]:
    r"""Return the lines of *text* as an editor counts them.

    >>> lines("a\r\nb\x0c\n")
    ['a', 'b\x0c']
    """
    return text.replace("\r\n", "\n").removesuffix("\n").split("\n")


def _numbered(text: Sequence[str], start: int, end: int) -> Iterator[Line]:
    return (Line(number, each) for number, each in enumerate(text[start:end], start=start + 1))


def _changed(pair: tuple[Line | None, Line | None]) -> Row:
    old, new = pair
    if old is None or new is None:
        return Row(Change.ADDED if old is None else Change.REMOVED, old, new)
    return Row(Change.SAME if old.text == new.text else Change.CHANGED, old, new)


def _folded(pairs: Sequence[tuple[Line | None, Line | None]], *, is_first: bool, is_last: bool) -> list[Row]:
    """Return rows for equal lines, those that are far from any change as one; at the ends there is none beyond."""
    same = [Row(Change.SAME, old, new) for old, new in pairs]
    head, tail = 0 if is_first else CONTEXT, 0 if is_last else CONTEXT
    skipped = len(same) - head - tail
    if skipped <= 1 or (is_first and is_last):
        return same
    return [*same[:head], Row(Change.SKIPPED, skipped=skipped), *same[len(same) - tail :]]
