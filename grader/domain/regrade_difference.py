"""What a regrade would change: submission by submission, scenario by scenario, and in each student's grade."""

from __future__ import annotations

import enum
from collections import Counter
from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property
from typing import TYPE_CHECKING, NamedTuple

from grader.domain.regrade import counting
from grader.domain.report import Outcome
from grader.domain.scoring import Grade, ItemKind, Score
from grader.domain.submission import State

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence

    from grader.domain.regrade import Graded, Proposal
    from grader.domain.scoring import Override, Policy


class Way(enum.Enum):
    """Which way something goes."""

    FALLS = "falls"
    RISES = "rises"
    STAYS = "stays"
    OURS = "ours"  # failed by our fault: stays as it is
    PENDING = "pending"  # not run yet, or thrown away before


class Verdict(NamedTuple):
    """How one scenario ended in one run."""

    name: str
    title: str
    points: int
    max_points: int
    outcome: Outcome


_ENDED = slice(2, 5)  # of a verdict: all but how the scenario is called


class Pair(NamedTuple):
    """A scenario before and after; a side where the exercise had no such scenario is None."""

    old: Verdict | None
    new: Verdict | None

    @property
    def shown(self) -> Verdict:
        """The side that has the present name and title."""
        verdict = self.new or self.old
        if verdict is None:
            raise ValueError("a pair of nothing")
        return verdict

    @property
    def has_changed(self) -> bool:
        """Whether it ended in another way, or for other points."""
        if self.old is None or self.new is None:
            return True
        return self.old[_ENDED] != self.new[_ENDED]


@dataclass(frozen=True)
class Change:
    """A submission by the run that counts without the regrade, and by the regrade's."""

    old: Graded
    proposal: Proposal
    pairs: tuple[Pair, ...]
    is_taken: bool  # it counts once the regrade is applied

    @property
    def new(self) -> Graded | None:
        """The regrade's result, None when there is none."""
        return self.proposal.graded

    @cached_property
    def way(self) -> Way:
        """Which way its points go."""
        if self.new is None:
            return Way.OURS if self.proposal.state is State.VOID and self.proposal.fault else Way.PENDING
        return _of(self.old, self.new)

    @cached_property
    def changed_pairs(self) -> tuple[Pair, ...]:
        """The scenarios that changed; none when there is no result."""
        return tuple(pair for pair in self.pairs if pair.has_changed) if self.new else ()


@dataclass(frozen=True)
class Shift:
    """What counts for a student, without and with the regrade."""

    enrolment_id: int
    before: Grade
    after: Grade

    @cached_property
    def way(self) -> Way:
        """Which way the grade goes; one that was set by hand stays."""
        return way(self.before.points, self.before.max_points, self.after.points, self.after.max_points)

    @property
    def by(self) -> Fraction:
        """By how many points it changes."""
        return self.after.points - self.before.points


@dataclass(frozen=True)
class Tally:
    """How many submissions changed in one scenario."""

    name: str
    title: str
    better: int  # passed now, and did not
    worse: int  # passed, and does not any more
    other: int  # other points, or another way to fail


@dataclass(frozen=True)
class Difference:
    """All that a regrade would change; of the submissions those that change most to a student's harm stand first."""

    changes: tuple[Change, ...]
    shifts: tuple[Shift, ...]

    def count(self, which: Way) -> int:
        """Return how many submissions go this way."""
        return sum(change.way is which for change in self.changes)

    def students(self, which: Way) -> int:
        """Return how many grades go this way."""
        return sum(shift.way is which for shift in self.shifts)

    @property
    def moved(self) -> tuple[Shift, ...]:
        """The grades that change."""
        return tuple(shift for shift in self.shifts if shift.way is not Way.STAYS)

    @property
    def mean(self) -> Fraction:
        """By how many points grades change on average, over all students that the regrade concerns."""
        return sum((shift.by for shift in self.shifts), Fraction(0)) / max(len(self.shifts), 1)

    @property
    def taken(self) -> list[Proposal]:
        """The runs that count once it is applied."""
        return [change.proposal for change in self.changes if change.is_taken]

    def tallies(self) -> list[Tally]:
        """Return the scenarios that changed anywhere, in the report's order."""
        counts: dict[str, Counter[str]] = {}
        order: dict[str, str] = {}  # titles by name
        for change in self.changes:
            for pair in change.changed_pairs:
                counts.setdefault(pair.shown.name, Counter())[_kind(pair)] += 1
            order.update((pair.shown.name, pair.shown.title) for pair in change.pairs)
        return [
            Tally(name, title, counts[name]["better"], counts[name]["worse"], counts[name]["other"])
            for name, title in order.items()
            if name in counts
        ]


@dataclass(frozen=True)
class Basis:
    """What grades rest on: all graded runs that may count, each student's policy, grades set by hand."""

    item: str
    results: Sequence[Graded]
    policy: Callable[[int], Policy]  # of an enrolment
    overrides: Mapping[int, Override]  # by enrolment


