"""Run earlier submissions again, beside what counts: nothing that students see changes before it is applied."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from grader.domain.audit import Deed
from grader.domain.errors import BadExercise, Conflict, Invalid
from grader.domain.permissions import Action
from grader.domain.regrade import Choice, chosen, counting
from grader.services.enrol import allowed
from grader.services.regrade_basis import note

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from grader.domain.people import Course, User
    from grader.domain.regrade import Graded, Regrade
    from grader.ports import Bell, Catalogue, Clock, UnitOfWork

LONGEST_REASON = 500
"""Characters."""

MOST_SELECTED = 1000
"""Submissions that can be named one by one."""

AT_ONCE = 16
"""Runs that are rung for at once; the sweeper rings for the others, a handful of workers' worth at a time."""

_SHOWN = 5  # submissions that a refusal names


@dataclass(frozen=True)
class Wish:
    """What an instructor asks for; *selection* names submissions, for that choice only."""

    exercise: str
    choice: Choice
    reason: str
    version: str = ""
    never_lower: bool = False
    selection: Sequence[int] = ()


def start(
    uow: UnitOfWork, clock: Clock, catalogue: Catalogue, bell: Bell, *, user: User, course_slug: str, wish: Wish
) -> Regrade:
    """Queue runs of what *wish* names behind all live work, and wake workers.

    Invalid for no reason, or when nothing fits; Conflict while another regrade of the exercise is not decided.
    """
    reason = _reason(wish.reason)
    now = clock.now()
    with uow.writing():
        course, _ = allowed(uow, user, course_slug, Action.REGRADE)
        _require_sound(catalogue, course, wish.exercise)
        uow.regrades.hold(course.id)
        undecided = uow.regrades.running(course.id, wish.exercise)
        if undecided is not None:
            raise Conflict(f"regrade {undecided.id} of {wish.exercise} is not decided: apply it or throw it away first")
        fits = _fitting(uow.regrades.graded(course.id, wish.exercise), wish)
        regrade = uow.regrades.add(
            course.id,
            wish.exercise,
            wish.choice,
            version=wish.version,
            never_lower=wish.never_lower,
            reason=reason,
            by=user.login,
            made=now,
        )
        uow.regrades.propose(regrade.id, [each.submission_id for each in fits], queued=now)
        note(uow, Deed.REGRADE_STARTED, regrade, now, {"reason": reason, **_asked(wish, len(fits))})
        first = uow.regrades.waiting(regrade.id, AT_ONCE)
        uow.commit()
    for run in first:
        bell.ring(run.id, behind=True)
    return regrade


def _fitting(results: Sequence[Graded], wish: Wish) -> list[Graded]:
    if wish.choice is Choice.SELECTION:
        _require_selected(results, wish.selection)
    fits = chosen(results, wish.choice, version=wish.version, selection=wish.selection)
    if not fits:
        of_it = f" with version {wish.version}" if wish.version else ""
        raise Invalid(f"nothing fits: no such submission to {wish.exercise} is graded{of_it}", field="scope")
    return fits


def _require_selected(results: Iterable[Graded], selection: Sequence[int]) -> None:
    if not 0 < len(selection) <= MOST_SELECTED:
        raise Invalid(f"name 1 to {MOST_SELECTED} submissions", field="submissions")
    unknown = sorted(set(selection) - {result.submission_id for result in counting(results)})
    if unknown:
        named = ", ".join(str(number) for number in unknown[:_SHOWN])
        raise Invalid(f"no graded submission to this exercise in this course: {named}", field="submissions")


def _require_sound(catalogue: Catalogue, course: Course, exercise: str) -> None:
    """NotFound for an exercise that is gone, Conflict for one that is broken: every run would fail."""
    try:
        catalogue.exercise(course.lesson, exercise)
    except BadExercise:
        raise Conflict(f"{exercise} is broken as it stands; `grader check-exercise {exercise}` says why") from None


def _reason(text: str) -> str:
    text = text.strip()
    if not 0 < len(text) <= LONGEST_REASON:
        raise Invalid(f"give a reason of 1 to {LONGEST_REASON} characters: others will ask", field="reason")
    return text


def _asked(wish: Wish, number: int) -> dict[str, str]:
    return {
        "scope": wish.choice.value,
        "version": wish.version,
        "never lower": "yes" if wish.never_lower else "no",
        "submissions": str(number),
    }
