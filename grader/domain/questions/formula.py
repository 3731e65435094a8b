"""A formula in named variables; every equivalent form is right."""

from __future__ import annotations

from collections.abc import Mapping, Sequence  # noqa: TC003 - fields' types, kept at run time
from dataclasses import dataclass, field
from fractions import Fraction
from functools import cached_property

from grader.domain.errors import Invalid
from grader.domain.formula import Formula, Names, Values, agree, parse, points, values
from grader.domain.questions.common import Answer, Dice, Drawn, Kind, Question, Shown, Verdict, about
from grader.domain.questions.known import KnownWrong, check_foreseen, foreseen


@dataclass(frozen=True, kw_only=True)
class DrawnFormula(Drawn):
    """A formula is asked for; the answer is a text."""

    question: FormulaQuestion = field(repr=False)
    seed: str = field(repr=False)  # of the points at which formulas are compared

    def judge(self, texts: Sequence[str]) -> Verdict:
        """Compare the one formula in *texts* with the right one, then with the foreseen ones."""
        text = " ".join(texts)
        try:
            formula = parse(text, Names(self.question.variables))
            found = self._meter.values(formula)
        except Invalid as error:
            return Verdict(Fraction(0), f"This could not be read as a formula: {error}.", is_read=False)
        if agree(found, self._meter.values_of(self.question.answer)):
            return self.right()
        if all(value is None for value in found):
            return self.wrong("This divides by zero, whatever the sizes.")
        for wrong, explanation in self.question.explained(self.names, self._meter).items():
            if agree(found, wrong):
                return self.wrong(explanation)
        return self.wrong(said=f"Read as {formula.text}.")

    @property
    def right_answer(self) -> str:
        """Return the lecturer's formula."""
        return self._meter.read(self.question.answer).text

    @property
    def wrong_answers(self) -> Sequence[Answer]:
        """Return the foreseen formulas, but those that only stand for several."""
        return [self._meter.read(wrong.answer).text for wrong in self.question.known_wrong if not wrong.same_as]

    def shown(self) -> Shown:
        """Return the variables."""
        return Shown(variables=self.question.variables)

    @cached_property
    def _meter(self) -> _Meter:
        return _Meter(self.question.variables, self.names, self.seed)


@dataclass(frozen=True)
class FormulaQuestion(Question):
    """*answer* and the wrong ones are formulas in *variables*; parameters in them stand for their numbers."""

    answer: str = field(kw_only=True)
    variables: tuple[str, ...] = field(kw_only=True)
    known_wrong: tuple[KnownWrong, ...] = field(default=(), kw_only=True)

    @property
    def kind(self) -> Kind:
        """Return that a formula is asked for."""
        return Kind.FORMULA

    def __post_init__(self) -> None:
        """Check the variables, then every draw: Invalid."""
        with about("variables"):
            Names(self.variables)
        with about("parameters"):
            for name in self.parameters:
                if name in self.variables:
                    raise Invalid(f'"{name}" is both a variable and a parameter')
            Names((*self.variables, *self.parameters))
        super().__post_init__()

    def check(self, names: Mapping[str, int]) -> None:
        """Refuse a formula that can't be read or computed, and a wrong one that is right: Invalid."""
        super().check(names)
        meter = _Meter(self.variables, names, self.slug)
        with about("answer"):
            right = meter.values_of(self.answer)
            if not agree(right, right):
                raise Invalid(f'"{self.answer}" divides by zero')
        check_foreseen(
            self.known_wrong,
            names,
            value_of=meter.values_of,
            is_right=lambda found: agree(found, right),
            alike=agree,
        )

    def drawn(self, names: Mapping[str, int], dice: Dice) -> DrawnFormula:
        """Return the question for the parameters *names*."""
        return DrawnFormula(**self.common(names), question=self, seed=dice.seed)

    def explained(self, names: Mapping[str, int], meter: _Meter) -> dict[Values, str]:
        """Return the explanation of each wrong formula, by its values."""
        return foreseen(self.known_wrong, names, value_of=meter.values_of, alike=agree)


class _Meter:
    """Reads a lecturer's formulas, and measures any at the points that a seed gives."""

    def __init__(self, variables: Sequence[str], constants: Mapping[str, int], seed: str) -> None:
        self._names = Names((*variables, *constants))
        self._constants = constants
        self._points = points(variables, seed)

    def read(self, text: str) -> Formula:
        return parse(text, self._names, self._constants)

    def values(self, formula: Formula) -> Values:
        return values(formula, self._points)

    def values_of(self, text: str) -> Values:
        return self.values(self.read(text))
