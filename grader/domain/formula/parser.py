"""A formula's text to steps, by descent; what can be read in two ways is refused, never guessed.

sum     = [sign] product {(+|-) product}
product = power {(*|/|//) [sign] power | power}      nothing between two powers is *
power   = atom [^ exponent]                          the exponent: whole numbers only
atom    = number | name | (sum) | floor(sum) | ⌊sum⌋ | frac(sum)(sum)
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from fractions import Fraction
from typing import TYPE_CHECKING, NamedTuple

from grader.domain.errors import Invalid
from grader.domain.formula.names import FUNCTIONS, Names
from grader.domain.formula.steps import MAX_DEGREE, Formula, Rational, Step, constant
from grader.domain.formula.text import plain

if TYPE_CHECKING:
    from collections.abc import Mapping

MAX_LENGTH = 300  # characters
MAX_DEPTH = 20  # of parentheses and powers in each other
MAX_DIGITS = 15  # of one number

_TOKEN = re.compile(r"(?P<number>\d+(?:\.\d+)?|\.\d+)|(?P<name>[A-Za-z]\w*)|(?P<sign>\*\*|//|[-+*/^()⌊⌋⌈⌉])", re.ASCII)
_TIMES = re.compile(r"(?<=[0-9)\s])[xX](?=[\s0-9(])")
_STARTS = {"number", "constant", "name", "(", "⌊", "⌈", *FUNCTIONS}
_CLOSING = {"(": ")", "⌊": "⌋", "⌈": "⌉"}


def parse(text: str, names: Names, constants: Mapping[str, int] | None = None) -> Formula:
    """Return what *text* means; Invalid says to its writer what can't be understood.

    A name in *constants* stands for its number. The degrees of numerator and denominator are at most MAX_DEGREE.

    >>> parse("k²C_in·C_out + c_out", Names(("k", "C_in", "C_out"))).text
    'k^2·C_in·C_out + C_out'
    """
    if len(text) > MAX_LENGTH:
        raise Invalid(f"a formula may have {MAX_LENGTH} characters, this one has {len(text)}")
    parser = _Parser(_tokens(text, names, constants or {}))
    written = parser.sum()
    if parser.left:
        raise Invalid(f'"{parser.next}" is not expected after "{written}"')
    return Formula(written, tuple(parser.steps))


class _Degree(NamedTuple):
    """Of a quotient's numerator and denominator."""

    above: int
    below: int


@dataclass(frozen=True)
class _Token:
    what: str  # "number", "constant", "name", or the sign or function itself
    text: str = ""
    number: Rational = 0

    def __str__(self) -> str:
        return self.text


_END = _Token("end", "the end")


def _tokens(text: str, names: Names, constants: Mapping[str, int]) -> list[_Token]:
    side = plain(text)
    if not {"x", "X"} & {*names.known, *constants}:
        side = _TIMES.sub("*", side)
    found: list[_Token] = []
    place = 0
    while rest := side[place:].lstrip():
        token = _TOKEN.match(rest)
        if token is None:
            raise Invalid(f'"{rest[0]}" is not understood here')
        place = len(side) - len(rest) + token.end()
        if token["number"]:
            if len(token[0]) > MAX_DIGITS:
                raise Invalid(f"a number may have {MAX_DIGITS} digits")
            found.append(_Token("number", token[0], _tidy(Fraction(token[0]))))
        elif token["name"]:
            found += _named(token["name"], names, constants)
        else:
            sign = "^" if token[0] == "**" else token[0]
            found.append(_Token(sign, sign))
    return found


def _named(run: str, names: Names, constants: Mapping[str, int]) -> list[_Token]:
    if run in FUNCTIONS:
        return [_Token(run, run)]
    return [
        _Token("constant", str(constants[name]), constants[name]) if name in constants else _Token("name", name)
        for name in names.split(run)
    ]


