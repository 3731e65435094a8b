"""What the staff says to a student about a submission."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime  # noqa: TC003 - a field's type, kept at run time
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from grader.domain.people import User


@dataclass(frozen=True)
class Comment:
    """*line* counts from 1, None is the submission as a whole; a withdrawn one is shown to the staff alone."""

    id: int
    submission_id: int
    line: int | None
    text: str
    author: User
    made: datetime
    withdrawn: datetime | None = None
