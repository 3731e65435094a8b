"""What the staff does in a month: more time for some, a grade by hand now and then, words to students, a regrade."""

from __future__ import annotations

from datetime import datetime, timedelta
from fractions import Fraction
from typing import TYPE_CHECKING

from grader.cli.demo_class.events import Commented, Extended, HandedIn, Left, Noted, Overridden, Regraded, Withdrawn
from grader.cli.demo_class.people import ASSISTANTS, INSTRUCTOR
from grader.cli.demo_class.reports import version
from grader.domain.assignment import Extension
from grader.domain.audit import Deed
from grader.domain.people import Role
from grader.domain.scoring import ItemKind

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from random import Random

    from grader.cli.demo_class.events import Event
    from grader.cli.demo_class.histories import Work
    from grader.cli.demo_class.people import Person
    from grader.cli.demo_class.term import Item

_REASONS = (
    "ill, with a note from the doctor",
    "represents the university at a competition",
    "the train stood still for six hours; told us before the due date",
    "second laptop in a month broke down",
    "parental leave of two weeks",
)
_BY_HAND = (
    "the idea is right and told well in the tutorial; the test stumbles over a single dtype",
    "worked out on paper in the oral exam",
    "handed in by mail while the site was down for us",
)
_WORDS = (
    "This line is where the shape changes: write it beside the line, and you will see what is missing.",
    "Nice and short. Which axis does the sum run over?",
    "Compare this with the second figure of the lesson: what happens at the border?",
    "You are one line away. Print `x.shape` before and after.",
    "Please come to the tutorial on Thursday, we will look at it together.",
)
_A_MOMENT = timedelta(minutes=2)
_ABOUT_ALL = "Good progress since your last try!\n\nOne thing remains: read the hint of the *public* test again."


def teaching(
    persons: Sequence[Person],
    items: Sequence[Item],
    works: Sequence[Work],
    *,
    extras: Mapping[tuple[str, str], timedelta],
    done: Sequence[HandedIn],
    now: datetime,
    dice: Random,
) -> Iterator[Event]:
    """Yield what the staff does, in no particular order."""
    began = now - timedelta(days=29)
    yield from _set_up(persons, items, began)
    yield from _extensions(items, extras, now, dice)
    yield from _words(done, now, dice)
    yield from _overrides(works, done, now, dice)
    yield from _changes(persons, began, dice)
    for work in works:
        if work.repaired and work.repaired < now - timedelta(days=7):
            reason = f"the test {work.broken!r} compared float32 as if it were float64: it is repaired"
            old = version(work.exercise, work.broken)
            yield Regraded(work.repaired + timedelta(hours=1), INSTRUCTOR, work.exercise.slug, old, reason)


def _set_up(persons: Sequence[Person], items: Sequence[Item], began: datetime) -> Iterator[Event]:
    yield Noted(began, INSTRUCTOR, Deed.COURSE_MADE, "demo")
    for number, person in enumerate(persons):
        detail = {"after": person.role.value, **({"section": person.section} if person.section else {})}
        yield Noted(began + timedelta(minutes=20, milliseconds=3 * number), INSTRUCTOR, Deed.ENROLLED,
                    person.login, person.login, detail)  # fmt: skip
    for number, item in enumerate(items):
        due = f"{item.terms.due:%Y-%m-%d %H:%M}" if item.terms.due else ""
        yield Noted(began + timedelta(minutes=30 + number), INSTRUCTOR, Deed.ASSIGNMENT_SET,
                    f"{item.kind.value} {item.slug}", detail={"after": f"due {due}"})  # fmt: skip


def _extensions(
    items: Sequence[Item], extras: Mapping[tuple[str, str], timedelta], now: datetime, dice: Random
) -> Iterator[Extended]:
    found = {item.slug: item for item in items}
    for (login, slug), extra in extras.items():
        item = found[slug]
        if item.terms.due is None:
            continue
        more = Extension(due=item.terms.due + extra, reason=dice.choice(_REASONS))
        when = min(item.terms.due, now) - timedelta(hours=dice.uniform(2, 40))
        yield Extended(when, dice.choice((INSTRUCTOR, *ASSISTANTS)), login, item.kind, slug, more)


def _words(done: Sequence[HandedIn], now: datetime, dice: Random) -> Iterator[Commented]:
    for each in done:
        if each.report is None or each.report.score == 1 or dice.random() > 0.12:  # noqa: PLR2004
            continue
        when = each.when + timedelta(minutes=dice.uniform(20, 900))
        if when > now - _A_MOMENT:
            continue
        line = dice.randint(1, each.source.count("\n"))
        who = dice.choice(ASSISTANTS)
        yield Commented(when, who, each.login, each.exercise, line, dice.choice(_WORDS))
        if dice.random() < 0.2:  # noqa: PLR2004
            yield Commented(when + _A_MOMENT, who, each.login, each.exercise, None, _ABOUT_ALL)


def _overrides(works: Sequence[Work], done: Sequence[HandedIn], now: datetime, dice: Random) -> Iterator[Event]:
    over = {work.exercise.slug: work for work in works if work.item.terms.due and work.item.terms.due < now}
    poor = {(each.login, each.exercise) for each in done if each.report and each.report.score < Fraction(3, 4)}
    rated = sorted(pair for pair in poor if pair[1] in over)
    for number, (login, slug) in enumerate(dice.sample(rated, min(len(rated), 2 + len(rated) // 15))):
        work = over[slug]
        when = min(now - timedelta(minutes=5), (work.item.terms.due or now) + timedelta(hours=dice.uniform(80, 120)))
        points = Fraction(work.exercise.max_points * dice.choice((3, 4)), 4)
        yield Overridden(when, INSTRUCTOR, login, ItemKind.EXERCISE, slug, points, work.exercise.max_points,
                         dice.choice(_BY_HAND))  # fmt: skip
        if number == 1:
            yield Withdrawn(when + timedelta(minutes=3), INSTRUCTOR, login, ItemKind.EXERCISE, slug)


def _changes(persons: Sequence[Person], began: datetime, dice: Random) -> Iterator[Event]:
    """Yield who left, and what only the log remembers."""
    students = [person for person in persons if person.role is Role.STUDENT][11:]
    for person in dice.sample(students, len(students) // 60):
        yield Left(began + timedelta(days=dice.uniform(6, 20)), INSTRUCTOR, person.login)
    for week in range(4):
        when = began + timedelta(days=7 * week + 6, hours=9)
        yield Noted(when, INSTRUCTOR, Deed.EXPORTED, "gradebook", detail={"format": "csv"})
    yield Noted(began + timedelta(days=3), INSTRUCTOR, Deed.ROLE_CHANGED, ASSISTANTS[1], ASSISTANTS[1],
                {"before": "student", "after": "assistant"})  # fmt: skip
