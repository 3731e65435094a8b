"""What a run held is free when it has ended, not when Python's collector comes round: answers may be large."""

from __future__ import annotations

import gc
from typing import TYPE_CHECKING

import pytest
import torch

from tests.outside.lesson import FORGETS, RIGHT, WRONG

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.outside.desk import Desk

pytestmark = pytest.mark.jail

LARGE = 1 << 20
"""Numbers in an answer that the lesson never asks for."""

SUBMISSIONS = {
    "right": RIGHT,
    "wrong": WRONG,
    "a misconception": FORGETS,
    "large answers": RIGHT.replace("x * self.factor", f"torch.zeros({LARGE})"),
    "a crash": RIGHT.replace("x * self.factor", "x.nothing"),
    "a crash at import": f"{RIGHT}\n1 / 0\n",
    "an end": f"import os\n{RIGHT}".replace("return x", "os._exit(3)\n        return x"),
    "a hang": RIGHT.replace("return x * self.factor", "while True: pass"),
    "detached": RIGHT.replace("x * self.factor", "(x * self.factor).detach()"),
    "no module": "def Scale(channels):\n    return None\n",
    "a forged frame": f"import os\n{RIGHT}".replace("return x", "os.write(3, b'x' * 99)\n        return x"),
}


@pytest.fixture
def no_collector() -> Iterator[None]:
    gc.collect()
    gc.disable()
    yield
    gc.enable()


@pytest.mark.usefixtures("no_collector")
@pytest.mark.parametrize("source", SUBMISSIONS.values(), ids=SUBMISSIONS)
def test_a_run_leaves_nothing_to_the_collector(desk: Desk, source: str) -> None:
    exercise = desk.store.catalogue.exercise("outside", "scale")
    for _ in range(2):  # what is kept for good comes with the first
        desk.station._examiner.examine(exercise, source)
        gc.collect()
    report = desk.station._examiner.examine(exercise, source)
    assert gc.collect() == 0
    assert report.max_points == 4
    assert [each for each in gc.get_objects() if type(each) is torch.Tensor and each.numel() >= LARGE] == []
