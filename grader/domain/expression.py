"""Exact arithmetic that a lecturer writes in a TOML string: + - * / // **, names, parentheses.

Evaluated over a parsed tree, never by Python itself. Sizes are bounded, so that no expression can hang.
"""

from __future__ import annotations

import ast
import operator
import re
from contextlib import suppress
from decimal import ROUND_HALF_UP, Decimal, localcontext
from fractions import Fraction
from functools import partial
from typing import TYPE_CHECKING

from grader.domain.errors import Invalid

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

MAX_LENGTH = 200  # characters
MAX_BITS = 256  # of any number on the way
MAX_EXPONENT = 64

_PLACEHOLDER = re.compile(r"\{([^{}]*)\}")
_PLACES = re.compile(r":\.([0-9])f\Z")  # {a / b:.2f}
_MATHS = re.compile(r"(?<!\\)(?:\$\$.+?\$\$|\$[^$]+\$)", re.DOTALL)
_TEX = re.compile(r"(?:[_^}\]]|\\[A-Za-z]+)\Z")  # what stands before a brace of LaTeX's own
_DIGITS = 6  # shown of a number that is not whole, unless told otherwise
_MANY = 10**_DIGITS
_OPERATORS: Mapping[type[ast.operator], Callable[[Fraction, Fraction], Fraction | float]] = {
    ast.Add: operator.add,
    ast.Sub: operator.sub,
    ast.Mult: operator.mul,
    ast.Div: operator.truediv,
    ast.FloorDiv: operator.floordiv,
    ast.Pow: lambda base, exponent: base**exponent.numerator,
}


def evaluate(text: str, names: Mapping[str, int]) -> Fraction:
    """Return the value of *text*, exactly; Invalid says what in it can't be understood.

    >>> evaluate("9 * c * c / (2 * c * b)", {"c": 256, "b": 64})
    Fraction(18, 1)
    >>> evaluate("__import__('os')", {})
    Traceback (most recent call last):
    grader.domain.errors.Invalid: "__import__('os')": only whole numbers, names and + - * / // ** are understood
    """
    return _value(_parse(text), names, text)


def whole(text: str, names: Mapping[str, int]) -> int:
    """Return the value of *text*; Invalid when it is not a whole number.

    >>> whole("(h + 1) // 2", {"h": 28})
    14
    """
    value = evaluate(text, names)
    if value.denominator != 1:
        raise Invalid(f'"{text}": {spelled(value)} is no whole number; // divides and rounds down')
    return value.numerator


def names_in(text: str) -> frozenset[str]:
    """Return the names that *text* uses; Invalid when it is no expression.

    >>> sorted(names_in("9 * c_in * k"))
    ['c_in', 'k']
    """
    return frozenset(node.id for node in ast.walk(_parse(text)) if isinstance(node, ast.Name))


def fill_in(text: str, names: Mapping[str, int]) -> str:
    """Replace `{expression}`, or `{expression:.2f}`; braces without names stay, and in $maths$ LaTeX's own.

    Those stand behind _, ^, }, ] or a command; what is in them is replaced only where all names are known.

    >>> fill_in("$C_{in}$ = {c_in}, so {c_in * 64} weights, {c_in / 100:.1f} hundreds, $2^{c_in}$", {"c_in": 256})
    '$C_{in}$ = 256, so 16,384 weights, 2.6 hundreds, $2^{256}$'
    """
    maths = [found.span() for found in _MATHS.finditer(text)]

    def replace(found: re.Match[str]) -> str:
        places = _PLACES.search(found[1])
        inside = found[1][: places.start()] if places else found[1]
        rounded = partial(_rounded, places=int(places[1])) if places else None
        try:
            used = names_in(inside)
        except Invalid:
            return found[0]
        if not used:
            return found[0]
        if not any(start < found.start() < end for start, end in maths):
            return (rounded or spelled)(evaluate(inside, names))
        if not _TEX.search(text, 0, found.start()):
            return (rounded or spelled)(_in_maths(inside, names))
        with suppress(Invalid):
            return f"{{{(rounded or _plain)(evaluate(inside, names))}}}"
        return found[0]

    return _PLACEHOLDER.sub(replace, text)


