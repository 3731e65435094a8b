"""A course's exercises, with the caller's own state; nothing of hidden tests but their titles and points."""

from apiflask import APIBlueprint
from pydantic import BaseModel

from grader.domain.exercise import Device, Visibility
from grader.domain.scoring import Grade
from grader.services import browse
from grader.web.context import current_user, services

blueprint = APIBlueprint("exercises", __name__, tag="Exercises")


class ScenarioOut(BaseModel):
    """A hidden test, from outside."""

    name: str
    title: str
    points: int
    visibility: Visibility


class LimitsOut(BaseModel):
    """What one submission may use."""

    scenario_seconds: float
    total_seconds: float
    memory_mib: int
    source_kib: int


class CountedOut(BaseModel):
    """What counts so far; *attempt* is the submission or quiz attempt that it comes from, null when set by hand alone.

    *raw* is before lateness, *earned* before an override.
    """

    points: float
    max_points: int
    attempt: int | None
    raw: float
    earned: float
    overridden: bool


class ExerciseOut(BaseModel):
    """An exercise; *counts* is null until a submission is graded."""

    slug: str
    title: str
    entry: str
    points: int
    device: Device
    forbidden: list[str]
    limits: LimitsOut
    scenarios: list[ScenarioOut]
    statement: str
    starter: str
    attempts: int
    counts: CountedOut | None


class ExercisesOut(BaseModel):
    """A course's exercises, in order."""

    exercises: list[ExerciseOut]


@blueprint.get("/courses/<name:course>/exercises")
@blueprint.output(ExercisesOut)
def list_exercises(course: str) -> ExercisesOut:
    """List a course's exercises."""
    found = browse.exercises(services().make_uow(), services().catalogue, user=current_user(), course_slug=course)
    return ExercisesOut(exercises=[_shown(view) for view in found])


@blueprint.get("/courses/<name:course>/exercises/<name:exercise>")
@blueprint.output(ExerciseOut)
def get_exercise(course: str, exercise: str) -> ExerciseOut:
    """Show one exercise."""
    return _shown(
        browse.exercise(
            services().make_uow(),
            services().clock,
            services().catalogue,
            user=current_user(),
            course_slug=course,
            exercise_slug=exercise,
        )
    )


def counted(grade: Grade | None) -> CountedOut | None:
    """Return *grade* as the caller sees it."""
    if grade is None:
        return None
    return CountedOut(
        points=float(grade.points),
        max_points=grade.max_points,
        attempt=grade.attempt_id,
        raw=float(grade.points if grade.raw is None else grade.raw),
        earned=float(grade.points if grade.earned is None else grade.earned),
        overridden=grade.override_id is not None,
    )


def _shown(view: browse.ExerciseView) -> ExerciseOut:
    exercise = view.exercise
    return ExerciseOut(
        slug=exercise.slug,
        title=exercise.title,
        entry=exercise.entry,
        points=exercise.max_points,
        device=exercise.device,
        forbidden=list(exercise.forbidden),
        limits=LimitsOut.model_validate(exercise.limits, from_attributes=True),
        scenarios=[ScenarioOut.model_validate(each, from_attributes=True) for each in exercise.scenarios],
        statement=exercise.statement,
        starter=exercise.starter,
        attempts=view.attempts,
        counts=counted(view.grade),
    )
