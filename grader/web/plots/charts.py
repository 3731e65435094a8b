"""One function for each plot. *label* says in a sentence what it shows, for who can't see it; all texts are ready."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime
from functools import lru_cache
from typing import TYPE_CHECKING

from grader.web.plots import specs
from grader.web.plots.render import render
from grader.web.plots.theme import ACCENT, GOOD

if TYPE_CHECKING:
    from markupsafe import Markup

_KEPT = 128
"""Plots of each kind that are kept, at some 10 KB."""

_TICKS = 5
_LETTERS = 36
"""That fit below columns side by side."""


@dataclass(frozen=True)
class Part:
    """A bar: a share of the whole class; *is_good* sets it apart, which *name* must tell too."""

    name: str
    share: float
    said: str  # the share in a few letters
    is_good: bool = False


@dataclass(frozen=True)
class When:
    """A day's scores: half of them lie between *lower* and *upper*."""

    day: date
    lower: float
    median: float
    upper: float
    said: str


@lru_cache(_KEPT)
def columns(counts: tuple[tuple[str, int], ...], *, label: str, x: str, y: str) -> Markup:
    """Draw a column for each named count: a histogram."""
    rows = [{"name": name, "count": count, "said": f"{name}: {count}"} for name, count in counts]
    most = max((count for _, count in counts), default=0)
    is_wide = len(counts) * max((len(name) for name, _ in counts), default=0) > _LETTERS
    return render(specs.columns(x, y, ticks=min(most, _TICKS), is_wide=is_wide), rows, label)


@lru_cache(_KEPT)
def shares(parts: tuple[Part, ...], *, label: str) -> Markup:
    """Draw a bar for each share of the class, its name above it."""
    rows = [
        {
            "place": f"{place}",
            "name": part.name,
            "share": part.share,
            "said": part.said,
            "heard": f"{part.name}: {part.said}",
            "colour": GOOD if part.is_good else ACCENT,
        }
        for place, part in enumerate(parts)
    ]
    return render(specs.shares(), rows, label)


@lru_cache(_KEPT)
def fifths(curve: tuple[float | None, ...], *, names: tuple[str, ...], label: str, x: str, y: str) -> Markup:
    """Draw the mean share in each fifth of a class, nothing where nobody is."""
    rows = [
        {"name": name, "share": share, "said": f"{name}: {100 * share:.0f} %"}
        for name, share in zip(names, curve, strict=True)
        if share is not None
    ]
    return render(specs.fifths(x, y, names), rows, label)


@lru_cache(_KEPT)
def course_of_time(days: tuple[When, ...], *, label: str, y: str) -> Markup:
    """Draw each day's median score, and a band that holds the middle half."""
    rows = [
        {"day": _epoch(d.day), "lower": d.lower, "median": d.median, "upper": d.upper, "said": d.said} for d in days
    ]
    named = days[:: max(-(-len(days) // _TICKS), 1)]
    spec = specs.course_of_time(y, tuple(_epoch(each.day) for each in named), is_band=len(days) > 1)
    return render(spec, rows, label)


def _epoch(day: date) -> int:
    return int(datetime(day.year, day.month, day.day, tzinfo=UTC).timestamp() * 1000)
