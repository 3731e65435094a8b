"""Whole-number arithmetic that a lecturer writes in a TOML string: + - * // **, names, parentheses.

Evaluated over a parsed tree, never by Python itself. Sizes are bounded, so that no expression can hang.
"""

from __future__ import annotations

import ast
import operator
import re
from typing import TYPE_CHECKING

from grader.domain.errors import Invalid

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

MAX_LENGTH = 200  # characters
MAX_BITS = 256  # of any number on the way
MAX_EXPONENT = 64

_PLACEHOLDER = re.compile(r"\{([^{}]*)\}")
_TEX = re.compile(r"(?:[_^}]|\\[A-Za-z]+)\Z")  # what stands before a brace of LaTeX's own
_OPERATORS: Mapping[type[ast.operator], Callable[[int, int], int]] = {
    ast.Add: operator.add,
    ast.Sub: operator.sub,
    ast.Mult: operator.mul,
    ast.FloorDiv: operator.floordiv,
    ast.Pow: operator.pow,
}


def evaluate(text: str, names: Mapping[str, int]) -> int:
    """Return the value of *text*; Invalid says what in it can't be understood.

    >>> evaluate("c_in * k + k", {"c_in": 256, "k": 64})
    16448
    >>> evaluate("__import__('os')", {})
    Traceback (most recent call last):
    grader.domain.errors.Invalid: "__import__('os')": only whole numbers, names and + - * // ** are understood
    """
    return _value(_parse(text), names, text)


def names_in(text: str) -> frozenset[str]:
    """Return the names that *text* uses; Invalid when it is no expression.

    >>> sorted(names_in("9 * c_in * k"))
    ['c_in', 'k']
    """
    return frozenset(node.id for node in ast.walk(_parse(text)) if isinstance(node, ast.Name))


def fill_in(text: str, names: Mapping[str, int]) -> str:
    """Replace `{expression}`; LaTeX's braces, and braces without names, stay.

    >>> fill_in("$C_{in}$ = {c_in}, so {c_in * 64} weights", {"c_in": 256})
    '$C_{in}$ = 256, so 16,384 weights'
    """

    def replace(found: re.Match[str]) -> str:
        try:
            used = names_in(found[1])
        except Invalid:
            return found[0]
        if _TEX.search(text, 0, found.start()):
            return f"{{{evaluate(found[1], names)}}}" if used and used <= names.keys() else found[0]
        return f"{evaluate(found[1], names):,}" if used else found[0]

    return _PLACEHOLDER.sub(replace, text)


def _parse(text: str) -> ast.expr:
    if len(text) > MAX_LENGTH:
        raise Invalid(f"an expression may have {MAX_LENGTH} characters, this one has {len(text)}")
    try:
        return ast.parse(text.strip(), mode="eval").body
    except (SyntaxError, ValueError) as error:  # ValueError: null bytes, lone surrogates
        raise Invalid(f"{text!r} is not an expression") from error


def _value(node: ast.expr, names: Mapping[str, int], text: str) -> int:
    match node:
        case ast.Constant(value=int() as value) if not isinstance(value, bool):
            return _bounded(value, text)
        case ast.Name(id=name):
            if name not in names:
                known = ", ".join(sorted(names)) or "none"
                raise Invalid(f'"{text}": unknown name {name}; declared parameters: {known}')
            return names[name]
        case ast.UnaryOp(op=ast.USub(), operand=operand):
            return -_value(operand, names, text)
        case ast.BinOp(left=left, op=sign, right=right) if type(sign) in _OPERATORS:
            return _apply(sign, _value(left, names, text), _value(right, names, text), text)
        case _:
            raise Invalid(f'"{text}": only whole numbers, names and + - * // ** are understood')


def _apply(sign: ast.operator, left: int, right: int, text: str) -> int:
    if isinstance(sign, ast.Pow) and not 0 <= right <= MAX_EXPONENT:
        raise Invalid(f'"{text}": an exponent must be between 0 and {MAX_EXPONENT}')
    try:
        return _bounded(_OPERATORS[type(sign)](left, right), text)
    except ZeroDivisionError as error:
        raise Invalid(f'"{text}": division by zero') from error


def _bounded(value: int, text: str) -> int:
    if value.bit_length() > MAX_BITS:
        raise Invalid(f'"{text}": the value is out of range')
    return value
