"""Numbers with a unit, as students write them: 0.25 MiB, 256 KiB, 16.4k weights, 1.2 million.

Only where a question names its unit are prefixes and words like "million" understood; other words are passed over.
"""

from __future__ import annotations

import re
from fractions import Fraction
from typing import TYPE_CHECKING

from grader.domain.reading import read_number

if TYPE_CHECKING:
    from collections.abc import Mapping

_PREFIXES: Mapping[str, Fraction] = {
    **{letter: Fraction(1000) ** power for power, letter in enumerate("kMGT", start=1)},
    **{f"{letter}i": Fraction(1024) ** power for power, letter in enumerate("KMGT", start=1)},
    **{letter: Fraction(1, 1000) ** power for power, letter in enumerate("mµn", start=1)},
    "K": Fraction(1000),
    "u": Fraction(1, 1000**2),
    "μ": Fraction(1, 1000**2),  # the Greek letter, beside the sign
}
_COUNTS: Mapping[str, Fraction] = {
    "thousand": Fraction(1000),
    "million": Fraction(1000**2),
    "billion": Fraction(1000**3),
    **{letter: _PREFIXES[letter] for letter in "kKMGT"},
}
_BASES: Mapping[str, str] = {
    spelling: base
    for base, spellings in {
        "byte": ("B", "byte", "bytes"),
        "bit": ("bit", "bits"),
        "second": ("s", "second", "seconds"),
        "operation": ("FLOP", "FLOPs", "FLOPS", "flops"),
        "multiplication": ("MAC", "MACs"),
    }.items()
    for spelling in spellings
}
_WORD = re.compile(r"[0-9]\s*([^\W\d_]+)(?!\w)")  # the first one after the number


def read_quantity(text: str, unit: str) -> Fraction | None:
    """Return the one number in *text* in *unit*; None when there is none, or it is in a unit of another kind.

    >>> [int(read_quantity(text, "KiB")) for text in ("64", "64 KiB", "65,536 bytes", "0.0625 MiB")]
    [64, 64, 64, 64]
    >>> int(read_quantity("16.4k weights", "weights")), read_quantity("3 s", "KiB"), int(read_quantity("3 k", ""))
    (16400, None, 3)
    """
    number = read_number(text)
    found = _WORD.search(text.rpartition("=")[2])
    if number is None or not unit or found is None:
        return number
    asked, base = _parse(unit)
    factor, said = _parse(found[1])
    if said == base:
        return number * factor / asked
    if said in _BASES.values():  # of another kind: bits where bytes are asked for
        return None
    return number * _COUNTS.get(found[1], Fraction(1)) if asked == 1 else number


def _parse(word: str) -> tuple[Fraction, str]:
    """Return how many of which base unit *word* is.

    >>> _parse("MiB"), _parse("weights")
    ((Fraction(1048576, 1), 'byte'), (Fraction(1, 1), 'weights'))
    """
    if word in _BASES:
        return Fraction(1), _BASES[word]
    for prefix, factor in _PREFIXES.items():
        if word.startswith(prefix) and word.removeprefix(prefix) in _BASES:
            return factor, _BASES[word.removeprefix(prefix)]
    return Fraction(1), word
