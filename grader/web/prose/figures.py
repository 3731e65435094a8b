"""A figure as a page shows it, and the size of an SVG, so that a page doesn't jump when it comes."""

from __future__ import annotations

import re
from typing import NamedTuple

from markupsafe import Markup

_NUMBER = r"-?\d{1,6}(?:\.\d+)?"
_VIEW_BOX = re.compile(rf"""<svg\b[^>]*?\sviewBox=["']{_NUMBER} {_NUMBER} ({_NUMBER}) ({_NUMBER})["']""")
_FIGURE = Markup(
    '<figure><img src="{url}" width="{width}" height="{height}" alt="{alt}" loading="lazy">'
    "<figcaption{hidden}>{caption}</figcaption></figure>"
)


class Figure(NamedTuple):
    """Where a figure is, and its size in CSS pixels."""

    url: str
    width: int
    height: int


def svg_size(svg: str) -> tuple[int, int] | None:
    """Return an SVG's width and height, from its viewBox; None when it has none.

    >>> svg_size('<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 720 330" role="img">')
    (720, 330)
    """
    found = _VIEW_BOX.search(svg)
    return (round(float(found[1])), round(float(found[2]))) if found else None


def drawn(figure: Figure, *, alt: str, caption: str) -> Markup:
    """Return the figure; a caption that only repeats *alt* is not read aloud a second time."""
    hidden = Markup(' aria-hidden="true"') if caption == alt else ""
    return _FIGURE.format(**figure._asdict(), alt=alt, caption=caption, hidden=hidden)
