"""A belief is told by what the code answers, however the code looks; two beliefs are told apart from one."""

from __future__ import annotations

import ast
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from grader.bootstrap.local import local_examiner
from grader.catalogue import FolderCatalogue
from grader.domain.report import Outcome
from tests.solutions.rewriting import STYLES, rewrite

if TYPE_CHECKING:
    from collections.abc import Iterator

    from grader.domain.exercise import Exercise, Misconception
    from grader.domain.report import Report
    from grader.kit.examiner import KitExaminer
    from tests.solutions.rewriting import Style

HERE = Path(__file__).parent
CATALOGUE = FolderCatalogue(HERE.parents[1] / "exercises")
EXERCISES = [exercise for lesson in CATALOGUE.lessons() for exercise in CATALOGUE.exercises(lesson)]
LOOKS = [
    pytest.param(exercise, style, id=f"{exercise.slug}-{style.name}") for exercise in EXERCISES for style in STYLES
]
HELD = [
    pytest.param(exercise, misconception, style, id=f"{exercise.slug}/{misconception.name}-{style.name}")
    for exercise in EXERCISES
    for misconception in exercise.misconceptions
    for style in STYLES
]


@pytest.fixture(scope="module")
def examiner() -> Iterator[KitExaminer]:
    with local_examiner() as examiner:
        yield examiner


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
