"""A student's attempt at a quiz, and how long it stays open."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime  # noqa: TC003 - a field's type, kept at run time


@dataclass(frozen=True)
class Attempt:
    """One attempt; *seed* draws its questions again, *finished* is None while answers are taken."""

    id: int
    enrolment_id: int
    quiz: str
    seed: str
    started: datetime
    finished: datetime | None = None
