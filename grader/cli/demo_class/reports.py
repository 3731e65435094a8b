"""What grading says of a try: which scenarios its ending loses, in the kit's words, for students and for the staff."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING

from grader.cli.demo_class.said import Try, said, unfair
from grader.domain.exercise import Visibility
from grader.domain.report import CheckResult, Outcome, Report

if TYPE_CHECKING:
    from random import Random

    from grader.cli.demo_class.endings import Ending
    from grader.cli.demo_class.said import Said
    from grader.domain.exercise import Exercise, Scenario

NODES = ("atlas-1", "atlas-2")
TORCH = "2.13.0+cpu"


def report(exercise: Exercise, ending: Ending, source: str, dice: Random, *, broken: str = "") -> Report:
    """Return the report of *source*; *broken* names a scenario that an earlier version judged wrongly."""
    tried = Try(exercise, ending, source)
    checks = tuple(
        _check(tried, each, unfair() if each.name == broken else said(tried, each, dice), dice)
        for each in exercise.scenarios
    )
    return Report(
        lesson=exercise.lesson,
        exercise=exercise.slug,
        content_hash=version(exercise, broken),
        checks=checks,
        seed_id=str(dice.randrange(4)),
        device="cpu",
        torch_version=TORCH,
        node=dice.choice(NODES),
        seconds=round(sum(check.seconds for check in checks) + dice.uniform(0.02, 0.09), 3),
        misconception=ending.belief.name if ending.belief else None,
        hint=ending.belief.hint if ending.belief else None,
        memory_mib=round(dice.uniform(1.5, 48.0), 1),
    )


def version(exercise: Exercise, broken: str = "") -> str:
    """Return the exercise's content hash, that of an earlier version where a scenario was *broken*."""
    if not broken:
        return exercise.content_hash
    return hashlib.sha256(f"{exercise.content_hash} before {broken}".encode()).hexdigest()[: len(exercise.content_hash)]


def _check(tried: Try, scenario: Scenario, told: Said, dice: Random) -> CheckResult:
    belief = tried.ending.belief
    is_public = scenario.visibility is Visibility.PUBLIC
    is_told_some_day = scenario.visibility is not Visibility.HIDDEN
    is_proof = bool(belief and scenario.name in belief.fails and told.outcome is Outcome.WRONG)
    proves = belief if is_proof and not scenario.is_claim else None
    late = told.outcome is Outcome.TIMED_OUT
    return CheckResult(
        name=scenario.name,
        title=scenario.title,
        points=scenario.points if told.outcome is Outcome.PASSED else 0,
        max_points=scenario.points,
        outcome=told.outcome,
        message=told.full if is_public else told.brief,
        staff_message="" if is_public or told.full == told.brief else told.full,
        visibility=scenario.visibility,
        misconception=proves.name if proves else None,
        hint=proves.hint if proves else None,
        detail=dict(told.detail) if is_told_some_day else {},
        seconds=tried.exercise.limits.scenario_seconds if late else round(dice.uniform(0.001, 0.04), 4),
    )
