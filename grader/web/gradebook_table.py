"""The gradebook as its page shows it: headings that sort, a page of lines, cells that lead to a student's work.

Thirty thousand cells are shown in a fraction of a second because cells that look the same are made once.
"""

from __future__ import annotations

import enum
from dataclasses import dataclass
from fractions import Fraction
from typing import TYPE_CHECKING, NamedTuple
from urllib.parse import quote

from markupsafe import Markup, escape

from grader.domain.arrangement import LOGIN, NAME, SECTION
from grader.domain.gradebook import middles
from grader.domain.scoring import percentage
from grader.web.gradebook_query import ordered
from grader.web.i18n import gettext as _
from grader.web.look import points

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from grader.domain.arrangement import Arrangement
    from grader.domain.gradebook import Item, Middle, Row
    from grader.domain.people import User
    from grader.domain.scoring import Grade

PAGE = 100  # students


class Show(enum.Enum):
    """What cells tell."""

    POINTS = "points"  # what counts
    FINAL = "final"  # before an override
    RAW = "raw"  # before lateness
    SHARE = "share"  # of what is to be had
    ATTEMPTS = "attempts"


@dataclass(frozen=True)
class Heading:
    """What sorts by a column: *sort* is what the link asks for, *direction* as it is sorted now, empty if not by it."""

    sort: str
    direction: str = ""


class Line(NamedTuple):
    """A student's line; *address* is that of their page, *cells* are ready for it."""

    student: User
    section: str
    has_left: bool
    address: str
    cells: Markup
    points: str
    share: str


def heading(wanted: Arrangement, order: str) -> Heading:
    """Return how a column's heading sorts: names from A first, points from the highest; again: the other way."""
    is_text = order in (NAME, LOGIN, SECTION)
    if wanted.order != order:
        return Heading(ordered(order, descending=not is_text))
    return Heading(ordered(order, not wanted.descending), "descending" if wanted.descending else "ascending")


def lines(rows: Sequence[Row], items: Sequence[Item], show: Show, *, highest: Fraction, query: str) -> list[Line]:
    """Return *rows* as lines; *query* goes along to a student's page, which leads on in the same order."""
    columns = [_Cells(item, show) for item in items]

    def line(row: Row) -> Line:
        address = f"students/{quote(row.student.login, safe='')}{query}"
        cells = [column.of(grade) for column, grade in zip(columns, row.grades, strict=True)]
        share = percentage(row.points / (highest or 1), 1)
        joined = _joined(address, cells)
        return Line(row.student, row.section, row.ended is not None, address, joined, points(row.points), share)

    return [line(row) for row in rows]


def middles_of(rows: Sequence[Row], show: Show) -> list[dict[str, str]]:
    """Return mean and median of each column as its cells are written."""

    def written(each: Middle) -> dict[str, str]:
        numbers = {"mean": each.mean, "median": each.median}
        return {name: _written(value, show) if each.number else "–" for name, value in numbers.items()}

    return [written(each) for each in middles(rows, _VALUES[show])]


def _joined(address: str, cells: Sequence[Markup]) -> Markup:
    """Return a line's cells, each of which ends a link that leads to a place on the page at *address*."""
    start = Markup('<td><a href="{}').format(address)
    return Markup(str.join(start, ["", *cells]))  # noqa: S704 - all of it is Markup, which itself joins slowly


class _Cells:
    """One column's cells: what follows a student's address in `<td><a href="`, up to the end of the cell."""

    def __init__(self, item: Item, show: Show) -> None:
        self._item = item
        self._show = show
        self._value = _VALUES[show]
        self._made: dict[tuple[int, int, bool, bool], Markup] = {}
        self._empty = self._link(Markup('class="none" aria-label="{}"').format(_("nothing yet")), Markup("–"))

    def of(self, grade: Grade | None) -> Markup:
        """Return the cell of one grade."""
        if grade is None:
            return self._empty
        value = self._value(grade)
        look = value.numerator, value.denominator, grade.is_late, grade.override_id is not None
        found = self._made.get(look)
        if found is None:
            found = self._made[look] = self._graded(grade, value)
        return found

    def _graded(self, grade: Grade, value: Fraction | int) -> Markup:
        marks, said = Markup(), [_written(value, self._show)]
        if grade.is_late:
            marks += Markup(' <sup class="late">L</sup>')
            said.append(_("late"))
        if grade.override_id is not None:
            marks += Markup(' <sup class="by-hand">✎</sup>')
            said.append(_("set by hand"))
        attributes = Markup('aria-label="{}"').format(", ".join(said)) if marks else Markup()
        return self._link(attributes, escape(said[0]) + marks)

    def _link(self, attributes: Markup, content: Markup) -> Markup:
        return Markup('#{}-{}" {}>{}</a></td>').format(self._item.kind.value, self._item.slug, attributes, content)


_VALUES: dict[Show, Callable[[Grade], Fraction | int]] = {
    Show.POINTS: lambda grade: grade.points,
    Show.FINAL: lambda grade: grade.points if grade.earned is None else grade.earned,
    Show.RAW: lambda grade: grade.points if grade.raw is None else grade.raw,
    Show.SHARE: lambda grade: grade.points / max(grade.max_points, 1),
    Show.ATTEMPTS: lambda grade: grade.attempts,
}


def _written(value: Fraction | float, show: Show) -> str:
    return percentage(Fraction(value), 1) if show is Show.SHARE else points(value)
