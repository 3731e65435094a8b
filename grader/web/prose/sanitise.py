"""What HTML may pass: what Markdown and our own rules can make, and nothing else."""

from __future__ import annotations

from functools import cache

import nh3

from grader.web.prose.links import SCHEMES

_PLAIN = "p br hr em strong blockquote ul ol li table thead tbody tr th td h2 h3 h4 h5 h6 pre code span div a"
_SCROLLS = {"role", "tabindex", "aria-label"}
_ATTRIBUTES = {
    **{heading: {"id"} for heading in ("h2", "h3", "h4", "h5", "h6")},
    **{cell: {"class"} for cell in ("th", "td", "code", "span")},
    "a": {"href", "title", "rel"},
    "ol": {"start"},
    "div": {"class", *_SCROLLS},
    "pre": _SCROLLS,
}


def sanitised(html: str) -> str:
    """Return *html* without what is not on the list."""
    return _cleaner().clean(html)


@cache
def _cleaner() -> nh3.Cleaner:
    return nh3.Cleaner(tags=set(_PLAIN.split()), attributes=_ATTRIBUTES, url_schemes=SCHEMES, link_rel=None)
