"""Short calls of the quiz's use cases, for the tests of them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from grader.domain.questions import Choice, ChoiceQuestion
from grader.services.answer import answer
from grader.services.quiz import finish, start, view
from tests.fakes import FakeCatalogue, a_quiz, an_exercise

if TYPE_CHECKING:
    from collections.abc import Sequence

    from grader.domain.quiz import Marked
    from grader.services.shown_attempt import AttemptView
    from tests.services.conftest import World

CHOICES = ChoiceQuestion(
    "even",
    "Which are even?",
    multiple=True,
    points=4,
    choices=(Choice("two", right=True), Choice("four", right=True), Choice("five", right=False, explanation="Odd.")),
    explanation="Halve them.",
    hint="Divide.",
)


def set_policy(world: World, **policy: Any) -> None:  # noqa: ANN401 - fields of QuizPolicy
    """Give the quiz other rules from now on."""
    world.catalogue = FakeCatalogue([an_exercise()], [("channels", a_quiz(**policy))])


def started(world: World, login: str = "ada", course: str = "spring", quiz: str = "weights") -> AttemptView:
    return start(world.make_uow(), world.clock, world.catalogue, user=world[login], course_slug=course, quiz_slug=quiz)


def answered(
    world: World, attempt: AttemptView, question: str, value: str | Sequence[str], login: str = "ada"
) -> AttemptView:
    return answer(
        world.make_uow(), world.clock, world.catalogue,
        user=world[login], attempt_id=attempt.attempt.id, question=question, value=value,
    )  # fmt: skip


def finished(world: World, attempt: AttemptView, login: str = "ada") -> AttemptView:
    return finish(world.make_uow(), world.clock, world.catalogue, user=world[login], attempt_id=attempt.attempt.id)


def seen(world: World, attempt: AttemptView, login: str = "ada") -> AttemptView:
    return view(world.make_uow(), world.clock, world.catalogue, user=world[login], attempt_id=attempt.attempt.id)


def done(world: World, **answers: str) -> AttemptView:
    """Start an attempt, answer, finish it; a minute passes."""
    attempt = started(world)
    for question, value in answers.items():
        answered(world, attempt, question, value)
    world.clock.advance(minutes=1)
    return finished(world, attempt)


def marks(attempt: AttemptView) -> list[Marked | None]:
    """Return what is told of each question."""
    return [question.marked for question in attempt.questions]
