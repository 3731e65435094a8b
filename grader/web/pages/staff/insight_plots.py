"""The plots of what the class misunderstood, each with the table behind it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from babel.dates import format_date

from grader.domain.mistakes import letter
from grader.web import plots
from grader.web.i18n import gettext as _
from grader.web.i18n import language
from grader.web.plots import Part, When

if TYPE_CHECKING:
    from collections.abc import Sequence
    from fractions import Fraction

    from markupsafe import Markup

    from grader.domain.statistics import Bar, Chosen
    from grader.services.exercise_insight import Day, ScenarioLine


@dataclass(frozen=True)
class Plot:
    """A picture, what it shows, and its numbers: the first of each row names the row."""

    caption: str
    picture: Markup
    columns: Sequence[str]
    rows: Sequence[Sequence[str]]


def percent(share: Fraction | float) -> str:
    """Return a share for people; 0 and 100 are nobody and everybody.

    >>> [percent(share).split() for share in (0.5, 0.001, 0.999, 1)]
    [['50', '%'], ['1', '%'], ['99', '%'], ['100', '%']]
    """
    rounded = round(100 * float(share))
    return f"{min(max(rounded, 1), 99) if 0 < share < 1 else rounded}\N{NO-BREAK SPACE}%"


def scores(histogram: Sequence[Bar], caption: str) -> Plot:
    """Return a histogram of points."""
    rows = [(_span(bar), bar.count) for bar in histogram]
    picture = plots.columns(tuple(rows), label=caption, x=_("Points"), y=_("Students"))
    return Plot(caption, picture, [_("Points"), _("Students")], [(name, str(count)) for name, count in rows])


def over_time(days: Sequence[Day]) -> Plot:
    """Return how scores went, day by day."""
    caption = _("Scores of each day's submissions: the median, and the band that holds the middle half")
    rows = [
        (
            format_date(day.day, "d MMM", locale=language()),
            str(day.submissions),
            percent(day.spread.lower),
            percent(day.spread.median),
            percent(day.spread.upper),
        )
        for day in days
    ]
    drawn = tuple(_when(each, f"{row[0]}: {row[3]}") for each, row in zip(days, rows, strict=True))
    columns = [_("Day"), _("Submissions"), _("Lower quarter"), _("Median"), _("Upper quarter")]
    return Plot(caption, plots.course_of_time(drawn, label=caption, y=_("Score")), columns, rows)


def pass_rates(scenarios: Sequence[ScenarioLine]) -> Plot:
    """Return which share of the class passes which test, in its latest submission."""
    caption = _("Who passes which test, by each student's latest submission")
    parts = tuple(Part(each.title, float(each.share), percent(each.share)) for each in scenarios)
    rows = [(each.title, f"{each.passed} / {each.students}", percent(each.share)) for each in scenarios]
    return Plot(caption, plots.shares(parts, label=caption), [_("Test"), _("Passed"), _("Share")], rows)


def tries(successes: Sequence[int], without: int) -> Plot:
    """Return at which try students succeeded, and how many are *without* success so far."""
    caption = _("At which try students first got everything")
    last = len(successes)
    names = [*(str(number) for number in range(1, last)), f"≥ {last}", _("not yet")]
    rows = list(zip(names, [*successes, without], strict=True))
    picture = plots.columns(tuple(rows), label=caption, x=_("Try"), y=_("Students"))
    return Plot(caption, picture, [_("Try"), _("Students")], [(name, str(count)) for name, count in rows])


def chosen(choices: Sequence[Chosen], texts: Sequence[str]) -> Plot:
    """Return which share took which choice; *texts* are the choices' own, for the table."""
    caption = _("Which share chose what; ✓ is right")
    letters = [letter(int(each.choice)) for each in choices]
    parts = tuple(
        Part(f"✓ {name}" if each.is_right else name, float(each.share), percent(each.share), is_good=each.is_right)
        for name, each in zip(letters, choices, strict=True)
    )
    rows = [
        (name, text, _("right") if each.is_right else _("wrong"), str(each.count), percent(each.share))
        for name, text, each in zip(letters, texts, choices, strict=True)
    ]
    columns = [_("Choice"), _("Text"), _("Is"), _("Chosen by"), _("Share")]
    return Plot(caption, plots.shares(parts, label=caption), columns, rows)


def by_fifths(curve: Sequence[Fraction | None]) -> Plot:
    """Return what each fifth of the class earns."""
    caption = _("Mean score in each fifth of the class, from the weakest to the best at the other questions")
    names = (_("lowest"), _("2nd"), _("middle"), _("4th"), _("best"))
    drawn = tuple(None if share is None else float(share) for share in curve)
    picture = plots.fifths(drawn, names=names, label=caption, x=_("Fifth of the class"), y=_("Mean score"))
    rows = [(name, _("nobody") if share is None else percent(share)) for name, share in zip(names, curve, strict=True)]
    return Plot(caption, picture, [_("Fifth"), _("Mean score")], rows)


def _when(day: Day, said: str) -> When:
    spread = day.spread
    return When(day.day, float(spread.lower), float(spread.median), float(spread.upper), said)


def _span(bar: Bar) -> str:
    return str(bar.low) if bar.low == bar.high else f"{bar.low}–{bar.high}"
