"""An attempt at a quiz: start, answer, finish, look at it."""

from datetime import datetime
from typing import Annotated

from apiflask import APIBlueprint
from flask import url_for
from pydantic import AfterValidator, BaseModel, Field

from grader.domain.questions import Kind, Option
from grader.domain.quiz import Marked
from grader.services import answer as answering
from grader.services import quiz as attempts
from grader.services.shown_attempt import AskedQuestion, AttemptView
from grader.web.api.quizzes import PolicyOut, policy_out
from grader.web.bodies import Body, described, read_json
from grader.web.context import current_user, services

blueprint = APIBlueprint("attempts", __name__, tag="Quizzes")

_MOST_CHOICES = 20


def _text(value: str) -> str:
    if "\0" in value:  # PostgreSQL can't keep it
        raise ValueError("has a NUL character")
    return value


class AnswerIn(Body):
    """An answer to one question."""

    answer: (
        Annotated[str, AfterValidator(_text)]
        | Annotated[list[Annotated[str, AfterValidator(_text)]], Field(max_length=_MOST_CHOICES)]
    ) = Field(description=f"a text without NUL, or a list of at most {_MOST_CHOICES} such texts")


class OptionOut(BaseModel):
    """A choice, or an item to be ordered or matched; answers name its key."""

    key: str
    text: str


class MarkedOut(BaseModel):
    """What an answer earned."""

    points: float
    max_points: int
    correct: bool
    explanation: str


class QuestionOut(BaseModel):
    """A question; what its kind does not have is empty.

    *answer* is null before there is one, *marked* until the quiz's policy tells, *right_answer* until no attempt can
    follow, too.
    """

    slug: str
    kind: Kind
    prompt: str
    points: int
    choices: list[OptionOut]
    items: list[OptionOut]
    variables: list[str]
    code: str
    layout: str
    unit: str
    answer: str | list[str] | None
    marked: MarkedOut | None
    right_answer: str | list[str] | None


class AttemptOut(BaseModel):
    """An attempt; *finished* and *points* are null while it is open, *deadline* without a limit of time."""

    id: int
    course: str
    quiz: str
    title: str
    policy: PolicyOut
    started: datetime
    deadline: datetime | None
    finished: datetime | None
    points: float | None
    max_points: int
    questions: list[QuestionOut]


@blueprint.post("/courses/<name:course>/quizzes/<name:quiz>/attempts")
@blueprint.output(AttemptOut, status_code=201, description="The attempt: a new one, or the one that is open")
@blueprint.doc(responses={409: "The course is closed, or all attempts are used up"})
def start_attempt(course: str, quiz: str) -> tuple[AttemptOut, int, dict[str, str]]:
    """Start an attempt, or go on with the one that is open."""
    view = attempts.start(
        services().make_uow(),
        services().clock,
        services().catalogue,
        user=current_user(),
        course_slug=course,
        quiz_slug=quiz,
    )
    return _attempt(view), 201, {"Location": url_for("v1.attempts.get_attempt", attempt_id=view.attempt.id)}


@blueprint.get("/attempts/<int:attempt_id>")
@blueprint.output(AttemptOut)
def get_attempt(attempt_id: int) -> AttemptOut:
    """Show an attempt: your own, or any of a course of whose staff you are."""
    view = attempts.view(
        services().make_uow(), services().clock, services().catalogue, user=current_user(), attempt_id=attempt_id
    )
    return _attempt(view)


@blueprint.put("/attempts/<int:attempt_id>/answers/<name:question>")
@blueprint.output(AttemptOut)
@blueprint.doc(
    responses={
        400: "Malformed JSON",
        409: "The attempt is finished, its time is up, its answer was told already, or the course is closed",
        413: "The body is too large",
        415: "Not JSON",
        422: "No answer, one that is too long, or one that can't be read where it would be marked at once",
    },
    extensions={"requestBody": described(AnswerIn)},
)
def answer(attempt_id: int, question: str) -> AttemptOut:
    """Answer a question; the latest answer counts, the first where each is marked at once."""
    view = answering.answer(
        services().make_uow(),
        services().clock,
        services().catalogue,
        user=current_user(),
        attempt_id=attempt_id,
        question=question,
        value=read_json(AnswerIn).answer,
    )
    return _attempt(view)


@blueprint.post("/attempts/<int:attempt_id>/finish")
@blueprint.output(AttemptOut)
def finish_attempt(attempt_id: int) -> AttemptOut:
    """Finish an attempt: it is marked, and its answers can't be changed any more."""
    view = attempts.finish(
        services().make_uow(),
        services().clock,
        services().catalogue,
        user=current_user(),
        attempt_id=attempt_id,
    )
    return _attempt(view)


def _attempt(view: AttemptView) -> AttemptOut:
    return AttemptOut(
        id=view.attempt.id,
        course=view.course.slug,
        quiz=view.attempt.quiz,
        title=view.title,
        policy=policy_out(view.policy),
        started=view.attempt.started,
        deadline=view.attempt.deadline,
        finished=view.attempt.finished,
        points=None if view.points is None else float(view.points),
        max_points=view.max_points,
        questions=[_question(each) for each in view.questions],
    )


def _question(asked: AskedQuestion) -> QuestionOut:
    return QuestionOut(
        slug=asked.slug,
        kind=asked.kind,
        prompt=asked.prompt,
        points=asked.points,
        choices=_options(asked.shown.choices),
        items=_options(asked.shown.items),
        variables=list(asked.shown.variables),
        code=asked.shown.code,
        layout=asked.shown.layout,
        unit=asked.shown.unit,
        answer=asked.answer,
        marked=_marked(asked.marked),
        right_answer=asked.right_answer,
    )


def _options(options: tuple[Option, ...]) -> list[OptionOut]:
    return [OptionOut.model_validate(each, from_attributes=True) for each in options]


def _marked(marked: Marked | None) -> MarkedOut | None:
    if marked is None:
        return None
    return MarkedOut(
        points=float(marked.points),
        max_points=marked.max_points,
        correct=marked.correct,
        explanation=marked.explanation,
    )
