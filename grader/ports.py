"""What the use cases need, as Protocols; adapters fill them, `bootstrap` joins the two."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from datetime import datetime

    from grader.domain.exercise import Exercise, Limits
    from grader.domain.observation import Answer, Question
    from grader.domain.report import CheckResult, Report


class Clock(Protocol):
    """The time, so that tests can set it."""

    def now(self) -> datetime:
        """Return the current time, with zone UTC."""
        ...


class Session(Protocol):
    """One student's code in the jail, over as many guests as it takes.

    Every method but `close` may raise StudentFault (the student's doing) or Internal (ours).
    """

    def begin(self) -> None:
        """Start a scenario: a fresh clock, and a fresh guest if the last one died."""
        ...

    def ask(self, question: Question) -> Answer:
        """Ask the guest; blocks until the answer or the scenario's deadline."""
        ...

    def close(self) -> None:
        """End the guest and everything in it. Never raises."""
        ...


class Sandbox(Protocol):
    """Gives sealed, single-use guests."""

    device: str
    torch_version: str

    def open(self, source: str, *, limits: Limits, forbidden: Sequence[str]) -> Session:
        """Take a guest for *source*; the source is sent when the first scenario begins."""
        ...

    def close(self) -> None:
        """End the nursery and every guest."""
        ...


class Examiner(Protocol):
    """Runs an exercise's scenarios on a student's code and judges the answers, outside the jail."""

    def examine(
        self,
        exercise: Exercise,
        source: str,
        *,
        seed_id: str | None = None,
        on_check: Callable[[CheckResult], None] = ...,
    ) -> Report:
        """Grade *source*; *seed_id* repeats an earlier run's secret draws, *on_check* hears each verdict."""
        ...


class Catalogue(Protocol):
    """The lessons on disk."""

    def lessons(self) -> Sequence[str]:
        """Return the slugs of all lessons."""
        ...

    def exercises(self, lesson: str) -> Sequence[Exercise]:
        """Return a lesson's exercises in order; NotFound when there is no such lesson."""
        ...

    def exercise(self, lesson: str, slug: str) -> Exercise:
        """Return one exercise; NotFound when there is none, with the names that exist."""
        ...


class Bell(Protocol):
    """Wakes a worker. The row is the queue; a lost ring costs time, never a submission."""

    def ring(self, run_id: int) -> None:
        """Say that run *run_id* waits. Never raises: what can't be rung now, the sweeper rings later."""
        ...
