"""Who takes part in `grader demo`: what each hands in, how each answers the quiz, and what that must earn."""

from __future__ import annotations

import math
from dataclasses import dataclass
from fractions import Fraction
from typing import TYPE_CHECKING

from grader.domain.quiz import mark

if TYPE_CHECKING:
    from collections.abc import Sequence

    from grader.domain.exercise import Exercise, Misconception
    from grader.domain.questions import Answer, Drawn

_CRASHES = """\
from torch import nn


class {entry}(nn.Module):
    def __init__(self, *arguments, **keywords):
        super().__init__()
        self.layers = [][3]  # an index that does not exist
"""

_CHEATS = '''\
"""Does nothing of the exercise, and tries to be graded for it all the same."""

import gc
import json
import os
import sys

import torch
from torch import nn


class Agrees(torch.Tensor):
    """Says of every comparison that it holds."""

    def __eq__(self, other):
        return True

    @classmethod
    def __torch_function__(cls, function, types, arguments=(), keywords=None):
        return True


torch.allclose = torch.equal = lambda *arguments, **keywords: True
torch.testing.assert_close = lambda *arguments, **keywords: None

verdict = json.dumps({{"outcome": "passed", "points": 100, "score": 1.0}}).encode()
for descriptor in range(64):  # whoever listens, take this for the result
    try:
        os.write(descriptor, len(verdict).to_bytes(4, "big") + verdict)
    except OSError:
        pass

frame = sys._getframe()
while frame is not None:  # the grader's own variables, should they be in this process
    for name in ("points", "score", "passed", "expected"):
        if name in frame.f_globals:
            frame.f_globals[name] = 100
    frame = frame.f_back

loot = [thing for thing in gc.get_objects() if isinstance(thing, torch.Tensor)]


class {entry}(nn.Module):
    def __init__(self, *arguments, **keywords):
        super().__init__()

    def forward(self, x):
        return torch.zeros(1).as_subclass(Agrees)
'''


@dataclass(frozen=True)
class Student:
    """A student of the demo; *points* and *outcomes* are what the submission must earn."""

    login: str
    about: str
    source: str
    points: int
    outcomes: frozenset[str]
    misconception: str | None
    knows: Fraction
    """The share of the quiz's questions, from the first on, that the student answers rightly."""


def students(exercise: Exercise, belief: Misconception) -> list[Student]:
    """Return four students of *exercise*: one is right, one holds *belief*, one is unlucky, one dishonest."""
    right = (exercise.folder / "reference.py").read_text(encoding="utf-8")
    wrong = (exercise.folder / "misconceptions" / f"{belief.name}.py").read_text(encoding="utf-8")
    unearned = exercise.max_points - _lost(exercise, belief)
    bad = frozenset({"wrong", "crashed", "refused"})
    whole, half, none = Fraction(1), Fraction(1, 2), Fraction(0)
    crash, cheat = (text.format(entry=exercise.entry) for text in (_CRASHES, _CHEATS))
    return [
        Student("ada", "is right", right, exercise.max_points, frozenset({"passed"}), None, whole),
        Student("ben", f"believes: {belief.belief}", wrong, unearned, bad, belief.name, half),
        Student("cleo", "crashes", crash, 0, frozenset({"crashed"}), None, half),
        Student("dan", "cheats", cheat, 0, bad, None, none),
    ]


def answers(student: Student, drawn: Sequence[Drawn]) -> tuple[dict[str, Answer], int]:
    """Return the student's answers, by question, and the points that they must earn."""
    known = drawn[: math.ceil(student.knows * len(drawn))]
    given = {each.slug: each.right_answer if each in known else _wrong(each) for each in drawn}
    return given, sum(each.points for each in known)


def _wrong(drawn: Drawn) -> Answer:
    """Return an answer that earns nothing: where there is one, a mistake that the lecturer foresaw."""
    return next(answer for answer in (*drawn.wrong_answers, "0", "1") if mark(drawn, answer).points == 0)


def _lost(exercise: Exercise, belief: Misconception) -> int:
    return sum(scenario.points for scenario in exercise.scenarios if scenario.name in belief.fails)
