"""The charts without their numbers, as Vega-Lite: Altair takes longer to check one than vl-convert to draw it.

Numbers come with `render`, as the dataset that all charts name.
"""

from __future__ import annotations

from functools import lru_cache
from typing import Any, TypeAlias

import altair as alt

from grader.web.plots.theme import ACCENT, DATASET, FIT, HEIGHT, TEXT, WIDTH, share_axis, whole_axis

Spec: TypeAlias = dict[str, Any]

_KEPT = 64
_ROW = 44  # pixels: a label above its bar


@lru_cache(_KEPT)
def columns(x: str, y: str, *, ticks: int, is_wide: bool) -> Spec:
    """Return columns for rows of name, count and said; *is_wide* when their names don't fit side by side."""
    scale = alt.Scale() if ticks else alt.Scale(domain=[0, 1])
    return _done(
        _chart()
        .mark_bar(color=ACCENT)
        .encode(
            x=alt.X("name:N", sort=None, title=x, axis=alt.Axis(labelAngle=-45 if is_wide else 0)),
            y=alt.Y("count:Q", title=y, axis=whole_axis(ticks), scale=scale),
            description="said:N",
        )
        .properties(width=WIDTH, height=HEIGHT)
    )


@lru_cache(_KEPT)
def shares() -> Spec:
    """Return bars for rows of place, name, share, said, heard and colour."""
    base = _chart().encode(y=alt.Y("place:N", sort=None, axis=None))
    where = alt.X("share:Q", title=None, axis=share_axis(grid=False), scale=alt.Scale(domain=[0, 1]))
    bars = base.mark_bar(size=14).encode(x=where, color=alt.Color("colour:N", scale=None), description="heard:N")
    names = base.mark_text(align="left", baseline="middle", dy=-16, limit=WIDTH - 100, aria=False).encode(
        x=alt.value(0), text="name:N"
    )
    numbers = base.mark_text(align="right", baseline="middle", dy=-16, aria=False).encode(
        x=alt.value("width"), text="said:N"
    )
    return _done(alt.layer(bars, names, numbers).properties(width=WIDTH, height=alt.Step(_ROW)))


@lru_cache(_KEPT)
def fifths(x: str, y: str, names: tuple[str, ...]) -> Spec:
    """Return a line for rows of name, share and said."""
    base = _chart().encode(
        x=alt.X("name:O", sort=None, title=x, axis=alt.Axis(labelAngle=0), scale=alt.Scale(domain=list(names))),
        y=alt.Y("share:Q", title=y, axis=share_axis(), scale=alt.Scale(domain=[0, 1])),
    )
    line = base.mark_line(color=ACCENT, strokeWidth=2, aria=False)
    points = base.mark_point(color=ACCENT, filled=True, size=60, opacity=1).encode(description="said:N")
    return _done(alt.layer(line, points).properties(width=WIDTH, height=HEIGHT))


@lru_cache(_KEPT)
def course_of_time(y: str, named: tuple[int, ...], *, is_band: bool) -> Spec:
    """Return a line in its band for rows of day, lower, median, upper and said; days are milliseconds since 1970."""
    axis = alt.Axis(format="%-d %b", values=list(named), grid=False, labelOverlap=True)
    base = _chart().encode(x=alt.X("day:T", title=None, axis=axis, scale=alt.Scale(type="utc", padding=12)))
    height = alt.Y("median:Q", title=y, axis=share_axis(), scale=alt.Scale(domain=[0, 1]))
    area = base.mark_area(color=ACCENT, opacity=0.25, aria=False)
    only = base.mark_rule(color=ACCENT, opacity=0.6, aria=False)  # an area needs two days
    band = (area if is_band else only).encode(y=alt.Y("lower:Q", title=y), y2="upper:Q")
    line = base.mark_line(color=ACCENT, strokeWidth=2, aria=False).encode(y=height)
    points = base.mark_point(color=TEXT, filled=True, size=40, opacity=1).encode(y=height, description="said:N")
    return _done(alt.layer(band, line, points).properties(width=WIDTH, height=HEIGHT))


def _chart() -> alt.Chart:
    return alt.Chart(alt.NamedData(name=DATASET))


def _done(chart: alt.Chart | alt.LayerChart | alt.FacetChart) -> Spec:
    spec: Spec = chart.properties(autosize=FIT).to_dict()
    return spec
