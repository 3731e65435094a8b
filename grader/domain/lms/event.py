"""Something happened that others want to hear of. Written in the transaction that did it, so none is lost or made up.

>>> Event(1, "msg_1", EventType.TEST, 7, None, datetime(2026, 5, 1, tzinfo=UTC), {"hello": "world"}).body()
b'{"type":"endpoint.test","timestamp":"2026-05-01T00:00:00Z","data":{"hello":"world"}}'
"""

from __future__ import annotations

import enum
import json
from collections.abc import Mapping  # noqa: TC003 - a field's type, kept at run time
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from grader.domain.scoring import ItemKind


class EventType(enum.Enum):
    """What can happen; the value is the webhook's type."""

    SUBMISSION_GRADED = "submission.graded"
    SUBMISSION_REGRADED = "submission.regraded"
    QUIZ_FINISHED = "quiz.finished"
    GRADE_OVERRIDDEN = "grade.overridden"  # set by hand, or that taken back
    GRADE_CHANGED = "grade.changed"  # by new terms or an extension: nobody handed in, nobody set it
    ENROLMENT_CHANGED = "enrolment.changed"
    TEST = "endpoint.test"


@dataclass(frozen=True)
class Event:
    """One thing that happened; *key* is the webhook's id, the same for every endpoint and every retry."""

    id: int
    key: str
    type: EventType
    course_id: int
    enrolment_id: int | None
    made: datetime
    data: Mapping[str, object]

    def body(self) -> bytes:
        """Return what a webhook's body says of it: JSON, minified, the same bytes at every try."""
        told = {"type": self.type.value, "timestamp": moment(self.made), "data": dict(self.data)}
        return json.dumps(told, ensure_ascii=False, separators=(",", ":")).encode()


@dataclass(frozen=True)
class Draft:
    """An event before it is kept; *item* names what it is about, in whose sequence it stands."""

    type: EventType
    data: Mapping[str, object]
    enrolment_id: int | None = None
    item: tuple[ItemKind, str] | None = None


def moment(when: datetime) -> str:
    """Return a moment as JSON has it.

    >>> moment(datetime(2026, 5, 1, 12, 30, 0, 250000, tzinfo=UTC))
    '2026-05-01T12:30:00.250000Z'
    """
    return when.astimezone(UTC).isoformat().replace("+00:00", "Z")
