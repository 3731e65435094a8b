"""Headings: the page's title apart from the others, which get ids that nothing else of a page has."""

from __future__ import annotations

import re
from collections import Counter
from typing import TYPE_CHECKING, NamedTuple

from grader.web.prose.grammar import plain

if TYPE_CHECKING:
    from collections.abc import Sequence

    from markdown_it.token import Token

PREFIX = "s-"
"""Begins the id of each section, so that none is an id of the page around it."""

_TITLE = "h1"


class Heading(NamedTuple):
    """A line of the table of contents; *level* is 2 to 6."""

    level: int
    id: str
    text: str


def slug(text: str) -> str:
    """Return *text* as it stands in an address.

    >>> slug("1×1, then: what it costs?")
    '1-1-then-what-it-costs'
    """
    return re.sub(r"[\W_]+", "-", text.lower()).strip("-") or "section"


def split_title(tokens: Sequence[Token]) -> tuple[str, Sequence[Token]]:
    """Return the title that *tokens* begin with, "" for none, and the rest."""
    if tokens and tokens[0].tag == _TITLE:
        return plain(tokens[1].children or ()), tokens[3:]
    return "", tokens


def number(tokens: Sequence[Token]) -> tuple[Heading, ...]:
    """Give each heading its id, and return all; the only <h1> is the page's own, so others of that rank step down."""
    found: list[Heading] = []
    used: Counter[str] = Counter()
    for index, token in enumerate(tokens):
        if token.type == "heading_close" and token.tag == _TITLE:
            token.tag = "h2"
        if token.type == "heading_open":
            token.tag = "h2" if token.tag == _TITLE else token.tag
            text = plain(tokens[index + 1].children or ())
            token.attrs["id"] = _unused(PREFIX + slug(text), used)
            found.append(Heading(int(token.tag[1:]), str(token.attrs["id"]), text))
    return tuple(found)


def _unused(wanted: str, used: Counter[str]) -> str:
    """Return *wanted*, or with the first number that makes it new."""
    name, count = wanted, 1
    while used[name]:
        count += 1
        name = f"{wanted}-{count}"
    used[name] += 1
    return name
