"""What a run found: an outcome per scenario, with the student's text apart from the staff's."""

from __future__ import annotations

import enum
from collections.abc import Mapping  # noqa: TC003 - a field's type, kept at run time
from dataclasses import dataclass, field
from fractions import Fraction

from grader.domain.exercise import Visibility


class Outcome(enum.Enum):
    """How a scenario ended; only INTERNAL is ours and never costs the student."""

    PASSED = "passed"
    WRONG = "wrong"
    CRASHED = "crashed"
    TIMED_OUT = "timed_out"
    OUT_OF_MEMORY = "out_of_memory"
    REFUSED = "refused"  # a forbidden operation, or tampering with the grader's channel
    UNANSWERED = "unanswered"  # not reached: the total time was used up
    INTERNAL = "internal"


_SEVEREST_FIRST = (
    Outcome.INTERNAL,
    Outcome.REFUSED,
    Outcome.OUT_OF_MEMORY,
    Outcome.TIMED_OUT,
    Outcome.CRASHED,
    Outcome.UNANSWERED,
    Outcome.WRONG,
    Outcome.PASSED,
)


@dataclass(frozen=True)
class CheckResult:
    """One scenario's verdict. *message* is for the student; *staff_message* may name hidden things."""

    name: str
    title: str
    points: int  # earned
    max_points: int
    outcome: Outcome
    message: str
    staff_message: str = ""
    visibility: Visibility = Visibility.HIDDEN
    misconception: str | None = None
    hint: str | None = None
    printed: str = ""  # the student's own output, kept for public scenarios only
    detail: Mapping[str, object] = field(default_factory=dict)  # numbers of a public comparison
    seconds: float = 0.0


@dataclass(frozen=True)
class Report:
    """All verdicts of one run, with what is needed to explain and reproduce them."""

    lesson: str
    exercise: str
    content_hash: str
    checks: tuple[CheckResult, ...]
    seed_id: str
    device: str
    torch_version: str
    node: str
    seconds: float
    misconception: str | None = None
    hint: str | None = None
    memory_mib: float | None = None  # the most that the student's code held beyond torch; None when nobody saw

    @property
    def points(self) -> int:
        """Points earned."""
        return sum(check.points for check in self.checks)

    @property
    def max_points(self) -> int:
        """Points that could be earned."""
        return sum(check.max_points for check in self.checks)

    @property
    def score(self) -> Fraction:
        """Points earned as a share of all points, exactly."""
        return Fraction(self.points, self.max_points) if self.max_points else Fraction(0)

    @property
    def outcome(self) -> Outcome:
        """Return the severest outcome of any scenario; PASSED when all passed."""
        found = {check.outcome for check in self.checks}
        return next((outcome for outcome in _SEVEREST_FIRST if outcome in found), Outcome.UNANSWERED)
