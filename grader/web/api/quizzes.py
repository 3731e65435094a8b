"""A course's quizzes, with the caller's own attempts."""

from datetime import datetime

from apiflask import APIBlueprint
from pydantic import BaseModel

from grader.services import browse
from grader.web.api.exercises import CountedOut, counted
from grader.web.context import current_user, services

blueprint = APIBlueprint("quizzes", __name__, tag="Quizzes")


class AttemptLineOut(BaseModel):
    """An attempt in a list; *finished* is null while it is open."""

    id: int
    started: datetime
    finished: datetime | None


class QuizOut(BaseModel):
    """A quiz with the caller's own attempts; *counts* is null until one is finished."""

    slug: str
    title: str
    questions: int
    points: int
    attempts: list[AttemptLineOut]
    counts: CountedOut | None


class QuizzesOut(BaseModel):
    """A course's quizzes, in order."""

    quizzes: list[QuizOut]


@blueprint.get("/courses/<name:course>/quizzes")
@blueprint.output(QuizzesOut)
def list_quizzes(course: str) -> QuizzesOut:
    """List a course's quizzes."""
    found = browse.quizzes(services().make_uow(), services().catalogue, user=current_user(), course_slug=course)
    return QuizzesOut(quizzes=[_quiz(view) for view in found])


def _quiz(view: browse.QuizView) -> QuizOut:
    return QuizOut(
        slug=view.quiz.slug,
        title=view.quiz.title,
        questions=len(view.quiz.questions),
        points=view.quiz.max_points,
        attempts=[AttemptLineOut.model_validate(each, from_attributes=True) for each in view.attempts],
        counts=counted(view.grade),
    )
