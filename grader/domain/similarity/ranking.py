"""Pairs of a class by what they share; an index by fingerprint, so that pairs that share nothing cost nothing."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from itertools import combinations
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from grader.domain.similarity.fingerprints import Prints

MOST_HOLDERS = 10
"""A passage that more people have than this, and a larger part of the class than COMMON_SHARE, is the lesson's."""

COMMON_SHARE = 0.2

FEWEST = 6
"""Fingerprints that a pair must share to be told of: some four lines."""

LEAST_SHARE = 0.35
"""What different solutions of one exercise have in common is less: those of all our exercises, at most 0.32."""


@dataclass(frozen=True)
class Pair:
    """Two sources by their keys, the lesser first; how many fingerprints they share, of how many of the smaller one."""

    one: int
    other: int
    shared: int
    of: int

    @property
    def share(self) -> float:
        """What part of the smaller one is in the larger one too: padding lowers it for nobody."""
        return self.shared / self.of


def common(prints: Iterable[Prints]) -> Prints:
    """Return the fingerprints that too much of a class holds to tell anything."""
    of_all = list(prints)
    holders = Counter(each for of_one in of_all for each in of_one)
    most = max(MOST_HOLDERS, COMMON_SHARE * len(of_all))
    return frozenset(each for each, number in holders.items() if number > most)


def rank(prints: Mapping[int, Prints], *, ignored: Prints, fewest: int = FEWEST) -> list[Pair]:
    """Return the pairs that share at least *fewest* fingerprints beyond the ignored, the most alike first."""
    own = {key: prints[key] - ignored for key in sorted(prints)}
    holders: dict[int, list[int]] = {}
    for key, of_one in own.items():
        for each in of_one:
            holders.setdefault(each, []).append(key)
    shared = Counter(pair for keys in holders.values() for pair in combinations(keys, 2))
    pairs = [
        Pair(one, other, number, min(len(own[one]), len(own[other])))
        for (one, other), number in shared.items()
        if number >= fewest
    ]
    return sorted(pairs, key=lambda pair: (-pair.share, -pair.shared, pair.one, pair.other))