@dataclass
class _Parser:
    """Each method reads one part, adds its steps, and returns how it is written."""

    left: list[_Token]
    steps: list[Step] = field(default_factory=list)
    degrees: list[_Degree] = field(default_factory=list)
    depth: int = 0

    def __post_init__(self) -> None:
        self.left.reverse()

    @property
    def next(self) -> _Token:
        """The token that is read next."""
        return self.left[-1] if self.left else _END

    def take(self, *wanted: str) -> str | None:
        """Read the next token if it is one of *wanted*."""
        return self.left.pop().what if self.next.what in wanted else None

    def sum(self) -> str:
        negative = self.sign()
        written = f"-{self.product()}" if negative else self.product()
        if negative:
            self.add(Step("negative"))
        while sign := self.take("+", "-"):
            written = f"{written} {sign} {self.product()}"
            self.add(Step(sign))
        return written

    def product(self) -> str:
        written, divided = self.power(), False
        while True:
            sign = self.take("*", "/", "//")
            if sign is None and self.next.what not in _STARTS:
                return written
            if sign is None and divided:
                raise Invalid(f'"{written} {self.next}" can be read in two ways: write * or parentheses')
            if sign is None and self.next.what == "number":
                raise Invalid(f'"{written} {self.next}" is not understood: write * between the two, or ^ for a power')
            negative = self.sign() if sign else False
            written = f"{written}{'·' if sign in {None, '*'} else sign}{'-' * negative}{self.power()}"
            if negative:
                self.add(Step("negative"))
            self.add(Step(sign or "*"))
            divided = sign in {"/", "//"} or (divided and sign is None)

    def sign(self) -> bool:
        negative = False
        while sign := self.take("+", "-"):
            negative ^= sign == "-"
        return negative

    def power(self) -> str:
        written = self.atom()
        if not self.take("^"):
            return written
        exponent = self.exponent()
        self.add(Step("power", exponent))
        return f"{written}^{exponent}" if exponent >= 0 else f"{written}^({exponent})"

    def exponent(self) -> int:
        """Read an exponent, which has no variables: 2, -1, (1 + 1), 2^3."""
        if self.depth >= MAX_DEPTH:
            raise Invalid(f"parentheses and powers may be {MAX_DEPTH} deep")
        inner = _Parser([], depth=self.depth + 1)
        inner.left, negative = self.left, self.sign()
        inner.power()
        value = None if any(step.what == "name" for step in inner.steps) else constant(inner.steps)
        if value is None or value.denominator != 1 or not -MAX_DEGREE <= value <= MAX_DEGREE:
            raise Invalid(f"an exponent must be a whole number of at most {MAX_DEGREE}")
        return -int(value) if negative else int(value)

    def atom(self) -> str:
        token = self.next
        match token.what:
            case "number" | "constant":
                self.left.pop()
                self.add(Step("number", token.number))
                return token.text
            case "name":
                self.left.pop()
                self.add(Step("name", name=token.text))
                return token.text
            case "floor" | "ceil":
                self.left.pop()
                written = self.group("(")
                self.add(Step(token.what))
                return f"{token}{written}"
            case "⌊" | "⌈":
                written = self.group(token.what)
                self.add(Step("floor" if token.what == "⌊" else "ceil"))
                return written
            case "frac":
                self.left.pop()
                written = f"({self.group('(')}/{self.group('(')})"
                self.add(Step("/"))
                return written
            case _:
                return self.group("(")

    def group(self, opening: str) -> str:
        if not self.take(opening):
            raise Invalid(f'a number, a name or "{opening}" is missing before {self.next}')
        self.depth += 1
        if self.depth > MAX_DEPTH:
            raise Invalid(f"parentheses and powers may be {MAX_DEPTH} deep")
        written = self.sum()
        self.depth -= 1
        if not self.take(_CLOSING[opening]):
            raise Invalid(f'"{_CLOSING[opening]}" is missing after "{written}"')
        return f"{opening}{written}{_CLOSING[opening]}"

    def add(self, step: Step) -> None:
        """Add a step, and refuse what would be of too high a degree."""
        self.steps.append(step)
        degree = self._degree(step)
        if max(degree) > MAX_DEGREE:
            raise Invalid(f"its powers are too high: {MAX_DEGREE} is the limit")
        self.degrees.append(degree)

    def _degree(self, step: Step) -> _Degree:
        match step.what:
            case "number":
                return _Degree(0, 0)
            case "name":
                return _Degree(1, 0)
            case "negative" | "floor" | "ceil":
                return self.degrees.pop()
            case "power":
                above, below = self.degrees.pop()
                if step.number < 0:
                    above, below = below, above
                return _Degree(abs(int(step.number)) * above, abs(int(step.number)) * below)
        right, left = self.degrees.pop(), self.degrees.pop()
        match step.what:
            case "+" | "-":
                return _Degree(max(left.above + right.below, right.above + left.below), left.below + right.below)
            case "*":
                return _Degree(left.above + right.above, left.below + right.below)
            case _:
                return _Degree(left.above + right.below, left.below + right.above)


def _tidy(number: Fraction) -> Rational:
    return number.numerator if number.denominator == 1 else number
