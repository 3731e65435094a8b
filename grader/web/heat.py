"""Draws a check's `detail["heat"]` (the grid that `grader.kit.heat` describes): pure, from numbers to an inline SVG.

Colours are static/heat.css's, by classes: `heat-0` where nothing is wrong, `heat-1` to `heat-4` up to 10, 100, 1000 and
any number of times the allowed error, `heat-5` with a cross where no number says it. Whoever can't see it is told in
words. Nothing in the grid is trusted: what is no grid is not drawn, what is no number is drawn as none.
"""

from __future__ import annotations

import math
from bisect import bisect_left
from typing import TYPE_CHECKING

from markupsafe import Markup

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

_Cells = list[list[float]]

SIDE = 20
"""Of a cell with the gap around it, in units of the picture."""

MOST = 64
"""Rows or columns beyond which a grid is not ours."""

_BOUNDS = (1, 10, 100, 1000)
_WITHOUT_NUMBER = 5
_MILLION = 1_000_000
_LARGEST_WHOLE = 2**53


def _untranslated(text: str) -> str:
    return text


def svg(heat: object, *, prefix: str = "", gettext: Callable[[str], str] = _untranslated) -> Markup:
    """Return the picture of *heat*, empty when it is no grid; it has ids only with a *prefix*, unique in its page."""
    cells = _cells(heat)
    if not cells:
        return Markup()
    ids = [Markup(' id="{}-{}"').format(prefix, part) if prefix else Markup() for part in ("title", "desc")]
    names = Markup(' aria-labelledby="{0}-title" aria-describedby="{0}-desc"').format(prefix) if prefix else Markup()
    title = Markup("<title{}>{}</title>").format(ids[0], gettext("Where the errors are"))
    described = Markup("<desc{}>{}</desc>").format(ids[1], " ".join(_words(heat, cells, gettext)))
    width, height = SIDE * len(cells[0]), SIDE * len(cells)
    return Markup(
        '<svg xmlns="http://www.w3.org/2000/svg" class="heat" role="img"{names} width="{width}" height="{height}" '
        'viewBox="0 0 {width} {height}">{inside}</svg>'
    ).format(names=names, width=width, height=height, inside=Markup().join((title, described, *_drawn(cells))))


def _cells(heat: object) -> _Cells:
    """Return the grid's numbers, infinite where there is none; empty when it is no grid."""
    match heat:
        case {"cells": [[_, *_] as first, *_] as rows} if len(rows) <= MOST and len(first) <= MOST:
            if all(isinstance(row, list | tuple) and len(row) == len(first) for row in rows):
                return [[_number(cell) for cell in row] for row in rows]
    return []


def _number(cell: object) -> float:
    if isinstance(cell, float) and math.isfinite(cell):
        return cell
    return float(cell) if isinstance(cell, int) and _is_whole(cell) else math.inf


def _is_whole(value: object) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and 0 <= value < _LARGEST_WHOLE


def _drawn(cells: _Cells) -> Iterator[Markup]:
    for y, row in enumerate(cells):
        for x, times in enumerate(row):
            yield Markup('<rect class="heat-{}" x="{}" y="{}" width="{}" height="{}"/>').format(
                _class(times), SIDE * x + 1, SIDE * y + 1, SIDE - 2, SIDE - 2
            )
            if _class(times) == _WITHOUT_NUMBER:
                yield Markup('<path class="heat-cross" d="M{} {}l10 10m0-10l-10 10"/>').format(
                    SIDE * x + 5, SIDE * y + 5
                )


def _class(times: float) -> int:
    return bisect_left(_BOUNDS, times) if math.isfinite(times) else _WITHOUT_NUMBER


def _words(heat: object, cells: _Cells, gettext: Callable[[str], str]) -> Iterator[str]:
    """Yield sentences: the largest error, how many cells are wrong, what rows and columns are."""
    flat = [(times, y, x) for y, row in enumerate(cells, start=1) for x, times in enumerate(row, start=1)]
    times, row, column = max(flat, key=lambda cell: cell[0])  # the first of those alike
    wrong = sum(_class(found) > 0 for found, *_ in flat)
    yield gettext("Largest error at row %(row)s, column %(column)s:") % {"row": row, "column": column}
    yield _multiple(times, gettext) + ";"
    count = (
        gettext("%(wrong)s of %(all)s cells is wrong.")
        if wrong == 1
        else gettext("%(wrong)s of %(all)s cells are wrong.")
    )
    yield count % {"wrong": wrong, "all": len(flat)}
    axes = heat.get("axes") if isinstance(heat, dict) else None
    if isinstance(axes, list | tuple):
        said = (
            gettext("Rows: axis %(axis)s, %(covers)s a cell."),
            gettext("Columns: axis %(axis)s, %(covers)s a cell."),
        )
        yield from (text % axis for text, axis in zip(said, axes, strict=False) if _is_axis(axis))


def _multiple(times: float, gettext: Callable[[str], str]) -> str:
    if math.isinf(times):
        return gettext("beyond any multiple of what is allowed")
    if times >= _MILLION:
        return gettext("more than a million times what is allowed")
    spelled = f"{times:,.0f}" if times >= _BOUNDS[-1] else f"{times:.3g}"
    return gettext("%(times)s times what is allowed") % {"times": spelled}


def _is_axis(axis: object) -> bool:
    return isinstance(axis, dict) and _is_whole(axis.get("axis")) and _is_whole(axis.get("covers"))
