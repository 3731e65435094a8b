"""Prove that an exercise can tell right from wrong: its own solutions are graded like a student's."""

from __future__ import annotations

import re
import time
from dataclasses import dataclass
from typing import TYPE_CHECKING

from grader.domain.errors import BadExercise, Internal
from grader.domain.report import Outcome

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator, Mapping
    from pathlib import Path

    from grader.domain.exercise import Exercise, Misconception
    from grader.domain.report import Report
    from grader.ports import Examiner

REFERENCE, STARTER = "reference.py", "starter.py"
SETTINGS, SCENARIOS, STATEMENT = "exercise.toml", "scenarios.py", "statement.md"
TODO = "TODO"
_NUMBER = re.compile(r"\d[\d.,]*(?:e[+-]?\d+)?")


@dataclass(frozen=True)
class Flaw:
    """A proof that failed: which solution, what happened, what to do."""

    subject: str
    problem: str
    remedy: str


@dataclass(frozen=True)
class Proof:
    """What one secret seed showed: flaws, and the scenarios that some misconception lost."""

    flaws: tuple[Flaw, ...]
    lost: frozenset[str]
    gradings: int
    seconds: float


def solutions(exercise: Exercise) -> dict[str, str]:
    """Return the exercise's own solutions: file name → source."""
    names = [REFERENCE, STARTER, *(f"misconceptions/{m.name}.py" for m in exercise.misconceptions)]
    return {name: (exercise.folder / name).read_text(encoding="utf-8") for name in names}


def prove(examiner: Examiner, exercise: Exercise, seed_id: str) -> Proof:
    """Grade every solution on one secret seed."""
    started = time.monotonic()
    flaws: list[Flaw] = []
    lost: set[str] = set()
    gradings = 0
    for name, source in solutions(exercise).items():
        try:
            report = examiner.examine(exercise, source, seed_id=seed_id)
        except (BadExercise, Internal) as error:  # the reference or a scenario fails by itself: all would
            flaws.append(Flaw(SCENARIOS, str(error), f"mend {SCENARIOS} or {REFERENCE}"))
            break
        flaws += _judge(exercise, name, report)
        if name not in (REFERENCE, STARTER):
            lost |= _lost(report)
        gradings += 1
    return Proof(tuple(flaws), frozenset(lost), gradings, time.monotonic() - started)


def conclude(exercise: Exercise, proofs: Collection[Proof]) -> list[Flaw]:
    """Return the flaws that all seeds showed together, each once; none when the exercise is sound.

    Those that differ only in numbers, which every seed draws anew, are one.
    """
    flaws: dict[tuple[str, str], Flaw] = {}
    lost: set[str] = set()
    for proof in proofs:
        for flaw in proof.flaws:
            flaws.setdefault((flaw.subject, _NUMBER.sub("#", flaw.problem)), flaw)
        lost |= proof.lost
    was_graded = any(proof.gradings for proof in proofs)
    return [*flaws.values(), *(_idle(exercise, lost) if was_graded else ())]


def unfinished(exercise: Exercise) -> Iterator[Flaw]:
    """Yield what `grader new-exercise` left for the lecturer to write: before that, there is nothing to prove."""
    names = (SETTINGS, STATEMENT, SCENARIOS, *solutions(exercise))
    return left_to_do(exercise.folder, (name for name in names if name != STARTER))  # may leave a TODO to students


def left_to_do(folder: Path, names: Iterable[str]) -> Iterator[Flaw]:
    """Yield each TODO in the files of *folder* that *names* names; what is not there is missed elsewhere."""
    for name in names:
        path = folder / name
        lines = path.read_text(encoding="utf-8", errors="replace").splitlines() if path.is_file() else []
        for number, line in enumerate(lines, start=1):
            if TODO in line:
                yield Flaw(name, f"line {number} says {line.strip()[:100]}", f"do it, and take the {TODO} out")


def _judge(exercise: Exercise, name: str, report: Report) -> list[Flaw]:
    ours = [check for check in report.checks if check.outcome is Outcome.INTERNAL]
    if ours:
        return [Flaw(name, f"{check.name}: {check.staff_message}", f"mend {SCENARIOS}") for check in ours]
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
        remedy = f"if that is what the belief leads to, write {_fails(exercise, lost | misconception.fails)}"
        why = _crashes(report, more)
        flaws.append(Flaw(name, f"loses {', '.join(more)}, which its table does not say{why}", remedy))
    if fewer := sorted(misconception.fails - lost):
        remedy = (
            "sharpen these scenarios, with sizes and numbers that bring the belief out; or, if it does not show there, "
            f"write {_fails(exercise, misconception.fails & lost)}"
        )
        flaws.append(Flaw(name, f"passes {', '.join(fewer)}, which its table says it fails", remedy))
    if not flaws and report.misconception != misconception.name:
        flaws += _unrecognised(exercise, name, report)
    return flaws


def _crashes(report: Report, names: Collection[str]) -> str:
    """Say how those of *names* ended that gave no answer."""
    ended = [check for check in report.checks if check.name in names and check.outcome is not Outcome.WRONG]
    return "".join(f"; {check.name} {check.outcome.value}: {check.message.partition(chr(10))[0]}" for check in ended)


def _unrecognised(exercise: Exercise, name: str, report: Report) -> Iterator[Flaw]:
    """Yield why a student who believes this would hear nothing of it, or of another belief."""
    claims = {scenario.name for scenario in exercise.scenarios if scenario.is_claim}
    wrong = {check.name for check in report.checks if check.outcome is Outcome.WRONG}
    if other := report.misconception:
        remedy = f"add a scenario in which it and {other} answer differently, or merge the two"
        yield Flaw(name, f"is taken for {other} when a student hands it in", remedy)
    elif wrong:
        claims_only = "it loses only claims and crashes, which prove no belief"
        why = claims_only if wrong <= claims else "it has no answer to compare, or another one in each run"
        remedy = "add a @scenario that it loses with an answer of its own, the same in each run"
        yield Flaw(name, f"is not recognised when a student hands it in: {why}", remedy)


def _fails(exercise: Exercise, names: Iterable[str]) -> str:
    """Return the line for exercise.toml, in the scenarios' order."""
    wanted = set(names)
    listed = ", ".join(f'"{scenario.name}"' for scenario in exercise.scenarios if scenario.name in wanted)
    return f"fails = [{listed}] in {SETTINGS}"


def _by_file(exercise: Exercise) -> Mapping[str, Misconception]:
    return {f"misconceptions/{misconception.name}.py": misconception for misconception in exercise.misconceptions}


def _lost(report: Report) -> set[str]:
    return {check.name for check in report.checks if check.outcome is not Outcome.PASSED}


def _idle(exercise: Exercise, lost: set[str]) -> list[Flaw]:
    return [
        Flaw(
            SCENARIOS,
            f"{scenario.name} is idle: no misconception fails it",
            "write the wrong solution that you had in mind as misconceptions/NAME.py, with a [[misconceptions]] in "
            f'{SETTINGS} whose fails = ["{scenario.name}", …]; or drop the scenario',
        )
        for scenario in exercise.scenarios
        if scenario.name not in lost
    ]
