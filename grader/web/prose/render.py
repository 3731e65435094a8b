"""Markdown in, safe HTML out."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from grader.web.prose import grammar, headings
from grader.web.prose.blocks import gathered
from grader.web.prose.links import tamed
from grader.web.prose.page import Page
from grader.web.prose.sanitise import sanitised

if TYPE_CHECKING:
    from collections.abc import Sequence

    from markdown_it import MarkdownIt
    from markdown_it.token import Token
    from markupsafe import Markup

    from grader.web.prose.headings import Heading
    from grader.web.prose.page import CardOf, FigureOf

_ALIGNED = "text-align:"


@dataclass(frozen=True)
class Prose:
    """*html* needs the CSS rules in *styles*; *title* is what stood in a leading "# …", which *html* lacks."""

    html: Markup
    styles: str
    title: str = ""
    contents: tuple[Heading, ...] = ()


def no_figure(_: str) -> None:
    """Find no figure."""


def no_card(_: str, __: str, ___: str) -> None:
    """Make no card."""


def render(text: str, *, figure: FigureOf = no_figure, place: CardOf = no_card) -> Prose:
    """Return a whole page: a lesson or a statement."""
    parser = grammar.of_pages()
    title, tokens = headings.split_title(parser.parse(text))
    contents = headings.number(tokens)
    page = Page(figure, place)
    return Prose(_html(parser, list(gathered(tokens)), page), _styles(page), title, contents)


def render_inline(text: str) -> Prose:
    """Return a prompt, a choice or a hint: no paragraph around it, when it is only one."""
    parser = grammar.of_lines()
    tokens = parser.parse(text)
    if [token.type for token in tokens] == ["paragraph_open", "inline", "paragraph_close"]:
        tokens = tokens[1:2]
    page = Page(no_figure, no_card)
    return Prose(_html(parser, tokens, page), _styles(page))


def _html(parser: MarkdownIt, tokens: Sequence[Token], page: Page) -> Markup:
    for index, token in enumerate(tokens):
        token.children = None if token.children is None else list(tamed(token.children))
        if str(token.attrs.get("style", "")).startswith(_ALIGNED):
            token.attrs = {"class": str(token.attrs["style"]).removeprefix(_ALIGNED)}
        if token.type == "th_open" and not tokens[index + 1].content:
            token.tag = tokens[index + 2].tag = "td"  # a header without words is none
    return page.whole(sanitised(parser.renderer.render(tokens, parser.options, {"page": page})))


def _styles(page: Page) -> str:
    return "\n".join(sorted(page.rules))
