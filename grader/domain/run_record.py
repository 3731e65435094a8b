"""A grading as the staff looks back at it: when, where, with what, and how it ended."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime  # noqa: TC003 - a field's type, kept at run time
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from grader.domain.report import Outcome
    from grader.domain.submission import Run


@dataclass(frozen=True)
class RunRecord:
    """A run with what is kept of it beside its verdicts; what is not known (yet) is None."""

    run: Run
    fault: str  # why it failed by our fault, empty when it did not
    started: datetime | None = None
    finished: datetime | None = None
    node: str | None = None
    device: str | None = None
    torch_version: str | None = None
    content_hash: str | None = None
    seed_id: str | None = None
    seconds: float | None = None
    memory_mib: float | None = None
    points: int | None = None
    max_points: int | None = None
    outcome: Outcome | None = None
