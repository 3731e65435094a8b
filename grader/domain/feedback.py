"""What a student may see of a report: the one place that knows."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from grader.domain.exercise import Visibility

if TYPE_CHECKING:
    from grader.domain.report import CheckResult, Report


def for_student(report: Report, *, is_due: bool) -> Report:
    """Return *report* without the staff's text, and without the numbers and prints of hidden scenarios.

    *is_due* says that the due date has passed, which opens scenarios that are hidden only until then. The
    secret seed's id and the machine's name are the staff's too.
    """
    checks = tuple(_shown(check, is_due=is_due) for check in report.checks)
    return replace(report, checks=checks, seed_id="", node="")


def _shown(check: CheckResult, *, is_due: bool) -> CheckResult:
    open_now = check.visibility is Visibility.PUBLIC or (check.visibility is Visibility.AFTER_DUE and is_due)
    if open_now:
        return replace(check, staff_message="")
    return replace(check, staff_message="", printed="", detail={})
