"""What is wrong with an exercise is said with what to do about it."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from grader.domain.errors import Internal
from grader.domain.exercise import Misconception
from grader.domain.report import CheckResult, Outcome, Report
from grader.services.prove import Flaw, Proof, conclude, prove, unfinished
from tests.fakes import a_report, an_exercise

if TYPE_CHECKING:
    from pathlib import Path

    from grader.domain.exercise import Exercise

SCENARIOS = ("definition", "no_mixing")


class TableExaminer:
    """Knows for each source what it loses, and what it is taken for."""

    def __init__(self, **lost: tuple[str, ...]) -> None:
        self.lost = lost
        self.outcome = Outcome.WRONG
        self.taken_for: str | None = "believes"

    def examine(self, exercise: Exercise, source: str, **_: object) -> Report:
        checks = [self._check(name, lost=name in self.lost[source]) for name in SCENARIOS]
        return replace(a_report(*checks), misconception=self.taken_for if source == "believes" else None)

    def _check(self, name: str, *, lost: bool) -> CheckResult:
        outcome = self.outcome if lost else Outcome.PASSED
        return CheckResult(name, name, 0 if lost else 1, 1, outcome, "why", staff_message="a slip")


@pytest.fixture
def exercise(tmp_path: Path) -> Exercise:
    (tmp_path / "misconceptions").mkdir()
    for file in ("reference.py", "starter.py", "misconceptions/believes.py"):
        (tmp_path / file).write_text(file.removesuffix(".py").rpartition("/")[2])
    for file in ("exercise.toml", "statement.md", "scenarios.py"):
        (tmp_path / file).write_text("all is said\n")
    belief = Misconception("believes", "a belief", "Look.", frozenset({"definition"}))
    return replace(an_exercise(), folder=tmp_path, misconceptions=(belief,))


SOUND: dict[str, tuple[str, ...]] = {"reference": (), "starter": SCENARIOS, "believes": ("definition",)}


def flaws(exercise: Exercise, examiner: TableExaminer) -> list[Flaw]:
    return conclude(exercise, [prove(examiner, exercise, seed) for seed in ("1", "2")])


@pytest.mark.parametrize(
    ("changed", "subject", "problem", "remedy"),
    [
        ({"reference": ("no_mixing",)}, "reference.py", "loses no_mixing: why", "mend the reference or the scenario"),
        ({"starter": ("definition",)}, "starter.py", "passes no_mixing", "raise NotImplementedError"),
        (
            {"believes": SCENARIOS}, "misconceptions/believes.py", "loses no_mixing, which its table does not say",
            'write fails = ["definition", "no_mixing"] in exercise.toml',
        ),
        (
            {"believes": ("no_mixing",)}, "misconceptions/believes.py",
            "passes definition, which its table says it fails", "sharpen these scenarios",
        ),
        ({}, "scenarios.py", "no_mixing is idle", 'fails = ["no_mixing", …]'),
    ],
)  # fmt: skip
def test_a_flaw_is_told_once_with_its_remedy(
    exercise: Exercise, changed: dict[str, tuple[str, ...]], subject: str, problem: str, remedy: str
) -> None:
    found = [flaw for flaw in flaws(exercise, TableExaminer(**SOUND | changed)) if flaw.subject == subject]
    (flaw,) = [flaw for flaw in found if problem in flaw.problem]
    assert remedy in flaw.remedy


def test_a_belief_that_is_not_recognised_is_a_flaw(exercise: Exercise) -> None:
    examiner = TableExaminer(**SOUND)
    examiner.taken_for = None
    problems = [flaw.problem for flaw in flaws(exercise, examiner)]
    assert any(problem.startswith("is not recognised when a student hands it in") for problem in problems)


def test_a_belief_that_loses_only_claims_is_told_why_it_is_not_recognised(exercise: Exercise) -> None:
    claims = tuple(replace(each, is_claim=True) for each in exercise.scenarios)
    examiner = TableExaminer(**SOUND)
    examiner.taken_for = None
    (flaw,) = [each for each in flaws(replace(exercise, scenarios=claims), examiner) if "recognised" in each.problem]
    assert flaw.problem.endswith("it loses only claims and crashes, which prove no belief")
    assert "add a @scenario" in flaw.remedy


def test_two_beliefs_that_collide_name_each_other(exercise: Exercise) -> None:
    examiner = TableExaminer(**SOUND)
    examiner.taken_for = "other_belief"
    (flaw,) = [each for each in flaws(exercise, examiner) if "taken for" in each.problem]
    assert flaw.problem == "is taken for other_belief when a student hands it in"
    assert "in which it and other_belief answer differently" in flaw.remedy


def test_what_is_lost_by_a_crash_is_told_with_its_reason(exercise: Exercise) -> None:
    examiner = TableExaminer(**SOUND | {"believes": SCENARIOS})
    examiner.outcome = Outcome.CRASHED
    assert "loses no_mixing, which its table does not say; no_mixing crashed: why" in {
        flaw.problem for flaw in flaws(exercise, examiner)
    }


def test_what_differs_only_in_numbers_is_one_flaw(exercise: Exercise) -> None:
    proofs = [Proof((Flaw("reference.py", f"off by {off}", ""),), frozenset(), 0, 1.0) for off in ("1.5e-07", "30,000")]
    assert [flaw.problem for flaw in conclude(exercise, proofs)] == ["off by 1.5e-07"]


def test_a_fault_in_scenarios_is_told_with_the_staffs_words(exercise: Exercise) -> None:
    examiner = TableExaminer(**SOUND)
    examiner.outcome = Outcome.INTERNAL
    assert ("definition: a slip", "mend scenarios.py") in {
        (flaw.problem, flaw.remedy) for flaw in flaws(exercise, examiner)
    }


@pytest.mark.parametrize("file", ["exercise.toml", "statement.md", "scenarios.py"])
def test_what_is_left_to_do_is_a_flaw(exercise: Exercise, file: str) -> None:
    (exercise.folder / file).write_text("all is said\n  # TODO: say more\n")
    assert [(flaw.subject, flaw.problem) for flaw in unfinished(exercise)] == [(file, "line 2 says # TODO: say more")]


def test_a_starter_may_leave_something_to_do(exercise: Exercise) -> None:
    (exercise.folder / "starter.py").write_text("starter # TODO")
    assert list(unfinished(exercise)) == []


def test_a_scenario_that_fails_by_itself_is_a_flaw_and_no_crash(exercise: Exercise) -> None:
    class Failing:
        def examine(self, *_: object, **__: object) -> Report:
            raise Internal("scenario definition fails on the reference: ValueError: a slip")

    assert [(flaw.subject, flaw.problem) for flaw in conclude(exercise, [prove(Failing(), exercise, "1")])] == [
        ("scenarios.py", "scenario definition fails on the reference: ValueError: a slip")
    ]
