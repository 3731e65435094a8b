"""A formula as steps, their value at points, and whether two formulas are the same.

Two formulas are taken for the same when they have the same value at every one of `points`, exactly, over the
rationals. Why that is sound:

- Without floor and ceil a formula is a quotient of two polynomials. The difference of two such formulas is again one,
  and its numerator has a degree of at most 2 · MAX_DEGREE: the parser bounds the degrees of both. If it is not zero,
  a point drawn evenly from 2³¹ values for each variable is one of its zeros with a chance of at most
  2 · MAX_DEGREE / 2³¹ < 10⁻⁶ (Schwartz 1980, Zippel 1979). FAR points are drawn: together less than 10⁻³⁰.
- Where both formulas have the same value everywhere, no point can tell them apart: none that is right is refused.
- Floor and ceil have no such bound. They are looked at NEAR the origin, too, where sizes, strides and paddings are,
  and where rounding shows: a formula that only differs elsewhere would pass.

Variables stand for whole numbers above 0, as sizes are. A point at which one of the two divides by zero says nothing.
The points follow from the attempt's secret seed, so nobody can write a formula for them.
"""

from __future__ import annotations

import hashlib
import math
from dataclasses import dataclass, field
from fractions import Fraction
from typing import TYPE_CHECKING, NamedTuple, TypeAlias

from grader.domain.errors import Invalid

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

MAX_DEGREE = 64
MAX_BITS = 4096  # of any number on the way: some 31 for each degree
FAR, NEAR = 6, 24
_FAR_SIZE = 2**31
_NEAR_SIZES = (9, 60)

Rational: TypeAlias = int | Fraction
Point: TypeAlias = "Mapping[str, int]"
Values: TypeAlias = tuple[Rational | None, ...]
"""One for each point; None where the formula divides by zero."""


class Step(NamedTuple):
    """One step of a machine with a stack: put a number or a variable there, or join what lies on top."""

    what: str
    number: Rational = 0
    name: str = ""


@dataclass(frozen=True)
class Formula:
    """What was understood of a text: *text* shows it, *steps* compute it."""

    text: str
    steps: tuple[Step, ...] = field(repr=False)


def points(names: Sequence[str], seed: str) -> tuple[Point, ...]:
    """Return the points at which formulas in *names* are compared, the far ones first."""

    def size(number: int, name: str) -> int:
        largest = _FAR_SIZE if number < FAR else _NEAR_SIZES[number % 2]
        drawn = hashlib.sha256(f"{seed}\0point\0{number}\0{name}".encode("utf-8", "surrogatepass")).digest()
        return 1 + int.from_bytes(drawn) % largest

    return tuple({name: size(number, name) for name in names} for number in range(FAR + NEAR))


def values(formula: Formula, where: Sequence[Point]) -> Values:
    """Return the formula's value at each point; Invalid when its numbers get too large."""
    return tuple(_value(formula.steps, point) for point in where)


def agree(one: Values, other: Values) -> bool:
    """Return whether two formulas are the same, going by their values at the same points."""
    pairs = list(zip(one, other, strict=True))
    both = [(left, right) for left, right in pairs if left is not None and right is not None]
    return any(None not in pair for pair in pairs[:FAR]) and all(left == right for left, right in both)


def constant(steps: Sequence[Step]) -> Rational | None:
    """Return the value of steps without variables; None when they divide by zero."""
    return _value(steps, {})


def _value(steps: Sequence[Step], point: Point) -> Rational | None:
    stack: list[Rational] = []
    try:
        for step in steps:
            match step.what:
                case "number":
                    stack.append(step.number)
                case "name":
                    stack.append(point[step.name])
                case "negative" | "floor" | "ceil" | "power":
                    stack.append(_alone(step, stack.pop()))
                case _:
                    right = stack.pop()
                    stack.append(_joined(step.what, stack.pop(), right))
    except ZeroDivisionError:
        return None
    return stack.pop()


def _alone(step: Step, operand: Rational) -> Rational:
    match step.what:
        case "negative":
            return -operand
        case "floor":
            return math.floor(operand)
        case "ceil":
            return math.ceil(operand)
        case _:
            exponent = int(step.number)
            if _bits(operand) * abs(exponent) > MAX_BITS:
                raise Invalid("its numbers get too large")
            return operand**exponent if exponent >= 0 else Fraction(operand) ** exponent


def _joined(what: str, left: Rational, right: Rational) -> Rational:
    match what:
        case "+":
            result = left + right
        case "-":
            result = left - right
        case "*":
            result = left * right
        case "/":
            result = Fraction(left) / right
        case _:
            result = left // right
    if _bits(result) > MAX_BITS:
        raise Invalid("its numbers get too large")
    return result


def _bits(number: Rational) -> int:
    return max(number.numerator.bit_length(), number.denominator.bit_length())
