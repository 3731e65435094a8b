"""A belief is told by what the code answers, however the code looks; two beliefs are told apart from one."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

import pytest

from grader.domain.report import Outcome
from tests.solutions.rewriting import STYLES, rewrite
from tests.solutions.shelf import EXERCISES, exercise_of, handed_in, named

if TYPE_CHECKING:
    from pathlib import Path

    from grader.domain.exercise import Exercise, Misconception
    from grader.domain.report import Report
    from grader.kit.examiner import KitExaminer
    from tests.solutions.rewriting import Style

LOOKS = [
    pytest.param(exercise, style, id=f"{exercise.slug}-{style.name}") for exercise in EXERCISES for style in STYLES
]
HELD = [
    pytest.param(exercise, misconception, style, id=f"{exercise.slug}/{misconception.name}-{style.name}")
    for exercise in EXERCISES
    for misconception in exercise.misconceptions
    for style in STYLES
]
BY_HAND = handed_in("one")
"""one_BELIEF_….py: a student's own way to write what the belief leads to."""

TWO_AT_ONCE = handed_in("two")
"""two_BELIEF_and_BELIEF.py"""


def graded(examiner: KitExaminer, exercise: Exercise, source: str) -> Report:
    return examiner.examine(exercise, source, seed_id="diagnosis")


def text_of(exercise: Exercise, file: str) -> str:
    return (exercise.folder / file).read_text(encoding="utf-8")


def known_outside(exercise: Exercise) -> frozenset[str]:
    """Return the names that the scenarios ask for: a student can't choose those."""
    scenarios = ast.parse(text_of(exercise, "scenarios.py"))
    asked = {node.attr for node in ast.walk(scenarios) if isinstance(node, ast.Attribute)}
    quoted = {str(node.value) for node in ast.walk(scenarios) if isinstance(node, ast.Constant)}
    return frozenset({exercise.entry} | asked | quoted)


def rewritten(exercise: Exercise, file: str, style: Style) -> str:
    return rewrite(text_of(exercise, file), style, known_outside(exercise))


def held_in(path: Path) -> list[Misconception]:
    """Return the beliefs that a file's name says it holds."""
    named = {misconception.name: misconception for misconception in exercise_of(path).misconceptions}
    kind, title = path.stem.split("_", maxsplit=1)
    if kind == "one":
        return [named[max((name for name in named if title.startswith(name)), key=len)]]
    return next([named[one], named[other]] for one in named for other in named if title == f"{one}_and_{other}")


def told(report: Report) -> dict[str, str]:
    """Return scenario → belief, where one is told."""
    return {check.name: check.misconception for check in report.checks if check.misconception is not None}


def lost(report: Report) -> set[str]:
    return {check.name for check in report.checks if check.outcome is not Outcome.PASSED}


@pytest.mark.parametrize(("exercise", "misconception", "style"), HELD)
def test_another_look_is_another_text(exercise: Exercise, misconception: Misconception, style: Style) -> None:
    file = f"misconceptions/{misconception.name}.py"
    looks = {ast.unparse(ast.parse(text_of(exercise, file))), *(rewritten(exercise, file, each) for each in STYLES)}
    assert len(looks) == 1 + len(STYLES)
    assert "#" not in rewritten(exercise, file, style)


@pytest.mark.jail
@pytest.mark.parametrize(("exercise", "style"), LOOKS)
def test_the_reference_in_another_look_is_still_right(examiner: KitExaminer, exercise: Exercise, style: Style) -> None:
    report = graded(examiner, exercise, rewritten(exercise, "reference.py", style))
    assert (report.points, report.misconception, lost(report)) == (exercise.max_points, None, set())


@pytest.mark.jail
@pytest.mark.parametrize(("exercise", "misconception", "style"), HELD)
def test_a_belief_is_told_however_its_code_looks(
    examiner: KitExaminer, exercise: Exercise, misconception: Misconception, style: Style
) -> None:
    report = graded(examiner, exercise, rewritten(exercise, f"misconceptions/{misconception.name}.py", style))
    assert lost(report) == misconception.fails
    answers = any(check.outcome is Outcome.WRONG for check in report.checks)  # crashes prove no belief
    told = (misconception.name, misconception.hint) if answers else (None, None)
    assert (report.misconception, report.hint) == told


@pytest.mark.jail
@pytest.mark.parametrize("path", BY_HAND, ids=named)
def test_a_belief_is_told_in_a_students_own_code(examiner: KitExaminer, path: Path) -> None:
    (belief,) = held_in(path)
    report = graded(examiner, exercise_of(path), path.read_text(encoding="utf-8"))
    assert (report.misconception, report.hint) == (belief.name, belief.hint)
    assert set(told(report).values()) == {belief.name}


@pytest.mark.jail
@pytest.mark.parametrize("path", TWO_AT_ONCE, ids=named)
def test_two_beliefs_at_once_are_told_each_where_it_shows(examiner: KitExaminer, path: Path) -> None:
    exercise, (one, other) = exercise_of(path), held_in(path)
    report = graded(examiner, exercise, path.read_text(encoding="utf-8"))
    assert lost(report) == one.fails | other.fails
    assert set(told(report).values()) == {one.name, other.name}
    assert report.misconception in {one.name, other.name}
    for belief, fails_besides in ((one, other.fails), (other, one.fails)):
        alone = told(graded(examiner, exercise, text_of(exercise, f"misconceptions/{belief.name}.py")))
        shown = {name for name, found in told(report).items() if found == belief.name}
        assert alone.keys() - fails_besides <= shown <= belief.fails


def test_each_exercise_has_solutions_with_two_beliefs() -> None:
    holders = [path.parent.name for path in TWO_AT_ONCE]
    assert [exercise.slug for exercise in EXERCISES if holders.count(exercise.slug) < 2] == []
