"""One number: exact or within a tolerance, in any spelling, in a unit if the lecturer names one."""

from __future__ import annotations

from collections.abc import Mapping, Sequence  # noqa: TC003 - fields' types, kept at run time
from dataclasses import dataclass, field
from fractions import Fraction

from grader.domain.errors import Invalid
from grader.domain.expression import evaluate, spelled
from grader.domain.questions.common import Answer, Dice, Drawn, Kind, Question, Shown, Verdict, about
from grader.domain.questions.known import KnownWrong, check_foreseen, foreseen
from grader.domain.units import read_quantity

UNREADABLE = "This could not be read as one number. Write it like 1,000 or 0.5."


@dataclass(frozen=True, kw_only=True)
class DrawnNumeric(Drawn):
    """A number is asked for; the answer is a text."""

    number: Fraction = field(repr=False)
    tolerance: Fraction = field(repr=False)
    unit: str = ""
    wrong_numbers: Mapping[Fraction, str] = field(repr=False)

    def judge(self, texts: Sequence[str]) -> Verdict:
        """Mark the one number in *texts*."""
        number = read_quantity(" and ".join(texts), self.unit)
        if number is None:
            asked = f" It is asked for in {self.unit}." if self.unit else ""
            return Verdict(Fraction(0), UNREADABLE + asked, is_read=False)
        if abs(number - self.number) <= self.tolerance:
            return self.right()
        for wrong, explanation in self.wrong_numbers.items():
            if abs(number - wrong) <= self.tolerance:
                return self.wrong(explanation)
        return self.wrong(said=f"Read as {spelled(number)}{f' {self.unit}' if self.unit else ''}.")

    @property
    def right_answer(self) -> str:
        """Return the number, exactly."""
        return str(self.number)

    @property
    def wrong_answers(self) -> Sequence[Answer]:
        """Return the foreseen numbers, exactly."""
        return [str(number) for number in self.wrong_numbers]

    def shown(self) -> Shown:
        """Return the unit."""
        return Shown(unit=self.unit)


@dataclass(frozen=True)
class NumericQuestion(Question):
    """*answer* is an expression of the parameters, or a number; so is *tolerance*, which is absolute."""

    answer: str | Fraction = field(kw_only=True)
    tolerance: str | Fraction = field(default=Fraction(0), kw_only=True)
    unit: str = field(default="", kw_only=True)
    known_wrong: tuple[KnownWrong, ...] = field(default=(), kw_only=True)

    @property
    def kind(self) -> Kind:
        """Return that a number is asked for."""
        return Kind.NUMERIC

    def check(self, names: Mapping[str, int]) -> None:
        """Refuse a wrong answer that is right, or a tolerance below 0: Invalid."""
        super().check(names)
        with about("answer"):
            right = _number(self.answer, names)
        with about("tolerance"):
            tolerance = _number(self.tolerance, names)
            if tolerance < 0:
                raise Invalid("tolerance must not be negative")
        check_foreseen(
            self.known_wrong,
            names,
            value_of=lambda answer: evaluate(answer, names),
            is_right=lambda value: abs(value - right) <= tolerance,
            alike=lambda one, other: abs(one - other) <= 2 * tolerance,
        )

    def drawn(self, names: Mapping[str, int], dice: Dice) -> DrawnNumeric:  # noqa: ARG002 - nothing to shuffle
        """Return the question for the parameters *names*."""
        tolerance = _number(self.tolerance, names)
        return DrawnNumeric(
            **self.common(names),
            number=_number(self.answer, names),
            tolerance=tolerance,
            unit=self.unit,
            wrong_numbers=foreseen(
                self.known_wrong,
                names,
                value_of=lambda answer: evaluate(answer, names),
                alike=lambda one, other: abs(one - other) <= 2 * tolerance,
            ),
        )


def _number(given: str | Fraction, names: Mapping[str, int]) -> Fraction:
    return evaluate(given, names) if isinstance(given, str) else given
