"""A small real lesson on disk, which a test may break in one place, and what students hand in to it."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path

LESSON, EXERCISE, FULL = "outside", "scale", 4

REFERENCE = """
import torch
from torch import nn


class Scale(nn.Module):
    def __init__(self, channels):
        super().__init__()
        self.factor = nn.Parameter(torch.ones(channels))

    def forward(self, x):  # (N, channels)
        return x * self.factor
"""

SCENARIOS = """
from grader.kit import Draw, Subject, claim, close, scenario


@scenario(points=2, title="Scales each channel", visibility="public")
def scales(subject: Subject, draw: Draw):
    return subject.Scale(40).load(draw)(draw.normal(2, 40))  # (2, 40)


@scenario(points=1, title="A single channel")
def one_channel(subject: Subject, draw: Draw):
    return subject.Scale(1).load(draw)(draw.normal(3, 1))  # (3, 1)


@claim(points=1, title="Twice the input is twice the output")
def is_linear(subject: Subject, draw: Draw) -> bool:
    layer, x = subject.Scale(8).load(draw), draw.normal(2, 8)
    return close(layer(2 * x), 2 * layer(x))
"""

SETTINGS = """
title = "One factor per channel"
entry = "Scale"
forbidden = ["convolution"]

[limits]
scenario_seconds = 1.0
total_seconds = 3.0
memory_mib = 256
tmp_mib = 8

[[misconceptions]]
name = "does_nothing"
belief = "scaling is nothing"
hint = "Your output is your input."
fails = ["scales", "one_channel"]
"""

RIGHT = REFERENCE
WRONG = REFERENCE.replace("x * self.factor", "x + 3")
FORGETS = REFERENCE.replace("x * self.factor", "x * 1")
"""Holds the belief of the lesson's misconception."""

FILES = {
    "lesson.toml": 'title = "Outside"\norder = 1\nminutes = 1\n',
    "lesson.md": "# Outside\n",
    f"{EXERCISE}/exercise.toml": SETTINGS,
    f"{EXERCISE}/statement.md": "Write `Scale`.\n",
    f"{EXERCISE}/starter.py": "class Scale: ...\n",
    f"{EXERCISE}/reference.py": REFERENCE,
    f"{EXERCISE}/scenarios.py": SCENARIOS,
    f"{EXERCISE}/misconceptions/does_nothing.py": FORGETS,
}


def write_lesson(root: Path, **changed: str) -> None:
    """Write the lesson below *root*; *changed* names files of the exercise with other text, "reference" say."""
    for name, text in FILES.items():
        path = root / LESSON / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(changed.pop(path.stem, text), encoding="utf-8")
    assert not changed
