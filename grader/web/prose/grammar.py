"""Which Markdown is understood: CommonMark with tables and $maths$, without HTML."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING

from markdown_it import MarkdownIt
from mdit_py_plugins.dollarmath import dollarmath_plugin

from grader.web.prose import rules

if TYPE_CHECKING:
    from collections.abc import Iterable

    from markdown_it.token import Token

_BREAKS = ("softbreak", "hardbreak")
_SHOWN = ("text", "code_inline", "math_inline", "math_inline_double", "image", *_BREAKS)


@cache
def of_pages() -> MarkdownIt:
    """Return the parser of lessons and statements."""
    return _ready(_parser())


@cache
def of_lines() -> MarkdownIt:
    """Return the parser of prompts, choices and hints: "# 1" is no heading there."""
    return _ready(_parser().disable(["heading", "lheading", "hr"]))


def plain(tokens: Iterable[Token]) -> str:
    """Return the words of inline *tokens*, without any markup; a formula as its TeX."""
    return "".join(" " if each.type in _BREAKS else each.content for each in tokens if each.type in _SHOWN)


def _parser() -> MarkdownIt:
    parser = MarkdownIt("commonmark", {"html": False}).enable("table")
    parser.use(  # without spaces inside, so that $5 and $6 are prices
        dollarmath_plugin, allow_labels=False, allow_space=False, allow_blank_lines=False, double_inline=True
    )
    for name, rule in rules.RULES.items():
        parser.add_render_rule(name, rule)
    return parser


def _ready(parser: MarkdownIt) -> MarkdownIt:
    """Return *parser* with its rules gathered: it does so at its first text, when a second thread would see too few."""
    parser.parse("text")
    return parser
