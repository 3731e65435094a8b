"""What one scenario says of a try, in the kit's words: openly where it is public, briefly where it is hidden."""

from __future__ import annotations

import ast
import re
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING

from grader.cli.demo_class.endings import Kind
from grader.domain.report import Outcome

if TYPE_CHECKING:
    from pathlib import Path
    from random import Random

    from grader.cli.demo_class.endings import Ending
    from grader.domain.exercise import Exercise, Scenario

_WITHOUT_A_CALL = frozenset({"parameters", "weights", "starts_at_random"})
"""Scenarios that only look at what was constructed: a mistake in `forward` does not touch them."""

_STOPS = "Your code stops"
"""So a hint begins whose belief raises instead of answering wrongly."""


@dataclass(frozen=True)
class Try:
    """A file and how it ends."""

    exercise: Exercise
    ending: Ending
    source: str


@dataclass(frozen=True)
class Said:
    """One scenario's outcome, as a public scenario tells it and as a hidden one does."""

    outcome: Outcome
    full: str = ""
    brief: str = ""
    detail: tuple[tuple[str, object], ...] = ()


PASSED = Said(Outcome.PASSED)


def said(tried: Try, scenario: Scenario, dice: Random) -> Said:
    """Return how *scenario* ends for a try."""
    ending, source = tried.ending, tried.source
    untouched = scenario.name in _WITHOUT_A_CALL
    match ending.kind:
        case Kind.BELIEF if ending.belief and scenario.name in ending.belief.fails:
            return _disbelieved(tried, scenario, dice)
        case Kind.EMPTY:
            return _raised("NotImplementedError", "raise NotImplementedError", source)
        case Kind.CRASH if not untouched:
            return _raised("NameError", "return reslut", source, "name 'reslut' is not defined")
        case Kind.ENDLESS:
            return _late(tried.exercise, scenario)
        case Kind.FORBIDDEN if not untouched:
            told = "This exercise forbids convolution operations, however they are called."
            return _openly(Outcome.REFUSED, f"{told}\n{_line('functional.conv2d', source)}")
    return PASSED


def _openly(outcome: Outcome, told: str) -> Said:
    """Return what a hidden scenario may tell in full as well."""
    return Said(outcome, told, told)


def _disbelieved(tried: Try, scenario: Scenario, dice: Random) -> Said:
    exercise, belief = tried.exercise, tried.ending.belief
    if belief and belief.hint.startswith(_STOPS):
        told = "view size is not compatible with input tensor's size and stride"
        return _raised("RuntimeError", "view", tried.source, told)
    if scenario.is_claim:
        return _openly(Outcome.WRONG, _claims(exercise.folder).get(scenario.name, "This does not hold for your code."))
    if "nn.Module" not in exercise.starter:
        return _other_number(dice)
    if scenario.name in _WITHOUT_A_CALL:
        return _other_number(dice, "`all parameters`: ")
    return _other_numbers(dice)


def _raised(kind: str, near: str, source: str, text: str = "") -> Said:
    line = _line(near, source)
    told = text or (match[1] if (match := re.search(r'\("(.*?)"\)', line)) else "")
    return Said(Outcome.CRASHED, f"{kind}: {told}\n{line}", f"{kind} was raised.\n{line}")


def _line(near: str, source: str) -> str:
    """Quote the first line with the text *near*, else the last one, as a traceback does."""
    lines = source.splitlines()
    number = next((number for number, line in enumerate(lines, start=1) if near in line), len(lines))
    return f"  line {number}: {lines[number - 1].strip()}"


def _late(exercise: Exercise, scenario: Scenario) -> Said:
    place = exercise.scenarios.index(scenario)
    limits = exercise.limits
    if (place + 1) * limits.scenario_seconds > limits.total_seconds:
        told = f"Not reached: the {limits.total_seconds:g} seconds for the whole submission were used up."
        return _openly(Outcome.UNANSWERED, told)
    if scenario.name in _WITHOUT_A_CALL:
        return PASSED
    told = f"No answer within {limits.scenario_seconds:g} seconds, the time for one scenario."
    told += " Is there a loop that never ends?"
    return _openly(Outcome.TIMED_OUT, told)


def _other_number(dice: Random, label: str = "") -> Said:
    expected = dice.choice((1_280, 16_384, 36_864, 69_632, 73_728))
    got = expected + dice.choice((64, 256, 384, 4_096, -1_024))
    told = f"{label or 'G'}{'got' if label else 'ot'} {got}"
    pairs = [{"index": [], "got": str(got), "expected": str(expected)}]
    return Said(Outcome.WRONG, f"{told}, expected {expected}.", f"{told}, which is not the value.", (("pairs", pairs),))


def _other_numbers(dice: Random) -> Said:
    shape = [2, dice.choice((4, 6, 16)), 3, 4]
    largest, share = dice.uniform(0.05, 3.0), dice.uniform(4.0, 100.0)
    index = [dice.randrange(size) for size in shape]
    told = f"{share:.3g} % of the values are wrong."
    pairs = [
        {"index": [*index[:3], column], "got": f"{dice.gauss(0, 1):.6g}", "expected": f"{dice.gauss(0, 1):.6g}"}
        for column in range(shape[3])
    ]
    cells = [
        [float(f"{dice.choice((0.02, 0.1, 1e4, 2e5)) * dice.uniform(1, 5):.3g}") for _ in range(shape[3])]
        for _ in range(shape[2])
    ]
    heat = {"cells": cells, "axes": [{"axis": 2, "covers": 1}, {"axis": 3, "covers": 1}]}
    numbers = {"shape": shape, "largest_error": largest, "index": index, "share_wrong": share / 100}
    return Said(
        Outcome.WRONG,
        f"The largest error is {largest:.3g}, at {index}; {told}",
        f"The largest error is about {float(f'{largest:.0e}'):g}; {told}",
        (*numbers.items(), ("pairs", pairs), ("heat", heat)),
    )


def unfair() -> Said:
    """Return what a scenario says that compares float32 too closely."""
    told = "99.7 % of the values are wrong."
    return Said(
        Outcome.WRONG,
        f"The largest error is 3.1e-07, at [0, 0, 0, 0]; {told}",
        f"The largest error is about 3e-07; {told}",
    )


@cache
def _claims(folder: Path) -> dict[str, str]:
    """Return what each claim says when it does not hold."""
    tree = ast.parse((folder / "scenarios.py").read_text(encoding="utf-8"))
    return {
        node.name: ast.literal_eval(keyword.value)
        for node in tree.body
        if isinstance(node, ast.FunctionDef)
        for decorator in node.decorator_list
        if isinstance(decorator, ast.Call)
        for keyword in decorator.keywords
        if keyword.arg == "otherwise"
    }
