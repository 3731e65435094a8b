"""Paragraphs that are one thing: a figure, or the place of an exercise or a quiz in the text."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple

from markdown_it.token import Token

from grader.web.prose.grammar import of_pages, plain

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

_TARGET = re.compile(r"(exercise|quiz):([a-z0-9-]+)")
_BLOCK = ["paragraph_open", "inline", "paragraph_close"]


class Place(NamedTuple):
    """Where a page wants the card of an exercise or a quiz; *line* counts from 1."""

    kind: str
    slug: str
    line: int


def placed(text: str) -> tuple[Place, ...]:
    """Return the places that a page names, in order."""
    found = (token for token in gathered(of_pages().parse(text)) if token.type == "place")
    return tuple(Place(token.meta["kind"], token.meta["slug"], token.meta["line"]) for token in found)


def gathered(tokens: Sequence[Token]) -> Iterator[Token]:
    """Yield *tokens*, with one token for each paragraph that is a figure or a place."""
    index = 0
    while index < len(tokens):
        three = tokens[index : index + 3]
        one = _one_thing(three[1]) if [token.type for token in three] == _BLOCK else None
        yield one or tokens[index]
        index += 3 if one else 1


def _one_thing(inline: Token) -> Token | None:
    match inline.children or []:
        case [Token(type="image") as image]:
            return Token("figure", "", 0, content=plain(image.children or ()), attrs=image.attrs, block=True)
        case [Token(type="link_open") as link, *inner, Token(type="link_close")] if not _has_link(inner):
            return _place(link, plain(inner), line=(inline.map or [0])[0] + 1)
    return None


def _has_link(tokens: Sequence[Token]) -> bool:
    return any(token.type == "link_open" for token in tokens)


def _place(link: Token, text: str, *, line: int) -> Token | None:
    target = _TARGET.fullmatch(str(link.attrs["href"]))
    if target is None:
        return None
    return Token("place", "", 0, content=text, meta={"kind": target[1], "slug": target[2], "line": line}, block=True)
