"""What a graded submission's report looks like.

`services.follow` has already taken out what its viewer may not see, so everything that is left is shown.
"""

import math
from collections.abc import Mapping
from typing import Annotated, Any

from pydantic import BaseModel, BeforeValidator

from grader.domain.exercise import Visibility
from grader.domain.report import Outcome, Report


def _finite(value: object) -> object:
    """Return *value* so that JSON can say it: an infinite or undefined number as a string.

    >>> _finite({"largest_error": float("inf"), "at": (0, 3)})
    {'largest_error': 'inf', 'at': [0, 3]}
    """
    match value:
        case float() if not math.isfinite(value):
            return str(value)
        case Mapping():
            return {str(key): _finite(each) for key, each in value.items()}
        case list() | tuple():
            return [_finite(each) for each in value]
    return value


class CheckOut(BaseModel):
    """One scenario's verdict; *staff_message* is empty, *printed* and *detail* may be, for students."""

    name: str
    title: str
    points: int
    max_points: int
    outcome: Outcome
    message: str
    staff_message: str
    visibility: Visibility
    misconception: str | None
    hint: str | None
    printed: str
    detail: Annotated[dict[str, Any], BeforeValidator(_finite)]
    seconds: float


class ReportOut(BaseModel):
    """All verdicts of a submission's newest run; *seed_id* and *node* are empty for students.

    *memory_mib* is the most that the code held beyond torch, null when nobody saw.
    """

    points: int
    max_points: int
    outcome: Outcome
    misconception: str | None
    hint: str | None
    checks: list[CheckOut]
    seconds: float
    memory_mib: float | None
    device: str
    torch_version: str
    content_hash: str
    seed_id: str
    node: str


def report_out(report: Report | None) -> ReportOut | None:
    """Return *report*, as far as there is one, for its viewer."""
    return None if report is None else ReportOut.model_validate(report, from_attributes=True)
