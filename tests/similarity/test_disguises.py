"""Who makes a copy look different gains little; who thinks for themselves is not told of."""

from __future__ import annotations

from itertools import combinations
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from grader.domain.similarity import LEAST_SHARE, everything, fingerprints, rank, tokens
from tests.similarity.disguises import DISGUISES, in_all_ways

if TYPE_CHECKING:
    from collections.abc import Callable

ROOT = Path(__file__).parents[2]
SOLUTIONS = ROOT / "tests" / "solutions"
POINTWISE = sorted((SOLUTIONS / "pointwise-conv").glob("right_*.py"))
EXERCISES = sorted(path.parent for path in (ROOT / "exercises").glob("*/*/starter.py"))
STARTERS = {folder.name: (folder / "starter.py").read_text(encoding="utf-8") for folder in EXERCISES}

LEAST_OF_ALL_DISGUISES = 0.4


def share(one: str, other: str, *, exercise: str = "pointwise-conv") -> float:
    starter = everything(tokens(STARTERS[exercise]))
    prints = {number: fingerprints(tokens(source), ignored=starter) for number, source in enumerate((one, other))}
    pairs = rank(prints, ignored=frozenset(), fewest=1)
    return pairs[0].share if pairs else 0.0


@pytest.mark.parametrize("path", POINTWISE, ids=lambda path: path.stem)
@pytest.mark.parametrize("disguise", DISGUISES, ids=lambda disguise: disguise.__name__)
def test_a_disguised_copy_is_still_alike(disguise: Callable[[str], str], path: Path) -> None:
    source = path.read_text(encoding="utf-8")
    copy = disguise(source)
    assert copy != source
    assert share(source, copy) >= DISGUISES[disguise]


@pytest.mark.parametrize("path", POINTWISE, ids=lambda path: path.stem)
def test_all_disguises_at_once_leave_a_trace(path: Path) -> None:
    source = path.read_text(encoding="utf-8")
    assert share(source, in_all_ways(source)) >= LEAST_OF_ALL_DISGUISES >= LEAST_SHARE


@pytest.mark.parametrize("exercise", STARTERS)
def test_different_solutions_are_not(exercise: str) -> None:
    sources = [path.read_text(encoding="utf-8") for path in sorted((SOLUTIONS / exercise).glob("right_*.py"))]
    shares = [share(one, other, exercise=exercise) for one, other in combinations(sources, 2)]
    assert max(shares) < LEAST_SHARE


@pytest.mark.parametrize("exercise", STARTERS)
def test_two_starters_with_a_line_each_share_nothing_of_their_own(exercise: str) -> None:
    one, other = (STARTERS[exercise] + line for line in ("\nprint('x')\n", "\nassert True\n"))
    assert share(one, other, exercise=exercise) == 0
