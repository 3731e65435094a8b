"""What a program prints, as students write it down, and which differences make none.

- Blanks and line ends count as one another, and beside signs they may be left out.
- Either quotation mark is the other; a typographic minus is a minus; true, false and none may be in any case.
- A decimal may have more or fewer zeros at its end (0.5 and 0.5000), but 8 and 8.0 are two things.
- One whole number may have its thousands separated; one torch.Size may be written as any shape, 1×64×28×28 say.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from fractions import Fraction
from typing import TypeAlias

from grader.domain.reading import read_number, read_shape

MAX_LENGTH = 2000  # characters

_ALIKE = str.maketrans({"\u2212": "-", '"': "'", "\u2018": "'", "\u2019": "'", "\u201c": "'", "\u201d": "'"})
_TOKEN = re.compile(
    r"(?P<decimal>(?:\d+\.\d*|\.\d+)(?:[eE][+-]?\d{1,3})?(?![\w.])|\d+[eE][+-]?\d{1,3}(?![\w.]))"
    r"|(?P<whole>\d+)(?!\w)|\w+|\S",
    re.ASCII,
)
_SIZE = re.compile(r"torch\.Size\(\[[\d, ]+\]\)", re.ASCII)
_SHAPE = re.compile(r"(?:(?:torch\.)?Size)?[\d\s,;xX×*()\[\]]+")  # as students may write one instead
_ANY_CASE = {"true", "false", "none"}

Token: TypeAlias = str | int | tuple[str, Fraction]


@dataclass(frozen=True)
class Printed:
    """A text, and what of it counts."""

    text: str = field(compare=False)
    tokens: tuple[Token, ...]

    def is_met_by(self, given: Printed) -> bool:
        """Return whether a student who wrote *given* meant this.

        >>> read_printed("torch.Size([1, 64])").is_met_by(read_printed("(1, 64)"))
        True
        >>> read_printed("4.0").is_met_by(read_printed("4"))
        False
        """
        if self.tokens == given.tokens:
            return True
        if len(self.tokens) == 1 and isinstance(self.tokens[0], int) and "." not in given.text:
            return read_number(given.text) == self.tokens[0]
        if _SIZE.fullmatch(self.text.strip()) and _SHAPE.fullmatch(given.text.strip()):
            return read_shape(self.text) == read_shape(given.text)
        return False


def read_printed(text: str) -> Printed:
    """Return what of *text* counts.

    >>> read_printed("tensor([0.5000])") == read_printed(" tensor( [ .5 ] )")
    True
    """
    if len(text) > MAX_LENGTH:
        return Printed(text, (text,))
    return Printed(text, tuple(_token(found) for found in _TOKEN.finditer(text.translate(_ALIKE))))


def _token(found: re.Match[str]) -> Token:
    if found["decimal"]:
        return "decimal", Fraction(found["decimal"])
    if found["whole"]:
        return int(found["whole"])
    return found[0].casefold() if found[0].casefold() in _ANY_CASE else found[0]
