"""A whole class's month as one row of events."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from random import Random
from typing import TYPE_CHECKING

from grader.cli.demo_class.events import HandedIn
from grader.cli.demo_class.histories import Student, Work, history
from grader.cli.demo_class.people import STUDENT, Person, people
from grader.cli.demo_class.quizzing import attempts
from grader.cli.demo_class.sources import has_leftover, retyped
from grader.cli.demo_class.teaching import teaching
from grader.cli.demo_class.term import Item, items
from grader.domain.people import Role
from grader.domain.scoring import ItemKind

if TYPE_CHECKING:
    from collections.abc import Sequence

    from grader.cli.demo_class.events import Event
    from grader.domain.exercise import Exercise
    from grader.domain.quiz import Quiz

_BROKEN = {"pointwise-conv": ("double_precision", 9), "bottleneck": ("odd_sizes", 1)}
"""By exercise, a scenario that was wrong, and how many days ago it was repaired; only the first one was regraded."""

_ALIKE = 40  # students for each pair of whom one has the other's file


@dataclass(frozen=True)
class Class:
    """Everybody, everything there is to do, and what happened, in order of time."""

    people: Sequence[Person]
    items: Sequence[Item]
    events: Sequence[Event]


def make_class(
    students: int, exercises: Sequence[Exercise], quizzes: Sequence[Quiz], *, now: datetime, seed: int
) -> Class:
    """Return a class of so many students; the same seed and moment give the same class."""
    dice = Random(seed)  # noqa: S311 - nothing here is secret
    persons = people(students, dice)
    todo = items(exercises, quizzes, now)
    terms = {(item.kind, item.slug): item for item in todo}
    works = [_work(each, terms[ItemKind.EXERCISE, each.slug], place, now, dice) for place, each in enumerate(exercises)]
    logins = [person.login for person in persons if person.role is Role.STUDENT]
    extras = _extras(logins, todo, dice)
    pupils = [_student(login, dice) for login in logins]
    events: list[Event] = []
    for work in works:
        for pupil in pupils:
            extra = extras.get((pupil.login, work.exercise.slug), timedelta(0))
            events += history(replace(pupil, extra=extra), work, now, dice)
    for quiz in quizzes:
        for pupil in pupils:
            events += attempts(pupil, quiz, terms[ItemKind.QUIZ, quiz.slug], now, dice)
    events = _some_alike(events, dice)
    done = [event for event in events if isinstance(event, HandedIn)]
    latest = list({(each.login, each.exercise): each for each in done}.values())
    events += teaching(persons, todo, works, extras=extras, done=latest, now=now, dice=dice)
    return Class(persons, todo, sorted(events, key=lambda event: event.when))


def _student(login: str, dice: Random) -> Student:
    """Return somebody; who the demo signs in as has something to show."""
    if login == STUDENT:
        return Student(login, 0.6, 0.8)
    return Student(login, dice.betavariate(2.2, 1.7), dice.betavariate(2.0, 1.6))


def _work(exercise: Exercise, item: Item, place: int, now: datetime, dice: Random) -> Work:
    beliefs = dice.sample(exercise.misconceptions, len(exercise.misconceptions))
    work = Work(exercise, item, hardness=min(1.0, 0.12 + 0.15 * place), beliefs=beliefs)
    if exercise.slug not in _BROKEN:
        return work
    name, days = _BROKEN[exercise.slug]
    return replace(work, broken=name, repaired=now - timedelta(days=days))


def _extras(logins: Sequence[str], todo: Sequence[Item], dice: Random) -> dict[tuple[str, str], timedelta]:
    lucky = dice.sample(logins, max(1, len(logins) // 25))
    return {(login, dice.choice(todo).slug): timedelta(days=dice.choice((1, 2, 3, 7))) for login in lucky}


def _some_alike(events: Sequence[Event], dice: Random) -> list[Event]:
    """Give some students' right files, with what stayed behind in them, to others, who retype names and comments."""
    first: dict[tuple[str, str], HandedIn] = {}
    for event in events:
        if isinstance(event, HandedIn) and _is_right(event):
            first.setdefault((event.exercise, event.login), event)
    copied: dict[int, str] = {}
    for exercise in sorted({exercise for exercise, _ in first}):
        right = [event for (of, _), event in first.items() if of == exercise]
        givers = [event for event in right if has_leftover(event.source)][: 1 + len(right) // _ALIKE]
        takers = [event for event in right if event not in givers]
        for giver, taker in zip(givers, dice.sample(takers, min(len(givers), len(takers))), strict=False):
            copied[id(taker)] = retyped(giver.source, dice)
    return [
        replace(event, source=copied[id(event)]) if isinstance(event, HandedIn) and id(event) in copied else event
        for event in events
    ]


def _is_right(event: HandedIn) -> bool:
    report = event.again or event.report
    return report is not None and report.score == 1
