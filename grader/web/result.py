"""A report as its page tells it: hints once, scenarios in order, numbers of public ones as words and pictures."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from grader.domain.exercise import Visibility
from grader.domain.inert import inert
from grader.domain.report import Outcome
from grader.web.evidence import Evidence, evidence_of
from grader.web.prose.listing import listed

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from markupsafe import Markup

    from grader.domain.report import CheckResult, Report

_MOST_COLOURED = 12 * 1024  # characters: up to 0.3 s, since the colours of some take the square of it


@dataclass(frozen=True)
class Hint:
    """What a student believes, as it seems, and the titles of the tests where it shows."""

    text: str
    titles: Sequence[str]


@dataclass(frozen=True)
class Test:
    """One scenario: its verdict, and what may be unfolded."""

    check: CheckResult
    message: str
    staff_message: str
    printed: str
    evidence: Evidence | None
    hint: int | None  # number of the hint that is told for it

    @property
    def has_details(self) -> bool:
        """Whether there is something to unfold."""
        return bool(self.evidence or self.printed or self.staff_message)


@dataclass(frozen=True)
class Result:
    """A report, told."""

    report: Report
    hints: Sequence[Hint]
    tests: Sequence[Test]
    hidden: int  # how many tests tell their title and outcome only
    hidden_points: int


def told(report: Report) -> Result:
    """Return *report* as its page tells it; what a viewer may not see was taken out before."""
    hidden = [check for check in report.checks if check.visibility is not Visibility.PUBLIC]
    hints = list(_hints(report))
    numbers = {hint.text: number for number, hint in enumerate(hints, start=1)}
    return Result(
        report=report,
        hints=hints,
        tests=[
            _test(check, f"test-{number}", numbers.get(check.hint or ""))
            for number, check in enumerate(report.checks, start=1)
        ],
        hidden=len(hidden),
        hidden_points=sum(check.max_points for check in hidden),
    )


def listing(source: str) -> Markup:
    """Return Python in colours, what can't be seen in it written out; without colours where they would take long."""
    shown = inert(source, kept="\n\r\t")
    return listed(shown, language="python" if len(shown) <= _MOST_COLOURED else "")


def _hints(report: Report) -> Iterator[Hint]:
    """Yield each belief once, that of most points first, as the report has it."""
    found = {report.hint: list[str]()} if report.hint else {}
    for check in report.checks:
        if check.hint and check.outcome is not Outcome.PASSED:
            found.setdefault(check.hint, []).append(check.title)
    return (Hint(text, titles) for text, titles in found.items())


def _test(check: CheckResult, name: str, hint: int | None) -> Test:
    return Test(
        check=check,
        message=inert(check.message, kept="\n\t"),
        staff_message=inert(check.staff_message, kept="\n\t"),
        printed=inert(check.printed, kept="\n\t"),
        evidence=evidence_of(check.detail, name),
        hint=hint,
    )
