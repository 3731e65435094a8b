"""What AGS is sent for one student, in the form that every platform takes.

- Moodle and Open edX refuse a score whose timestamp is not later than the last one's: timestamps rise by a second at
  least for each line item and student, whatever our clock does.
- Moodle blanks and Canvas clears what is not FullyGraded: that is how a grade is taken back.
- Canvas takes a score for a new attempt unless told otherwise.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING
from urllib.parse import urlsplit, urlunsplit

from grader.domain.lms.event import moment
from grader.domain.lms.platform import Family

if TYPE_CHECKING:
    from fractions import Fraction

STEP = timedelta(seconds=1)
_CANVAS = "https://canvas.instructure.com/lti/submission"


@dataclass(frozen=True)
class LmsScore:
    """One student's grade for one line item as it is sent; *points* is None when there is none (any more)."""

    subject: str
    points: Fraction | None
    max_points: int
    timestamp: datetime
    comment: str = ""
    submitted: datetime | None = None

    def payload(self, family: Family) -> dict[str, object]:
        """Return the JSON of `application/vnd.ims.lis.v1.score+json`."""
        told: dict[str, object] = {"userId": self.subject, "timestamp": moment(self.timestamp)}
        if self.points is None:
            told |= {"activityProgress": "Initialized", "gradingProgress": "NotReady"}
        else:
            told |= {
                "scoreGiven": _number(self.points),
                "scoreMaximum": self.max_points,
                "activityProgress": "Completed",
                "gradingProgress": "FullyGraded",
            }
        if self.comment:
            told["comment"] = self.comment
        if self.submitted is not None:
            told["submission"] = {"startedAt": moment(self.submitted), "submittedAt": moment(self.submitted)}
        if family is Family.CANVAS:
            told[_CANVAS] = {"new_submission": False}
        return told


@dataclass(frozen=True)
class ScoreState:
    """What one line item knows of one student, as far as we know.

    *stamped* is the timestamp of the last score that was sent or tried; *points* what the platform took last, at
    *confirmed*, None for "no score"; *holder* is the delivery that is being sent, until *lease* runs out.
    """

    line_item_id: int
    enrolment_id: int
    stamped: datetime | None = None
    points: Fraction | None = None
    max_points: int = 0
    confirmed: datetime | None = None
    holder: int | None = None
    lease: datetime | None = None


def next_timestamp(now: datetime, last: datetime | None) -> datetime:
    """Return the timestamp of the next score: now in whole seconds, and later than *last* by a second at least.

    >>> now = datetime(2026, 5, 1, 12, 0, 0, 700000)
    >>> str(next_timestamp(now, None)), str(next_timestamp(now, datetime(2026, 5, 1, 12, 0, 5)))
    ('2026-05-01 12:00:00', '2026-05-01 12:00:06')
    """
    rounded = now.replace(microsecond=0)
    return rounded if last is None else max(rounded, last + STEP)


def below(line_item: str, leaf: str) -> str:
    """Return the address of a line item's scores or results: *leaf* goes before its query.

    >>> below("https://moodle.example/mod/lti/services.php/2/lineitems/7/lineitem?type_id=1", "scores")
    'https://moodle.example/mod/lti/services.php/2/lineitems/7/lineitem/scores?type_id=1'
    """
    parts = urlsplit(line_item)
    return urlunsplit(parts._replace(path=f"{parts.path.rstrip('/')}/{leaf}"))


def _number(points: Fraction) -> int | float:
    """Return *points* as JSON has it, rounded to what a database keeps apart.

    >>> from fractions import Fraction
    >>> _number(Fraction(1, 3)), _number(Fraction(4, 2))
    (0.3333, 2)
    """
    return int(points) if points.denominator == 1 else round(float(points), 4)
