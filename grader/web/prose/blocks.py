"""Paragraphs that are one thing: a figure, or the place of an exercise or a quiz in the text."""

from __future__ import annotations

from typing import TYPE_CHECKING

from markdown_it.token import Token

from grader.domain.lesson import place_in
from grader.web.prose.grammar import plain

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

_BLOCK = ["paragraph_open", "inline", "paragraph_close"]


def gathered(tokens: Sequence[Token]) -> Iterator[Token]:
    """Yield *tokens*, with one token for each paragraph that is a figure or a place."""
    index = 0
    while index < len(tokens):
        three = tokens[index : index + 3]
        one = _one_thing(three[1]) if [token.type for token in three] == _BLOCK else None
        yield one or tokens[index]
        index += 3 if one else 1


def _one_thing(inline: Token) -> Token | None:
    children = inline.children or []
    if [child.type for child in children] == ["image"]:
        image = children[0]
        return Token("figure", "", 0, content=plain(image.children or ()), attrs=image.attrs, block=True)
    if place := place_in(inline.content):
        kind, slug = place
        return Token("place", "", 0, content=plain(children), meta={"kind": kind, "slug": slug}, block=True)
    return None
