"""What students answer: the able are right more often, who is wrong is so as foreseen, and some questions are bad."""

from __future__ import annotations

import math
from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING

from grader.cli.demo_class.events import Answered
from grader.domain.quiz import draw, mark

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from datetime import datetime
    from random import Random

    from grader.cli.demo_class.histories import Student
    from grader.cli.demo_class.term import Item
    from grader.domain.questions import Answer, Drawn
    from grader.domain.quiz import Quiz

TOO_HARD, MISLEADING, TOO_EASY = 1, 3, 0
"""Places of questions in a quiz: hardly anybody is right; the able fall for a distractor; everybody is right."""

_UNFINISHED = 0.01
_UNFORESEEN = ("42", "0", "?", "I don't know", "1000", "(1, 1)", "x")


def attempts(student: Student, quiz: Quiz, item: Item, now: datetime, dice: Random) -> Iterator[Answered]:
    """Yield one student's attempts at a quiz."""
    opens, due = item.terms.opens, item.terms.due
    if opens is None or due is None or dice.random() < 0.05 + 0.2 * (1 - student.diligence):
        return
    begins = opens + (due - opens) * dice.betavariate(1.2 + 2 * (1 - student.diligence), 1.4)
    skill = student.skill
    for _ in range(min(quiz.policy.attempts or 3, 3)):
        ends = begins + timedelta(minutes=dice.uniform(3, min(quiz.policy.minutes or 30, 30)))
        if ends > now:
            return
        yield _attempt(replace(student, skill=skill), quiz, begins, ends, dice)
        if dice.random() < 0.45 + 0.4 * student.skill:
            return
        begins, skill = ends + timedelta(hours=dice.uniform(0.2, 30)), min(1.0, skill + 0.2)
        if begins > due:
            return


def _attempt(student: Student, quiz: Quiz, begins: datetime, ends: datetime, dice: Random) -> Answered:
    seed = f"{dice.getrandbits(128):032x}"
    places = {question.slug: place for place, question in enumerate(quiz.questions)}
    given: dict[str, Answer] = {}
    for asked in draw(quiz, seed):
        answer = _answer(asked, places[asked.slug], student.skill, dice)
        if answer is not None:
            given[asked.slug] = answer
    unfinished = dice.random() < _UNFINISHED and quiz.policy.minutes is None
    return Answered(begins, student.login, quiz.slug, seed, given, None if unfinished else ends)


def _answer(asked: Drawn, place: int, skill: float, dice: Random) -> Answer | None:
    wrong = [answer for answer in asked.wrong_answers if mark(asked, answer).points < asked.points]
    if place == MISLEADING and wrong and dice.random() < 0.75 * skill:
        return wrong[0]
    if dice.random() < _chance(place, skill):
        return asked.right_answer
    kind = dice.random()
    if kind < 0.06 or not wrong:  # noqa: PLR2004 - left open
        return None
    if kind < 0.2 and isinstance(asked.right_answer, str):  # noqa: PLR2004
        return dice.choice(_UNFORESEEN)
    return _foreseen(wrong, dice)


def _foreseen(wrong: Sequence[Answer], dice: Random) -> Answer:
    return dice.choices(wrong, [1 / (place + 1) for place in range(len(wrong))])[0]


def _chance(place: int, skill: float) -> float:
    """Return how likely a right answer is: the logistic curve of item response theory."""
    hardness = {TOO_HARD: 1.05, TOO_EASY: -0.2, MISLEADING: 0.15}.get(place, 0.25 + 0.09 * (place % 5))
    return 1 / (1 + math.exp(-7 * (skill - hardness)))
