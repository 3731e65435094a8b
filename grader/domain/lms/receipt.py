"""A webhook that came in, and what became of it."""

from __future__ import annotations

from collections.abc import Mapping  # noqa: TC003 - a field's type, kept at run time
from dataclasses import dataclass, field
from datetime import datetime  # noqa: TC003 - the same


@dataclass(frozen=True)
class Receipt:
    """One message, by endpoint and id; *answer* is what was said to it, and is said again when it comes again."""

    endpoint_id: int
    message_id: str
    kind: str
    when: datetime
    answer: Mapping[str, object] = field(default_factory=dict)
    submission_id: int | None = None
