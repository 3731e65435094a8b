"""Colours and measures of all plots.

Plots are drawn as wide as a phone and grow a little on larger screens: letters stay between 11 and 18 pixels.
"""

from __future__ import annotations

from typing import Any

import altair as alt

WIDTH = 360
"""Of a plot, axes included, in pixels of a phone."""

HEIGHT = 200
DATASET = "rows"

TEXT, MUTED, LINE, EDGE = "var(--text)", "var(--muted)", "var(--line)", "var(--edge)"
ACCENT, GOOD = "var(--accent)", "var(--good)"

LETTERS = 13

_AXIS = {
    "labelColor": TEXT,
    "titleColor": MUTED,
    "gridColor": LINE,
    "domainColor": EDGE,
    "tickColor": EDGE,
    "labelFontSize": LETTERS,
    "titleFontSize": LETTERS,
    "titleFontWeight": "normal",
    "labelLimit": 0,
}

CONFIG: dict[str, Any] = {
    "background": "transparent",
    "padding": 4,
    "axis": _AXIS,
    "view": {"stroke": "transparent"},
    "text": {"color": TEXT, "fontSize": LETTERS},
}

FIT = alt.AutoSizeParams(type="fit-x", contains="padding")


def share_axis(*, grid: bool = True) -> alt.Axis:
    """Return an axis of shares, in percent."""
    return alt.Axis(labelExpr="100 * datum.value + ' %'", values=[0, 0.25, 0.5, 0.75, 1], grid=grid)


def whole_axis(ticks: int) -> alt.Axis:
    """Return an axis of counts with about so many ticks, at least one: no half students."""
    return alt.Axis(format="d", tickMinStep=1, tickCount=max(ticks, 1))
