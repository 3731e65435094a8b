"""A row of the tables of attacks: what a submission may earn at most, and how each scenario must end."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Literal, TypeAlias

from grader.domain.report import Outcome

if TYPE_CHECKING:
    from collections.abc import Set as AbstractSet

SUBMISSIONS = Path(__file__).parent / "submissions"

Slug: TypeAlias = Literal["pointwise-conv", "bottleneck"]
POINTWISE: Slug = "pointwise-conv"
BOTTLENECK: Slug = "bottleneck"

PASSED, WRONG, CRASHED, TIMED_OUT = Outcome.PASSED, Outcome.WRONG, Outcome.CRASHED, Outcome.TIMED_OUT
OUT_OF_MEMORY, REFUSED, UNANSWERED = Outcome.OUT_OF_MEMORY, Outcome.REFUSED, Outcome.UNANSWERED

HANGS = frozenset({TIMED_OUT, UNANSWERED})
"""Each hang uses up its scenario's time, and the last scenarios are not reached."""

ANYHOW = frozenset(Outcome) - {PASSED, Outcome.INTERNAL}
"""In any way but our fault: for attacks that end in another way each time."""

ZEROS = {
    POINTWISE: frozenset({"parameters", "no_bias", "starts_at_random"}),
    BOTTLENECK: frozenset({"weights"}),
}
"""The honest part of most attacks is a layer that answers zeros: its parameters are right, black images stay black."""

UNCALLED = frozenset({"parameters", "starts_at_random"})
"""The honest part of a pointwise convolution whose forward fails."""

NOTHING: AbstractSet[str] = frozenset()


@dataclass(frozen=True)
class Attack:
    """A submission, and what it must get from one exercise."""

    submission: str
    """File below `submissions/`, without `.py`."""
    exercise: Slug
    most: int
    """Points that its honest part is worth."""
    others: Outcome | AbstractSet[Outcome]
    """How each scenario must end that is not in `passes`; one of these, where there are several."""
    passes: AbstractSet[str] = field(default=frozenset({"*"}))
    """Scenarios that may pass; by default those that zeros pass."""
    unsaid: tuple[str, ...] = ()
    """Words that must stand in no text for the student."""

    @property
    def source(self) -> str:
        """The file's text."""
        return (SUBMISSIONS / f"{self.submission}.py").read_text(encoding="utf-8")

    @property
    def may_pass(self) -> AbstractSet[str]:
        """Names of the scenarios that may pass."""
        return ZEROS[self.exercise] if "*" in self.passes else self.passes

    def ends(self, scenario: str) -> AbstractSet[Outcome]:
        """Outcomes that *scenario* may have."""
        others = frozenset({self.others}) if isinstance(self.others, Outcome) else self.others
        return others | {PASSED} if scenario in self.may_pass else others

    def __str__(self) -> str:
        return f"{self.submission}-{self.exercise}"
