"""Home: the reader's courses, and of each what is due, done and next."""

from __future__ import annotations

from dataclasses import dataclass, field
from fractions import Fraction
from typing import TYPE_CHECKING

from apiflask import APIBlueprint
from flask import redirect, render_template, url_for

from grader.domain.assignment import Terms
from grader.domain.quiz import Moment
from grader.services import browse
from grader.web.context import current_user, services

if TYPE_CHECKING:
    from collections.abc import Sequence

    from werkzeug import Response

    from grader.domain.scoring import Grade, Override

blueprint = APIBlueprint("home", __name__, enable_openapi=False)


@dataclass(frozen=True)
class Item:
    """A line of a course: something to do, and what it got so far."""

    kind: str  # "exercise" or "quiz"
    slug: str
    title: str
    grade: Grade | None
    max_points: int
    attempts: int
    is_open: bool = False  # an attempt is under way
    terms: Terms = field(default_factory=Terms)
    by_hand: Override | None = None

    @property
    def earned(self) -> Fraction:
        """What it adds to the course's sum."""
        return self.grade.points * self.terms.weight if self.grade else Fraction(0)

    @property
    def most(self) -> Fraction:
        """The most that it can add."""
        return self.max_points * self.terms.weight

    @property
    def is_done(self) -> bool:
        """Whether there is nothing left to gain."""
        return self.grade is not None and self.grade.points >= self.grade.max_points


@blueprint.get("/")
def courses() -> str | Response:
    """List the reader's courses; who is in one goes there."""
    found = browse.courses(services().make_uow(), user=current_user())
    if len(found) == 1:
        return redirect(url_for("pages.home.course", course=found[0][0].slug), 302)
    return render_template("courses.html", courses=found, now=services().clock.now())


@blueprint.get("/courses/<name:course>")
def course(course: str) -> str:
    """Show what a course holds."""
    needs = services()
    view = browse.overview(needs.make_uow(), needs.clock, needs.catalogue, user=current_user(), course_slug=course)
    items = in_order(view)
    now = needs.clock.now()
    open_ = [item for item in items if item.terms.is_taken(now, view.course.closes)]
    next_up = next((item for item in open_ if item.is_open), None) or next(
        (item for item in open_ if not item.is_done and not item.attempts), None
    )
    is_open = view.course.is_open(now)
    return render_template("course.html", view=view, items=items, is_open=is_open, next_up=next_up, now=now)


def in_order(view: browse.Overview) -> Sequence[Item]:
    """Return what there is to do: first the quizzes from before the lesson, then exercises, then the other quizzes."""
    quizzes = [
        Item(
            kind="quiz",
            slug=each.quiz.slug,
            title=each.quiz.title,
            grade=each.grade,
            max_points=each.quiz.max_points,
            attempts=len(each.attempts),
            is_open=any(attempt.finished is None for attempt in each.attempts),
            terms=each.terms,
            by_hand=each.by_hand,
        )
        for each in view.quizzes
    ]
    before = {each.quiz.slug for each in view.quizzes if each.quiz.moment is Moment.BEFORE}
    exercises = [
        Item(
            kind="exercise",
            slug=each.exercise.slug,
            title=each.exercise.title,
            grade=each.grade,
            max_points=each.exercise.max_points,
            attempts=each.attempts,
            terms=each.terms,
            by_hand=each.by_hand,
        )
        for each in view.exercises
    ]
    return [
        *(item for item in quizzes if item.slug in before),
        *exercises,
        *(item for item in quizzes if item.slug not in before),
    ]
