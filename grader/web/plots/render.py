"""A chart becomes markup: an SVG with a name, without ids, that no policy of ours refuses."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

import vl_convert
from markupsafe import Markup

from grader.web.plots.theme import CONFIG, DATASET

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

_ROOT = re.compile(r'<svg [^>]*(width="\d+" height="\d+" viewBox="[-0-9 ]+")>')
_VERSION = "6.4"  # of Vega-Lite; Altair's own


def render(spec: Mapping[str, Any], rows: Sequence[Mapping[str, object]], label: str) -> Markup:
    """Return the chart *spec* of *rows* as an SVG that readers aloud call *label*."""
    drawn = rendered({**spec, "datasets": {DATASET: rows}})
    root = _ROOT.match(drawn)
    if root is None:
        raise ValueError(f"vl-convert wrote no SVG of ours: {drawn[:200]}")
    opening = Markup('<svg xmlns="http://www.w3.org/2000/svg" class="plot" role="img" aria-label="{}" ').format(label)
    return opening + Markup(root[1] + ">" + drawn[root.end() :])  # noqa: S704 - Vega has escaped what it was given


def rendered(spec: dict[str, Any]) -> str:
    """Return the SVG of a Vega-Lite specification in our theme; ValueError for one that would fetch something."""
    drawn: str = vl_convert.vegalite_to_svg(spec | {"config": CONFIG}, vl_version=_VERSION, allowed_base_urls=[])
    return drawn
