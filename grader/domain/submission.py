"""Submissions and runs: their states and the legal moves between them.

A submission is what a student handed in; a run is one grading of it. A regrade makes a new run beside the
old one; nothing is overwritten.
"""

from __future__ import annotations

import enum
from dataclasses import dataclass
from datetime import datetime  # noqa: TC003 - a field's type, kept at run time

from grader.domain.errors import Conflict

MAX_RUN_CLAIMS = 3
"""A run that was claimed this often without an end is given up as ours: the submission becomes void."""


class State(enum.Enum):
    """Where a submission or a run stands."""

    RECEIVED = "received"
    QUEUED = "queued"
    RUNNING = "running"
    GRADED = "graded"
    VOID = "void"  # given up by a fault of ours: counts for nothing, costs nothing

    @property
    def is_final(self) -> bool:
        """Whether nothing more will happen by itself."""
        return self in (State.GRADED, State.VOID)


_MOVES = {
    State.RECEIVED: {State.QUEUED},
    State.QUEUED: {State.RUNNING, State.VOID},
    State.RUNNING: {State.GRADED, State.VOID, State.QUEUED},
    State.GRADED: set[State](),
    State.VOID: set[State](),
}


def move(old: State, new: State) -> State:
    """Return *new* if the move is legal.

    >>> move(State.QUEUED, State.RUNNING).value
    'running'
    >>> move(State.GRADED, State.QUEUED)
    Traceback (most recent call last):
    grader.domain.errors.Conflict: a graded submission can't become queued
    """
    if new not in _MOVES[old]:
        raise Conflict(f"a {old.value} submission can't become {new.value}")
    return new


@dataclass(frozen=True)
class HandedIn:
    """That a student handed something in: a line in a list, which may be long."""

    id: int
    enrolment_id: int
    exercise: str
    state: State
    submitted: datetime


@dataclass(frozen=True)
class Submission(HandedIn):
    """What a student handed in, kept as it came."""

    source: str


@dataclass(frozen=True)
class Draft:
    """What a student has written so far, and when it was saved."""

    source: str
    saved: datetime


@dataclass(frozen=True)
class Run:
    """One grading of a submission; after *lease_until* the worker that holds *claim_key* is doubted."""

    id: int
    submission_id: int
    state: State
    queued: datetime
    claims: int = 0  # how many workers took it so far
    claim_key: str | None = None
    lease_until: datetime | None = None
    progress: str = ""  # "3/12", for who watches
    regrade_id: int | None = None
    counts: bool = True  # False: a regrade's proposal
