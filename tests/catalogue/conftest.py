"""A small valid lesson on disk, which each test then breaks in one place."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from grader.catalogue import FolderCatalogue

if TYPE_CHECKING:
    from pathlib import Path

LESSON = {
    "lesson.toml": 'title = "Channels"\norder = 1\nminutes = 10\n',
    "lesson.md": "# Channels\n",
    "quiz.toml": """
title = "Channels"
moment = "final"
order = 3
[policy]
attempts = 3
counts = "average"
answers = "after_last_attempt"
minutes = 20
partial_credit = false
shuffle_questions = true
shuffle_choices = false
[[questions]]
slug = "weights"
kind = "numeric"
prompt = "{c_in} to {k}?"
answer = "c_in * k"
parameters = { c_in = [2, 3], k = [5] }
wrong = [{ answer = "c_in * k + k", explanation = "biases" }]
[[questions]]
slug = "ratio"
kind = "numeric"
prompt = "How many times?"
answer = 8.47
tolerance = 0.05
[[questions]]
slug = "shape"
kind = "shape"
prompt = "Which shape?"
answers = ["28, 28, 64", "64, 28, 28"]
[[questions]]
slug = "what"
kind = "single"
prompt = "What?"
choices = [{ text = "this", right = true }, { text = "that", explanation = "no" }]
[[questions]]
slug = "count"
kind = "formula"
prompt = "How many?"
variables = ["k", "C_in"]
answer = "k^2 * C_in"

    [[questions.wrong]]
    answer = "k * C_in"
    explanation = "a kernel has two axes"

[[questions]]
slug = "layers"
kind = "ordering"
prompt = "Which first?"
items = [
    "convolution",
    "normalisation",
    "activation",
]
wrong = [{ answer = "1, 3, 2", explanation = "too late" }]
[[questions]]
slug = "sizes"
kind = "matching"
prompt = "Which size?"
pairs = [
    { item = "1×1", match = "one" },
    { item = "3×3", match = "nine" },
]
distractors = [{ text = "three", explanation = "two axes" }]
wrong = [{ item = "1×1", match = "nine", explanation = "that is the other" }]
[[questions]]
slug = "printed"
kind = "output"
prompt = "What is printed?"
parameters = { k = [2, 3] }
code = '''
import torch
print(torch.zeros(1, {k}).shape)
'''
answer = "torch.Size([1, {k}])"
also_right = ["1 by {k}"]
wrong = [{ answer = "torch.Size([{k}])", explanation = "the batch" }]
[[questions]]
slug = "memory"
kind = "numeric"
prompt = "How much?"
parameters = { k = [1024, 2048] }
answer = "4 * k / 1024"
tolerance = "k / 1024 / 100"
unit = "KiB"
[[questions]]
slug = "layout"
kind = "shape"
prompt = "Which shape, as torch has it?"
answers = ["64, 28, 14"]
layout = "CHW"
any_layout = true
""",
    "scale/exercise.toml": """
title = "Scale"
entry = "Scale"
device = "cpu"
forbidden = ["convolution"]
[limits]
scenario_seconds = 2.5
memory_mib = 256
[[misconceptions]]
name = "forgets"
belief = "scaling is nothing"
hint = "Your output is the input."
fails = ["doubles"]
""",
    "scale/statement.md": "Write `Scale`.\n",
    "scale/starter.py": "class Scale: ...\n",
    "scale/reference.py": "class Scale: ...\n",
    "scale/misconceptions/forgets.py": "class Scale: ...\n",
    "scale/scenarios.py": """
from grader.kit import Draw, Subject, claim, scenario

LENGTH = 3

def build(subject):
    return subject.Scale(LENGTH)

@scenario(points=3, title="Doubles", visibility="public", terms=1)
def doubles(subject: Subject, draw: Draw):
    return build(subject)(draw.normal(LENGTH))

@claim(points=1, title="Keeps the shape", otherwise="The shape changed.")
def keeps_shape(subject: Subject, draw: Draw) -> bool:
    return True
""",
}


def write(root: Path, files: dict[str, str]) -> None:
    """Write *files* into the lesson `channels` below *root*."""
    for name, text in files.items():
        path = root / "channels" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")


def read_all(root: Path) -> None:
    """Read every lesson below *root*."""
    catalogue = FolderCatalogue(root)
    for lesson in catalogue.lessons():
        catalogue.exercises(lesson)
        catalogue.quizzes(lesson)


@pytest.fixture
def root(tmp_path: Path) -> Path:
    write(tmp_path / "exercises", LESSON)
    return tmp_path / "exercises"