def difference(
    basis: Basis,
    proposals: Sequence[Proposal],
    verdicts: Mapping[int, Sequence[Verdict]],
    *,
    never_lower: bool,
    is_applied: bool,
) -> Difference:
    """Return what a regrade changes, or has changed; *verdicts* are by run.

    With *never_lower* a submission that would fall keeps its old run, and so do all of a student whose grade would
    fall all the same. Of an applied regrade the runs that count say what was taken.
    """
    marks = Marks(basis, _before(basis.results, proposals))
    if is_applied:
        taken = {each.submission_id: each.graded for each in proposals if each.counts and each.graded}
    else:
        taken = _taken(marks, proposals, never_lower=never_lower)
    changes = [
        Change(
            old=(old := marks.olds[each.submission_id]),
            proposal=each,
            pairs=_pairs(verdicts.get(old.run_id, ()), verdicts.get(each.run_id, ())),
            is_taken=each.submission_id in taken,
        )
        for each in proposals
        if each.submission_id in marks.olds
    ]
    touched = sorted({change.old.enrolment_id for change in changes})
    shifts = [Shift(each, marks.counted(each), marks.counted(each, taken)) for each in touched]
    return Difference(tuple(sorted(changes, key=_order)), tuple(shifts))


_NONE: Mapping[int, Graded] = {}


class Marks:
    """What students' submissions make of grades; *olds* are the runs by which the submissions count."""

    def __init__(self, basis: Basis, olds: Mapping[int, Graded]) -> None:
        self.olds = olds
        self._basis = basis
        self._of_student: dict[int, list[Graded]] = {}
        for old in olds.values():
            self._of_student.setdefault(old.enrolment_id, []).append(old)

    def counted(self, enrolment_id: int, taken: Mapping[int, Graded] = _NONE) -> Grade:
        """Return what counts for a student, with *taken* instead of these submissions' runs."""
        grade = self.earned(enrolment_id, taken)
        override = self._basis.overrides.get(enrolment_id)
        return grade if override is None else override.over(grade)

    def earned(self, enrolment_id: int, taken: Mapping[int, Graded] = _NONE) -> Grade:
        """Return the same without what was set by hand, which may be withdrawn."""
        mine = [taken.get(old.submission_id, old) for old in self._of_student[enrolment_id]]
        scores = [Score(each.submission_id, each.submitted, Fraction(each.points), each.max_points) for each in mine]
        policy = self._basis.policy(enrolment_id)
        return policy.grade(enrolment_id, ItemKind.EXERCISE, self._basis.item, scores)

    def falls(self, enrolment_id: int, taken: Mapping[int, Graded]) -> bool:
        """Whether what a student has earned does."""
        before, after = self.earned(enrolment_id), self.earned(enrolment_id, taken)
        return way(before.points, before.max_points, after.points, after.max_points) is Way.FALLS


def way(points: Fraction | int, max_points: int, new_points: Fraction | int, new_max_points: int) -> Way:
    """Return which way points go; who loses in points or in their share falls, whatever the other does.

    >>> way(3, 4, 4, 4).value, way(3, 4, 4, 8).value, way(3, 4, 3, 4).value
    ('rises', 'falls', 'stays')
    """
    old = points, Fraction(points) / max(max_points, 1)
    new = new_points, Fraction(new_points) / max(new_max_points, 1)
    if old == new:
        return Way.STAYS
    return Way.FALLS if any(a > b for a, b in zip(old, new, strict=True)) else Way.RISES


def _before(results: Iterable[Graded], proposals: Iterable[Proposal]) -> dict[int, Graded]:
    """Return by which run each submission counts without these proposals, by what was there before them."""
    first = {each.submission_id: each.run_id for each in proposals}
    own = set(first.values())
    earlier = [
        result
        for result in results
        if result.run_id not in own and result.run_id < first.get(result.submission_id, result.run_id + 1)
    ]
    return {result.submission_id: result for result in counting(earlier)}


def _taken(marks: Marks, proposals: Iterable[Proposal], *, never_lower: bool) -> dict[int, Graded]:
    found = {each.submission_id: each.graded for each in proposals if each.graded and each.submission_id in marks.olds}
    if not never_lower:
        return found
    kept = {number: new for number, new in found.items() if _of(marks.olds[number], new) is not Way.FALLS}
    shut = {each for each in {new.enrolment_id for new in kept.values()} if marks.falls(each, kept)}
    return {number: new for number, new in kept.items() if new.enrolment_id not in shut}


def _of(old: Graded, new: Graded) -> Way:
    return way(old.points, old.max_points, new.points, new.max_points)


def _pairs(old: Sequence[Verdict], new: Sequence[Verdict]) -> tuple[Pair, ...]:
    """Return the new run's scenarios in its order, then those that the exercise has no more."""
    before = {verdict.name: verdict for verdict in old}
    names = {verdict.name for verdict in new}
    gone = [Pair(verdict, None) for verdict in old if verdict.name not in names]
    return (*(Pair(before.get(verdict.name), verdict) for verdict in new), *gone)


def _kind(pair: Pair) -> str:
    passed, passes = (side is not None and side.outcome is Outcome.PASSED for side in (pair.old, pair.new))
    if passed == passes:
        return "other"
    return "better" if passes else "worse"


_ORDER = (Way.FALLS, Way.RISES, Way.OURS, Way.STAYS, Way.PENDING)


def _order(change: Change) -> tuple[int, bool, int]:
    return _ORDER.index(change.way), not change.changed_pairs, change.old.submission_id
