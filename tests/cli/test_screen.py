"""What comes from elsewhere is shown at a terminal, never obeyed by it."""

from __future__ import annotations

import io
from typing import Any

import pytest
from rich.console import Console

from grader.cli.client import Check, Report
from grader.cli.screen import harmless, show_report

ATTACKS = {
    "clears the screen": "\x1b[2J\x1b[H",
    "sets the window's title": "\x1b]0;20/20 points\x07",
    "hides what follows": "\x1b[8m",
    "C1 control sequence": "\x9b31m",
    "goes back to overwrite": "0/20\r20/20",
    "backspaces": "0\b9",
    "writes right to left": "\u202e02/02",
    "lone surrogate": "\ud800",
}


@pytest.mark.parametrize("text", ATTACKS.values(), ids=list(ATTACKS))
def test_nothing_a_terminal_acts_on_is_left(text: str) -> None:
    left = harmless(text)
    assert left.isprintable()
    assert left.encode("utf-8")


def test_ordinary_text_is_left_alone() -> None:
    text = "1×1-Faltung: größter Fehler 0.5\n\tan [0, 1]"
    assert harmless(text) == text


def shown(
    message: str, *, hint: str | None = None, checks: int = 1, printed: str = "", detail: dict[str, Any] | None = None
) -> str:
    check = Check(
        name="a",
        title="Odd sizes",
        points=0,
        max_points=2,
        outcome="wrong",
        message=message,
        misconception=None,
        hint=hint,
        printed=printed,
        detail=detail or {},
    )
    report = Report(points=0, max_points=2, outcome="wrong", misconception=None, hint=hint, checks=[check] * checks)
    text = io.StringIO()
    show_report(Console(file=text, force_terminal=True, color_system=None, width=100), report)
    return text.getvalue()


def test_a_message_is_neither_obeyed_nor_read_as_markup() -> None:
    text = shown("[bold red]\x1b[2J[/]")
    assert "[bold red]\\x1b[2J[/]" in text
    assert "\x1b[2J" not in text


def test_a_hint_is_told_once() -> None:
    assert shown("off", hint="Look at the bias.", checks=3).count("Look at the bias.") == 1


def test_a_reason_that_repeats_is_written_once() -> None:
    text = shown("IndexError: list index out of range", checks=3)
    assert (text.count("IndexError"), text.count("the same as above")) == (1, 2)


def test_values_that_differ_stand_side_by_side_and_harmless() -> None:
    text = shown("off", detail={"pairs": [{"index": [0, 3], "got": "\x1b[2J", "expected": "1.5"}], "shape": [2]})
    assert "at [0, 3]: got \\x1b[2J, expected 1.5" in text


@pytest.mark.parametrize("detail", [{"pairs": "none"}, {"pairs": [{"index": 1}]}, {"other": 1}])
def test_a_detail_of_another_shape_shows_no_values(detail: dict[str, Any]) -> None:
    assert "expected" not in shown("off", detail=detail)


def test_what_the_code_printed_is_shown_harmless_and_not_without_end() -> None:
    text = shown("off", printed="\x1b[2Jhello\n" * 100)
    assert (text.count("\\x1b[2Jhello"), "... and 80 lines more" in text) == (20, True)
