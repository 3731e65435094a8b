"""Who takes part in `grader demo`: what each hands in, how each answers the quiz, and what that must earn."""

from __future__ import annotations

import itertools
from dataclasses import dataclass
from fractions import Fraction
from typing import TYPE_CHECKING

from grader.domain.quiz import Kind, draw

if TYPE_CHECKING:
    from grader.cli.client import Question
    from grader.domain.exercise import Exercise, Misconception
    from grader.domain.quiz import DrawnQuestion, Quiz

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

_SEEDS = 10_000
"""Draws in which a question's numbers are looked for; a quiz has far fewer different ones."""


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


def answers(student: Student, quiz: Quiz, asked: list[Question]) -> tuple[dict[str, str | list[str]], int]:
    """Return the student's answers, by question, and the points that they must earn."""
    known = [question for number, question in enumerate(asked) if number < student.knows * len(asked)]
    given = {question.slug: _answer(_same(quiz, question), question, right=question in known) for question in asked}
    return given, sum(question.points for question in known)


def _answer(drawn: DrawnQuestion, asked: Question, *, right: bool) -> str | list[str]:
    """Return a right answer, or one that earns nothing: where there is one, a mistake that the lecturer foresaw."""
    match drawn.kind:
        case Kind.NUMERIC:
            return str(drawn.number if right else next(iter(drawn.wrong_numbers), drawn.number - 1))
        case Kind.SHAPE:
            return "×".join(map(str, min(drawn.shapes) if right else next(iter(drawn.wrong_shapes), (0,))))
        case Kind.SINGLE | Kind.MULTIPLE:
            wanted = {choice.text for choice in drawn.choices if choice.right is right}
            keys = [choice.key for choice in asked.choices if choice.text in wanted]
            return keys if drawn.kind is Kind.MULTIPLE else keys[0]


def _lost(exercise: Exercise, belief: Misconception) -> int:
    return sum(scenario.points for scenario in exercise.scenarios if scenario.name in belief.fails)


def _same(quiz: Quiz, asked: Question) -> DrawnQuestion:
    """Return the question as drawn with the numbers in its prompt: a student would compute the answer from them."""
    draws = itertools.chain.from_iterable(draw(quiz, str(seed)) for seed in range(_SEEDS))
    return next(drawn for drawn in draws if (drawn.slug, drawn.prompt) == (asked.slug, asked.prompt))
