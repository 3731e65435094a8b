"""Which questions are bad, by their numbers.

Below a discrimination of 0.2, R. L. Ebel and D. A. Frisbie ("Essentials of educational measurement", 1991) have a
question rejected or rewritten; the bounds of difficulty are our own. They ask for a second look, and prove nothing.
"""

from __future__ import annotations

import enum
from fractions import Fraction

EASY = Fraction(95, 100)
HARD = Fraction(25, 100)
LITTLE = 0.2


class Flag(enum.Enum):
    """What is odd about a question."""

    TOO_EASY = "too_easy"
    TOO_HARD = "too_hard"
    TELLS_LITTLE = "tells_little"  # apart who knows much and who knows little
    TELLS_BACKWARDS = "tells_backwards"  # who knows more elsewhere earns less here
    IDLE_CHOICE = "idle_choice"  # wrong, and chosen by nobody
    LURING_CHOICE = "luring_choice"  # wrong, and chosen by more of the best than a right one


def flags(difficulty: Fraction, discrimination: float | None) -> tuple[Flag, ...]:
    """Return what the numbers of a question say against it; *difficulty* is the mean share of its points.

    Where nearly all or hardly any are right, there is not much to tell students apart by: that it tells little is
    said of no such question.

    >>> [flag.value for flag in flags(Fraction(1, 2), 0.1)], [flag.value for flag in flags(Fraction(1, 5), -0.1)]
    (['tells_little'], ['too_hard', 'tells_backwards'])
    """
    found = [Flag.TOO_EASY] if difficulty > EASY else [Flag.TOO_HARD] if difficulty < HARD else []
    if discrimination is not None and discrimination < 0:
        found.append(Flag.TELLS_BACKWARDS)
    elif discrimination is not None and discrimination < LITTLE and not found:
        found.append(Flag.TELLS_LITTLE)
    return tuple(found)
