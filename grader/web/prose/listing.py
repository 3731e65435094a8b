"""Code as HTML, Python in colours; the class names are the editor's, so that one palette serves both."""

from __future__ import annotations

from functools import cache
from itertools import groupby
from typing import TYPE_CHECKING

from markupsafe import Markup, escape
from pygments.lexers import PythonLexer
from pygments.token import Comment, Keyword, Name, Number, Operator, String, is_token_subtype

if TYPE_CHECKING:
    from pygments.token import _TokenType

PYTHON = ("python", "py")
_CLASSES = {
    Comment: "tok-comment",
    String: "tok-string",
    Number: "tok-number",
    Keyword.Constant: "tok-bool",
    Keyword: "tok-keyword",
    Operator.Word: "tok-keyword",
    Operator: "tok-operator",
    Name.Decorator: "tok-meta",
    Name.Class: "tok-className",
}
"""The first that fits is taken."""


def listed(code: str, *, language: str) -> Markup:
    """Return *code* with <span>s around what has a colour."""
    if language not in PYTHON:
        return escape(code)
    parts = groupby(_lexer().get_tokens(code), key=lambda token: _class(token[0]))
    return Markup().join(_coloured(name, "".join(text for _, text in tokens)) for name, tokens in parts)


def _coloured(name: str, text: str) -> Markup:
    return Markup('<span class="{}">{}</span>').format(name, text) if name else escape(text)


def _class(kind: _TokenType) -> str:
    return next((name for wide, name in _CLASSES.items() if is_token_subtype(kind, wide)), "")


@cache
def _lexer() -> PythonLexer:
    return PythonLexer(stripnl=False)
