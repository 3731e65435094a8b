"""An exercise as the service knows it: metadata of scenarios and misconceptions, never their code."""

from __future__ import annotations

import enum
from dataclasses import dataclass
from pathlib import Path  # noqa: TC003 - a field's type, kept at run time


class Visibility(enum.Enum):
    """How much of a scenario a student sees."""

    PUBLIC = "public"  # inputs, numbers and the student's prints
    HIDDEN = "hidden"  # title and outcome
    AFTER_DUE = "after_due"  # hidden until the due date, then public


class Device(enum.Enum):
    """Where an exercise's guests run."""

    CPU = "cpu"
    GPU = "gpu"
    ANY = "any"


@dataclass(frozen=True)
class Limits:
    """What one submission may use; every limit is enforced outside the guest or by the kernel."""

    scenario_seconds: float = 10.0  # wall clock
    total_seconds: float = 60.0  # wall clock over all scenarios, restarts included
    memory_mib: int = 1024  # beyond what the nursery already holds
    tmp_mib: int = 64
    threads: int = 32
    answer_mib: int = 64  # largest single answer
    source_kib: int = 256


@dataclass(frozen=True)
class Scenario:
    """A hidden test's outside: *name* is its function in scenarios.py."""

    name: str
    title: str
    points: int
    visibility: Visibility = Visibility.HIDDEN
    is_claim: bool = False


@dataclass(frozen=True)
class Misconception:
    """A wrong solution that holds one belief; *fails* are the scenarios that it must lose, exactly."""

    name: str
    belief: str
    hint: str
    fails: frozenset[str]


@dataclass(frozen=True)
class Exercise:
    """One folder below `exercises/<lesson>/`; *content_hash* changes when a score could."""

    lesson: str
    slug: str
    title: str
    entry: str
    scenarios: tuple[Scenario, ...]
    misconceptions: tuple[Misconception, ...]
    limits: Limits
    device: Device
    forbidden: tuple[str, ...]
    statement: str
    starter: str
    content_hash: str
    folder: Path

    @property
    def max_points(self) -> int:
        """Sum of the scenarios' points."""
        return sum(scenario.points for scenario in self.scenarios)

    def misconception(self, name: str) -> Misconception:
        """Return the misconception called *name*; KeyError when there is none."""
        return {m.name: m for m in self.misconceptions}[name]
