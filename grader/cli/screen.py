"""What is shown at a terminal: text from elsewhere made harmless, and a report as a table.

A student's own output can hold escapes that move the cursor, set the window's title or rewrite what stands
above; a lecturer who reads it must see them, not obey them.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from rich.table import Table
from rich.text import Text

from grader.domain.inert import inert

if TYPE_CHECKING:
    from collections.abc import Iterator

    from rich.console import Console

    from grader.cli.client import Check, Report

_PRINTED_LINES = 20
"""Of one scenario's output; all of it is in `--json`."""

_STYLES = {
    "passed": "green",
    "wrong": "yellow",
    "internal": "magenta",
}


def harmless(text: str) -> str:
    r"""Return *text* with everything that a terminal could act on written out.

    >>> harmless("\x1b]0;owned\x07 fine")
    '\\x1b]0;owned\\x07 fine'
    """
    return inert(text, kept="\n\t")


def safe(text: str, style: str = "") -> Text:
    """Return *text* for rich: harmless, and never read as markup."""
    return Text(harmless(text), style=style)


def show_report(console: Console, report: Report) -> None:
    """Print a report: one row for each scenario, then what was believed, then the sum."""
    table = Table(show_edge=False, pad_edge=False, header_style="bold")
    table.add_column("points", justify="right", no_wrap=True)
    table.add_column("outcome", no_wrap=True)
    table.add_column("test")
    said = ""
    for check in report.checks:
        reason = _reason(check, told_below=report.hint)
        explained = safe(check.title)
        if reason:
            explained.append("\n" + ("the same as above" if reason == said else reason), style="dim")
        said = reason
        for line in _evidence(check):
            explained.append("\n" + line, style="dim")
        outcome = safe(check.outcome.replace("_", " "), _STYLES.get(check.outcome, "red"))
        table.add_row(f"{check.points}/{check.max_points}", outcome, explained)
    console.print(table)
    if report.hint:
        console.print(Text.assemble(("hint: ", "bold"), safe(report.hint)))
    console.print(Text(f"{report.points}/{report.max_points} points", style="bold"))


def _evidence(check: Check) -> Iterator[str]:
    """Yield what a public scenario shows: values that differ, and what the code printed."""
    for pair in check.pairs:
        where = f"at {pair.index}: " if pair.index else ""
        yield harmless(f"{where}got {pair.got}, expected {pair.expected}")
    if check.printed:
        lines = check.printed.rstrip("\n").split("\n")
        yield harmless("\n".join(["printed:", *lines[:_PRINTED_LINES]]))
        if len(lines) > _PRINTED_LINES:
            yield f"... and {len(lines) - _PRINTED_LINES} lines more"


def _reason(check: Check, *, told_below: str | None) -> str:
    """Return what a student is told about a scenario that was not passed."""
    if check.outcome == "passed":
        return ""
    hint = check.hint if check.hint != told_below else None
    return harmless("\n".join(filter(None, (check.message, hint))))
