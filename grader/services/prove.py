"""Prove that an exercise can tell right from wrong: its own solutions are graded like a student's."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from grader.domain.report import Outcome

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from grader.domain.exercise import Exercise, Misconception
    from grader.domain.report import Report
    from grader.ports import Examiner

REFERENCE, STARTER = "reference.py", "starter.py"


@dataclass(frozen=True)
class Flaw:
    """A proof that failed: which solution, what happened, what to do."""

    subject: str
    problem: str
    remedy: str


def solutions(exercise: Exercise) -> dict[str, str]:
    """Return the exercise's own solutions: file name → source."""
    names = [REFERENCE, STARTER, *(f"misconceptions/{m.name}.py" for m in exercise.misconceptions)]
    return {name: (exercise.folder / name).read_text(encoding="utf-8") for name in names}


def prove(
    examiner: Examiner,
    exercise: Exercise,
    *,
    seed_ids: list[str],
    on_step: Callable[[int, int], None] = lambda _done, _all: None,
) -> list[Flaw]:
    """Grade every solution on every seed; return the flaws, each once, none when the exercise is sound."""
    sources = solutions(exercise)
    flaws: dict[Flaw, None] = {}
    lost: set[str] = set()
    steps = len(seed_ids) * len(sources)
    for turn, seed_id in enumerate(seed_ids):
        for number, (name, source) in enumerate(sources.items()):
            report = examiner.examine(exercise, source, seed_id=seed_id)
            flaws |= dict.fromkeys(_judge(exercise, name, report))
            if name not in (REFERENCE, STARTER):
                lost |= _lost(report)
            on_step(turn * len(sources) + number + 1, steps)
    return [*flaws, *_idle(exercise, lost)]


def _judge(exercise: Exercise, name: str, report: Report) -> list[Flaw]:
    ours = [check for check in report.checks if check.outcome is Outcome.INTERNAL]
    if ours:
        return [Flaw(name, f"{check.name}: {check.staff_message}", "mend scenarios.py") for check in ours]
    if name == REFERENCE:
        remedy = "mend the reference or the scenario: a right solution must get all points"
        return [
            Flaw(name, f"loses {check.name}: {check.message}", remedy)
            for check in report.checks
            if check.outcome is not Outcome.PASSED
        ]
    if name == STARTER:
        remedy = "have the starter raise NotImplementedError, or make this scenario ask for more"
        passed = [check.name for check in report.checks if check.outcome is Outcome.PASSED]
        return [Flaw(name, f"passes {scenario}", remedy) for scenario in passed]
    return _judge_misconception(exercise, name, report)


def _judge_misconception(exercise: Exercise, name: str, report: Report) -> list[Flaw]:
    misconception = _by_file(exercise)[name]
    lost = _lost(report)
    flaws = []
    if more := sorted(lost - misconception.fails):
        flaws.append(Flaw(name, f"loses {', '.join(more)}, which its table does not say", "add them to its `fails`"))
    if fewer := sorted(misconception.fails - lost):
        remedy = "sharpen these scenarios, or take them from its `fails`"
        flaws.append(Flaw(name, f"passes {', '.join(fewer)}, which its table says it fails", remedy))
    proving = [check for check in report.checks if check.outcome is Outcome.WRONG]
    if report.misconception != misconception.name and proving and not flaws:
        taken = f"taken for {report.misconception}" if report.misconception else "not recognised"
        remedy = "add a scenario in which their answers differ from each other's, or merge the two"
        flaws.append(Flaw(name, f"is {taken} when a student hands it in", remedy))
    return flaws


def _by_file(exercise: Exercise) -> Mapping[str, Misconception]:
    return {f"misconceptions/{misconception.name}.py": misconception for misconception in exercise.misconceptions}


def _lost(report: Report) -> set[str]:
    return {check.name for check in report.checks if check.outcome is not Outcome.PASSED}


def _idle(exercise: Exercise, lost: set[str]) -> list[Flaw]:
    remedy = "add a misconception that only this scenario catches, or drop the scenario"
    return [
        Flaw("scenarios.py", f"{scenario.name} is idle: no misconception fails it", remedy)
        for scenario in exercise.scenarios
        if scenario.name not in lost
    ]
