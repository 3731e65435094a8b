"""What the class's submissions say about one exercise: scores, scenarios, misconceptions and who holds them."""

from __future__ import annotations

from collections import Counter, defaultdict
from dataclasses import dataclass
from datetime import date, timedelta
from fractions import Fraction
from typing import TYPE_CHECKING

from grader.domain.errors import BadExercise, NotFound
from grader.domain.permissions import Action
from grader.domain.report import Outcome
from grader.domain.statistics import Bar, Spread, Success, bars, median, spread_of
from grader.services.enrol import allowed
from grader.services.insight import StuckLine, Subject, by_student, in_order, stuck_lines, students_of, success

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from grader.domain.exercise import Exercise
    from grader.domain.insight import Belief, Ending, Graded
    from grader.domain.people import Course, Role, User
    from grader.ports import Catalogue, UnitOfWork

MOST_NAMED = 5
"""Numbers of tries that are told apart; the rest stand together."""


@dataclass(frozen=True)
class Holder:
    """A student who shows a misconception, or did; *submission_id* is the newest submission that shows it."""

    student: User
    submission_id: int
    is_now: bool


@dataclass(frozen=True)
class Misheld:
    """A misconception with all who ever showed it, who does so now first."""

    name: str
    belief: str  # as the lecturer put it, for the staff; the name of one that is gone
    hint: str
    holders: Sequence[Holder]

    @property
    def now(self) -> Sequence[Holder]:
        """Who shows it in their latest submission."""
        return [holder for holder in self.holders if holder.is_now]

    @property
    def past(self) -> Sequence[Holder]:
        """Who has overcome it."""
        return [holder for holder in self.holders if not holder.is_now]


@dataclass(frozen=True)
class ScenarioLine:
    """How a scenario ended in the students' latest submissions, one or more."""

    name: str
    title: str
    endings: Mapping[Outcome, int]

    @property
    def students(self) -> int:
        """How many latest submissions have it."""
        return sum(self.endings.values())

    @property
    def passed(self) -> int:
        """How many of them passed."""
        return self.endings.get(Outcome.PASSED, 0)

    @property
    def share(self) -> Fraction:
        """The share that passed."""
        return Fraction(self.passed, self.students)


@dataclass(frozen=True)
class Day:
    """The graded submissions of a day (UTC), and how their scores are spread."""

    day: date
    submissions: int
    spread: Spread


@dataclass(frozen=True)
class ExerciseInsight:
    """All that the class's graded submissions say; scores are shares, *best* is of each student's best."""

    course: Course
    role: Role  # of the viewer
    slug: str
    title: str
    max_points: int
    students: int
    tried: int
    submissions: int
    best: Spread | None
    histogram: Sequence[Bar]
    days: Sequence[Day]
    scenarios: Sequence[ScenarioLine]
    misconceptions: Sequence[Misheld]  # that most hold now, first
    succeeded: int
    successes: Sequence[int]  # at the first try, the second…; the last stands for all later ones
    median_tries: Fraction | None
    median_time: timedelta | None  # from the first submission, of those who needed more than one
    stuck: Sequence[StuckLine]


def exercise_insight(
    uow: UnitOfWork, catalogue: Catalogue, *, user: User, course_slug: str, exercise_slug: str
) -> ExerciseInsight:
    """Return what the class's submissions to an exercise say; Forbidden for students.

    An exercise whose folder is gone or broken is shown as long as there are submissions; else NotFound, BadExercise.
    """
    with uow.reading():
        course, viewer = allowed(uow, user, course_slug, Action.SEE_INSIGHT)
        students = students_of(uow, course)
        graded = uow.insight.graded(course.id, exercise_slug)
        endings = uow.insight.endings(course.id, exercise_slug)
        beliefs = uow.insight.beliefs(course.id, exercise_slug)
    known = _known(catalogue, course, exercise_slug, is_needed=not graded)
    subject = Subject.of(known) if known else Subject(exercise_slug, exercise_slug)
    most = known.max_points if known else max(each.max_points for each in graded)
    of_each = by_student(graded)
    best = [max(each.share for each in own) for own in of_each.values()]
    successes = [found for found in map(success, of_each.values()) if found]
    return ExerciseInsight(
        course=course,
        role=viewer.role,
        slug=subject.slug,
        title=subject.title,
        max_points=most,
        students=len(students),
        tried=len(of_each),
        submissions=len(graded),
        best=spread_of(best),
        histogram=bars(best, most),
        days=_days(graded),
        scenarios=_scenarios(endings),
        misconceptions=_misheld(subject, of_each, beliefs, students),
        succeeded=len(successes),
        successes=_counted(successes),
        median_tries=median([Fraction(each.attempts) for each in successes]),
        median_time=_median_time(successes),
        stuck=in_order(stuck_lines(subject, graded, students)),
    )


def _known(catalogue: Catalogue, course: Course, slug: str, *, is_needed: bool) -> Exercise | None:
    try:
        return catalogue.exercise(course.lesson, slug)
    except (NotFound, BadExercise):
        if is_needed:
            raise
        return None


def _days(graded: Sequence[Graded]) -> list[Day]:
    days = defaultdict[date, list[Fraction]](list)
    for each in graded:
        days[each.submitted.date()].append(each.share)
    spreads = ((day, shares, spread_of(shares)) for day, shares in sorted(days.items()))
    return [Day(day, len(shares), spread) for day, shares, spread in spreads if spread]


def _scenarios(endings: Sequence[Ending]) -> list[ScenarioLine]:
    found: dict[str, dict[Outcome, int]] = {}
    for each in endings:
        found.setdefault(each.scenario, {})[each.outcome] = each.count
    titles = {each.scenario: each.title for each in endings}
    return [ScenarioLine(name, titles[name], outcomes) for name, outcomes in found.items()]


def _misheld(
    subject: Subject,
    of_each: Mapping[int, Sequence[Graded]],
    beliefs: Sequence[Belief],
    students: Mapping[int, User],
) -> list[Misheld]:
    of_submission = {each.submission_id: enrolment_id for enrolment_id, own in of_each.items() for each in own}
    latest = {own[-1].submission_id for own in of_each.values()}
    holders = defaultdict[str, dict[int, Holder]](dict)
    for belief in beliefs:  # oldest first: the newest submission of each student stays
        student = of_submission[belief.submission_id]
        is_now = belief.submission_id in latest
        holders[belief.misconception][student] = Holder(students[student], belief.submission_id, is_now)
    hints = {belief.misconception: belief.hint for belief in beliefs}
    found = [
        Misheld(
            name=name,
            belief=subject.belief(name),
            hint=subject.misconceptions[name].hint if name in subject.misconceptions else hints[name],
            holders=sorted(own.values(), key=lambda holder: (not holder.is_now, holder.student.login)),
        )
        for name, own in holders.items()
    ]
    return sorted(found, key=lambda each: (-len(each.now), -len(each.holders), each.name))


def _counted(successes: Sequence[Success]) -> list[int]:
    counts = Counter(min(each.attempts, MOST_NAMED + 1) for each in successes)
    return [counts[number] for number in range(1, MOST_NAMED + 2)]


def _median_time(successes: Sequence[Success]) -> timedelta | None:
    seconds = median([Fraction(each.after.total_seconds()) for each in successes if each.attempts > 1])
    return None if seconds is None else timedelta(seconds=float(seconds))
