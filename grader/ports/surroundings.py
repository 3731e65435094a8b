"""What use cases need of the world around them: the time, the lessons on disk, a bell, slow hashes."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from grader.domain.exercise import Exercise
    from grader.domain.lesson import Lesson
    from grader.domain.quiz import Quiz


class Clock(Protocol):
    """The time, so that tests can set it."""

    def now(self) -> datetime:
        """Return the current time, with zone UTC."""
        ...


class Catalogue(Protocol):
    """The lessons on disk."""

    def lessons(self) -> Sequence[str]:
        """Return the slugs of all lessons."""
        ...

    def lesson(self, slug: str) -> Lesson:
        """Return one lesson; NotFound when there is none, with the names that exist."""
        ...

    def figure(self, lesson: str, name: str) -> bytes:
        """Return an SVG figure of a lesson's page; NotFound when there is none."""
        ...

    def exercises(self, lesson: str) -> Sequence[Exercise]:
        """Return a lesson's exercises in order; NotFound when there is no such lesson."""
        ...

    def exercise(self, lesson: str, slug: str) -> Exercise:
        """Return one exercise; NotFound when there is none, with the names that exist."""
        ...

    def quizzes(self, lesson: str) -> Sequence[Quiz]:
        """Return a lesson's quizzes in order; NotFound when there is no such lesson."""
        ...

    def quiz(self, lesson: str, slug: str) -> Quiz:
        """Return one quiz; NotFound when there is none, with the names that exist."""
        ...


class Bell(Protocol):
    """Wakes a worker. The row is the queue; a lost ring costs time, never a submission."""

    def ring(self, run_id: int, *, behind: bool = False) -> bool:
        """Say that run *run_id* waits; return whether that was taken. Never raises: the sweeper rings later.

        *behind* is for regrades: no worker hears it while another ring waits.
        """
        ...

    def deliver(self) -> None:
        """Say to the dispatchers that something is to be sent. Never raises: they look by themselves, too."""
        ...


class Passwords(Protocol):
    """Turns passwords into hashes that are slow to search; both take some 50 ms on purpose."""

    def hash(self, password: str) -> str:
        """Return what is kept of *password*."""
        ...

    def verify(self, hashed: str | None, password: str) -> bool:
        """Whether *hashed* is of *password*; False, after the same time, when there is no hash."""
        ...
