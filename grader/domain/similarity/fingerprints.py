"""Every so many tokens in a row as a number, of which few are kept: winnowing.

After Schleimer, Wilkerson and Aiken, "Winnowing: local algorithms for document fingerprinting", SIGMOD 2003. Every
NOISE tokens in a row are hashed, and of every WINDOW hashes in a row the least is kept. So two sources
that agree in GUARANTEE tokens in a row have a fingerprint in common, for sure; and what is shorter than NOISE tokens is
never told from chance.
"""

from __future__ import annotations

import hashlib
from functools import lru_cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from grader.domain.similarity.tokens import Token

NOISE = 12
"""Tokens: one or two lines of a layer. Shorter ones are idioms of the field."""

GUARANTEE = 15
"""Tokens. The smaller, the more fingerprints are kept: here two of five, since solutions are short."""

WINDOW = GUARANTEE - NOISE + 1

_BASE = 1_000_003
_PRIME = 2**61 - 1  # of Mersenne: two different runs of tokens agree by chance once in 10**17

Prints = frozenset[int]
"""A source's fingerprints."""


def fingerprints(found: Sequence[Token], *, ignored: Prints = frozenset()) -> Prints:
    """Return the fingerprints of a source's tokens, chosen among what is not *ignored*; none for fewer than NOISE."""
    return frozenset(_winnowed(list(hashes(found)), ignored))


def everything(found: Sequence[Token]) -> Prints:
    """Return what to ignore so that nothing of these tokens, the starter's, is taken for anybody's own."""
    return frozenset(hashes(found))


def hashes(found: Sequence[Token]) -> Iterator[int]:
    """Yield a hash for each NOISE tokens in a row, each from the last one: Karp and Rabin, 1987."""
    numbers = [_number(token.text) for token in found]
    leaving = pow(_BASE, NOISE, _PRIME)
    rolled = 0
    for place, number in enumerate(numbers):
        rolled = (rolled * _BASE + number) % _PRIME
        if place >= NOISE:
            rolled = (rolled - numbers[place - NOISE] * leaving) % _PRIME
        if place >= NOISE - 1:
            yield rolled


def _winnowed(hashed: Sequence[int], ignored: Prints) -> Iterator[int]:
    """Yield the least of every WINDOW in a row; of all, when there are fewer."""
    for start in range(max(1, len(hashed) - WINDOW + 1)):
        yield from sorted({*hashed[start : start + WINDOW]} - ignored)[:1]


@lru_cache(maxsize=4096)
def _number(text: str) -> int:
    """Return a number for a token, the same in every process and on every machine."""
    return int.from_bytes(hashlib.blake2b(text.encode("utf-8", "replace"), digest_size=7).digest())
