"""A course's quizzes, with the caller's own attempts."""

from datetime import datetime

from apiflask import APIBlueprint
from pydantic import BaseModel

from grader.domain.quiz import Moment
from grader.domain.quiz_policy import QuizPolicy, Reveal
from grader.domain.scoring import Keep
from grader.services import browse
from grader.web.api.exercises import CountedOut, counted
from grader.web.context import current_user, services

blueprint = APIBlueprint("quizzes", __name__, tag="Quizzes")


class AttemptLineOut(BaseModel):
    """An attempt in a list; *finished* is null while it is open, *deadline* without a limit of time."""

    id: int
    started: datetime
    deadline: datetime | None
    finished: datetime | None


class PolicyOut(BaseModel):
    """A quiz's rules: *attempts* is null for as often as one likes, *minutes* without a limit of time."""

    attempts: int | None
    counts: Keep
    answers: Reveal
    minutes: int | None
    partial_credit: bool
    one_at_a_time: bool


class QuizOut(BaseModel):
    """A quiz with the caller's own attempts; *counts* is null until one is finished."""

    slug: str
    title: str
    moment: Moment
    questions: int
    points: int
    policy: PolicyOut
    attempts: list[AttemptLineOut]
    counts: CountedOut | None


class QuizzesOut(BaseModel):
    """A course's quizzes, in order."""

    quizzes: list[QuizOut]


@blueprint.get("/courses/<name:course>/quizzes")
@blueprint.output(QuizzesOut)
def list_quizzes(course: str) -> QuizzesOut:
    """List a course's quizzes."""
    found = browse.quizzes(
        services().make_uow(), services().clock, services().catalogue, user=current_user(), course_slug=course
    )
    return QuizzesOut(quizzes=[_quiz(view) for view in found])


def policy_out(policy: QuizPolicy) -> PolicyOut:
    """Return what of a quiz's rules a student needs."""
    return PolicyOut.model_validate(policy, from_attributes=True)


def _quiz(view: browse.QuizView) -> QuizOut:
    return QuizOut(
        slug=view.quiz.slug,
        title=view.quiz.title,
        moment=view.quiz.moment,
        questions=len(view.quiz.questions),
        points=view.quiz.max_points,
        policy=policy_out(view.quiz.policy),
        attempts=[AttemptLineOut.model_validate(each, from_attributes=True) for each in view.attempts],
        counts=counted(view.grade),
    )
