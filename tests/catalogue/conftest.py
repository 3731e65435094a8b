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
