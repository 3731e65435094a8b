"""What a class's solutions of an exercise share, remembered for a while: a class of 500 takes a second."""

from __future__ import annotations

import hashlib
from collections import OrderedDict
from dataclasses import dataclass, field
from threading import Lock
from typing import TYPE_CHECKING

from grader.domain.similarity import LEAST_SHARE, common, fingerprints, rank, tokens

if TYPE_CHECKING:
    from collections.abc import Sequence

    from grader.domain.similarity import Pair, Prints
    from grader.domain.submission import Submission

MOST_PAIRS = 100
"""In one list: nobody talks to more people."""

_REMEMBERED = 16
"""Classes, some 100 KiB each."""


@dataclass(frozen=True)
class ClassPassages:
    """Pairs, by their submissions' ids, the most alike first; and what too many hold to tell anything."""

    pairs: Sequence[Pair]
    common: Prints


@dataclass
class _Memory:
    """The classes that were compared last, by their sources; two threads may compare the same one at a time."""

    _found: OrderedDict[bytes, ClassPassages] = field(default_factory=OrderedDict)
    _lock: Lock = field(default_factory=Lock)

    def find(self, key: bytes) -> ClassPassages | None:
        """Return what is remembered, and remember it for longer."""
        with self._lock:
            if key in self._found:
                self._found.move_to_end(key)
            return self._found.get(key)

    def keep(self, key: bytes, found: ClassPassages) -> None:
        """Remember this, and forget what nobody asked for the longest."""
        with self._lock:
            self._found[key] = found
            while len(self._found) > _REMEMBERED:
                self._found.popitem(last=False)


_memory = _Memory()


def class_passages(submissions: Sequence[Submission], starter: Prints) -> ClassPassages:
    """Return what *submissions*, one of each student, share beyond the *starter*."""
    key = _digest(submissions, starter)
    found = _memory.find(key)
    if found is None:
        found = _compared(submissions, starter)
        _memory.keep(key, found)
    return found


def _compared(submissions: Sequence[Submission], starter: Prints) -> ClassPassages:
    prints = {each.id: fingerprints(tokens(each.source), ignored=starter) for each in submissions}
    shared = common(prints.values())
    pairs = [pair for pair in rank(prints, ignored=shared) if pair.share >= LEAST_SHARE]
    return ClassPassages(pairs[:MOST_PAIRS], shared)


def _digest(submissions: Sequence[Submission], starter: Prints) -> bytes:
    digest = hashlib.blake2b(repr(sorted(starter)).encode())
    for each in submissions:
        source = each.source.encode("utf-8", "surrogatepass")
        digest.update(b"%d %d " % (each.id, len(source)))
        digest.update(source)
    return digest.digest()
