"""A report as its page tells it: hints once, scenarios in order, numbers of public ones as words and pictures.

A check's `detail` was stored by some version of the kit, maybe an older one: what is not as expected is not shown.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from grader.domain.exercise import Visibility
from grader.domain.inert import inert
from grader.domain.report import Outcome
from grader.web import heat
from grader.web.i18n import gettext, ngettext
from grader.web.prose.listing import listed

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from markupsafe import Markup

    from grader.domain.report import CheckResult, Report

_MINUTE = 60  # seconds
_MOST_COLOURED = 32 * 1024  # characters
_STEP = 5  # seconds: nobody knows more exactly


@dataclass(frozen=True)
class Hint:
    """What a student believes, as it seems, and the titles of the tests where it shows."""

    text: str
    titles: Sequence[str]


@dataclass(frozen=True)
class Pair:
    """A number that is wrong beside the right one; *where* is its index."""

    where: str
    got: str
    expected: str


@dataclass(frozen=True)
class Evidence:
    """What the numbers of a public scenario say, all of it in words but the picture."""

    shape: str
    largest_error: str
    where: str
    share_wrong: str
    pairs: Sequence[Pair]
    picture: Markup


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


def steps(progress: str) -> tuple[int, int] | None:
    """Return how many scenarios are done, and of how many; None before anything was said.

    >>> steps("3/16"), steps("")
    ((3, 16), None)
    """
    done, _, total = progress.partition("/")
    return (int(done), int(total)) if done.isdecimal() and total.isdecimal() else None


def in_words(wait: timedelta | None) -> str:
    """Return a wait as one says it, rounded up; empty when nobody knows."""
    if wait is None:
        return ""
    seconds = _STEP * math.ceil(wait / timedelta(seconds=_STEP))
    if seconds <= _STEP:
        return gettext("a few seconds")
    if seconds < _MINUTE:
        return gettext("about %(n)s seconds") % {"n": seconds}
    minutes = math.ceil(seconds / _MINUTE)
    return ngettext("about %(n)s minute", "about %(n)s minutes", minutes) % {"n": minutes}


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
        evidence=_evidence(check.detail, name),
        hint=hint,
    )


def _evidence(detail: Mapping[str, Any], name: str) -> Evidence | None:
    evidence = Evidence(
        shape=" × ".join(_whole(detail.get("shape"))),
        largest_error=_number(detail.get("largest_error")),
        where=_place(detail.get("index")),
        share_wrong=_percent(detail.get("share_wrong")),
        pairs=[_pair(pair) for pair in _list(detail.get("pairs")) if isinstance(pair, dict)],
        picture=heat.svg(detail.get("heat"), prefix=name, gettext=gettext),
    )
    is_empty = not (evidence.shape or evidence.largest_error or evidence.pairs or evidence.picture)
    return None if is_empty else evidence


def _pair(pair: Mapping[str, Any]) -> Pair:
    got, expected = (inert(str(pair.get(side, ""))) for side in ("got", "expected"))
    return Pair(_place(pair.get("index")), got, expected)


def _place(index: object) -> str:
    numbers = _whole(index)
    return f"[{', '.join(numbers)}]" if numbers else ""


def _list(value: object) -> Sequence[Any]:
    return value if isinstance(value, list | tuple) else ()


def _whole(value: object) -> Sequence[str]:
    return [str(number) for number in _list(value) if isinstance(number, int)]


def _number(value: object) -> str:
    return f"{value:.3g}" if isinstance(value, int | float) and not isinstance(value, bool) else ""


def _percent(share: object) -> str:
    """Return a share of wrong numbers; never 0 % nor 100 % for some of them."""
    if not isinstance(share, int | float) or not 0 < share <= 1:
        return ""
    if share < 0.01:  # noqa: PLR2004 - one percent
        return gettext("under %(n)s %%") % {"n": 1}
    if 0.99 < share < 1:  # noqa: PLR2004 - ninety-nine percent
        return gettext("over %(n)s %%") % {"n": 99}
    return f"{100 * share:.0f} %"
