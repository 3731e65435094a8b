"""A source as what it does, token by token.

Left out is all that changes nothing, or that its author may change at will: comments, layout, redundant brackets,
docstrings, annotations, imports and their order, `pass`, the names a source gives itself, names of keywords, the
values of numbers and strings. Kept is what a change of names can't touch: the kinds of statements and operators, the
names of built-ins, what is asked of torch and of tensors (`einsum`, `view`), None, True and False.
"""

from __future__ import annotations

import ast
import re
from itertools import islice
from typing import TYPE_CHECKING, NamedTuple

from grader.domain.parsing import is_quick_to_parse
from grader.domain.similarity.own_names import own_names

if TYPE_CHECKING:
    from collections.abc import Iterator

    from grader.domain.similarity.own_names import OwnNames

MOST_TOKENS = 20_000
"""Of a source; the longest honest one has a tenth of it."""

_WORD = re.compile(r"\w{1,200}|[^\w\s]")
_SAYS_NOTHING = (ast.Import, ast.ImportFrom, ast.Pass, ast.Global, ast.Nonlocal, ast.expr_context)


class Token(NamedTuple):
    """A token and the line where it stands, from 1."""

    text: str
    line: int


def tokens(source: str) -> list[Token]:
    """Return what *source* does; for one that is no Python, or that takes long to parse, its words.

    >>> [token.text for token in tokens("y = torch.relu(x)  # never below zero")]
    ['Assign', 'name', 'Call', '.relu', 'torch', 'x']
    >>> [token.text for token in tokens("it's no Python")]
    ['it', "'", 's', 'no', 'Python']
    """
    tree = _parsed(source)
    return list(islice(_words(source) if tree is None else _walked(tree), MOST_TOKENS))


def _parsed(source: str) -> ast.Module | None:
    if not is_quick_to_parse(source):
        return None
    try:
        return ast.parse(source)
    except (SyntaxError, ValueError, RecursionError, MemoryError):  # no Python, a NUL, and two ways of "too deep"
        return None


def _words(source: str) -> Iterator[Token]:
    """Yield words and signs of each line as an editor counts them."""
    for number, line in enumerate(source.split("\n"), start=1):
        for match in _WORD.finditer(line):
            yield Token(match[0], number)


def _walked(tree: ast.Module) -> Iterator[Token]:
    """Yield a token for each node that says something, in the order of the source, however deep."""
    names = own_names(list(ast.walk(tree)))
    waiting: list[tuple[ast.AST, int]] = [(tree, 1)]
    while waiting:
        node, line = waiting.pop()
        if _says_nothing(node):
            continue
        line = getattr(node, "lineno", line)
        if not isinstance(node, ast.Module | ast.Expr | ast.arguments):
            yield Token(_text(node, names), line)
        waiting += [(child, line) for child in reversed(_children(node))]


def _says_nothing(node: ast.AST) -> bool:
    """Whether *node* changes nothing: such a statement, a docstring, a variable's bare annotation."""
    match node:
        case ast.Expr(value=ast.Constant()) | ast.AnnAssign(value=None):
            return True
    return isinstance(node, _SAYS_NOTHING)


def _children(node: ast.AST) -> list[ast.AST]:
    """Return what stands inside *node*, less its annotations."""
    unsaid = {"annotation", "returns", "type_params"}
    found: list[ast.AST] = []
    for name, value in ast.iter_fields(node):
        if name not in unsaid:
            found += [each for each in (value if isinstance(value, list) else [value]) if isinstance(each, ast.AST)]
    return found


def _text(node: ast.AST, names: OwnNames) -> str:
    match node:
        case ast.Name(id=name):
            return "name" if name in names.variables else name
        case ast.Attribute(attr=attribute):
            return "." if names.has(node) else f".{attribute}"
        case ast.Constant(value=value):
            return _constant(value)
        case ast.AnnAssign():
            return ast.Assign.__name__
    return type(node).__name__


def _constant(value: object) -> str:
    if value is None or isinstance(value, bool):
        return str(value)
    return "number" if isinstance(value, int | float | complex) else "text"
