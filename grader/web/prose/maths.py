"""A formula as HTML and MathML, without inline styles: our Content-Security-Policy refuses these.

Each style that KaTeX writes becomes a class, named for what it says, and the page carries the rules of its classes.
"""

from __future__ import annotations

import hashlib
import re
from functools import lru_cache
from typing import NamedTuple

from markupsafe import Markup

from grader.web.prose.katex import UNKNOWN, BadMathsError, Katex

_KEPT = 2048
"""Formulas; some kilobytes each."""

_STYLED = re.compile(r'(<\w+[^<>]*?) style="([^"]*)"')
_CLASS = ' class="'
_DECLARATION = re.compile(r" ?[a-z-]+:(?:[#\w.% +-]|calc\([\d.em% +-]+\))+")
_TAGS = re.compile(r"<(?!/?(?:span|svg|path|line|math|semantics|annotation|m[a-z]+)\b)")
_KATEX = Katex()  # starts nothing yet


class Formula(NamedTuple):
    """HTML, and the CSS rules that it needs."""

    html: Markup
    rules: frozenset[str]


@lru_cache(maxsize=_KEPT)
def typeset(tex: str, *, display: bool) -> Formula:
    """Return *tex* as a formula; BadMathsError when it can't be read."""
    html = _KATEX.html(tex, display=display)
    if UNKNOWN in html:
        raise BadMathsError("a command that is unknown, or not trusted")
    rules: set[str] = set()
    html = _STYLED.sub(lambda found: _classed(found, rules), html)
    if ' style="' in html or _TAGS.search(html):
        raise BadMathsError("KaTeX wrote what it never should")
    return Formula(Markup(html), frozenset(rules))  # noqa: S704 - KaTeX escapes what it shows


def _classed(found: re.Match[str], rules: set[str]) -> str:
    """Return the start of a tag with a class in its style's stead, whose rule is added to *rules*."""
    tag, style = found.groups()
    declarations = style.removesuffix(";").split(";")
    if not all(map(_DECLARATION.fullmatch, declarations)):
        raise BadMathsError(f"an odd style: {style}")
    name = "k-" + hashlib.blake2s(style.encode(), digest_size=5).hexdigest()
    important = "".join(f"{each}!important;" for each in declarations)  # inline styles outdo KaTeX's rules, so do these
    rules.add(f".{name}{{{important}}}")
    return tag.replace(_CLASS, f"{_CLASS}{name} ", 1) if _CLASS in tag else f'{tag}{_CLASS}{name}"'
