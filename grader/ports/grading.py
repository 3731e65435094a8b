"""What grading needs: a jail for a student's code, and who judges what it answers."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from grader.domain.exercise import Exercise, Limits
    from grader.domain.observation import Answer, Question
    from grader.domain.report import CheckResult, Report


class Session(Protocol):
    """One student's code in the jail, over as many guests as it takes.

    Every method but `close` may raise StudentFault (the student's doing) or Internal (ours).
    """

    @property
    def memory_mib(self) -> float | None:
        """The most that the code held beyond torch, seen from outside; complete once closed, None when nobody saw."""
        ...

    def begin(self) -> None:
        """Start a scenario: a fresh clock, and a fresh guest if the last one died."""
        ...

    def ask(self, *questions: Question) -> Answer:
        """Have the guest do these in order, in one exchange; return the answer to the last.

        Blocks until the answer or the scenario's deadline.
        """
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
        on_alive: Callable[[], None] = ...,
    ) -> Report:
        """Grade *source*; *seed_id* repeats an earlier run's secret draws, *on_check* hears each verdict.

        *on_alive* is called in between, whenever the lecturer's own code is to be run.
        """
        ...
