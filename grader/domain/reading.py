"""Numbers and shapes as students write them, with separators, words and units around them.

Reading never raises: what can't be read without guessing is None.
"""

from __future__ import annotations

import re
from fractions import Fraction

MAX_LENGTH = 200  # characters; no number or shape of a lesson needs more

_GROUPED = r"[1-9][0-9]{0,2}(?:(?:,[0-9]{3})+|(?: [0-9]{3})+|(?:'[0-9]{3})+)|[0-9]+(?:_[0-9]+)+"
_PLAIN = r"[0-9]+"
# Digits right after a letter belong to a word (conv2, K64); "8,5" is the decimal comma of half the world.
_NUMBER = re.compile(
    rf"(?<![\w.,])(?P<sign>[-+]?)(?:(?P<whole>{_GROUPED}|{_PLAIN})(?P<part>[.,][0-9]+)?|(?P<bare>\.[0-9]+))"
    r"(?:[eE](?P<exponent>[+-]?[0-9]{1,2})(?![0-9]))?(?:/(?P<divisor>[0-9]+))?(?![.,]?[0-9]|[⁰¹²³⁴-⁹])"
)
_OPEN_FORMULA = re.compile(r"(?:[×✕*^/+]|\b[xX])\s*$")  # "c_in × 64" is no number
_TIMES = re.compile(r"(?<=[0-9\s\])])\s*(?:[xX×*✕]|\bby\b)\s*(?=[0-9(\[])")
_LABEL = re.compile(r"\b[A-Za-z]\w*\s*[=:]\s*(?=[0-9(\[])")  # "H = 28"
_ALIKE = str.maketrans({
    "\u00a0": " ", "\u2009": " ", "\u202f": " ", "\u2007": " ",  # spaces that separate thousands
    "\u2212": "-", "\u2019": "'",
})  # fmt: skip


def read_number(text: str) -> Fraction | None:
    """Return the one number in *text*, exactly; of "256 × 64 = 16,384" the last side.

    >>> [int(read_number(t)) for t in ("16,384", "16 384", "16_384", "= 16384 weights", "1.6384e4")]
    [16384, 16384, 16384, 16384, 16384]
    >>> read_number("8.5×"), read_number("8,5"), read_number("1/9")
    (Fraction(17, 2), Fraction(17, 2), Fraction(1, 9))
    >>> read_number("256 or 64"), read_number("many"), read_number("1,63,84")
    (None, None, None)
    """
    if len(text) > MAX_LENGTH:
        return None
    last_side = text.translate(_ALIKE).rpartition("=")[2]
    found = list(_NUMBER.finditer(last_side))
    if len(found) != 1 or re.search(r"[0-9]", _NUMBER.sub("", last_side)):
        return None
    if _OPEN_FORMULA.search(last_side, 0, found[0].start()):
        return None
    return _exact(found[0])


def _exact(number: re.Match[str]) -> Fraction | None:
    whole = re.sub(r"[, '_]", "", number["whole"] or "0")
    part = (number["part"] or number["bare"] or "").replace(",", ".")
    value = Fraction(f"{number['sign']}{whole}{part}") * Fraction(10) ** int(number["exponent"] or 0)
    divisor = int(number["divisor"] or 1)
    return value / divisor if divisor else None


def read_shape(text: str) -> tuple[int, ...] | None:
    """Return the sizes in *text*, in the order written.

    >>> read_shape("28×28×64"), read_shape("28 x 28 x 1,024"), read_shape("torch.Size([64, 28, 28])")
    ((28, 28, 64), (28, 28, 1024), (64, 28, 28))
    >>> read_shape("C=64, H=28, W=28")
    (64, 28, 28)
    >>> read_shape("N×64×28×28"), read_shape("28×28×6.5")
    (None, None)
    """
    if len(text) > MAX_LENGTH:
        return None
    plain = _LABEL.sub("", text.translate(_ALIKE))
    parts = _TIMES.split(plain)
    if len(parts) == 1:
        parts = re.split(r"[,;\s]+(?=[0-9])", plain)
    sizes = [read_number(re.sub(r"[()\[\],;]+\s*$", "", part.strip())) for part in parts if part.strip(" ([,")]
    if not sizes or any(size is None or size.denominator != 1 or size < 0 for size in sizes):
        return None
    return tuple(int(size) for size in sizes if size is not None)
