"""What the class misunderstood: the course at a glance, an exercise, a quiz."""

from __future__ import annotations

from apiflask import APIBlueprint
from flask import render_template

from grader.domain.statistics import LEAST, LEAST_TO_COMPARE
from grader.services import insight
from grader.services.exercise_insight import exercise_insight
from grader.services.item_analysis import item_analysis
from grader.web.context import current_user, services
from grader.web.i18n import gettext as _
from grader.web.pages.staff import insight_parts as parts
from grader.web.pages.staff import insight_plots as plots
from grader.web.pages.staff.frame import Frame

blueprint = APIBlueprint("insight", __name__, enable_openapi=False)

MOST_STUCK, MOST_BELIEFS = 20, 6
"""Students and misconceptions that are shown at once; the others are unfolded."""


@blueprint.get("/courses/<name:course>/staff/insight")
def overview(course: str) -> str:
    """Show the course at a glance."""
    needs = services()
    view = insight.overview(needs.make_uow(), needs.catalogue, user=current_user(), course_slug=course)
    return render_template(
        "staff_insight.html",
        frame=Frame(view.course, view.role),
        view=view,
        percent=plots.percent,
        most=MOST_STUCK,
    )


@blueprint.get("/courses/<name:course>/staff/insight/exercises/<name:exercise>")
def exercise(course: str, exercise: str) -> str:
    """Show what the class's submissions to an exercise say."""
    needs = services()
    view = exercise_insight(
        needs.make_uow(), needs.catalogue, user=current_user(), course_slug=course, exercise_slug=exercise
    )
    return render_template(
        "staff_insight_exercise.html",
        frame=Frame(view.course, view.role),
        view=view,
        plots=parts.of_exercise(view) if view.tried else [],
        rates=plots.pass_rates(view.scenarios) if view.tried else None,
        most_beliefs=MOST_BELIEFS,
        time=parts.time_in_words(view.median_time),
        percent=plots.percent,
        most=MOST_STUCK,
    )


@blueprint.get("/courses/<name:course>/staff/insight/quizzes/<name:quiz>")
def quiz(course: str, quiz: str) -> str:
    """Show what the class's first attempts say about a quiz and its questions."""
    needs = services()
    view = item_analysis(needs.make_uow(), needs.catalogue, user=current_user(), course_slug=course, quiz_slug=quiz)
    return render_template(
        "staff_insight_quiz.html",
        frame=Frame(view.course, view.role),
        view=view,
        scores=plots.scores(view.histogram, _("Scores of the first attempts")) if view.finished else None,
        parts=[parts.QuestionPart.of(number, each) for number, each in enumerate(view.questions, start=1)],
        percent=plots.percent,
        least=LEAST,
        least_to_compare=LEAST_TO_COMPARE,
    )
