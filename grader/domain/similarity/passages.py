"""Where two sources agree: from each place of the one, the longest run that the other has too and that is not yet used.

In the manner of greedy string tiling (Wise, 1993), but from the first line to the last instead of the longest first,
which takes time in proportion to the sources.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from grader.domain.similarity.fingerprints import GUARANTEE, NOISE, hashes

if TYPE_CHECKING:
    from collections.abc import Sequence

    from grader.domain.similarity.fingerprints import Prints
    from grader.domain.similarity.tokens import Token

_MOST_PLACES = 8
"""Of the other source that are looked at for one of this: what is repeated more often looks the same everywhere."""

_SHORTEST = GUARANTEE - NOISE + 1
"""Hashes in a row that GUARANTEE tokens in a row have."""


@dataclass(frozen=True)
class Lines:
    """The lines from *first* to *last*, counted from 1."""

    first: int
    last: int


@dataclass(frozen=True)
class Passage:
    """Lines of one source that do what those of the other do."""

    one: Lines
    other: Lines


def passages(one: Sequence[Token], other: Sequence[Token], *, ignored: Prints) -> list[Passage]:
    """Return what both have in at least GUARANTEE tokens in a row, nothing *ignored* in it, in the order of *one*."""
    search = _Search(list(hashes(one)), list(hashes(other)), ignored)
    found: list[Passage] = []
    start = 0
    while start < len(search.here):
        length, place = search.longest(start)
        if length < _SHORTEST:
            start += 1
            continue
        tokens = length + NOISE - 1
        found.append(Passage(_lines(one[start : start + tokens]), _lines(other[place : place + tokens])))
        search.used.update(range(place, place + tokens))
        start += tokens
    return found


class _Search:
    """Both sources as hashes, and which places of the other one are used."""

    def __init__(self, here: list[int], there: list[int], ignored: Prints) -> None:
        self.here, self.there = here, there
        self.used: set[int] = set()
        self._ignored = ignored
        self._places: dict[int, list[int]] = {}
        for place, each in enumerate(there):
            of_this = self._places.setdefault(each, [])
            if len(of_this) < _MOST_PLACES:
                of_this.append(place)

    def longest(self, start: int) -> tuple[int, int]:
        """Return how many hashes in a row agree from *start* on, and where in the other source; 0 for nowhere."""
        places = self._places.get(self.here[start], ())
        length, before = max(((self._agreed(start, place), -place) for place in places), default=(0, 0))
        return length, -before

    def _agreed(self, start: int, place: int) -> int:
        length = 0
        for here, there in zip(range(start, len(self.here)), range(place, len(self.there)), strict=False):
            is_same = self.here[here] == self.there[there]
            if not is_same or there in self.used or self.here[here] in self._ignored:
                break
            length += 1
        return length


def _lines(tokens: Sequence[Token]) -> Lines:
    numbers = [token.line for token in tokens]
    return Lines(min(numbers), max(numbers))
