"""What the pages about a class show of an exercise and of a question: numbers in words, plots beside them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from babel.dates import format_timedelta

from grader.domain.mistakes import letter
from grader.domain.questions.choice import DrawnChoices
from grader.web.i18n import gettext as _
from grader.web.i18n import language
from grader.web.pages.question_parts import fenced
from grader.web.pages.staff import insight_plots as plots

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import timedelta

    from grader.domain.statistics import Chosen
    from grader.services.exercise_insight import ExerciseInsight
    from grader.services.item_analysis import QuestionInsight
    from grader.web.pages.staff.insight_plots import Plot


@dataclass(frozen=True)
class QuestionPart:
    """A question with its plots, where there are enough students for them."""

    number: int
    told: QuestionInsight
    choices: Sequence[tuple[str, str, Chosen]]  # letter, text
    plots: Sequence[Plot]
    listing: str  # code whose output is asked for, as Markdown; empty where there is none

    @classmethod
    def of(cls, number: int, told: QuestionInsight) -> QuestionPart:
        """Return the question called *number*."""
        drawn = []
        texts = [each.text for each in told.example.choices] if isinstance(told.example, DrawnChoices) else []
        letters = [letter(int(each.choice)) for each in told.item.choices]
        if texts and told.item.students:
            drawn.append(plots.chosen(told.item.choices, texts))
        if told.item.curve:
            drawn.append(plots.by_fifths(told.item.curve))
        code = told.example.shown().code
        choices = list(zip(letters, texts, told.item.choices, strict=True))
        return cls(number, told, choices, drawn, fenced(code) if code else "")


def of_exercise(view: ExerciseInsight) -> list[Plot]:
    """Return the plots of an exercise that somebody has tried, but for its tests'."""
    return [
        plots.scores(view.histogram, _("Each student's best score")),
        plots.tries(view.successes, view.tried - view.succeeded),
        plots.over_time(view.days),
    ]


def time_in_words(time: timedelta | None) -> str:
    """Return how long something took, roughly; empty for nobody."""
    return "" if time is None else format_timedelta(time, locale=language())