def _in_maths(text: str, names: Mapping[str, int]) -> Fraction:
    try:
        return evaluate(text, names)
    except Invalid as error:
        raise Invalid(
            f"{error}; in maths, braces that are LaTeX's own stand behind _, ^, }}, ] or a command"
        ) from error


def fill_in_code(text: str, names: Mapping[str, int]) -> str:
    """Replace `{expression}` where all its names are known, by plain digits; code's own braces stay.

    >>> fill_in_code('print(f"{x}", torch.zeros({k}, 2))', {"k": 1024})
    'print(f"{x}", torch.zeros(1024, 2))'
    """

    def replace(found: re.Match[str]) -> str:
        try:
            used = names_in(found[1])
        except Invalid:
            return found[0]
        return _plain(evaluate(found[1], names)) if used and used <= names.keys() else found[0]

    return _PLACEHOLDER.sub(replace, text)


def spelled(number: Fraction) -> str:
    """Return *number* as students read it: thousands separated, six digits of what is not whole.

    >>> spelled(Fraction(16384)), spelled(Fraction(589_824, 69_632))
    ('16,384', '8.47059')
    """
    if number.denominator == 1 or abs(number) >= _MANY:  # which may be more than a float holds
        return f"{round(number):,}"
    return f"{float(number):.{_DIGITS}g}"


def _plain(number: Fraction) -> str:
    return str(number.numerator) if number.denominator == 1 else f"{float(number):.{_DIGITS}g}"


def _rounded(number: Fraction, *, places: int) -> str:
    with localcontext(prec=MAX_BITS):
        exact = Decimal(number.numerator) / Decimal(number.denominator)
        return f"{exact.quantize(Decimal(10) ** -places, rounding=ROUND_HALF_UP):,}"


def _parse(text: str) -> ast.expr:
    if len(text) > MAX_LENGTH:
        raise Invalid(f"an expression may have {MAX_LENGTH} characters, this one has {len(text)}")
    try:
        return ast.parse(text.strip(), mode="eval").body
    except (SyntaxError, ValueError) as error:  # ValueError: null bytes, lone surrogates
        raise Invalid(f"{text!r} is not an expression") from error


def _value(node: ast.expr, names: Mapping[str, int], text: str) -> Fraction:
    match node:
        case ast.Constant(value=int() as value) if not isinstance(value, bool):
            return _bounded(Fraction(value), text)
        case ast.Name(id=name):
            if name not in names:
                known = ", ".join(sorted(names)) or "none"
                raise Invalid(f'"{text}": unknown name {name}; declared parameters: {known}')
            return Fraction(names[name])
        case ast.UnaryOp(op=ast.USub(), operand=operand):
            return -_value(operand, names, text)
        case ast.BinOp(left=left, op=sign, right=right) if type(sign) in _OPERATORS:
            return _apply(sign, _value(left, names, text), _value(right, names, text), text)
        case _:
            raise Invalid(f'"{text}": only whole numbers, names and + - * / // ** are understood')


def _apply(sign: ast.operator, left: Fraction, right: Fraction, text: str) -> Fraction:
    if isinstance(sign, ast.Pow) and not (right.denominator == 1 and 0 <= right <= MAX_EXPONENT):
        raise Invalid(f'"{text}": an exponent must be a whole number between 0 and {MAX_EXPONENT}')
    try:
        return _bounded(Fraction(_OPERATORS[type(sign)](left, right)), text)
    except ZeroDivisionError as error:
        raise Invalid(f'"{text}": division by zero') from error


def _bounded(value: Fraction, text: str) -> Fraction:
    if max(value.numerator.bit_length(), value.denominator.bit_length()) > MAX_BITS:
        raise Invalid(f'"{text}": the value is out of range')
    return value
