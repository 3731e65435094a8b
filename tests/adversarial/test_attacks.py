"""Security as a table: a submission that cheats, what it may earn at most, and how each scenario ends.

A new attack is one file below `submissions/`, and one row in the table of its part. Honest controls, right and wrong,
run before, between and after, on the same worker.
"""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from grader.catalogue import FolderCatalogue
from grader.domain.feedback import for_student
from grader.domain.report import Outcome
from grader.kit.examiner import KitExaminer
from grader.kit.verdict import MESSAGE_LIMIT
from grader.sandbox.host import BwrapSandbox
from tests.adversarial import dying, evading, forging, stealing, tampering
from tests.adversarial.attack import BOTTLENECK, NOTHING, PASSED, POINTWISE, SUBMISSIONS, WRONG, Attack, Slug

if TYPE_CHECKING:
    from collections.abc import Iterator

    from grader.domain.exercise import Exercise
    from grader.domain.report import Report

pytestmark = pytest.mark.jail

REPOSITORY = Path(__file__).parents[2]
SECRET = b"a secret of the worker's"
NODE = "the machine's name"
EVERY = 9
"""Attacks between two rounds of controls."""

ATTACKS = [*tampering.ATTACKS, *forging.ATTACKS, *stealing.ATTACKS, *dying.ATTACKS, *evading.ATTACKS]

CONTROLS = [
    Attack("controls/pointwise_right", POINTWISE, 20, PASSED, NOTHING),
    Attack("controls/pointwise_wrong", POINTWISE, 3, WRONG),
    Attack("controls/bottleneck_right", BOTTLENECK, 20, PASSED, NOTHING),
    Attack("controls/bottleneck_wrong", BOTTLENECK, 1, WRONG),
]


def _with_controls() -> list[Attack]:
    rows = list(CONTROLS)
    for number, row in enumerate(ATTACKS, start=1):
        rows += [row, *(CONTROLS if number % EVERY == 0 else [])]
    return [*rows, *CONTROLS]


@pytest.fixture(scope="module")
def examiner() -> Iterator[KitExaminer]:
    sandbox = BwrapSandbox()
    yield KitExaminer(sandbox, secret=SECRET, node=NODE)
    sandbox.close()


@pytest.fixture(scope="module")
def exercises() -> dict[Slug, Exercise]:
    catalogue = FolderCatalogue(REPOSITORY / "exercises")
    found: dict[Slug, Exercise] = {}
    for slug in (POINTWISE, BOTTLENECK):
        exercise = catalogue.exercise("1x1-convolutions", slug)
        limits = replace(exercise.limits, scenario_seconds=1.5, total_seconds=4.0, memory_mib=256, tmp_mib=8)
        found[slug] = replace(exercise, limits=limits)
    return found


def is_fit_to_show(text: str) -> bool:
    """Whether no terminal, page or cell could be harmed by more than ordinary characters, and not by many of them."""
    return len(text) <= MESSAGE_LIMIT + 2 and all(c.isprintable() or c in "\n\t" for c in text)


def texts_for_the_student(report: Report) -> str:
    shown = for_student(report, is_due=False)
    return "\n".join(
        f"{check.message}\n{check.printed}\n{check.detail}\n{check.staff_message}" for check in shown.checks
    )


@pytest.mark.parametrize("attack", _with_controls(), ids=str)
def test_a_cheat_earns_what_its_honest_part_is_worth(
    examiner: KitExaminer, exercises: dict[Slug, Exercise], attack: Attack
) -> None:
    exercise = exercises[attack.exercise]
    report = examiner.examine(exercise, attack.source)
    assert report.points <= attack.most
    ends = {check.name: (check.outcome, check.message) for check in report.checks}
    assert list(ends) == [scenario.name for scenario in exercise.scenarios]
    astray = {name: end for name, end in ends.items() if end[0] not in attack.ends(name)}
    assert not astray
    assert all(is_fit_to_show(check.message) and is_fit_to_show(check.staff_message) for check in report.checks)
    told = texts_for_the_student(report)
    assert not [text for text in (str(REPOSITORY), SECRET.decode(), NODE, *attack.unsaid) if text in told]


@pytest.mark.parametrize("control", CONTROLS, ids=str)
def test_the_honest_get_what_is_theirs(examiner: KitExaminer, exercises: dict[Slug, Exercise], control: Attack) -> None:
    assert examiner.examine(exercises[control.exercise], control.source).points == control.most


def test_who_looks_for_secrets_finds_none(examiner: KitExaminer, exercises: dict[Slug, Exercise]) -> None:
    source = next(attack.source for attack in ATTACKS if attack.submission == "stealing/everything_read")
    report = examiner.examine(exercises[POINTWISE], source)
    assert "found: []" in report.checks[0].message


def test_odd_answers_are_never_our_fault(examiner: KitExaminer, exercises: dict[Slug, Exercise]) -> None:
    source = next(attack.source for attack in ATTACKS if attack.submission == "forging/channel_fuzzed")
    for _ in range(12):
        report = examiner.examine(exercises[POINTWISE], source)
        found = {check.outcome: (check.name, check.staff_message) for check in report.checks}
        assert found.get(Outcome.INTERNAL) is None
        assert report.points == 0


@pytest.mark.parametrize("attack", dict.fromkeys(ATTACKS), ids=str)
def test_a_row_allows_what_its_scenarios_are_worth(exercises: dict[Slug, Exercise], attack: Attack) -> None:
    worth = {scenario.name: scenario.points for scenario in exercises[attack.exercise].scenarios}
    assert attack.may_pass <= worth.keys()
    assert attack.most == sum(worth[name] for name in attack.may_pass)


def test_every_submission_is_in_a_table() -> None:
    files = {str(path.relative_to(SUBMISSIONS).with_suffix("")) for path in SUBMISSIONS.rglob("*.py")}
    assert files == {attack.submission for attack in _with_controls()}
