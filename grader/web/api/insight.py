"""What the class misunderstood, for a course's staff: an exercise."""

from collections.abc import Sequence
from datetime import date, datetime

from apiflask import APIBlueprint
from pydantic import BaseModel

from grader.domain.report import Outcome
from grader.domain.statistics import Bar, Spread
from grader.services.exercise_insight import ExerciseInsight, Misheld, exercise_insight
from grader.services.insight import StuckLine
from grader.web.context import current_user, services

blueprint = APIBlueprint("insight", __name__, tag="Insight")

REFUSED = {403: "You are a student of this course"}


class SpreadOut(BaseModel):
    """Five numbers, shares of all points."""

    least: float
    lower: float
    median: float
    upper: float
    most: float


class BarOut(BaseModel):
    """How many students have from *low* to *high* points, both included."""

    low: int
    high: int
    count: int


class DayOut(BaseModel):
    """The graded submissions of a day (UTC)."""

    day: date
    submissions: int
    scores: SpreadOut


class ScenarioEndingsOut(BaseModel):
    """How many students' latest submissions have a scenario, and how it ended there."""

    name: str
    title: str
    students: int
    endings: dict[Outcome, int]


class HolderOut(BaseModel):
    """A student, and the newest of their submissions that shows a misconception; *now* when it is their latest."""

    login: str
    submission: int
    now: bool


class MisconceptionOut(BaseModel):
    """A misconception, and who shows it, or did."""

    name: str
    belief: str
    hint: str
    now: int
    holders: list[HolderOut]


class StuckOut(BaseModel):
    """A student who doesn't get on: *tries* so far, the *best* share, and since when nothing was better."""

    login: str
    tries: int
    best: float
    since: datetime
    latest_submission: int


class ExerciseInsightOut(BaseModel):
    """What the graded submissions of a course's students say about an exercise; the median time is in seconds.

    *scores* and *histogram* are of each student's best. *successes* counts students by the try that first got
    everything, from the first; its last number stands for all later ones.
    """

    course: str
    exercise: str
    title: str
    max_points: int
    students: int
    tried: int
    submissions: int
    succeeded: int
    scores: SpreadOut | None
    histogram: list[BarOut]
    days: list[DayOut]
    scenarios: list[ScenarioEndingsOut]
    misconceptions: list[MisconceptionOut]
    successes: list[int]
    median_tries: float | None
    median_seconds: float | None
    stuck: list[StuckOut]


@blueprint.get("/courses/<name:course>/insight/exercises/<name:exercise>")
@blueprint.output(ExerciseInsightOut)
@blueprint.doc(responses=REFUSED)
def get_exercise_insight(course: str, exercise: str) -> ExerciseInsightOut:
    """Show what the class misunderstood in an exercise."""
    needs = services()
    view = exercise_insight(
        needs.make_uow(), needs.catalogue, user=current_user(), course_slug=course, exercise_slug=exercise
    )
    return _exercise(view)


def _exercise(view: ExerciseInsight) -> ExerciseInsightOut:
    return ExerciseInsightOut(
        course=view.course.slug,
        exercise=view.slug,
        title=view.title,
        max_points=view.max_points,
        students=view.students,
        tried=view.tried,
        submissions=view.submissions,
        succeeded=view.succeeded,
        scores=spread_out(view.best),
        histogram=bars_out(view.histogram),
        days=[DayOut(day=each.day, submissions=each.submissions, scores=_five(each.spread)) for each in view.days],
        scenarios=[
            ScenarioEndingsOut(name=each.name, title=each.title, students=each.students, endings=dict(each.endings))
            for each in view.scenarios
        ],
        misconceptions=[_misconception(each) for each in view.misconceptions],
        successes=list(view.successes),
        median_tries=None if view.median_tries is None else float(view.median_tries),
        median_seconds=None if view.median_time is None else view.median_time.total_seconds(),
        stuck=[_stuck(each) for each in view.stuck],
    )


def _five(spread: Spread) -> SpreadOut:
    return SpreadOut(
        least=float(spread.least),
        lower=float(spread.lower),
        median=float(spread.median),
        upper=float(spread.upper),
        most=float(spread.most),
    )


def spread_out(spread: Spread | None) -> SpreadOut | None:
    """Return how values are spread, null for none."""
    return None if spread is None else _five(spread)


def bars_out(bars: Sequence[Bar]) -> list[BarOut]:
    """Return a histogram."""
    return [BarOut.model_validate(each, from_attributes=True) for each in bars]


def _misconception(held: Misheld) -> MisconceptionOut:
    return MisconceptionOut(
        name=held.name,
        belief=held.belief,
        hint=held.hint,
        now=len(held.now),
        holders=[
            HolderOut(login=each.student.login, submission=each.submission_id, now=each.is_now) for each in held.holders
        ],
    )


def _stuck(line: StuckLine) -> StuckOut:
    return StuckOut(
        login=line.student.login,
        tries=line.stuck.attempts,
        best=float(line.stuck.best),
        since=line.stuck.since,
        latest_submission=line.stuck.latest.submission_id,
    )
