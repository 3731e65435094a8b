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

_SHOWN = ("text", "code_inline", "math_inline", "math_inline_double", "softbreak", "image")


@cache
def of_pages() -> MarkdownIt:
    """Return the parser of lessons and statements."""
    return _parser()


@cache
def of_lines() -> MarkdownIt:
    """Return the parser of prompts, choices and hints: "# 1" is no heading there."""
    return _parser().disable(["heading", "lheading", "hr"])


def plain(tokens: Iterable[Token]) -> str:
    """Return the words of inline *tokens*, without any markup; a formula as its TeX."""
    return "".join(" " if each.type == "softbreak" else each.content for each in tokens if each.type in _SHOWN)


def _parser() -> MarkdownIt:
    parser = MarkdownIt("commonmark", {"html": False}).enable("table")
    parser.use(  # without spaces inside, so that $5 and $6 are prices
        dollarmath_plugin, allow_labels=False, allow_space=False, allow_blank_lines=False, double_inline=True
    )
    for name, rule in rules.RULES.items():
        parser.add_render_rule(name, rule)
    return parser
