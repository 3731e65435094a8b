"""How a try ends, and which of a scenario's outcomes that means."""

from __future__ import annotations

import enum
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from grader.domain.exercise import Misconception


class Kind(enum.Enum):
    """What is the matter with the code."""

    RIGHT = "right"
    BELIEF = "belief"  # it holds a misconception
    EMPTY = "empty"  # the starter, untouched
    CRASH = "crash"  # a slip of the pen: a name that isn't there
    ENDLESS = "endless"  # a loop
    FORBIDDEN = "forbidden"  # what the exercise wants to be written by hand
    VOID = "void"  # nothing; our machine had a bad night


@dataclass(frozen=True)
class Ending:
    """*belief* is the one that the code holds."""

    kind: Kind
    belief: Misconception | None = None

    @property
    def is_right(self) -> bool:
        """Whether it earns everything."""
        return self.kind is Kind.RIGHT


RIGHT = Ending(Kind.RIGHT)
