"""A regrade: earlier submissions are run again, the difference is looked at, and only then it counts.

    running ─▶ applied ─▶ undone
        └────▶ discarded

Its runs stand beside the old ones. A submission counts by the newest of its runs that counts: applying a regrade
lets its runs count, undoing it takes that back, and what was graded later stays as it is.
"""

from __future__ import annotations

import enum
from dataclasses import dataclass
from datetime import datetime  # noqa: TC003 - a field's type, kept at run time
from fractions import Fraction
from typing import TYPE_CHECKING

from grader.domain.errors import Conflict
from grader.domain.submission import State

if TYPE_CHECKING:
    from collections.abc import Iterable

    from grader.domain.report import Outcome


class Choice(enum.Enum):
    """Which of an exercise's submissions are run again."""

    ALL = "all"
    LATEST = "latest"  # of each student
    BEST = "best"  # of each student
    SELECTION = "selection"


class Stage(enum.Enum):
    """Where a regrade stands."""

    RUNNING = "running"  # or ready, once all its runs have ended
    APPLIED = "applied"
    DISCARDED = "discarded"
    UNDONE = "undone"


_MOVES = {
    Stage.RUNNING: {Stage.APPLIED, Stage.DISCARDED},
    Stage.APPLIED: {Stage.UNDONE},
    Stage.DISCARDED: set[Stage](),
    Stage.UNDONE: set[Stage](),
}


def move(old: Stage, new: Stage) -> Stage:
    """Return *new* if the move is legal.

    >>> move(Stage.DISCARDED, Stage.APPLIED)
    Traceback (most recent call last):
    grader.domain.errors.Conflict: a regrade that is discarded can't become applied
    """
    if new not in _MOVES[old]:
        raise Conflict(f"a regrade that is {old.value} can't become {new.value}")
    return new


@dataclass(frozen=True)
class Regrade:
    """What was asked for, by whom and why; *version* is the content hash that the old runs must have, "" for any."""

    id: int
    course_id: int
    exercise: str
    choice: Choice
    version: str
    never_lower: bool
    reason: str
    stage: Stage
    by: str  # a login
    made: datetime
    ended: datetime | None = None  # applied or thrown away
    undone: datetime | None = None


@dataclass(frozen=True)
class Graded:
    """A graded run of a submission: what it got, and with which content of the exercise."""

    run_id: int
    submission_id: int
    enrolment_id: int
    is_students: bool  # False: the staff tried it out
    submitted: datetime
    finished: datetime | None
    points: int
    max_points: int
    outcome: Outcome
    version: str  # the exercise's content hash
    regrade_id: int | None = None

    @property
    def share(self) -> Fraction:
        """Points as a share of all points, exactly."""
        return Fraction(self.points, max(self.max_points, 1))


@dataclass(frozen=True)
class Proposal:
    """A regrade's run of a submission; *graded* is None until it is."""

    run_id: int
    submission_id: int
    enrolment_id: int
    state: State
    counts: bool
    fault: str = ""  # why it failed by our fault; empty when it did not, or was thrown away unseen
    graded: Graded | None = None


@dataclass(frozen=True)
class Version:
    """A content of an exercise, and how many submissions count by it; graded from *first* to *last*."""

    content: str  # hash
    submissions: int
    first: datetime | None
    last: datetime | None


@dataclass(frozen=True)
class Progress:
    """How many of a regrade's runs are where."""

    graded: int = 0
    failed: int = 0  # by our fault, or thrown away
    running: int = 0
    waiting: int = 0

    @property
    def total(self) -> int:
        """All of them."""
        return self.done + self.running + self.waiting

    @property
    def done(self) -> int:
        """Those that have ended."""
        return self.graded + self.failed


def counting(results: Iterable[Graded]) -> list[Graded]:
    """Return of each submission the run that counts, of *results* that may, in order of the submissions."""
    newest: dict[int, Graded] = {}
    for result in sorted(results, key=lambda result: result.run_id):
        newest[result.submission_id] = result
    return sorted(newest.values(), key=lambda result: result.submission_id)


def chosen(
    results: Iterable[Graded], choice: Choice, *, version: str = "", selection: Iterable[int] = ()
) -> list[Graded]:
    """Return of what is graded and counts what a regrade runs again; *selection* names submissions.

    The staff's own tries are taken when they are selected, not otherwise. A student's best or latest is looked for
    first; then it is left out when it was graded with another content than *version*.
    """
    now = counting(results)
    if choice is Choice.SELECTION:
        wanted = set(selection)
        found = [result for result in now if result.submission_id in wanted]
    else:
        found = [result for result in now if result.is_students]
    if choice in (Choice.LATEST, Choice.BEST):
        found = _one_each(found, by_share=choice is Choice.BEST)
    return [result for result in found if version in ("", result.version)]


def _one_each(results: Iterable[Graded], *, by_share: bool) -> list[Graded]:
    """Return each student's latest, or best; of equally good ones the earlier, which counts."""
    found: dict[int, Graded] = {}
    for result in results:
        held = found.get(result.enrolment_id)
        if held is None or not by_share or result.share > held.share:
            found[result.enrolment_id] = result
    return sorted(found.values(), key=lambda result: result.submission_id)


def versions(results: Iterable[Graded]) -> list[Version]:
    """Return by which contents of the exercise students' submissions count, the one graded last first."""
    found: dict[str, list[Graded]] = {}
    for result in counting(results):
        if result.is_students:
            found.setdefault(result.version, []).append(result)
    made = [_version(content, of_it) for content, of_it in found.items()]
    return sorted(made, key=lambda version: (version.last is None, version.last), reverse=True)


def _version(content: str, results: list[Graded]) -> Version:
    times = [result.finished for result in results if result.finished is not None]
    return Version(content, len(results), min(times, default=None), max(times, default=None))


def require_ended(progress: Progress) -> None:
    """Conflict unless all runs have ended."""
    if progress.done < progress.total:
        left = progress.total - progress.done
        raise Conflict(f"{left} of {progress.total} runs have not ended yet: apply it when all have")


STATES = {State.GRADED: "graded", State.VOID: "failed", State.RUNNING: "running", State.QUEUED: "waiting"}
"""Which field of a Progress counts runs in which state."""
