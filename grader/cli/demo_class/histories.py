"""How a student comes to a solution, or gives up: with slips, beliefs and nights in between."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from grader.cli.demo_class import sources
from grader.cli.demo_class.endings import RIGHT, Ending, Kind
from grader.cli.demo_class.events import Draft, HandedIn
from grader.cli.demo_class.reports import report

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from random import Random

    from grader.cli.demo_class.term import Item
    from grader.domain.exercise import Exercise, Misconception

MOST_TRIES = 9
_LATEST = timedelta(days=3)  # after which nobody hands in any more
_VOID = 0.006  # share of tries that a fault of ours ended
_AFTER_HIT = timedelta(minutes=12)
_FAULTS = (
    "Internal: a guest could not be asked: OSError: [Errno 28] No space left on device",
    "NoJail: the nursery ended: user namespaces are switched off (kernel.unprivileged_userns_clone = 0)",
)


@dataclass(frozen=True)
class Student:
    """*skill* and *diligence* from 0 to 1: how likely the next step is the right one, and how early it is taken."""

    login: str
    skill: float
    diligence: float
    extra: timedelta = timedelta(0)  # an extension


@dataclass(frozen=True)
class Work:
    """An exercise in the term; *beliefs* are the most common first, *broken* was wrong until it was *repaired*."""

    exercise: Exercise
    item: Item
    hardness: float
    beliefs: Sequence[Misconception]
    broken: str = ""
    repaired: datetime | None = None


def history(student: Student, work: Work, now: datetime, dice: Random) -> Iterator[HandedIn | Draft]:
    """Yield what one student hands in to one exercise."""
    when = _begins(student, work, now, dice)
    last = _last_moment(student, work, now)
    if when is None:
        return
    for ending in _endings(student, work, dice):
        if when > last:
            if last == now:
                yield Draft(now - timedelta(minutes=dice.randint(2, 300)), student.login, work.exercise.slug,
                            sources.source(work.exercise, ending, dice))  # fmt: skip
            return
        yield from _tries(student, work, ending, when, dice)
        when += _pause(dice)


def _tries(student: Student, work: Work, ending: Ending, when: datetime, dice: Random) -> Iterator[HandedIn]:
    text = sources.source(work.exercise, ending, dice)
    handed_in = HandedIn(when, student.login, work.exercise.slug, text)
    if dice.random() < _VOID:
        yield replace(handed_in, fault=dice.choice(_FAULTS))
        if dice.random() < 0.3:  # noqa: PLR2004 - who does not notice
            return
        handed_in = replace(handed_in, when=when + _AFTER_HIT)
    fair = report(work.exercise, ending, text, dice)
    if work.repaired is None or when > work.repaired:
        yield replace(handed_in, report=fair)
    else:
        yield replace(handed_in, report=report(work.exercise, ending, text, dice, broken=work.broken), again=fair)


def _endings(student: Student, work: Work, dice: Random) -> Iterator[Ending]:
    """Yield one ending after another: slips come first, a belief may last, whoever is right stops (mostly)."""
    belief: Misconception | None = None
    step = 0.02 + 0.66 * student.skill - 0.3 * work.hardness
    if dice.random() < 0.04 + 0.1 * work.hardness:
        yield Ending(Kind.EMPTY)
    for _ in range(MOST_TRIES):
        if dice.random() < step:
            yield RIGHT
            if dice.random() > 0.07:  # noqa: PLR2004 - who tidies up and hands in once more
                return
            step = 1.0
            continue
        slip = dice.random()
        if slip < 0.14 - 0.1 * student.skill + 0.05:
            yield Ending(_slip(work, dice))
            continue
        if belief is None or dice.random() < 0.45:  # noqa: PLR2004 - who gives one up finds another
            belief = _believed(work, dice)
        yield Ending(Kind.BELIEF, belief)
        step += 0.06
        if dice.random() < 0.42 - 0.34 * student.diligence:
            return  # gives up


def _slip(work: Work, dice: Random) -> Kind:
    kinds = [Kind.CRASH] * 6 + [Kind.ENDLESS] + [Kind.FORBIDDEN] * 4 * bool(work.exercise.forbidden)
    return dice.choice(kinds)


def _believed(work: Work, dice: Random) -> Misconception:
    weights = [1 / (place + 1) ** 1.1 for place in range(len(work.beliefs))]
    return dice.choices(work.beliefs, weights)[0]


def _begins(student: Student, work: Work, now: datetime, dice: Random) -> datetime | None:
    """Return when the first try is handed in: most begin shortly before it is due, in the evening; None is never."""
    terms = work.item.terms
    if terms.opens is None or terms.due is None or dice.random() < 0.03 + 0.12 * (1 - student.diligence):
        return None
    due = terms.due + student.extra
    lead = timedelta(hours=dice.expovariate(1 / (6 + 70 * student.diligence)))
    late = dice.random() < 0.1 * (1.3 - student.diligence)
    begins = due + timedelta(hours=dice.uniform(0.1, 50)) if late else due - lead
    passed = (now - terms.opens) / (terms.due - terms.opens)
    if passed < 1 and dice.random() < (0.35 + 0.5 * student.diligence) * passed**0.7:  # is at it already
        begins = terms.opens + (now - terms.opens) * dice.random() ** 0.6
    return max(terms.opens + timedelta(minutes=dice.randint(3, 900)), _at_a_likely_hour(begins, dice))


def _at_a_likely_hour(when: datetime, dice: Random) -> datetime:
    """Move what falls into the night to the evening before."""
    if when.hour in range(1, 7):
        when -= timedelta(hours=dice.uniform(7, 11))
    return when.replace(second=dice.randrange(60), microsecond=dice.randrange(1000) * 1000)


def _last_moment(student: Student, work: Work, now: datetime) -> datetime:
    terms = work.item.terms
    due = terms.due or now
    ends = [now, max(due, terms.closes or due + _LATEST) + student.extra, due + _LATEST + student.extra]
    return min(ends)


def _pause(dice: Random) -> timedelta:
    """Return how long one thinks: minutes mostly, a night now and then; never less than the cooldown."""
    if dice.random() < 0.12:  # noqa: PLR2004
        return timedelta(hours=dice.uniform(9, 22))
    return timedelta(minutes=min(240.0, 5.5 + dice.lognormvariate(2.3, 0.9)), seconds=dice.randrange(60))
