"""Security as a table: a submission that cheats, what it may earn at most, and how it ends.

The honest part of each cheat is a layer that answers zeros, worth LOW points: the shapes of its parameters, their
start, and black images that stay black. Honest controls, right and wrong, run before, between and after.
"""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from grader.catalogue import FolderCatalogue
from grader.domain.feedback import for_student
from grader.domain.report import Outcome
from grader.kit.examiner import MESSAGE_LIMIT, KitExaminer
from grader.sandbox.host import BwrapSandbox

if TYPE_CHECKING:
    from collections.abc import Iterator

    from grader.domain.exercise import Exercise
    from grader.domain.report import Report

pytestmark = pytest.mark.jail

HERE = Path(__file__).parent
REPOSITORY = HERE.parents[1]
SECRET = b"a secret of the worker's"
FULL, LOW = 20, 3

# submission, points at most, how it ends (the severest outcome of a scenario); None: in any way but our fault
ATTACKS: list[tuple[str, int, Outcome | None]] = [
    # tampering inside the student's process
    ("equal_to_everything", LOW, Outcome.WRONG),
    ("checks_patched", LOW, None),
    ("frames_walked", LOW, Outcome.WRONG),
    ("guest_rewritten", 0, None),
    ("names_assembled", LOW, None),
    ("lazy_tensors", LOW, None),
    ("globals_patched", LOW, None),
    ("files_shadowed", LOW, Outcome.WRONG),
    ("classes_disguised", LOW, None),
    ("slots_that_lie", LOW, None),
    # forging the channel
    ("frames_forged", 0, Outcome.REFUSED),
    ("frames_later", 0, Outcome.REFUSED),
    ("channel_taken_over", 0, None),
    ("channel_fuzzed", 0, None),
    ("channel_replaced", 0, Outcome.CRASHED),
    ("kinds_of_answers", LOW, None),
    ("text_that_acts", LOW, Outcome.CRASHED),
    # stealing
    ("everything_read", LOW, Outcome.CRASHED),
    ("memory_reused", LOW, Outcome.WRONG),
    ("seed_guessed", LOW, Outcome.WRONG),
    ("state_left", LOW, Outcome.WRONG),
    ("state_left", LOW, Outcome.WRONG),
    # dying and hanging
    ("exits_at_import", 0, Outcome.CRASHED),
    ("exits_in_init", 0, Outcome.CRASHED),
    ("exits_in_forward", LOW, Outcome.CRASHED),
    ("segfaults", LOW, Outcome.CRASHED),
    ("hangs_at_import", 0, Outcome.TIMED_OUT),
    ("hangs_in_forward", LOW, Outcome.TIMED_OUT),
    ("hangs_in_c", LOW, Outcome.TIMED_OUT),
    ("kills_everyone", LOW, Outcome.WRONG),
    ("eats_memory", LOW, Outcome.OUT_OF_MEMORY),
    ("eats_threads", LOW, Outcome.CRASHED),
    ("eats_files", LOW, Outcome.WRONG),
    ("recurses", LOW, Outcome.CRASHED),
    ("error_without_text", LOW, Outcome.TIMED_OUT),
    ("error_with_a_trap", LOW, Outcome.CRASHED),
    # not doing the exercise
    ("library_if_possible", LOW, Outcome.WRONG),
    ("conv_by_built_name", LOW, Outcome.REFUSED),
    ("conv_of_torchscript", LOW, Outcome.CRASHED),
    ("conv_transposed", LOW, Outcome.REFUSED),
    ("input_zeroed", LOW, Outcome.WRONG),
    ("low_precision", 7, Outcome.WRONG),
    ("right_at_first", 9, Outcome.WRONG),
    ("right_for_public_shapes", 5, Outcome.WRONG),
    ("gradient_detached", 16, Outcome.WRONG),
]

CONTROLS: list[tuple[str, int, Outcome | None]] = [
    ("control_right", FULL, Outcome.PASSED),
    ("control_wrong", LOW, Outcome.WRONG),
]


def _with_controls() -> list[tuple[str, int, Outcome | None]]:
    rows = list(CONTROLS)
    for number, row in enumerate(ATTACKS, start=1):
        rows += [row, *(CONTROLS if number % 9 == 0 else [])]
    return rows


@pytest.fixture(scope="module")
def examiner() -> Iterator[KitExaminer]:
    sandbox = BwrapSandbox()
    yield KitExaminer(sandbox, secret=SECRET, node="the machine's name")
    sandbox.close()


@pytest.fixture(scope="module")
def exercise() -> Exercise:
    found = FolderCatalogue(REPOSITORY / "exercises").exercise("1x1-convolutions", "pointwise-conv")
    limits = replace(found.limits, scenario_seconds=1.5, total_seconds=4.0, memory_mib=256, tmp_mib=8)
    return replace(found, limits=limits)


def source_of(name: str) -> str:
    return (HERE / "submissions" / f"{name}.py").read_text(encoding="utf-8")


def is_fit_to_show(text: str) -> bool:
    """Whether no terminal, page or cell could be harmed by more than ordinary characters, and not by many of them."""
    return len(text) <= MESSAGE_LIMIT + 2 and all(c.isprintable() or c in "\n\t" for c in text)


def texts_for_the_student(report: Report) -> str:
    shown = for_student(report, is_due=False)
    return "\n".join(
        f"{check.message}\n{check.printed}\n{check.detail}\n{check.staff_message}" for check in shown.checks
    )


@pytest.mark.parametrize(("name", "most", "outcome"), _with_controls())
def test_a_cheat_earns_what_its_honest_part_is_worth(
    examiner: KitExaminer, exercise: Exercise, name: str, most: int, outcome: Outcome | None
) -> None:
    report = examiner.examine(exercise, source_of(name))
    assert report.points <= most
    assert Outcome.INTERNAL not in {check.outcome for check in report.checks}
    assert outcome in {None, report.outcome}, [(c.name, c.outcome, c.message) for c in report.checks]
    assert len(report.checks) == len(exercise.scenarios)
    assert all(is_fit_to_show(check.message) and is_fit_to_show(check.staff_message) for check in report.checks)
    told = texts_for_the_student(report)
    assert str(REPOSITORY) not in told
    assert SECRET.decode() not in told


@pytest.mark.parametrize(("name", "points"), [("control_right", FULL), ("control_wrong", LOW)])
def test_the_honest_get_what_is_theirs(examiner: KitExaminer, exercise: Exercise, name: str, points: int) -> None:
    assert examiner.examine(exercise, source_of(name)).points == points


def test_who_looks_for_secrets_finds_none(examiner: KitExaminer, exercise: Exercise) -> None:
    report = examiner.examine(exercise, source_of("everything_read"))
    assert "found: []" in report.checks[0].message


def test_odd_answers_are_never_our_fault(examiner: KitExaminer, exercise: Exercise) -> None:
    fuzzed = source_of("channel_fuzzed")
    for _ in range(12):
        report = examiner.examine(exercise, fuzzed)
        found = {check.outcome: (check.name, check.staff_message) for check in report.checks}
        assert found.get(Outcome.INTERNAL) is None
        assert report.points == 0


def test_every_submission_is_in_the_table() -> None:
    files = {path.stem for path in (HERE / "submissions").glob("*.py")}
    assert files == {name for name, *_ in _with_controls()}
