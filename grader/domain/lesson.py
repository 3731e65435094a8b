"""A lesson as the service knows it: a page to read, with exercises and quizzes beside it."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Lesson:
    """One folder below `exercises/`; *page* is Markdown, *minutes* the time to read it."""

    slug: str
    title: str
    order: int
    minutes: int
    page: str
