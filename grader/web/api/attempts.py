"""An attempt at a quiz: start, answer, finish, look at it."""

from datetime import datetime
from typing import Annotated

from apiflask import APIBlueprint
from flask import url_for
from pydantic import AfterValidator, BaseModel, Field

from grader.domain.quiz import Kind, Marked
from grader.services import quiz as attempts
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


class ChoiceOut(BaseModel):
    """A choice; answer with its key."""

    key: str
    text: str


class MarkedOut(BaseModel):
    """What an answer earned."""

    points: float
    max_points: int
    correct: bool
    explanation: str


class QuestionOut(BaseModel):
    """A question; *answer* is null before there is one, *marked* until the attempt is finished."""

    slug: str
    kind: Kind
    prompt: str
    points: int
    choices: list[ChoiceOut]
    answer: str | list[str] | None
    marked: MarkedOut | None


class AttemptOut(BaseModel):
    """An attempt; *finished* and *points* are null while it is open."""

    id: int
    course: str
    quiz: str
    title: str
    started: datetime
    finished: datetime | None
    points: float | None
    max_points: int
    questions: list[QuestionOut]


@blueprint.post("/courses/<name:course>/quizzes/<name:quiz>/attempts")
@blueprint.output(AttemptOut, status_code=201, description="The attempt: a new one, or the one that is open")
@blueprint.doc(responses={409: "The course is closed"})
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
    view = attempts.view(services().make_uow(), services().catalogue, user=current_user(), attempt_id=attempt_id)
    return _attempt(view)


@blueprint.put("/attempts/<int:attempt_id>/answers/<name:question>")
@blueprint.output(AttemptOut)
@blueprint.doc(
    responses={
        400: "Malformed JSON",
        409: "The attempt is finished, or the course is closed",
        413: "The body is too large",
        415: "Not JSON",
        422: "No answer, or one that is too long",
    },
    extensions={"requestBody": described(AnswerIn)},
)
def answer(attempt_id: int, question: str) -> AttemptOut:
    """Answer a question; the latest answer counts."""
    view = attempts.answer(
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


def _attempt(view: attempts.AttemptView) -> AttemptOut:
    return AttemptOut(
        id=view.attempt.id,
        course=view.course.slug,
        quiz=view.attempt.quiz,
        title=view.title,
        started=view.attempt.started,
        finished=view.attempt.finished,
        points=None if view.points is None else float(view.points),
        max_points=view.max_points,
        questions=[_question(each) for each in view.questions],
    )


def _question(asked: attempts.AskedQuestion) -> QuestionOut:
    return QuestionOut(
        slug=asked.slug,
        kind=asked.kind,
        prompt=asked.prompt,
        points=asked.points,
        choices=[ChoiceOut(key=key, text=text) for key, text in asked.choices],
        answer=asked.answer,
        marked=_marked(asked.marked),
    )


def _marked(marked: Marked | None) -> MarkedOut | None:
    if marked is None:
        return None
    return MarkedOut(
        points=float(marked.points),
        max_points=marked.max_points,
        correct=marked.correct,
        explanation=marked.explanation,
    )
