"""A score hangs on the code, not on the secret draws: graded with many seeds, a submission ends in one way."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from grader.catalogue import FolderCatalogue
from grader.kit.examiner import KitExaminer
from grader.sandbox.host import BwrapSandbox
from tests.adversarial.attack import BOTTLENECK, POINTWISE, SUBMISSIONS, Slug

if TYPE_CHECKING:
    from collections.abc import Iterator

    from grader.domain.exercise import Exercise
    from grader.domain.report import Report

pytestmark = pytest.mark.jail

REPOSITORY = Path(__file__).parents[2]
SOLUTIONS = REPOSITORY / "tests" / "solutions"

RIGHT: dict[Slug, list[Path]] = {
    POINTWISE: [SOLUTIONS / "pointwise-conv/right_einsum.py", SOLUTIONS / "pointwise-conv/right_loop_over_inputs.py"],
    BOTTLENECK: [SOLUTIONS / "bottleneck/right_functional.py", SOLUTIONS / "bottleneck/right_typed.py"],
}
WRONG: dict[Slug, list[Path]] = {
    POINTWISE: [
        SOLUTIONS / "pointwise-conv/wrong_in_evaluation.py",
        SOLUTIONS / "pointwise-conv/wrong_detached.py",
        SUBMISSIONS / "controls/pointwise_wrong.py",
        SUBMISSIONS / "evading/right_at_first.py",
        SUBMISSIONS / "evading/low_precision.py",
    ],
    BOTTLENECK: [
        SOLUTIONS / "bottleneck/wrong_returns_the_input_when_the_block_is_small.py",
        SOLUTIONS / "bottleneck/wrong_ignores_bn_parameters.py",
        SUBMISSIONS / "controls/bottleneck_wrong.py",
        SUBMISSIONS / "evading/only_at_first.py",
        SUBMISSIONS / "evading/float32_inside.py",
    ],
}
MANY = pytest.param(50, marks=[pytest.mark.slow, pytest.mark.timeout(1800)])


@pytest.fixture(scope="module")
def examiner() -> Iterator[KitExaminer]:
    sandbox = BwrapSandbox()
    yield KitExaminer(sandbox, secret=b"s" * 32, node="here")
    sandbox.close()


def exercise_of(slug: Slug) -> Exercise:
    return FolderCatalogue(REPOSITORY / "exercises").exercise("1x1-convolutions", slug)


def graded(examiner: KitExaminer, exercise: Exercise, files: list[Path], seeds: int) -> dict[Path, list[Report]]:
    """Return each file's reports, one a seed."""
    found: dict[Path, list[Report]] = {path: [] for path in files}
    for number in range(seeds):
        for path in files:
            report = examiner.examine(exercise, path.read_text(encoding="utf-8"), seed_id=f"seed {number}")
            found[path].append(report)
    return found


@pytest.mark.parametrize("slug", [POINTWISE, BOTTLENECK])
@pytest.mark.parametrize("seeds", [6, MANY])
def test_every_seed_gives_one_score_and_one_outcome_for_each_scenario(
    examiner: KitExaminer, slug: Slug, seeds: int
) -> None:
    without_hints = replace(exercise_of(slug), misconceptions=())  # which take most of the time, and no part in a score
    found = graded(examiner, without_hints, [*RIGHT[slug], *WRONG[slug]], seeds)
    for path, reports in found.items():
        assert len({tuple(check.outcome for check in report.checks) for report in reports}) == 1, path
        assert len({report.points for report in reports}) == 1
        assert (reports[0].points == reports[0].max_points) is (path in RIGHT[slug])
        assert len({report.seed_id for report in reports}) == seeds


@pytest.mark.parametrize(("slug", "belief"), [(POINTWISE, "forgets_bias"), (BOTTLENECK, "shortcut_detached")])
@pytest.mark.parametrize("seeds", [3, MANY])
def test_every_seed_tells_the_same_belief(examiner: KitExaminer, slug: Slug, belief: str, seeds: int) -> None:
    exercise = exercise_of(slug)
    path = exercise.folder / "misconceptions" / f"{belief}.py"
    (reports,) = graded(examiner, exercise, [path], seeds).values()
    assert {report.misconception for report in reports} == {belief}
    assert len({report.seed_id for report in reports}) == seeds


def test_a_seed_gives_the_same_draws_again(examiner: KitExaminer) -> None:
    exercise, source = exercise_of(POINTWISE), (SUBMISSIONS / "controls/pointwise_wrong.py").read_text()
    one, other, again = (examiner.examine(exercise, source, seed_id=seed) for seed in ("one", "other", "one"))
    assert [check.detail for check in one.checks] == [check.detail for check in again.checks]
    assert [check.detail for check in one.checks] != [check.detail for check in other.checks]
